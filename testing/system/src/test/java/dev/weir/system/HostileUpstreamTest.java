package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Servers that are broken, or mean harm to those who call them (attack group D). */
class HostileUpstreamTest {

  private static final int PROTOCOL_ERROR = 1;
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int SETTINGS_TIMEOUT = 4;
  private static final int CANCEL = 8;
  private static final int ENHANCE_YOUR_CALM = 11;

  private static final String OK = "grpc 0";
  private static final String TOO_LARGE = "grpc 8";
  private static final String INTERNAL = "grpc 13";
  private static final String UNAVAILABLE = "grpc 14";

  /** What callers see of two resets with each code, of which a refused call is made again. */
  private static final Map<String, Double> RESET_CALLS =
      Map.of(
          "INTERNAL", 16.0,
          "UNKNOWN", 4.0,
          "CANCELLED", 2.0,
          "RESOURCE_EXHAUSTED", 2.0,
          "PERMISSION_DENIED", 2.0,
          "UNAVAILABLE", 0.0);

  private static final Pattern BLAME =
      Pattern.compile("weir_calls_failed_total|weir_peer_faults_total");

  private static final Fields CALL = Fields.grpcRequest("/hostile.Service/Method");
  private static final int MAX_CONNECTIONS = 10;
  private static final Duration NO_PATIENCE = Duration.ofMillis(1);
  private static final int TRIES = 3;
  private static final long MOST_HELD = 1 << 20;

  /** As long as a server may be of no use, where the gateway waits 10 s for it. */
  private static final Duration A_WHILE = Duration.ofSeconds(15);

  /**
   * Of 10 s less what an event loop has been doing when bytes come: it looks at the clock once a
   * turn.
   */
  private static final Duration HEAD_TIMEOUT = Duration.ofMillis(9_900);

  private static final long BAD_SETTINGS_NANOS = 10_000_000;
  private static final int LEAVING_CALLS =
      Siege.LONG ? 10_000 : Integer.getInteger("weir.d6.calls", 1000);

  private static WireServer server;
  private static WireServer silent;
  private static WireServer mute;
  private static WireServer dead;
  private static HeadRecorder well;
  private static HeadRecorder narrow;
  private static HeadRecorder leaving;
  private static HeadRecorder fickle;
  private static Siege siege;

  @BeforeAll
  static void begin() {
    server = WireServer.listen();
    silent = WireServer.listen();
    mute = WireServer.listen();
    dead = WireServer.listen();
    well = HeadRecorder.listen();
    Thread.ofVirtual().start(() -> greetAll(mute));
    narrow = HeadRecorder.listen(Frame.MAX_CONCURRENT_STREAMS, 1);
    leaving = HeadRecorder.leavingAfter(7);
    fickle = HeadRecorder.leavingAtRandom(13, 6);
    siege =
        Siege.of(
            Api.of("fickle", fickle.target()).at("/fickle"),
            Api.of("hostile", server.target()),
            Api.of("silent", silent.target()).at("/silent"),
            Api.of("mute", mute.target(), well.target()).at("/mute"),
            Api.of("dead", dead.target(), well.target()).at("/dead"),
            Api.of("narrow", narrow.target()).at("/narrow"),
            Api.of("leaving", leaving.target()).at("/leaving"));
  }

  @AfterAll
  static void end() {
    siege.close();
    fickle.close();
    leaving.close();
    narrow.close();
    well.close();
    dead.close();
    mute.close();
    silent.close();
    server.close();
  }

  /** Says that it speaks HTTP/2, and reads nothing. */
  private static void greetAll(WireServer greeting) {
    try {
      while (true) {
        greeting.acceptSilently(Duration.ZERO).send(Frame.settings());
      }
    } catch (UncheckedIOException closed) {
      // The tests are over.
    }
  }

  @AfterEach
  void hangUp() {
    server.hangUp();
    silent.hangUp();
  }

