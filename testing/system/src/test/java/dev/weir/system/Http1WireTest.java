package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers of HTTP/1 before a server of HTTP/2. */
class Http1WireTest {

  private static final String GET = "GET /page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  private final WireServer server = WireServer.listen();
  private final TestGateway gateway =
      TestGateway.serving(Api.of("scripted", server.target()).at("/"));
  private final WirePeer client = WirePeer.connect(gateway.port());

  @AfterEach
  void stop() {
    client.close();
    server.close();
    gateway.close();
  }

  /**
   * Each chunk is a message of its own: thousands that wait must not become thousands of frames.
   */
  @Test
  void manySmallChunksBehindAnotherRequestAllArrive() {
    int chunks = 20_000;
    client.send(
        "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST /page HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "1\r\nx\r\n".repeat(chunks)
            + "0\r\n\r\n");

    WirePeer upstream = server.accept();
    int stream = upstream.expectHeaders().stream();

    assertThat(upstream.expectBytes(stream, chunks)).hasSize(chunks).containsOnly('x');
  }

  @Test
  void aBodyThatComesLaterThanItsHeadArrives() {
    client.send("POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    WirePeer upstream = server.accept();
    int stream = upstream.expectHeaders().stream();

    client.send("ab");
    assertThat(upstream.expectBytes(stream, 2)).containsExactly('a', 'b');
    client.send("cd");

    assertThat(upstream.expectBytes(stream, 2)).containsExactly('c', 'd');
  }

  @Test
  void aClientThatWaitsFor100IsToldToGoOnBeforeTheServerAnswers() throws IOException {
    String head = "POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n";
    try (Socket waiting = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
      waiting.setSoTimeout(5_000);
      waiting.getOutputStream().write((head + "Expect: 100-continue\r\n\r\n").getBytes(US_ASCII));

      byte[] told = waiting.getInputStream().readNBytes(21);

      assertThat(new String(told, US_ASCII)).isEqualTo("HTTP/1.1 100 Continue");
    }
  }

  @Test
  void aClientOfHttp10GetsNoChunks() {
    client.send("GET /page HTTP/1.0\r\nHost: a\r\n\r\n");
    answer(Fields.of(":status", "200", "content-type", "text/plain"), "hello");

    assertThat(client.expectTextUntilClose())
        .doesNotContainIgnoringCase("transfer-encoding")
        .endsWith("\r\n\r\nhello");
  }

  /** A server may end an answer that has no payload with an empty piece of one. */
  @ParameterizedTest
  @CsvSource({"GET, 304", "GET, 204", "HEAD, 200"})
  void anAnswerThatHasNoBodyIsNotInChunks(String method, String status) {
    client.send(GET.replace("GET", method));
    answer(Fields.of(":status", status), "");

    assertThat(client.expectTextUntilClose())
        .startsWith("HTTP/1.1 " + status)
        .doesNotContainIgnoringCase("content-length")
        .doesNotContainIgnoringCase("transfer-encoding")
        .endsWith("\r\n\r\n");
  }

  /** The length is that of the answer to GET (RFC 9110, 8.6). */
  @ParameterizedTest
  @CsvSource({"GET, 304", "HEAD, 200"})
  void theLengthThatAServerTellsOfAnotherAnswerIsPassedOn(String method, String status) {
    client.send(GET.replace("GET", method));
    WirePeer upstream = server.accept();
    int stream = upstream.expectHeaders().stream();
    upstream.send(
        Frame.headers(stream, Fields.of(":status", status, "content-length", "5")).last());

    assertThat(client.expectTextUntilClose())
        .startsWith("HTTP/1.1 " + status)
        .containsIgnoringCase("content-length: 5\r\n")
        .endsWith("\r\n\r\n");
  }

  /** Rule P10: what HTTP/2 permits in a value is no error here either. */
  @Test
  void controlBytesInAValueOfTheAnswerPassP10() {
    client.send(GET);
    answer(Fields.of(":status", "200", "x-odd", "a\u0001b"), "hello");

    assertThat(client.expectTextUntilClose()).startsWith("HTTP/1.1 200").contains("a\u0001b");
  }

  @Test
  void aLengthInTrailersDoesNotReachTheClient() {
    client.send(GET);
    WirePeer upstream = server.accept();
    int stream = upstream.expectHeaders().stream();
    upstream.send(
        Frame.headers(stream, Fields.of(":status", "200")),
        Frame.data(stream, "hello"),
        Frame.headers(stream, Fields.of("content-length", "5", "x-end", "yes")).last());

    assertThat(client.expectTextUntilClose())
        .contains("hello")
        .contains("x-end: yes")
        .doesNotContain("content-length");
  }

  @Test
  void anIdleConnectionClosesWhenTheGatewayDrains() throws InterruptedException {
    client.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
    answer(Fields.of(":status", "200", "content-length", "5"), "hello");

    Thread drain = gateway.drain(Duration.ofSeconds(30));

    assertThat(client.expectTextUntilClose()).endsWith("hello");
    assertThat(drain.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void anOpenRequestOutlivesADrain() throws InterruptedException {
    client.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
    WirePeer upstream = server.accept();
    int stream = upstream.expectHeaders().stream();
    Thread drain = gateway.drain(Duration.ofSeconds(30));
    await().until(this::isPortClosed);
    upstream.send(
        Frame.headers(stream, Fields.of(":status", "200")), Frame.data(stream, "hello").last());

    assertThat(client.expectTextUntilClose()).startsWith("HTTP/1.1 200").contains("hello");
    assertThat(drain.join(Duration.ofSeconds(10))).isTrue();
  }

  private boolean isPortClosed() {
    try {
      WirePeer.connect(gateway.port()).close();
      return false;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  private void answer(Fields head, String body) {
    WirePeer upstream = server.accept();
    int stream = upstream.expectHeaders().stream();
    upstream.send(Frame.headers(stream, head), Frame.data(stream, body).last());
  }
}
