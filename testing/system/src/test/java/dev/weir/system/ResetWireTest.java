package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams that end with RST_STREAM, from either side. */
class ResetWireTest {

  private static final int NO_ERROR = 0;
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;

  private static final int CANCELS = Integer.getInteger("weir.many.calls", 3000);
  private static final Duration AT_ONCE = Duration.ofMillis(50);

  /** All codes of RFC 9113 7. */
  static IntStream codes() {
    return IntStream.range(0, 14);
  }

  /** Without REFUSED_STREAM, after which a call may go elsewhere. */
  static IntStream codesThatEndACall() {
    return codes().filter(code -> code != REFUSED_STREAM);
  }

  @ParameterizedTest
  @MethodSource("codesThatEndACall")
  void resetsAfterTheHeadReachTheClientWithTheirCodeP14(int code) {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.headers(call.stream(), Fields.grpcResponse()));
      scene.client().expectHeaders(1);

      call.peer().send(Frame.reset(call.stream(), code));

      assertThat(scene.client().expectReset(1)).isEqualTo(code);
      scene.client().expectQuiet();
    }
  }

  @ParameterizedTest
  @MethodSource("codesThatEndACall")
  void resetsBeforeTheHeadKeepTheirMeaningP14(int code) {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer().send(Frame.reset(call.stream(), code));

      Frame answer = nextOfStream(scene.client());
      if (answer.is(Frame.RST_STREAM)) {
        assertThat(answer.resetCode()).isEqualTo(code);
      } else {
        assertThat(answer.isLast()).isTrue();
        assertThat(scene.client().decode(1, answer.payload()).get("grpc-status"))
            .isEqualTo(Integer.toString(statusOf(code)));
      }
      scene.client().expectQuiet();
    }
  }

  /** The code would have the client make the call again, of which something has been done. */
  @Test
  void aRefusalAfterTheHeadIsNoneToTheClientP14() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.headers(call.stream(), Fields.grpcResponse()));
      scene.client().expectHeaders(1);

      call.peer().send(Frame.reset(call.stream(), REFUSED_STREAM));

      Frame end = nextOfStream(scene.client());
      assertThat(end.isLast()).isTrue();
      assertThat(scene.client().decode(1, end.payload()).get("grpc-status")).isEqualTo("14");
      scene.client().expectQuiet();
    }
  }

  /** What a gRPC client makes of a reset with this code. */
  private static int statusOf(int code) {
    return switch (code) {
      case CANCEL -> 1;
      case 11 -> 8;
      case 12 -> 7;
      default -> 13;
    };
  }

  /** An endpoint that refuses has seen the call, so it is offered only once more (P18). */
  @Test
  void aStreamThatIsRefusedTwiceIsRefusedToTheClientP14() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.reset(call.stream(), REFUSED_STREAM));
      int second = call.peer().expectRequest().stream();

      call.peer().send(Frame.reset(second, REFUSED_STREAM));

      // A client reads it as UNAVAILABLE, and may itself try again: nobody did anything yet.
      assertThat(scene.client().expectReset(1)).isEqualTo(REFUSED_STREAM);
      call.peer().expectQuiet();
    }
  }

  private static Frame nextOfStream(WirePeer client) {
    Frame frame = client.next();
    while (frame.stream() != 1 || frame.is(Frame.WINDOW_UPDATE)) {
      frame = client.next();
    }
    return frame;
  }

  @Test
  void clientsCancelReachesTheServerP13() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();

      scene.client().send(Frame.reset(1, CANCEL));

      assertThat(upstream.expectReset(stream)).isEqualTo(CANCEL);
    }
  }

  @Test
  void clientsCancelAfterHalfCloseReachesTheServerP13() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      scene.client().send(Frame.reset(1, CANCEL));

      assertThat(call.peer().expectReset(call.stream())).isEqualTo(CANCEL);
    }
  }

  @Test
  void clientsDeathReachesTheServerAsCancelP13() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      scene.client().abort();

      assertThat(call.peer().expectReset(call.stream())).isEqualTo(CANCEL);
      call.peer().expectQuiet();
    }
  }

  /** B10: what a client takes back before anything had to be sent costs the server nothing. */
  @Test
  void cancelsThatComeWithTheirCallsReachNobody() {
    try (var scene = Scene.open()) {
      Scene.Upstream first = scene.call();
      Fields head = Fields.grpcRequest(Scene.PATH);

      scene
          .client()
          .send(
              Frame.headers(3, head),
              Frame.reset(3, CANCEL),
              Frame.headers(5, head.with("only-here", "x")),
              Frame.message(5, "hello").last(),
              Frame.reset(5, CANCEL));
      scene.client().sendRequest(7, Scene.PATH);

      Head next = first.peer().expectRequest();
      assertThat(next.stream()).isEqualTo(first.stream() + 2);
      first.peer().sendResponse(next.stream());
      assertThat(scene.client().expectResponse(7).get("grpc-status")).isEqualTo("0");
      first.peer().expectQuiet();
    }
  }

  @Test
  void cancelBeforeTheServerIsConnectedReachesNobody() {
    try (var scene = Scene.open()) {
      scene.client().sendRequest(1, Scene.PATH);
      WirePeer upstream = scene.server().acceptSilently().expectPreface();

      scene.client().send(Frame.reset(1, CANCEL)).expectQuiet();
      upstream.send(Frame.settings()).expectSettings();

      upstream.expectQuiet();
    }
  }

  /**
   * Thousands of calls that end with a cancel, at different points of their life. The server allows
   * five at once on a connection, a client may have a hundred: streams that stay behind on either
   * side soon leave no room. Each cancel reaches the server before the next call begins, as from an
   * honest client; now and then as the end of a connection on which there were many. Half of them
   * get there within 50 ms, whatever else the machine does.
   */
  @Test
  void thousandsOfCancelsLeaveNothingBehindP13() {
    try (var server = WireServer.listen();
        var gateway =
            TestGateway.configured(
                Map.of("weir", Map.of("event_loops", 1, "admin", Map.of("address", "127.0.0.1:0"))),
                Api.of("scripted", server.target()))) {
      var nanos = new ArrayList<Long>();
      BlockingQueue<WirePeer> accepted = acceptAll(server);
      WirePeer upstream = null;
      while (nanos.size() < CANCELS) {
        try (var client = WirePeer.client(gateway.port())) {
          for (int id = 1; id < 300; id += 2) {
            upstream = cancelOne(client, accepted, upstream, id, nanos);
          }
        }
      }

      await()
          .untilAsserted(
              () -> assertThat(Metrics.at(gateway.adminPort()).get("weir_streams_open")).isZero());
      Collections.sort(nanos);
      assertThat(Duration.ofNanos(nanos.get(nanos.size() / 2))).isLessThanOrEqualTo(AT_ONCE);

      try (var client = WirePeer.client(gateway.port())) {
        for (int id = 1; id < 10; id += 2) {
          client.sendRequest(id, Scene.PATH);
          upstream = openOr(accepted, upstream);
          upstream.expectRequest();
        }
      }
    }
  }

  /**
   * Connections as they come: a server that many calls are cancelled on gets the next one early.
   */
  private static BlockingQueue<WirePeer> acceptAll(WireServer server) {
    var accepted = new LinkedBlockingQueue<WirePeer>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              accepted.add(
                  server
                      .acceptSilently(Duration.ZERO)
                      .expectPreface()
                      .send(Frame.settings(Frame.MAX_CONCURRENT_STREAMS, 5))
                      .expectSettings());
            }
          } catch (UncheckedIOException closed) {
            // The test is over.
          }
        });
    return accepted;
  }

  private static WirePeer openOr(BlockingQueue<WirePeer> accepted, @Nullable WirePeer open) {
    return open != null ? open : Patience.next(accepted, "a connection to the server");
  }

  /**
   * Returns the connection that the next call will use, null when that will be a new one.
   *
   * @param nanos gets how long the cancel took
   */
  private static @Nullable WirePeer cancelOne(
      WirePeer client,
      BlockingQueue<WirePeer> accepted,
      @Nullable WirePeer open,
      int id,
      List<Long> nanos) {
    boolean whole = id % 3 != 0;
    if (whole) {
      client.sendRequest(id, Scene.PATH);
    } else {
      client.send(Frame.headers(id, Fields.grpcRequest(Scene.PATH)));
    }
    WirePeer upstream = openOr(accepted, open);
    int stream = (whole ? upstream.expectRequest() : upstream.expectHeaders()).stream();
    if (id % 3 == 1) {
      upstream.send(Frame.headers(stream, Fields.grpcResponse()));
      client.expectHeaders(id);
    }
    long begun = System.nanoTime();
    client.send(Frame.reset(id, CANCEL));
    boolean goesOn = upstream.expectResetOrEnd(stream);
    nanos.add(System.nanoTime() - begun);
    return goesOn ? upstream : null;
  }

  @Test
  void anEarlyEndIsDeliveredWholeAndThenBothSidesStopP15() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();

      upstream.sendResponse(stream);

      assertThat(scene.client().expectResponse(1).get("grpc-status")).isEqualTo("0");
      assertThat(scene.client().expectReset(1)).isEqualTo(NO_ERROR);
      assertThat(upstream.expectReset(stream)).isIn(NO_ERROR, CANCEL);
      scene.client().expectQuiet();
      upstream.expectQuiet();
    }
  }

  @Test
  void aResetWithNoErrorAfterTheWholeResponseDoesNotEatItP15() {
    try (var scene = Scene.open(Frame.INITIAL_WINDOW_SIZE, 100)) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();

      upstream.send(
          Frame.headers(stream, Fields.grpcResponse()),
          Frame.data(stream, new byte[10_000]),
          Frame.headers(stream, Fields.grpcTrailers(9)).last(),
          Frame.reset(stream, NO_ERROR));

      scene.client().expectHeaders(1);
      scene.client().expectBytes(1, 10_000);
      Head trailers = scene.client().expectHeaders(1);
      assertThat(trailers.fields().get("grpc-status")).isEqualTo("9");
    }
  }

  @Test
  void dataAfterAnEarlyEndDoesNotHurtTheConnectionP15() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();
      upstream.sendResponse(stream);
      scene.client().expectResponse(1);

      scene.client().send(Frame.data(1, new byte[16_000]), Frame.data(1, new byte[16_000]).last());

      assertThat(scene.client().expectReset(1)).isEqualTo(NO_ERROR);
      scene.client().sendRequest(3, Scene.PATH);
      upstream.expectReset(stream);
      upstream.sendResponse(upstream.expectRequest().stream());
      assertThat(scene.client().expectResponse(3).get("grpc-status")).isEqualTo("0");
    }
  }
}