  @Test
  void d1SettingsThatCannotBeEndTheConnection() {
    badSettings("protocol_error", PROTOCOL_ERROR, Frame.settings(Frame.MAX_FRAME_SIZE, 0));
    badSettings("protocol_error", PROTOCOL_ERROR, Frame.settings(Frame.MAX_FRAME_SIZE, 1 << 24));
    badSettings(
        "flow_control_error",
        FLOW_CONTROL_ERROR,
        Frame.settings(Frame.INITIAL_WINDOW_SIZE, 1 << 31));
    assertThat(siege.log()).containsPattern("endpoint cannot be reached.*" + server.port());
  }

  private static void badSettings(String reason, int code, Frame settings) {
    siege.betrayal(
        reason,
        () -> {
          long quietNanos = leastLoopNanos(() -> {});
          long nanos = leastLoopNanos(() -> endBy(settings, code));
          assertThat(nanos - quietNanos)
              .as("ns of the event loop, after %d beside nobody", quietNanos)
              .isLessThanOrEqualTo(BAD_SETTINGS_NANOS);
        });
  }

  private static void endBy(Frame settings, int code) {
    WirePeer client = siege.client();
    client.send(Frame.headers(1, CALL).last());
    WirePeer peer = siege.counted(server.acceptSilently());
    peer.expectPreface().send(settings);
    assertThat(peer.expectPoliteEnd().goAwayCode()).isEqualTo(code);
    assertThat(client.expectFate(1)).isEqualTo(UNAVAILABLE);
  }

  /**
   * The time that the event loop spends on a core on this, and on calls to another server that go
   * on meanwhile and behind it, while connections are still there: the least of several tries, as a
   * loop that spins does so in each.
   */
  private static long leastLoopNanos(Runnable play) {
    return LongStream.generate(() -> loopNanos(play)).limit(TRIES).min().orElseThrow();
  }

  private static long loopNanos(Runnable play) {
    long before = siege.loopNanos();
    play.run();
    siege.awaitCalls(20);
    return siege.loopNanos() - before;
  }

  @Test
  void d2AWindowThatOverflowsFailsThoseWhoWaitForIt() {
    siege.betrayal(
        "flow_control_error",
        () -> {
          try (var calls = new Calls(5, Frame.INITIAL_WINDOW_SIZE, 0)) {
            for (int stream : calls.streams) {
              calls.client.send(Frame.data(stream, new byte[5000]));
            }
            calls.peer.expectQuiet();
            calls.peer.send(
                Frame.windowUpdate(calls.of(0), Integer.MAX_VALUE),
                Frame.windowUpdate(calls.of(0), Integer.MAX_VALUE));
            assertThat(calls.client.expectFate(1)).isEqualTo(INTERNAL);
            assertThat(calls.peer.expectFate(calls.of(0))).isEqualTo("reset " + FLOW_CONTROL_ERROR);

            calls.peer.send(Frame.windowUpdate(0, Integer.MAX_VALUE));

            // Whoever waits hears of it no later than the server does: no timer is waited for.
            assertThat(calls.peer.expectGoAway().goAwayCode()).isEqualTo(FLOW_CONTROL_ERROR);
            calls.client.expectPong().patience(NO_PATIENCE);
            for (int i = 1; i < 5; i++) {
              assertThat(calls.client.expectFate(calls.streams[i])).isEqualTo(UNAVAILABLE);
            }
            assertThat(calls.peer.expectPoliteEnd().goAwayCode()).isEqualTo(FLOW_CONTROL_ERROR);
          }
        });
  }

