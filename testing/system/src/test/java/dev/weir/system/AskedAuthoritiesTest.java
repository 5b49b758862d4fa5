package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients are asked for a certificate without a list of authorities (RFC 8446, 4.2.4): those of Go
 * send none whose issuer is not on it, and the issuer of a listed leaf would not be.
 */
@Timeout(60)
class AskedAuthoritiesTest {
  private final EchoBackend backend = EchoBackend.start("one");
  private final Keyless keys = new Keyless();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    backend.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void noneAreNamed(String version) throws IOException, GeneralSecurityException {
    var files = new TlsFiles(folder);
    try (TestGateway gateway =
            TestGateway.configured(
                TlsFiles.mainPort(Map.of(), files.issue("localhost")),
                Api.of("open", backend.target()).at("/open"),
                Api.of("guarded", backend.target())
                    .with("use_mutual_tls_auth", true)
                    .with("client_certificates", List.of(files.issue("client"))));
        SSLSocket socket = connect(gateway.port())) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
    }
    assertThat(keys.authorities).hasValue(List.of());
  }

  private SSLSocket connect(int port) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {keys}, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    return (SSLSocket)
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
  }

  /** Has no certificate to show, and knows for which authorities it was asked. */
  private static final class Keyless implements X509KeyManager {
    final AtomicReference<@Nullable List<Principal>> authorities = new AtomicReference<>();

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, Socket socket) {
      authorities.set(issuers == null ? List.of() : List.of(issuers));
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal[] issuers) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return null;
    }
  }
}
