package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests of HTTP/1 that two hops could read in two ways: refused, and nothing after them read.
 */
class Http1SmugglingWireTest {

  private static final String SMUGGLED = "GET /hello HTTP/1.1|Host: a||";

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

  /** In the table {@code |} stands for CR LF, and {@code ^} for a tab. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          400 ! both            ! POST /page HTTP/1.1|Host: a|Content-Length: 3|Transfer-Encoding: chunked||0||
          400 ! both            ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 5||0||
          400 ! both            ! POST /page HTTP/1.1|Host: a|Content-Length: 5|Transfer-Encoding: gzip, chunked||0||
          400 ! both            ! POST /page HTTP/1.1|Host: a|Content-Length: 0|Transfer-Encoding: identity||
          400 ! both            ! POST /page HTTP/1.0|Host: a|Content-Length: 5|Transfer-Encoding: chunked||0||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||0||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: chunked, chunked||0||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: identity||0||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: identity||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: gzip||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: xchunked||0||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: "chunked"||0||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: chunked;q=1||0||
          501 ! transfer coding ! POST /page HTTP/1.1|Host: a|Transfer-Encoding:||
          400 ! HTTP/1.0        ! POST /page HTTP/1.0|Host: a|Transfer-Encoding: chunked||0||
          400 ! RFC 9112        ! POST /page HTTP/1.1|Host: a|Transfer-Encoding : chunked||0||
          400 ! RFC 9112        ! POST /page HTTP/1.1|Host: a|:authority: b||
          400 ! RFC 9112        ! POST /page HTTP/1.1|Host: a|Content-Length: 3|Content-Length: 5||abc
          400 ! RFC 9112        ! POST /page HTTP/1.1|Host: a|Content-Length: 3, 5||abc
          400 ! RFC 9112        ! POST /page HTTP/1.1|Host: a|Content-Length: +3||abc
          400 ! RFC 9112        ! POST /page HTTP/1.1|Host: a|Content-Length: -1||
          400 ! RFC 9112        ! POST /page HTTP/1.1|Host: a|Content-Length: 0x3||abc
          400 ! no Host         ! GET /page HTTP/1.1||
          400 ! no Host         ! GET http://a/page HTTP/1.1||
          400 ! no Host         ! GET http://a/page HTTP/1.0||
          400 ! more than one   ! GET /page HTTP/1.1|Host: a|Host: a||
          400 ! more than one   ! GET /page HTTP/1.1|Host: a|Host: b||
          400 ! not a host      ! GET /page HTTP/1.1|Host:||
          400 ! not a host      ! GET /page HTTP/1.1|Host: a b||
          400 ! not a host      ! GET /page HTTP/1.1|Host: a/b||
          400 ! not a host      ! GET /page HTTP/1.1|Host: user@a||
          400 ! not a host      ! GET /page HTTP/1.1|Host: a:80:80||
          400 ! not a host      ! GET /page HTTP/1.1|Host: a:http||
          400 ! not a host      ! GET /page HTTP/1.1|Host: http://a||
          400 ! not a host      ! GET /page HTTP/1.1|Host: [::1||
          400 ! not the host    ! GET http://b/page HTTP/1.1|Host: a||
          400 ! not the host    ! GET http://b/page HTTP/1.0|Host: a||
          400 ! not the host    ! GET http://a:81/page HTTP/1.1|Host: a||
          400 ! not the host    ! GET http://user@a/page HTTP/1.1|Host: a||
          400 ! not the host    ! GET http://b?@a/page HTTP/1.1|Host: a||
          400 ! not the host    ! GET http:///page HTTP/1.1|Host: a||
          400 ! target          ! GET https://a/page HTTP/1.1|Host: a||
          400 ! target          ! GET http://a#/page HTTP/1.1|Host: a||
          400 ! target          ! GET page HTTP/1.1|Host: a||
          400 ! target          ! CONNECT a:443 HTTP/1.1|Host: a||
          505 ! spoken here     ! GET /page HTTP/2.0|Host: a||
          """)
  void requestThatCanBeReadInTwoWaysIsRefused(String status, String reason, String request) {
    client.send(crlf(request + SMUGGLED));

    String answer = client.expectTextUntilClose();

    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("connection: close", "content-type: text/plain; charset=utf-8", reason)
        .containsOnlyOnce("connection: close");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          / ! GET / HTTP/1.1|Host: a||
          /page ! GET http://a/page HTTP/1.1|Host: a||
          /page ! GET HTTP://a:8080/page HTTP/1.1|Host: A:8080||
          /?x=/b ! GET http://a?x=/b HTTP/1.1|Host: a||
          / ! GET http://[::1]:80 HTTP/1.1|Host: [::1]:80||
          /page ! POST /page HTTP/1.1|Host: a|Transfer-Encoding: Chunked||0||
          /page ! POST /page HTTP/1.1|Host: a|Transfer-Encoding:^chunked ||0||
          """)
  void requestThatCanBeReadInOneWayIsForwarded(String path, String request) {
    client.send(crlf(request));

    var head = server.accept().expectHeaders().fields();

    assertThat(head.get(":path")).isEqualTo(path);
  }

  @Test
  void requestOfHttp10NeedsNoHost() {
    client.send("GET /hello HTTP/1.0\r\n\r\n");

    assertThat(client.expectTextUntilClose()).startsWith("HTTP/1.1 200 ");
  }

  /** Chunks that do not parse end the request; what the server got so far is taken back. */
  @ParameterizedTest
  @CsvSource({"0x5", "-1", "5g", "99999999999999999999"})
  void chunkOfNoLengthIsRefused(String length) {
    client.send(crlf("POST /page HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abc|"));
    WirePeer upstream = server.accept();
    int stream = upstream.expectHeaders().stream();
    upstream.expectBytes(stream, 3);

    client.send(crlf(length + "|abc|"));

    assertThat(client.expectTextUntilClose())
        .startsWith("HTTP/1.1 400 ")
        .containsOnlyOnce("connection: close");
    assertThat(upstream.expectReset(stream)).isEqualTo(0x8);
  }

  /** Closing on top of what was not read would take the answer from the client. */
  @Test
  void refusalReachesAClientThatStillSends() {
    client.send(crlf("POST /page HTTP/1.1|Host: a|Transfer-Encoding: gzip||"));
    client.send(new byte[1 << 20]).finish();

    assertThat(client.expectTextUntilClose()).startsWith("HTTP/1.1 501 ");
  }

  @Test
  void clientThatDoesNotCloseAfterARefusalIsClosed() {
    client.send(crlf("GET /page HTTP/1.1||")).expectTextUntilClose();

    await().until(() -> isClosed(client));
  }

  /** Whether what is sent now is answered with a reset. */
  private static boolean isClosed(WirePeer peer) {
    try {
      peer.send("x");
      return false;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  private static String crlf(String line) {
    return line.replace("|", "\r\n").replace("^", "\t");
  }
}
