package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More bytes that wait than a gateway may hold, which is a MiB here: eight streams' windows. */
class BufferCapWireTest {

  private static final int REFUSED_STREAM = 7;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final int WINDOW = 128 << 10;
  private static final int FRAME = 16 << 10;
  private static final int FULL = 8;

  /** Header blocks are on the heap, where bytes count twice. */
  private static final int HEAP_WEIGHT = 2;

  private static final Fields CALL = Fields.grpcRequest(Scene.PATH);
  private static final Fields HELLO =
      Fields.of(":method", "GET", ":scheme", "http", ":path", "/hello", ":authority", "a");
  private static final Map<String, Object> LIMITED =
      Map.of(
          "weir",
          Map.of(
              "event_loops", 1,
              "admin", Map.of("address", "127.0.0.1:0"),
              "http2", Map.of("stream_window_bytes", WINDOW),
              "limits", Map.of("max_buffered_mib", 1)));

  private final WireServer server = WireServer.listen();
  private final EchoBackend echo = EchoBackend.start("echo");
  private final TestGateway gateway =
      TestGateway.configured(
          LIMITED,
          Api.of("scripted", server.target()),
          Api.of("echo", echo.target()).at("/weir.testkit.Echo"));

  @AfterEach
  void stop() {
    gateway.close();
    echo.close();
    server.close();
  }

  @Test
  void callsAreRefusedUntilReadersThatStallAreCut() {
    try (WirePeer lazy = WirePeer.client(gateway.port(), Frame.INITIAL_WINDOW_SIZE, 0);
        WirePeer other = WirePeer.client(gateway.port());
        EchoClient newcomer = EchoClient.to(gateway.port())) {
      hold(other);
      WirePeer upstream = open(lazy, FULL);
      for (int id = 1; id < 2 * FULL - 1; id += 2) {
        upstream.fill(id);
      }
      upstream.send(Frame.data(2 * FULL - 1, new byte[FRAME / 2])).expectQuiet();

      other.send(Frame.headers(3, CALL).last(), Frame.headers(5, HELLO).last());
      assertThat(other.expectFate(3)).isEqualTo("reset " + REFUSED_STREAM);
      assertThat(other.expectFate(5)).isEqualTo("http 200");

      assertThat(lazy.expectFate(1)).isEqualTo("reset " + ENHANCE_YOUR_CALM);
      await().atMost(Patience.LIMIT).until(() -> newcomer.unary("hi").status().isOk());
    }
  }

  @Test
  void responsesBeyondTheLimitEndTheirCalls() {
    int calls = 2 * FULL;
    try (WirePeer lazy = WirePeer.client(gateway.port(), Frame.INITIAL_WINDOW_SIZE, 0)) {
      WirePeer upstream = open(lazy, calls);

      ids(calls).forEach(id -> upstream.send(window(id)));

      for (int i = 0; i < calls - FULL; i++) {
        assertThat(lazy.next()).matches(frame -> frame.is(Frame.RST_STREAM));
      }
    }
  }

  @Test
  void requestsBeyondTheLimitEndWithResourceExhausted() {
    int calls = 2 * FULL;
    try (WirePeer eager = WirePeer.client(gateway.port())) {
      eager.send(ids(calls).mapToObj(id -> Frame.headers(id, CALL)).toArray(Frame[]::new));
      WirePeer upstream = server.accept(Frame.INITIAL_WINDOW_SIZE, 0);
      for (int i = 0; i < calls; i++) {
        upstream.expectHeaders();
      }

      ids(FULL).forEach(id -> eager.send(window(id)));

      assertThat(eager.expectFate(2 * FULL - 1)).isEqualTo("grpc 8");
      assertThat(upstream.expectReset(2 * FULL - 1)).isEqualTo(ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void headerBlocksBeyondTheLimitEndTheirConnections() {
    var peers = new ArrayList<WirePeer>();
    try {
      for (int i = 0; i < 2 * FULL; i++) {
        WirePeer peer = WirePeer.client(gateway.port());
        peers.add(peer);
        hold(peer);
      }
      peers.forEach(peer -> peer.trySend(unfinishedBlock()));
      int fit = FULL / HEAP_WEIGHT;
      await()
          .atMost(Patience.LIMIT)
          .until(() ->
              Metrics.at(gateway.adminPort()).counted("client", "buffers_full")
                  >= peers.size() - fit);
    } finally {
      peers.forEach(WirePeer::close);
    }
  }

  /** Opens a call that stays: a connection without one may be closed for its room. */
  private static void hold(WirePeer client) {
    client.send(Frame.headers(1, Fields.grpcRequest("/weir.testkit.Echo/Chat"))).expectQuiet();
  }

  /** Opens calls that are answered with a head. */
  private WirePeer open(WirePeer client, int calls) {
    client.send(ids(calls).mapToObj(id -> Frame.headers(id, CALL).last()).toArray(Frame[]::new));
    WirePeer upstream = server.accept();
    for (int i = 0; i < calls; i++) {
      upstream.send(Frame.headers(upstream.expectHeaders().stream(), Fields.grpcResponse()));
    }
    for (int i = 0; i < calls; i++) {
      client.expectHeaders();
    }
    return upstream;
  }

  /** As much as a stream's window allows. */
  private static Frame[] window(int id) {
    return IntStream.range(0, WINDOW / FRAME)
        .mapToObj(i -> Frame.data(id, new byte[FRAME]))
        .toArray(Frame[]::new);
  }

  private static Frame[] unfinishedBlock() {
    List<Frame> frames = new ArrayList<>();
    frames.add(new Frame(Frame.HEADERS, 0, 3, new byte[FRAME]));
    for (int i = 0; i < 7; i++) {
      frames.add(new Frame(Frame.CONTINUATION, 0, 3, new byte[FRAME]));
    }
    return frames.toArray(Frame[]::new);
  }

  private static IntStream ids(int count) {
    return IntStream.range(0, count).map(i -> 2 * i + 1);
  }
}
