package io.grpc.testing.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * grpc-java's interop client over TLS: {@code PORT CASE ITERATIONS TRANSPORT CA [IDENTITY]}. With a
 * file of its own certificate and key it shows that, which the one of grpc-java cannot.
 */
public final class SecureClient extends AbstractInteropTest {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*)-----END PRIVATE KEY-----", Pattern.DOTALL);

  private final String[] args;

  private SecureClient(String... args) {
    this.args = args;
  }

  public static void main(String[] args) throws Exception {
    var client = new SecureClient(args);
    client.setUp();
    try {
      client.play(TestCases.fromString(args[1]));
    } finally {
      client.tearDown();
    }
    System.exit(0);
  }

  private void play(TestCases test) throws Exception {
    switch (test) {
      case EMPTY_UNARY -> emptyUnary();
      case LARGE_UNARY -> largeUnary();
      case CLIENT_STREAMING -> clientStreaming();
      case SERVER_STREAMING -> serverStreaming();
      case PING_PONG -> pingPong();
      case EMPTY_STREAM -> emptyStream();
      case CUSTOM_METADATA -> customMetadata();
      case STATUS_CODE_AND_MESSAGE -> statusCodeAndMessage();
      case SPECIAL_STATUS_MESSAGE -> specialStatusMessage();
      case UNIMPLEMENTED_METHOD -> unimplementedMethod();
      case UNIMPLEMENTED_SERVICE -> unimplementedService();
      case CANCEL_AFTER_BEGIN -> cancelAfterBegin();
      case CANCEL_AFTER_FIRST_RESPONSE -> cancelAfterFirstResponse();
      case TIMEOUT_ON_SLEEPING_SERVER -> timeoutOnSleepingServer();
      case VERY_LARGE_REQUEST -> veryLargeRequest();
      case CLIENT_COMPRESSED_UNARY_NOPROBE -> clientCompressedUnary(false);
      case SERVER_COMPRESSED_UNARY -> serverCompressedUnary();
      case CLIENT_COMPRESSED_STREAMING_NOPROBE -> clientCompressedStreaming(false);
      case SERVER_COMPRESSED_STREAMING -> serverCompressedStreaming();
      case RPC_SOAK -> soak(channel -> channel);
      case CHANNEL_SOAK -> soak(this::replace);
      default -> throw new IllegalArgumentException("not played here: " + test);
    }
  }

  /** The measures of ../run for all clients. */
  private void soak(com.google.common.base.Function<ManagedChannel, ManagedChannel> next)
      throws InterruptedException {
    SoakClient.performSoakTest(
        "127.0.0.1", Integer.parseInt(args[2]), 0, 10_000, 0, 200, 271828, 314159, 1, channel, next);
  }

  private ManagedChannel replace(ManagedChannel old) {
    old.shutdownNow();
    return createChannel();
  }

  @Override
  protected ManagedChannelBuilder<?> createChannelBuilder() {
    int port = Integer.parseInt(args[0]);
    return args[3].equals("okhttp")
        ? OkHttpChannelBuilder.forAddress("127.0.0.1", port, credentials())
            .maxInboundMessageSize(MAX_MESSAGE_SIZE)
        : NettyChannelBuilder.forAddress("127.0.0.1", port, credentials())
            .maxInboundMessageSize(MAX_MESSAGE_SIZE);
  }

  private ChannelCredentials credentials() {
    try {
      var credentials = TlsChannelCredentials.newBuilder().trustManager(new File(args[4]));
      if (args.length > 5) {
        credentials.keyManager(identity(Files.readString(Path.of(args[5]))));
      }
      return credentials.build();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The transport on OkHttp reads RSA keys alone from PEM. */
  private static KeyManager[] identity(String pem) throws IOException, GeneralSecurityException {
    Matcher key = KEY.matcher(pem);
    if (!key.find()) {
      throw new IOException("no private key");
    }
    var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
    Certificate[] chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem.substring(0, key.start()).getBytes(US_ASCII)))
            .toArray(Certificate[]::new);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", KeyFactory.getInstance("EC").generatePrivate(spec), new char[0], chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    return keys.getKeyManagers();
  }

  @Override
  protected boolean metricsExpected() {
    return false;
  }
}