  /** Row C9 with us as the client; what costs the stream and what the connection. */
  @Test
  void c9FaultsOfAServersWindowsEndTheCallOrTheConnection() {
    windowFault("stream_error", INTERNAL, stream -> Frame.windowUpdate(stream, 0));
    windowFault("stream_error", INTERNAL, stream -> Frame.windowUpdate(stream, Integer.MAX_VALUE));
    windowFault("protocol_error", UNAVAILABLE, stream -> Frame.windowUpdate(0, 0));
    windowFault(
        "flow_control_error", UNAVAILABLE, stream -> Frame.windowUpdate(0, Integer.MAX_VALUE));
    windowFault(
        "flow_control_error",
        UNAVAILABLE,
        stream -> Frame.settings(Frame.INITIAL_WINDOW_SIZE, 1 << 31));
  }

  private static void windowFault(String reason, String fate, IntFunction<Frame> fault) {
    siege.betrayal(
        reason,
        () -> {
          try (var calls = new Calls(2)) {
            calls.peer.send(fault.apply(calls.of(0)));
            assertThat(calls.client.expectFate(1)).isEqualTo(fate);
            if (fate.equals(INTERNAL)) {
              calls.finish(1);
            } else {
              assertThat(calls.client.expectFate(3)).isEqualTo(UNAVAILABLE);
              assertThat(calls.peer.expectPoliteEnd().goAwayCode()).isNotZero();
            }
          }
        });
    server.hangUp();
  }

