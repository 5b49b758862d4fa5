package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of other protocols are closed at once, though they neither close nor say more (C14). */
class WrongProtocolWireTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final EchoBackend backend = EchoBackend.start("one");
  private final TestGateway gateway = TestGateway.serving(Api.of("echo", backend.target()));

  @AfterEach
  void othersAreServed() {
    try (var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
    }
    gateway.close();
    backend.close();
  }

  @Test
  void aThousandRandomBlobsAreClosed() {
    var random = new Random(14);
    for (int i = 0; i < 1_000; i++) {
      var blob = new byte[64 + random.nextInt(300)];
      random.nextBytes(blob);
      String blobText = i + ": " + HexFormat.of().formatHex(blob, 0, 16);

      assertThat(answer(new String(blob, java.nio.charset.StandardCharsets.ISO_8859_1)))
          .as(blobText)
          .isEmpty();
    }
  }

  /** Shorter ones may be the beginning of a request, until the client ends them. */
  @Test
  void aThousandShortBlobsAreClosedAtTheirEnd() {
    var random = new Random(15);
    for (int i = 0; i < 1_000; i++) {
      var blob = new byte[1 + random.nextInt(63)];
      random.nextBytes(blob);
      try (var client = WirePeer.connect(gateway.port())) {
        client.send(blob).finish();

        assertThat(client.expectTextUntilClose()).isEmpty();
      }
    }
  }

  @Test
  void aTlsHelloOnAClearPortIsClosed() throws IOException, GeneralSecurityException {
    try (Socket clear = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        Socket tls =
            SSLContext.getDefault()
                .getSocketFactory()
                .createSocket(clear, "localhost", gateway.port(), true)) {
      clear.setSoTimeout((int) AT_ONCE.toMillis());
      tls.getOutputStream().write(1);
    } catch (javax.net.ssl.SSLException | java.net.SocketException e) {
      assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
      return;
    }
    throw new AssertionError("the handshake was not refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRI\r\n",
        "PRI|",
        "PRI * HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n",
        "PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "PRI * HTTP/2.0\n\nSM\n\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r",
        "PRI  * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "pri * http/2.0\r\n\r\nsm\r\n\r\n",
        "\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void whatIsNearlyThePrefaceIsClosed(String preface) {
    assertThat(answer(preface)).doesNotContain("HTTP/1.1 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.6\r\n",
        "EHLO there\r\n",
        "*1\r\n$4\r\nPING\r\n",
        "GET /\r\n",
        "GET / HTCPCP/1.0\r\n\r\n"
      })
  void textOfAnotherProtocolIsClosed(String text) {
    assertThat(answer(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/3.0\r\nHost: a\r\n\r\n"})
  void wrongHttp1GetsAnAnswer(String request) {
    assertThat(answer(request)).matches("(?s)HTTP/1\\.1 (400|505) .*\r\n\r\n[a-zA-Z0-9 .,:/]+\n");
  }

  /** What the gateway says before it closes, which it has to do soon. */
  private String answer(String bytes) {
    try (var client = WirePeer.connect(gateway.port())) {
      long start = System.nanoTime();
      client.send(bytes);
      String answer = client.expectTextUntilClose();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE.multipliedBy(2));
      return answer;
    }
  }
}
