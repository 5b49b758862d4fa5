package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Settings of what the gateway does by itself, for which nobody is to blame. */
class QuietLimitsWireTest {

  private static final Fields CALL = Fields.grpcRequest(Scene.PATH);
  private static final int CANCEL = 8;

  private final WireServer server = WireServer.listen();

  @AfterEach
  void stop() {
    server.close();
  }

  private TestGateway gateway(Map<String, Integer> limits) {
    return TestGateway.configured(
        Map.of("weir", Map.of("event_loops", 1, "http2", limits)),
        Api.of("scripted", server.target()));
  }

  @Test
  void connectionsOfHttp1AreKeptForSoLong() {
    try (var gateway = gateway(Map.of("http1_idle_seconds", 1));
        WirePeer client = WirePeer.connect(gateway.port())) {
      client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.expectTextUntilClose()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void callsWaitForAStreamForSoLong() {
    try (var gateway = gateway(Map.of("upstream_wait_seconds", 1));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, CALL).last());
      server.accept(Frame.MAX_CONCURRENT_STREAMS, 0);

      assertThat(client.expectResponse(1).get("grpc-message"))
          .contains("no stream came free in 1 s");
    }
  }

  /** What goes beyond is owed: another connection is opened for the calls to come. */
  @Test
  void serversGetSoManyResets() {
    try (var gateway = gateway(Map.of("upstream_resets_burst", 2));
        WirePeer client = WirePeer.client(gateway.port())) {
      for (int stream = 1; stream <= 7; stream += 2) {
        client.send(Frame.headers(stream, CALL));
      }
      WirePeer first = server.accept();
      for (int i = 0; i < 4; i++) {
        first.expectHeaders();
      }

      client.send(Frame.reset(1, CANCEL), Frame.reset(3, CANCEL), Frame.reset(5, CANCEL));
      server.accept();

      assertThat(first.expectReset(1)).isEqualTo(CANCEL);
      assertThat(first.expectReset(3)).isEqualTo(CANCEL);
    }
  }
}