  @Test
  void c9WindowsThatAServerTurnsNegativeAreRefilledFirst() {
    lawful(() -> {
      try (var calls = new Calls(1, Frame.INITIAL_WINDOW_SIZE, 1000)) {
        int stream = calls.of(0);
        calls.client.send(Frame.data(1, new byte[3000]));
        expectBytes(calls.peer, stream, 1000);
        calls.peer.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 0)).expectQuiet();
        calls.peer.send(Frame.windowUpdate(stream, 1000)).expectQuiet();
        calls.peer.send(Frame.windowUpdate(stream, 5000));
        expectBytes(calls.peer, stream, 2000);
        calls.finish(0);
      }
    });
  }

  /** Gives no window back. */
  private static void expectBytes(WirePeer peer, int stream, int count) {
    for (int got = 0; got < count; ) {
      got += peer.expectData(stream).payload().length;
    }
  }

  @Test
  void d3EndlessInformationalHeadsFailTheirCallOnly() {
    siege.betrayal(
        "stream_error",
        () -> {
          try (var calls = new Calls(2)) {
            Frame hint = Frame.headers(calls.of(0), Fields.of(":status", "103", "link", "x"));
            calls.peer.flood(Siege.LONG ? 100_000 : 20_000, i -> hint);
            assertThat(calls.client.expectFate(1)).isEqualTo(INTERNAL);
            calls.finish(1);
          }
        });
  }

  @Test
  void d4AMegabyteOfMetadataFailsItsCallOnly() {
    Fields big = Fields.grpcResponse();
    for (int i = 0; i < 64; i++) {
      big = big.with("big" + i, "v".repeat(16_000));
    }
    Fields head = big;
    siege.betrayal(
        "header_list",
        () -> {
          try (var calls = new Calls(3)) {
            calls.peer.send(Frame.section(calls.of(0), head, false));
            assertThat(calls.client.expectFate(1)).isEqualTo(TOO_LARGE);

            calls.peer.send(Frame.headers(calls.of(1), Fields.grpcResponse()));
            calls.peer.send(Frame.message(calls.of(1), "hello"));
            calls.peer.send(Frame.section(calls.of(1), head.without(":status"), true));
            assertThat(calls.client.expectFate(3)).isEqualTo(TOO_LARGE);

            calls.finish(2);
          }
        });
  }

  @Test
  void d5AServerThatTakesOneCallAtATimeLosesNone() {
    lawful(() -> {
      WirePeer client = siege.client();
      int answered = narrow.answered();
      int connections = narrow.connections();
      for (int first = 1; first < 2000; first += 200) {
        client.send(wholeCalls(first, 100, Fields.grpcRequest("/narrow/Service/Method")));
        expectAllOk(client, 100);
      }
      assertThat(narrow.answered() - answered).isEqualTo(1000);
      assertThat(narrow.connections() - connections).isLessThanOrEqualTo(MAX_CONNECTIONS);
      narrow.hangUp();
    });
  }

  /** Behind 50 calls, which go on; on other connections it takes one call at a time. */
  @Test
  void d5AServerThatTakesNoMoreCallsLosesNone() {
    for (int allowed : new int[] {0, 1}) {
      lawful(() -> {
        try (var calls = new Calls(50)) {
          calls.peer.send(Frame.settings(Frame.MAX_CONCURRENT_STREAMS, allowed)).expectQuiet();
          WirePeer client = siege.client();
          client.send(wholeCalls(1, 100, CALL));
          answerOnAllFurtherConnections();
          expectAllOk(client, 100);
          for (int first = 201; first < 2000; first += 200) {
            client.send(wholeCalls(first, 100, CALL));
            expectAllOk(client, 100);
          }
          server.expectNoConnection(NO_PATIENCE);
          for (int i = 0; i < 50; i++) {
            calls.finish(i);
          }
        }
        server.hangUp();
      });
    }
  }

  /** No call is answered before all of the connections are there that may be. */
  private static void answerOnAllFurtherConnections() {
    List<WirePeer> further =
        Stream.generate(() -> server.accept(Frame.MAX_CONCURRENT_STREAMS, 1))
            .limit(MAX_CONNECTIONS - 1)
            .toList();
    further.forEach(peer -> Thread.ofVirtual().start(() -> answerAll(peer)));
  }

  private static void answerAll(WirePeer peer) {
    try {
      while (true) {
        peer.sendResponse(peer.expectHeaders().stream());
      }
    } catch (AssertionError | UncheckedIOException closed) {
      // The calls are over. One that was lost for another reason is missed by its caller.
    }
  }

  /** So many requests without payload, from this stream on. */
  private static Frame[] wholeCalls(int first, int count, Fields head) {
    return IntStream.range(0, count)
        .mapToObj(i -> Frame.headers(first + 2 * i, head).last())
        .toArray(Frame[]::new);
  }

  @Test
  void d6ServersThatKeepLeavingLoseNoCall() {
    lawful(() -> {
      int connections = leaving.connections();
      callAll(patient(), "/leaving/Service/Method");
      assertThat(leaving.connections() - connections).isGreaterThan(LEAVING_CALLS / 10);
    });
  }

  @Test
  void d6ServersThatLeaveAtRandomLoseNoCall() {
    lawful(() -> {
      int connections = fickle.connections();
      callAll(patient(), "/fickle/Service/Method");
      assertThat(fickle.connections() - connections).isGreaterThan(LEAVING_CALLS / 15);
    });
  }

  /** Waits for the status of a call for which the gateway waits 10 s and finds no stream. */
  private static WirePeer patient() {
    return siege.client().patience(Patience.LIMIT.plusSeconds(5));
  }

  /** Makes calls, twenty at a time, all of which have to come back with OK. */
  private static void callAll(WirePeer client, String path) {
    for (int first = 0; first < LEAVING_CALLS; first += 20) {
      client.send(wholeCalls(2 * first + 1, 20, Fields.grpcRequest(path)));
      expectAllOk(client, 20);
    }
  }

  /** Reads whole responses, whatever their order. */
  private static void expectAllOk(WirePeer client, int count) {
    int ended = 0;
    while (ended < count) {
      Frame frame = client.next();
      assertThat(frame.is(Frame.RST_STREAM)).as("%s", frame).isFalse();
      if (frame.is(Frame.HEADERS)) {
        Fields fields = client.decode(frame.stream(), frame.payload());
        if (frame.isLast()) {
          assertThat(fields.get("grpc-status")).as("%s", fields).isEqualTo("0");
          ended++;
        }
      } else if (frame.is(Frame.DATA)) {
        client.giveBack(frame);
      }
    }
  }

  @Test
  void d7APushThatWasForbiddenEndsTheConnection() {
    siege.betrayal(
        "protocol_error",
        () -> {
          try (var calls = new Calls(1)) {
            calls.peer.send(
                new Frame(
                    Frame.PUSH_PROMISE, Frame.END_HEADERS, calls.of(0), new byte[] {0, 0, 0, 2}));
            assertThat(calls.peer.expectPoliteEnd().goAwayCode()).isEqualTo(PROTOCOL_ERROR);
            assertThat(calls.client.expectFate(1)).isEqualTo(UNAVAILABLE);
          }
        });
  }

  @Test
  void d8MalformedResponsesEndWithThirteenAndAReason() {
    Fields head = Fields.grpcResponse();
    Frame trailers = Frame.headers(0, Fields.grpcTrailers(0)).last();
    List<List<Frame>> responses =
        List.of(
            List.of(Frame.headers(0, head.without(":status")), trailers),
            List.of(Frame.data(0, "hello"), Frame.headers(0, head), trailers),
            List.of(Frame.headers(0, head.with("Upper", "x")), trailers),
            List.of(Frame.headers(0, Fields.of(":status", "200").and(head)), trailers),
            List.of(
                Frame.headers(0, head.with("content-length", "3")),
                Frame.data(0, "hello"),
                trailers),
            List.of(
                Frame.headers(0, head.with("content-length", "9")),
                Frame.data(0, "hello"),
                trailers),
            List.of(Frame.headers(0, head.with("connection", "close")), trailers),
            List.of(Frame.headers(0, head), Frame.headers(0, Fields.of(":status", "200")).last()),
            List.of(Frame.headers(0, head), Frame.headers(0, Fields.grpcTrailers(0))),
            List.of(Frame.headers(0, head), Frame.data(0, "hello").last()));
    siege.betrayal(
        "stream_error",
        () -> {
          try (var calls = new Calls(responses.size() + 1)) {
            for (int stream : calls.streams) {
              calls.client.send(Frame.data(stream, "").last());
            }
            for (int i = 0; i < responses.size(); i++) {
              int stream = calls.of(i);
              responses.get(i).forEach(frame -> calls.peer.send(frame.on(stream)));
              Fields end = calls.client.expectResponse(calls.streams[i]);
              assertThat(end.all("grpc-status")).as("%d", i).containsExactly("13");
              assertThat(end.get("grpc-message")).as("%d", i).contains("hostile");
            }
            calls.finish(responses.size());
          }
        });
  }

  @Test
  void d9FramesOfStreamsThatWeNeverOpenedEndTheConnection() {
    for (Frame frame :
        List.of(
            Frame.data(9999, "x"),
            Frame.headers(9999, Fields.grpcResponse()),
            Frame.headers(2, Fields.grpcResponse()),
            Frame.reset(9999, CANCEL),
            Frame.windowUpdate(9999, 1))) {
      siege.betrayal(
          "protocol_error",
          () -> {
            try (var calls = new Calls(2)) {
              calls.peer.send(frame);
              assertThat(calls.peer.expectPoliteEnd().goAwayCode()).isEqualTo(PROTOCOL_ERROR);
              assertThat(calls.client.expectFate(1)).isEqualTo(UNAVAILABLE);
              assertThat(calls.client.expectFate(3)).isEqualTo(UNAVAILABLE);
            }
          });
      server.hangUp();
    }
  }

  /** All of it takes ten seconds, and takes them together. */
  @Test
  void d10AndD14ServersThatDoNotGoOnAreLeft() {
    siege.betrayal(
        "settings_timeout",
        () -> {
          double unfinished = headTimeouts();
          try (var calls = new Calls(1)) {
            Held held = Held.calls();
            Shared beforeSettings = Shared.with("/dead");
            Shared beforeAcknowledgement = Shared.with("/mute");
            calls.client.patience(A_WHILE);
            calls.peer.patience(A_WHILE);
            calls.peer.send(Frame.headers(calls.of(0), Fields.grpcResponse()));
            byte[] trailers = Frame.headers(calls.of(0), Fields.grpcTrailers(0)).last().encoded();
            long begun = System.nanoTime();
            Thread.ofVirtual().start(() -> drip(calls.peer, trailers));
            CompletableFuture<Long> cut =
                CompletableFuture.supplyAsync(
                    () -> {
                      assertThat(calls.client.expectFate(1)).isEqualTo(UNAVAILABLE);
                      return System.nanoTime();
                    },
                    Thread::startVirtualThread);

            assertThat(beforeSettings.lost()).isZero();
            beforeSettings.expectNoMoreLost();
            assertThat(beforeAcknowledgement.lost())
                .isBetween(Siege.LONG ? 0L : 1L, Shared.CALLS / 2L);
            beforeAcknowledgement.expectNoMoreLost();
            assertThat(Duration.ofNanos(cut.join() - begun)).isGreaterThanOrEqualTo(HEAD_TIMEOUT);
            assertThat(calls.peer.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
            assertThat(headTimeouts() - unfinished).isEqualTo(1);
            held.expectLost();
          }
        });
  }

  private static double headTimeouts() {
    return siege.metrics().counted("server", "head_timeout");
  }

  /**
   * Calls to a server that reads nothing: as many as a client may have, of which one has as much
   * payload as it may send.
   *
   * @param client has made them
   * @param peer is their server
   */
  private record Held(WirePeer client, WirePeer peer) {

    private static final int CALLS = 100;

    static Held calls() {
      long before = siege.heldBytes();
      WirePeer client = siege.client().patience(A_WHILE);
      Fields head = Fields.grpcRequest("/silent/Service/Method");
      client.send(Frame.headers(1, head)).send(wholeCalls(3, CALLS - 1, head));
      WirePeer peer = siege.counted(silent.acceptSilently()).patience(A_WHILE);
      peer.send(Frame.settings());
      client.fill(1);
      assertThat(siege.heldBytes() - before).isLessThanOrEqualTo(MOST_HELD);
      return new Held(client, peer);
    }

    void expectLost() {
      for (int i = 0; i < CALLS; i++) {
        assertThat(client.expectFate(2 * i + 1)).isEqualTo(UNAVAILABLE);
      }
      assertThat(peer.expectPreface().expectPoliteEnd().goAwayCode()).isEqualTo(SETTINGS_TIMEOUT);
    }
  }

  /**
   * Calls to an API of two servers, of which one answers and the other reads nothing.
   *
   * @param client has made them
   * @param head what they begin with
   */
  private record Shared(WirePeer client, Fields head) {

    static final int CALLS = 10;
    private static final int MORE_CALLS = 40;

    static Shared with(String path) {
      WirePeer client = siege.client().patience(A_WHILE);
      Fields head = Fields.grpcRequest(path + "/Service/Method");
      client.send(wholeCalls(1, CALLS, head));
      return new Shared(client, head);
    }

    /** How many have been lost, once all have ended. */
    long lost() {
      List<String> fates =
          IntStream.range(0, CALLS).mapToObj(i -> client.expectFate(2 * i + 1)).toList();
      assertThat(fates).allMatch(fate -> fate.equals(OK) || fate.equals(UNAVAILABLE));
      return fates.stream().filter(UNAVAILABLE::equals).count();
    }

    void expectNoMoreLost() {
      client.send(wholeCalls(2 * CALLS + 1, MORE_CALLS, head));
      expectAllOk(client, MORE_CALLS);
    }
  }

  /** A byte a second, until nobody takes them any more. */
  private static void drip(WirePeer peer, byte[] bytes) {
    for (byte b : bytes) {
      if (!peer.trySend(b)) {
        return;
      }
      LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
    }
  }

  @Test
  void d12PaddingIsAccountedForToTheLastByte() {
    lawful(() -> {
      try (var calls = new Calls(1)) {
        int stream = calls.of(0);
        calls.peer.send(Frame.headers(stream, Fields.grpcResponse()));
        calls.client.expectHeaders(1);
        for (int sent = 0; sent < 300_000; sent += 5) {
          calls.peer.sendWhenAllowed(Frame.padded(stream, new byte[5]));
          if (sent % 1000 == 995) {
            calls.client.expectBytes(1, 1000);
          }
        }
        calls.peer.send(Frame.headers(stream, Fields.grpcTrailers(0)).last());
        assertThat(calls.client.expectFate(1)).isEqualTo(OK);
      }
    });
  }

  @Test
  void d13ResetsOfHalfTheCallsEndThoseAndKeepTheirMeaning() {
    lawful(() -> {
      Metrics before = siege.metrics();
      try (var calls = new Calls(56)) {
        for (int i = 0; i < 56; i += 2) {
          calls.peer.send(Frame.reset(calls.of(i), i / 2 % 14));
        }
        // Refused calls are offered once more (P18). Once one of them is answered, the server
        // may hear that the rest of its request is not needed before it gets the other one.
        int first = calls.peer.expectHeaders().stream();
        int second = calls.peer.expectHeaders().stream();
        calls.peer.sendResponse(first);
        calls.peer.sendResponse(second);
        for (int i = 1; i < 56; i += 2) {
          calls.finish(i);
        }
        for (int i = 0; i < 56; i += 2) {
          assertThat(calls.client.expectFate(calls.streams[i])).isIn(meaning(i / 2 % 14));
        }
      }
      Metrics after = siege.metrics();
      RESET_CALLS.forEach((status, count) -> {
        String ended = "weir_grpc_calls_total{status=\"" + status + "\"}";
        assertThat(after.get(ended) - before.get(ended)).as(status).isEqualTo(count);
      });
    });
  }

  /** What a caller may see of a server's reset: its code, or the status that stands for it. */
  private static List<String> meaning(int code) {
    return switch (code) {
      case 7 -> List.of(OK);
      case CANCEL -> List.of("reset 8", "grpc 1");
      case ENHANCE_YOUR_CALM -> List.of("reset 11", TOO_LARGE);
      case 12 -> List.of("reset 12", "grpc 7");
      default -> List.of("reset " + code, INTERNAL);
    };
  }

  /**
   * Plays what HTTP/2 lets a server do. There is no fault to count, so that none may be counted,
   * and no call may be ended by the gateway.
   */
  private static void lawful(Runnable play) {
    siege.betrayal(
        Siege.NO_FAULT,
        () -> {
          Map<String, Double> before = blame();
          play.run();
          assertThat(blame()).isEqualTo(before);
        });
  }

  private static Map<String, Double> blame() {
    return siege.metrics().values().entrySet().stream()
        .filter(value -> value.getValue() > 0 && BLAME.matcher(value.getKey()).lookingAt())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Calls of one client that are open on one connection to the hostile server. */
  private static final class Calls implements AutoCloseable {

    final WirePeer client = siege.client();
    final int[] streams;
    final WirePeer peer;
    private final int[] upstream;

    Calls(int count, int... settings) {
      streams = IntStream.range(0, count).map(i -> 2 * i + 1).toArray();
      upstream = new int[count];
      client.send(Frame.headers(1, CALL));
      peer = siege.counted(server.accept(settings));
      upstream[0] = peer.expectHeaders().stream();
      for (int i = 1; i < count; i++) {
        client.send(Frame.headers(streams[i], CALL));
        upstream[i] = peer.expectHeaders().stream();
      }
    }

    /** The stream that carries the call on the server's side. */
    int of(int call) {
      return upstream[call];
    }

    /** Answers a call, which has to reach its caller. */
    void finish(int call) {
      peer.sendResponse(upstream[call]);
      assertThat(client.expectFate(streams[call])).isEqualTo(OK);
    }

    @Override
    public void close() {
      client.close();
      peer.close();
    }
  }
}
