package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Targets whose TLS comes to an end after its handshake, with a socket that stays open: whoever
 * calls on would never be answered.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // before each test
class TlsBrokenTargetTest {
  private static final int DATA = 23;
  private static final String UNAVAILABLE = "grpc 14";

  @TempDir Path folder;

  private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private SSLContext context;
  private TestGateway gateway;
  private WirePeer client;
  private Socket socket;
  private SSLSocket tls;
  private WirePeer server;

  TlsBrokenTargetTest() throws IOException {}

  /** One call has been answered, a second one has reached the server. */
  @BeforeEach
  void begin() throws IOException {
    Authority authority = Authority.in(folder);
    context = Authority.context(authority.issue(SecureTarget.ADDRESS));
    gateway =
        new SecureTarget(authority)
            .gateway(SecureTarget.api(Map.of(), listening.getLocalPort()), Map.of());
    client = WirePeer.client(gateway.port()).sendRequest(1, Scene.PATH);
    server = accept();
    server.sendResponse(server.expectRequest().stream());
    client.expectResponse(1);
    client.sendRequest(3, Scene.PATH);
    server.expectRequest();
  }

  private WirePeer accept() throws IOException {
    socket = listening.accept();
    tls = (SSLSocket) context.getSocketFactory().createSocket(new Endless(socket), null, true);
    tls.setUseClientMode(false);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    tls.setSSLParameters(parameters);
    return WirePeer.over(tls).expectPreface().send(Frame.settings()).expectSettings();
  }

  @AfterEach
  void end() throws IOException {
    client.close();
    gateway.close();
    socket.close();
    listening.close();
  }

  @Test
  void aForgedRecordEndsTheConnection() throws IOException {
    socket.getOutputStream().write(forged());

    assertThat(client.expectFate(3)).isEqualTo(UNAVAILABLE);
    await()
        .untilAsserted(() -> assertThat(SecureTarget.failures(gateway, "bad_record")).isEqualTo(1));
    nextCallFindsAnother(5);
  }

  @Test
  void anEndOfTlsEndsTheConnection() throws IOException {
    tls.shutdownOutput();

    assertThat(client.expectFate(3)).isEqualTo(UNAVAILABLE);
    nextCallFindsAnother(5);
  }

  private void nextCallFindsAnother(int stream) throws IOException {
    client.sendRequest(stream, Scene.PATH);
    server = accept();
    server.sendResponse(server.expectRequest().stream());
    assertThat(client.expectFate(stream)).isEqualTo("grpc 0");
  }

  /** Goes on though TLS over it has come to an end. */
  private static final class Endless extends Socket {
    private final Socket socket;

    Endless(Socket socket) {
      this.socket = socket;
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return socket.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return socket.getOutputStream();
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {}
  }

  /** Looks like data, and nobody has its key. */
  private static byte[] forged() {
    var record = new byte[5 + 40];
    Arrays.fill(record, (byte) 7);
    record[0] = DATA;
    record[1] = 3;
    record[2] = 3;
    record[3] = 0;
    record[4] = 40;
    return record;
  }
}
