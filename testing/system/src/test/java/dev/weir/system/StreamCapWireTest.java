package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More calls than the gateway takes, from however many connections. */
class StreamCapWireTest {

  private static final int MOST = 3;
  private static final int REFUSED_STREAM = 7;
  private static final Fields CALL = Fields.grpcRequest(Scene.PATH);
  private static final Fields HELLO =
      Fields.of(":method", "GET", ":scheme", "http", ":path", "/hello", ":authority", "a");
  private static final Map<String, Object> LIMITED =
      Map.of("weir", Map.of("event_loops", 1, "limits", Map.of("max_streams", MOST)));

  private final WireServer server = WireServer.listen();
  private final TestGateway gateway =
      TestGateway.configured(LIMITED, Api.of("scripted", server.target()));

  @AfterEach
  void stop() {
    gateway.close();
    server.close();
  }

  @Test
  void aCallTooManyIsRefusedAndTheOthersGoOn() {
    try (WirePeer client = WirePeer.client(gateway.port());
        WirePeer other = WirePeer.client(gateway.port())) {
      WirePeer upstream = fill(client);

      other.send(Frame.headers(1, CALL).last());
      assertThat(other.expectReset(1)).isEqualTo(REFUSED_STREAM);

      upstream.sendResponse(1);
      assertThat(client.expectFate(1)).isEqualTo("grpc 0");
      upstream.sendResponse(3).sendResponse(5);
      assertThat(client.expectFate(5)).isEqualTo("grpc 0");
    }
  }

  @Test
  void aCallThatEndsMakesRoomForAnother() {
    try (WirePeer client = WirePeer.client(gateway.port());
        WirePeer other = WirePeer.client(gateway.port())) {
      WirePeer upstream = fill(client);
      upstream.sendResponse(3);
      assertThat(client.expectFate(3)).isEqualTo("grpc 0");

      other.send(Frame.headers(1, CALL).last());

      upstream.sendResponse(upstream.expectHeaders().stream());
      assertThat(other.expectFate(1)).isEqualTo("grpc 0");
    }
  }

  @Test
  void resetsForWhichNobodyIsToBlameCostNobodyTheConnection() {
    try (WirePeer client = WirePeer.client(gateway.port());
        WirePeer other = WirePeer.client(gateway.port())) {
      WirePeer upstream = fill(client);

      for (int id = 1; id < 1000; id += 2) {
        other.send(Frame.headers(id, CALL).last());
        assertThat(other.expectReset(id)).isEqualTo(REFUSED_STREAM);
      }

      upstream.sendResponse(1);
      assertThat(client.expectFate(1)).isEqualTo("grpc 0");
      other.send(Frame.headers(1001, CALL).last());
      upstream.expectHeaders();
      other.expectQuiet();
    }
  }

  @Test
  void healthIsAnsweredAllTheSame() {
    try (WirePeer client = WirePeer.client(gateway.port());
        WirePeer other = WirePeer.client(gateway.port())) {
      fill(client);

      other.send(Frame.headers(1, HELLO).last());

      assertThat(other.expectFate(1)).isEqualTo("http 200");
      assertThat(http1("/hello")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whatCannotBeAnsweredAtOnceDoesNotStay() {
    try (WirePeer client = WirePeer.client(gateway.port());
        WirePeer other = WirePeer.client(gateway.port(), Frame.INITIAL_WINDOW_SIZE, 0)) {
      fill(client);

      other.send(Frame.headers(1, HELLO).last());

      assertThat(other.expectFate(1)).isEqualTo("reset " + REFUSED_STREAM);
    }
  }

  @Test
  void callersOfHttp1AreToldToComeBack() {
    try (WirePeer client = WirePeer.client(gateway.port())) {
      fill(client);

      assertThat(http1("/page")).startsWith("HTTP/1.1 503").contains("try again");
    }
  }

  @Test
  void oneLineASecondIsLoggedWithTheReason() {
    Api api = Api.of("scripted", server.target());
    try (var weir = WeirProcess.tuned(List.of(), LIMITED, api);
        WirePeer client = WirePeer.client(weir.port())) {
      fill(client);

      for (int id = 7; id < 400; id += 2) {
        client.send(Frame.headers(id, CALL).last());
        assertThat(client.expectFate(id)).isEqualTo("reset " + REFUSED_STREAM);
      }

      await()
          .atMost(Patience.LIMIT)
          .until(() -> weir.output().matches("(?s).*refused a call.*reason\\W+streams\\W.*"));
      assertThat(weir.output().split("refused a call", -1)).hasSizeLessThan(10);
    }
  }

  /** As many calls as the gateway takes; returns the server's end of their connection. */
  private WirePeer fill(WirePeer client) {
    for (int id = 1; id < 2 * MOST; id += 2) {
      client.send(Frame.headers(id, CALL).last());
    }
    WirePeer upstream = server.accept();
    for (int i = 0; i < MOST; i++) {
      upstream.expectHeaders();
    }
    return upstream;
  }

  private String http1(String path) {
    try (WirePeer client = WirePeer.connect(gateway.port())) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
          .expectTextUntilClose();
    }
  }
}
