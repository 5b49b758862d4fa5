package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that have begun, and no more than that, when a reload has their port ask for more. */
class UnderWayServerTest {
  private static final DevelopmentAuthority AUTHORITY = authority();
  private static final ServerCertificate LISTED = AUTHORITY.issueClient("listed");
  private static final KeyManager[] NO_KEYS = {};
  private static final char[] PASSWORD = {};
  private static final Frame SETTINGS = Frame.settings();
  private static final String HELLO = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final EchoBackend backend = EchoBackend.start("one");

  @TempDir Path folder;
  private Path server = Path.of("");
  private Path clients = Path.of("");

  private static DevelopmentAuthority authority() {
    return new DevelopmentAuthority("test", Instant.now(), Duration.ofDays(1));
  }

  @BeforeEach
  void write() throws IOException {
    server = folder.resolve("server.pem");
    clients = folder.resolve("clients.pem");
    PemWriter.write(server, AUTHORITY.issue(List.of("localhost")));
    PemWriter.write(clients, AUTHORITY.keep());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  // ---- TLS -------------------------------------------------------------------------------------

  @Test
  void aHandshakeThatWasAskedForLessEndsInAConnectionThatIsToldToGo() throws IOException {
    try (TestGateway gateway = secure(open());
        SSLSocket socket = connect(gateway, "h2", () -> guard(gateway))) {
      WirePeer client = WirePeer.over(socket).sendPreface().send(SETTINGS);

      assertThat(client.expectGoAway().goAwayCode()).isZero();
      client.expectPoliteEnd();
    }
  }

  @Test
  void byHttp1ItsFirstAnswerIsItsLast() throws IOException {
    try (TestGateway gateway = secure(open());
        SSLSocket socket = connect(gateway, "http/1.1", () -> guard(gateway))) {
      String answer = WirePeer.over(socket).send(HELLO).expectTextUntilClose();

      assertThat(answer).startsWith("HTTP/1.1 200 ").containsIgnoringCase("connection: close");
    }
  }

  /** What another change of the port asks for is no reason to go. */
  @Test
  void aHandshakeThatWasAskedForAsMuchGoesOn() throws IOException {
    try (TestGateway gateway = secure(open());
        SSLSocket socket =
            connect(gateway, "h2", () -> gateway.write(open().with("name", "renamed")).reload())) {
      WirePeer.over(socket).sendPreface().send(SETTINGS).expectSettings().expectQuiet();
    }
  }

  @Test
  void whoConnectedBeforeIsAskedByWhatHoldsWhenItsHelloComes() throws Exception {
    try (TestGateway gateway = secure(open());
        Socket early = socket(gateway.port())) {
      served(EchoClient.secure(gateway.port(), "localhost", AUTHORITY.certificate()));
      guard(gateway);

      try (SSLSocket socket = layered(early, keys(LISTED), () -> {}, "http/1.1")) {
        String answer =
            WirePeer.over(socket)
                .send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .expectTextUntilClose();
        assertThat(answer).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 421 ");
      }
    }
  }

  // ---- clear text ------------------------------------------------------------------------------

  @Test
  void whoseFirstBytesComeWhenThePortSpeaksTlsIsToldToGo() throws IOException {
    int port = Ports.free();
    try (TestGateway gateway = clear(open().on(port));
        WirePeer early = WirePeer.connect(port)) {
      served(EchoClient.to(port));
      assertThat(gateway.write(ofTls(port)).reload().isWhole()).isTrue();

      early.sendPreface().send(SETTINGS);

      assertThat(early.expectGoAway().goAwayCode()).isZero();
      early.expectPoliteEnd();
    }
  }

  @Test
  void andByHttp1ItsFirstAnswerIsItsLastToo() throws IOException {
    int port = Ports.free();
    try (TestGateway gateway = clear(open().on(port));
        WirePeer early = WirePeer.connect(port)) {
      served(EchoClient.to(port));
      assertThat(gateway.write(ofTls(port)).reload().isWhole()).isTrue();

      String answer =
          early.send("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n").expectTextUntilClose();

      assertThat(answer).startsWith("HTTP/1.1 ").containsIgnoringCase("connection: close");
    }
  }

  private Api ofTls(int port) {
    return open()
        .on(port)
        .with("protocol", "https")
        .with("certificates", List.of(server.toString()));
  }

  /** Those who came earlier have been accepted by now. */
  private static void served(EchoClient client) {
    try (client) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
    }
  }

  // ---- the gateway -----------------------------------------------------------------------------

  private Api open() {
    return Api.of("echo", backend.target());
  }

  private void guard(TestGateway gateway) {
    Api guarded =
        open()
            .with("use_mutual_tls_auth", true)
            .with("client_certificates", List.of(clients.toString()));
    assertThat(gateway.write(guarded).reload().isWhole()).isTrue();
  }

  private TestGateway secure(Api... apis) {
    return TestGateway.configured(TlsFiles.mainPort(Map.of(), server.toString()), apis);
  }

  private static TestGateway clear(Api... apis) {
    return TestGateway.configured(
        Map.of("http_server_options", Map.of("enable_http2", true)), apis);
  }

  // ---- the client ------------------------------------------------------------------------------

  private static Socket socket(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  /**
   * One that shows no certificate.
   *
   * @param midway is done when the server has sent its part of the handshake, and before it gets
   *     the rest of the client's
   */
  private static SSLSocket connect(TestGateway gateway, String protocol, Runnable midway)
      throws IOException {
    return layered(socket(gateway.port()), NO_KEYS, midway, protocol);
  }

  private static SSLSocket layered(
      Socket socket, KeyManager[] keys, Runnable midway, String protocol) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {new Midway(midway)}, null);
      var secure =
          (SSLSocket)
              context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {protocol});
      secure.setSSLParameters(parameters);
      secure.setSoTimeout((int) Patience.LIMIT.toMillis());
      secure.startHandshake();
      return secure;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static KeyManager[] keys(ServerCertificate own) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", own.key(), PASSWORD, own.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    return keys.getKeyManagers();
  }

  /** Does something when it is asked whether it trusts the server, which it does. */
  private record Midway(Runnable work) implements X509TrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      work.run();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      throw new IllegalStateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
