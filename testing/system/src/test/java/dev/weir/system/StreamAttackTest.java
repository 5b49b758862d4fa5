package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that are opened only to be thrown away, or held (attack group B). */
class StreamAttackTest {

  private static final int PROTOCOL_ERROR = 1;
  private static final int STREAM_CLOSED = 5;
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final int ENHANCE_YOUR_CALM = 11;

  private static final String OK = "grpc 0";
  private static final Fields CALL = Fields.grpcRequest("/recorded.Service/Method");
  private static final Fields RESET = Fields.grpcRequest("/resetting/Service/Method");
  private static final Fields SILENT = Fields.grpcRequest("/silent/Service/Method");

  private static final int MAX_STREAMS = 100;

  /** Calls that one client may begin and reset before it is told to go. */
  private static final int MAX_RESETS = 300;

  /** Within 30 s on one connection; more make a server of Netty end it. */
  private static final int BEARABLE_RESETS = 200;

  /** For 10,000 streams; code that runs for the first time takes longer. */
  private static final Duration TEARDOWN = Duration.ofMillis(Siege.LONG ? 200 : 1000);

  private static HeadRecorder upstream;
  private static HeadRecorder resetting;
  private static HeadRecorder silent;
  private static Siege siege;

  @BeforeAll
  static void begin() {
    upstream = HeadRecorder.listen();
    resetting = HeadRecorder.resetting(CANCEL);
    silent = HeadRecorder.silent();
    siege =
        Siege.of(
            Api.of("recorded", upstream.target()),
            Api.of("resetting", resetting.target()).at("/resetting"),
            Api.of("silent", silent.target()).at("/silent"));
  }

  @AfterAll
  static void end() {
    siege.close();
    silent.close();
    resetting.close();
    upstream.close();
  }

  @BeforeEach
  void forget() {
    upstream.takeHeads();
  }

