package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Bystander;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.FaultProxy;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.FrameCounter;
import dev.weir.testkit.WirePeer;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Clients that cancel calls by the hundred, and a bystander whose calls use the same connections to
 * a server that ends those on which it meets 200 resets in 30 s, as servers of Netty do (B10).
 * {@code -Dweir.b10.calls=10000} has the bystander make more calls meanwhile.
 */
class ResetShareServerTest {

  private static final int CALLS = Integer.getInteger("weir.b10.calls", 500);
  private static final int CANCEL = 8;
  private static final int MAX_STREAMS = 100;
  private static final Fields DOWNLOAD = Fields.grpcRequest("/weir.testkit.Echo/Download");
  private static final Fields HELD = Fields.grpcRequest("/weir.testkit.Echo/Chat");

  @Test
  void bystandersOfThoseWhoResetAreUnharmedAndTheServerNeverLeavesB10() {
    var frames = new FrameCounter();
    try (var backend =
            EchoBackend.start("behind", 0, server -> server.maxRstFramesPerWindow(200, 30));
        var between = FaultProxy.watched(backend.port(), frames::watcher);
        var gateway =
            TestGateway.configured(
                Map.of("weir", Map.of("event_loops", 1, "admin", Map.of("address", "127.0.0.1:0"))),
                Api.of("echo", between.target()));
        var bystander = Bystander.at(gateway.port(), Duration.ofMillis(1), 20)) {
      int turn = 0;
      while (bystander.calls() < CALLS) {
        try (var attacker = WirePeer.client(gateway.port())) {
          switch (turn++ % 4) {
            case 0 -> cancelAtOnce(attacker);
            case 1 -> cancelSoon(attacker);
            case 2 -> cancelAnswered(attacker);
            default -> dieWithManyCalls(attacker);
          }
        }
      }

      bystander.expectUnharmed();
      assertThat(frames.count(Frame.GOAWAY)).as("GOAWAY of the server").isZero();
      assertThat(between.connections()).as("connections to the server").isGreaterThan(1);
      String held = "weir_peer_faults_total{reason=\"upstream_resets\",side=\"server\"}";
      assertThat(Metrics.at(gateway.adminPort()).get(held)).isPositive();
    }
  }

  /**
   * Answers that wait in the server when their calls are reset make it reset them as well: once for
   * the payload and once for the trailers, and it counts all three.
   */
  @Test
  void callsWhoseAnswersWaitInTheServerCountThriceB10() {
    int bearable = 110;
    var frames = new FrameCounter();
    try (var backend =
            EchoBackend.start("behind", 0, server -> server.maxRstFramesPerWindow(bearable, 30));
        var between = FaultProxy.watched(backend.port(), frames::watcher);
        var gateway =
            TestGateway.configured(
                Map.of("weir", Map.of("event_loops", 1)), Api.of("echo", between.target()));
        var bystander = Bystander.at(gateway.port(), Duration.ofMillis(1), 0)) {
      for (int turn = 0; turn < 3; turn++) {
        try (var attacker = WirePeer.client(gateway.port(), Frame.INITIAL_WINDOW_SIZE, 0)) {
          cancelUnread(attacker);
          bystander.awaitCalls(50);
        }
      }

      bystander.expectUnharmed();
      assertThat(frames.count(Frame.GOAWAY)).as("GOAWAY of the server").isZero();
    }
  }

  /** Calls that have more to answer than their client and the gateway take. */
  private static void cancelUnread(WirePeer client) {
    Frame request = Siege.download(0, 1, 200_000);
    for (int id : ids(MAX_STREAMS)) {
      client.send(Frame.headers(id, DOWNLOAD), request.on(id));
    }
    for (int heads = 0; heads < MAX_STREAMS; heads++) {
      client.expectHeaders();
    }
    client.expectQuiet();
    client.send(
        IntStream.of(ids(MAX_STREAMS))
            .mapToObj(id -> Frame.reset(id, CANCEL))
            .toArray(Frame[]::new));
  }

  /** Head and reset in one segment. */
  private static void cancelAtOnce(WirePeer client) {
    for (int id : ids(MAX_STREAMS)) {
      client.trySend(Frame.headers(id, HELD), Frame.reset(id, CANCEL));
    }
  }

  /** The head has left for the server when the reset comes. */
  private static void cancelSoon(WirePeer client) {
    // Fewer than the PINGs that a client may send.
    for (int id : ids(50)) {
      client.trySend(Frame.headers(id, HELD));
      client.expectQuiet();
      client.trySend(Frame.reset(id, CANCEL));
    }
  }

  /** Calls that have been answered cost their client nothing here but its share of resets. */
  private static void cancelAnswered(WirePeer client) {
    for (int id : ids(MAX_STREAMS)) {
      client.trySend(Frame.headers(id, HELD), Frame.message(id, ""));
      client.expectHeaders(id);
      client.expectData(id);
      client.trySend(Frame.reset(id, CANCEL));
    }
  }

  private static void dieWithManyCalls(WirePeer client) {
    client.send(
        IntStream.of(ids(MAX_STREAMS))
            .boxed()
            .flatMap(id -> Stream.of(Frame.headers(id, HELD), Frame.message(id, "")))
            .toArray(Frame[]::new));
    for (int replies = 0; replies < MAX_STREAMS; ) {
      replies += client.next().is(Frame.DATA) ? 1 : 0;
    }
    client.abort();
  }

  private static int[] ids(int count) {
    return IntStream.range(0, count).map(i -> 2 * i + 1).toArray();
  }
}
