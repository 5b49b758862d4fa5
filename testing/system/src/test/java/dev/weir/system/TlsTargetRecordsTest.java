package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Frame;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets that go on with TLS itself when its handshake has been made. */
@Timeout(60)
class TlsTargetRecordsTest {
  private static final String UNAVAILABLE = "grpc 14";
  private static final int TIMES = 1000;

  @TempDir Path folder;

  private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

  TlsTargetRecordsTest() throws IOException {}

  @AfterEach
  void end() throws IOException {
    listening.close();
  }

  /** It would be answered with a hello, and cost a handshake each time. */
  @ParameterizedTest(name = "TLS of Java: {0}")
  @ValueSource(booleans = {false, true})
  void aSecondHandshakeIsNotMade(boolean ofJava) throws IOException {
    play(ofJava, "TLSv1.2", SSLSocket::startHandshake);
  }

  /** Each is one record, which asks for another one. */
  @ParameterizedTest(name = "TLS of Java: {0}")
  @ValueSource(booleans = {false, true})
  void changesOfKeysAreNotForEver(boolean ofJava) throws IOException {
    play(
        ofJava,
        "TLSv1.3",
        server -> {
          for (int i = 0; i < TIMES; i++) {
            server.startHandshake();
          }
        });
  }

  private interface Annoyance {
    void play(SSLSocket server) throws IOException;
  }

  /** One call has been answered and a second one is there when the server begins with it. */
  private void play(boolean ofJava, String version, Annoyance annoyance) throws IOException {
    Authority authority = Authority.in(folder);
    SSLContext context = Authority.context(authority.issue(SecureTarget.ADDRESS));
    try (WeirProcess weir = weir(ofJava, authority);
        WirePeer client = WirePeer.client(weir.port()).sendRequest(1, Scene.PATH);
        SSLSocket socket = accept(context, version)) {
      WirePeer server =
          WirePeer.over(socket).expectPreface().send(Frame.settings()).expectSettings();
      server.sendResponse(server.expectRequest().stream());
      client.expectResponse(1);
      client.sendRequest(3, Scene.PATH);
      server.expectRequest();

      try {
        annoyance.play(socket);
      } catch (IOException ended) {
        // As it is to be.
      }
      assertThat(client.expectFate(3)).isEqualTo(UNAVAILABLE);
    }
  }

  private WeirProcess weir(boolean ofJava, Authority authority) {
    return WeirProcess.tuned(
        ofJava ? List.of("-Dio.netty.handler.ssl.noOpenSsl=true") : List.of(),
        Map.of("weir", Map.of("upstream_ca_file", authority.file())),
        SecureTarget.api(Map.of(), listening.getLocalPort()));
  }

  private SSLSocket accept(SSLContext context, String version) throws IOException {
    Socket socket = listening.accept();
    socket.setSoTimeout((int) Patience.LIMIT.toMillis());
    var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
    tls.setUseClientMode(false);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setProtocols(new String[] {version});
    tls.setSSLParameters(parameters);
    return tls;
  }
}