  @Test
  void b1RapidResetsReachTheServerFewTimes() {
    siege.attack(
        "peer_resets",
        client -> {
          flood(
              client,
              100_000,
              id -> List.of(Frame.headers(id, CALL).last(), Frame.reset(id, CANCEL)));
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
    assertThat(upstream.takeHeads()).hasSizeLessThanOrEqualTo(MAX_RESETS * siege.connections());
  }

  @Test
  void b2ResetsThatNobodyReadsDoNotPileUp() {
    Fields malformed = CALL.with("connection", "close");
    siege.assault(
        "provoked_resets",
        () -> {
          WirePeer client = siege.counted(WirePeer.connect(siege.port(), 4096));
          client.sendPreface().send(Frame.settings());
          flood(client, 10_000, id -> List.of(Frame.headers(id, malformed).last()));
          List<Frame> all = client.expectClose();
          assertThat(all.getLast().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
          assertThat(all.stream().filter(frame -> frame.is(Frame.RST_STREAM)).count())
              .isLessThanOrEqualTo(1000);
        });
  }

  @Test
  void b3ResetsThatWeAreMadeToSendAreCounted() {
    byte[] shortPriority = {0, 0, 0, 1};
    Fields late = Fields.of("late", "x");
    provoke("protocol_error", id -> Frame.windowUpdate(id, 0));
    provoke("provoked_resets", id -> Frame.windowUpdate(id, Integer.MAX_VALUE));
    provoke("stream_closed", id -> Frame.data(id, "late").last());
    provoke("stream_closed", id -> Frame.headers(id, late).last());
    provoke("frame_size_error", id -> new Frame(Frame.PRIORITY, 0, id, shortPriority));
    provoke("protocol_error", id -> Frame.priority(id, id));
  }

  /** Has the gateway reset stream after stream of calls that are not answered. */
  private static void provoke(String reason, IntFunction<Frame> fault) {
    silent.takeHeads();
    silent.takeMostOpen();
    siege.attack(
        reason,
        client -> {
          flood(client, 5000, id -> List.of(Frame.headers(id, SILENT).last(), fault.apply(id)));
          assertThat(client.expectPoliteEnd().goAwayCode()).isNotZero();
        });
    assertThat(silent.takeHeads()).hasSizeLessThanOrEqualTo(MAX_RESETS * siege.connections());
    assertThat(silent.takeMostOpen()).isLessThanOrEqualTo(MAX_STREAMS * siege.connections());
  }

  @Test
  void b4StreamsAboveTheLimitAreRefusedAndTheOthersServed() {
    int answered = upstream.answered();
    siege.assault(
        "refused_streams",
        () -> {
          WirePeer client = siege.counted(WirePeer.connect(siege.port()));
          client.sendPreface().send(Frame.settings());
          client.send(ids(1000).mapToObj(id -> Frame.headers(id, CALL)).toArray(Frame[]::new));
          assertThat(client.expectFate(2 * MAX_STREAMS + 1)).isEqualTo("reset " + REFUSED_STREAM);
          for (int i = 0; i < MAX_STREAMS; i++) {
            upstream.awaitHead();
          }

          client.send(
              ids(MAX_STREAMS).mapToObj(id -> Frame.data(id, "").last()).toArray(Frame[]::new));

          ids(MAX_STREAMS).forEach(id -> assertThat(client.expectFate(id)).isEqualTo(OK));
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
    assertThat(upstream.takeHeads()).isEmpty();
    assertThat(upstream.answered() - answered).isEqualTo(MAX_STREAMS * siege.connections());
  }

  @Test
  void b5IdentifiersOutOfOrderEndTheConnection() {
    ends(PROTOCOL_ERROR, "protocol_error", 2);
    ends(PROTOCOL_ERROR, "protocol_error", 0);
    ends(PROTOCOL_ERROR, "protocol_error", 5, 3);
    ends(STREAM_CLOSED, "stream_closed", 5, 5);
    ends(PROTOCOL_ERROR, "protocol_error", Integer.MAX_VALUE, Integer.MAX_VALUE - 2);
  }

  /** Calls on these streams; the last of them ends the connection, the others are answered. */
  private static void ends(int code, String reason, int... ids) {
    siege.attack(
        reason,
        client -> {
          for (int i = 0; i < ids.length; i++) {
            client.send(Frame.headers(ids[i], CALL).last());
            if (i < ids.length - 1) {
              assertThat(client.expectFate(ids[i])).isEqualTo(OK);
            }
          }
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(code);
        });
  }

  @Test
  void b6StreamsThatAreHeldCostLittle() {
    siege.alone(
        Siege.NO_FAULT,
        first -> {
          upstream.takeHeads();
          siege.awaitCalls(50);
          long before = siege.heapBytes();
          int held = 10 * MAX_STREAMS;
          for (int i = 0; i < held / MAX_STREAMS; i++) {
            WirePeer client = siege.client();
            client.send(
                ids(MAX_STREAMS).mapToObj(id -> Frame.headers(id, CALL)).toArray(Frame[]::new));
          }
          for (int i = 0; i < held; i++) {
            upstream.awaitHead();
          }
          assertThat((siege.heapBytes() - before) / held).isLessThan(2048);
        });
  }

  @Test
  void b7ManyStreamsThatEndAtOnceAreCancelledUpstream() {
    siege.betrayal(
        Siege.NO_FAULT,
        () -> {
          upstream.takeHeads();
          int before = upstream.cancelled();
          var clients = new ArrayList<WirePeer>();
          for (int i = 0; i < 100; i++) {
            WirePeer client = siege.client();
            clients.add(client);
            client.send(
                ids(MAX_STREAMS).mapToObj(id -> Frame.headers(id, CALL)).toArray(Frame[]::new));
          }
          for (int i = 0; i < 100 * MAX_STREAMS; i++) {
            upstream.awaitHead();
          }
          long loopNanos = siege.loopNanos();
          clients.forEach(WirePeer::abort);
          await().until(() -> upstream.cancelled() - before == 100 * MAX_STREAMS);
          assertThat(Duration.ofNanos(siege.loopNanos() - loopNanos))
              .as("time of the event loop for 10,000 streams")
              .isLessThan(TEARDOWN);
        });
  }

  @Test
  void b8DependenciesAreIgnoredAndTooManyEndTheConnection() {
    siege.attack(
        "priority_frames",
        client -> {
          for (int id = 1; id < 40; id += 2) {
            client.send(Frame.priority(id, id + 2), Frame.priority(id + 2, id | 1 << 31));
          }
          client.send(Frame.headers(101, CALL).last());
          assertThat(client.expectFate(101)).isEqualTo(OK);

          client.flood(10_000, i -> Frame.priority(2 * i + 1, 1 << 31));
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
  }

  @Test
  void b9FramesThatRaceAResetCostTheConnectionsWindowNothing() {
    int races = Siege.LONG ? 10_000 : 2000;
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          for (int id = 1; id < 2 * races; id += 2) {
            client.send(Frame.headers(id, RESET));
            assertThat(client.expectFate(id)).isEqualTo("reset " + CANCEL);
            client.sendWhenAllowed(Frame.data(id, new byte[1000]));
            client.send(Frame.windowUpdate(id, 1), Frame.headers(id, Fields.of("t", "x")).last());
          }
          int last = 2 * races + 1;
          client.send(Frame.headers(last, CALL));
          ConnectionCredit.expectExact(client, last + 2, CALL);
          client.send(Frame.message(last, "hi").last());
          assertThat(client.expectFate(last)).isEqualTo(OK);
        });
  }

  /** The bystander's calls share a connection to a server that counts resets. */
  @Test
  void b10ResetsOfManyClientsDoNotEndTheConnectionThatOthersShare() {
    Fields call = Fields.grpcRequest(Siege.PATH);
    siege.assault(
        "peer_resets",
        () -> {
          for (int i = 0; i < 10; i++) {
            WirePeer client = siege.client();
            flood(
                client,
                1000,
                id -> List.of(Frame.headers(id, call).last(), Frame.reset(id, CANCEL)));
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
          }
        });
  }

  @Test
  void b10ResetsReachAServerNoFasterThanItBears() {
    siege.assault(
        "peer_resets",
        () -> {
          for (int i = 0; i < 10; i++) {
            WirePeer client = siege.client();
            flood(
                client,
                500,
                id -> List.of(Frame.headers(id, SILENT).last(), Frame.reset(id, CANCEL)));
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
          }
        });
    assertThat(silent.mostResets()).isLessThanOrEqualTo(BEARABLE_RESETS);
  }

  @Test
  void b10ManyCallsOfOthersGoOnMeanwhile() {
    Fields call = Fields.grpcRequest(Siege.PATH);
    siege.alone(
        "peer_resets",
        first -> {
          int calls = Siege.LONG ? 10_000 : 200;
          for (int done = 0; done < calls; done += 20) {
            WirePeer client = siege.client();
            flood(
                client,
                500,
                id -> List.of(Frame.headers(id, call).last(), Frame.reset(id, CANCEL)));
            siege.awaitCalls(20);
            client.close();
          }
        });
  }

  /** The same, with calls that have been answered, which cost their client nothing here. */
  @Test
  void b10SlowResetsOfManyClientsDoNotEither() {
    Fields held = Fields.grpcRequest("/weir.testkit.Echo/Chat");
    siege.assault(
        Siege.NO_FAULT,
        () -> {
          for (int i = 0; i < 10; i++) {
            WirePeer client = siege.client();
            for (int id = 1; id < 160; id += 2) {
              client.send(Frame.headers(id, held), Frame.message(id, ""));
              awaitReply(client, id);
              client.send(Frame.reset(id, CANCEL));
            }
          }
        });
  }

  /** Pieces of replies to others may come first. */
  private static void awaitReply(WirePeer client, int stream) {
    Frame frame = client.next();
    while (!frame.is(Frame.DATA) || frame.stream() != stream) {
      frame = client.next();
    }
  }

  /** The same, all at once: five clients die with a hundred calls each. */
  @Test
  void b10ClientsThatDieWithManyCallsDoNotEither() {
    Fields held = Fields.grpcRequest("/weir.testkit.Echo/Chat");
    siege.betrayal(
        Siege.NO_FAULT,
        () -> {
          var clients = new ArrayList<WirePeer>();
          for (int i = 0; i < 5; i++) {
            WirePeer client = siege.client();
            clients.add(client);
            client.send(
                ids(MAX_STREAMS)
                    .boxed()
                    .flatMap(id -> Stream.of(Frame.headers(id, held), Frame.message(id, "")))
                    .toArray(Frame[]::new));
            for (int replies = 0; replies < MAX_STREAMS; ) {
              replies += client.next().is(Frame.DATA) ? 1 : 0;
            }
          }
          clients.forEach(WirePeer::abort);
        });
  }

  @Test
  void b11FramesOnIdleStreamsEndTheConnection() {
    for (Frame frame :
        List.of(
            Frame.data(1, "x"),
            Frame.reset(1, CANCEL),
            Frame.windowUpdate(1, 1),
            Frame.continuation(1, new byte[0]))) {
      siege.attack(
          "protocol_error",
          client -> {
            client.send(frame);
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(PROTOCOL_ERROR);
          });
    }
  }

  // ---- what the rows share ---------------------------------------------------------------------

  /** The identifiers of a client's first streams. */
  private static IntStream ids(int count) {
    return IntStream.range(0, count).map(i -> 2 * i + 1);
  }

  /** Sends the same for one stream after the other, until the gateway has closed. */
  private static void flood(WirePeer client, int streams, IntFunction<List<Frame>> each) {
    for (int from = 0; from < streams; from += 50) {
      Frame[] some =
          ids(from + 50)
              .skip(from)
              .boxed()
              .flatMap(id -> each.apply(id).stream())
              .toArray(Frame[]::new);
      if (!client.trySend(some)) {
        return;
      }
      LockSupport.parkNanos(1);
    }
  }
}
