package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.util.ArrayList;
import java.util.List;
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

  private static final int MAX_STREAMS = 100;

  /** Calls that one client may begin and reset before it is told to go. */
  private static final int MAX_RESETS = 300;

  private static HeadRecorder upstream;
  private static HeadRecorder resetting;
  private static Siege siege;

  @BeforeAll
  static void begin() {
    upstream = HeadRecorder.listen();
    resetting = HeadRecorder.resetting(CANCEL);
    siege =
        Siege.of(
            Api.of("recorded", upstream.target()),
            Api.of("resetting", resetting.target()).at("/resetting"));
  }

  @AfterAll
  static void end() {
    siege.close();
    resetting.close();
    upstream.close();
  }

  @BeforeEach
  void forget() {
    upstream.takeHeads();
  }

  @Test
  void b1RapidResetsReachTheServerFewTimes() {
    siege.alone(client -> {
      flood(client, 10_000, id -> List.of(Frame.headers(id, CALL).last(), Frame.reset(id, CANCEL)));
      assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
      assertThat(upstream.takeHeads()).hasSizeLessThanOrEqualTo(MAX_RESETS);
    });
    siege.expectLogged("peer_resets");
  }

  @Test
  void b2ResetsThatNobodyReadsDoNotPileUp() {
    Fields malformed = CALL.with("connection", "close");
    siege.assault(() -> {
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
    List<IntFunction<Frame>> faults =
        List.of(
            id -> Frame.windowUpdate(id, 0),
            id -> Frame.windowUpdate(id, Integer.MAX_VALUE),
            id -> Frame.data(id, "late").last(),
            id -> Frame.headers(id, Fields.of("late", "x")).last(),
            id -> new Frame(Frame.PRIORITY, 0, id, shortPriority),
            id -> Frame.priority(id, id));
    for (IntFunction<Frame> fault : faults) {
      siege.alone(client -> {
        flood(client, 5000, id -> List.of(Frame.headers(id, CALL).last(), fault.apply(id)));
        assertThat(client.expectPoliteEnd().goAwayCode()).isNotZero();
        assertThat(upstream.takeHeads()).hasSizeLessThanOrEqualTo(MAX_RESETS);
      });
    }
  }

  @Test
  void b4StreamsAboveTheLimitAreRefusedAndTheOthersServed() {
    siege.betrayal(() -> {
      WirePeer client = siege.counted(WirePeer.connect(siege.port()));
      client.sendPreface().send(Frame.settings());
      client.send(ids(1000).mapToObj(id -> Frame.headers(id, CALL)).toArray(Frame[]::new));
      assertThat(client.expectFate(2 * MAX_STREAMS + 1)).isEqualTo("reset " + REFUSED_STREAM);
      for (int i = 0; i < MAX_STREAMS; i++) {
        upstream.awaitHead();
      }

      client.send(ids(MAX_STREAMS).mapToObj(id -> Frame.data(id, "").last()).toArray(Frame[]::new));

      ids(MAX_STREAMS).forEach(id -> assertThat(client.expectFate(id)).isEqualTo(OK));
      assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
      assertThat(upstream.takeHeads()).isEmpty();
    });
  }

  @Test
  void b5IdentifiersOutOfOrderEndTheConnection() {
    for (List<Integer> ids :
        List.of(
            List.of(2),
            List.of(5, 3),
            List.of(5, 5),
            List.of(Integer.MAX_VALUE, Integer.MAX_VALUE - 2),
            List.of(0))) {
      siege.attack(client -> {
        for (int id : ids) {
          client.send(Frame.headers(id, CALL).last());
          if (ids.indexOf(id) < ids.size() - 1) {
            assertThat(client.expectFate(id)).isEqualTo(OK);
          }
        }
        assertThat(client.expectPoliteEnd().goAwayCode()).isIn(PROTOCOL_ERROR, STREAM_CLOSED);
      });
    }
  }

  @Test
  void b6StreamsThatAreHeldCostLittle() {
    siege.alone(first -> {
      siege.awaitCalls(50);
      long before = siege.heapBytes();
      int held = 10 * MAX_STREAMS;
      for (int i = 0; i < held / MAX_STREAMS; i++) {
        WirePeer client = siege.client();
        client.send(ids(MAX_STREAMS).mapToObj(id -> Frame.headers(id, CALL)).toArray(Frame[]::new));
      }
      for (int i = 0; i < held; i++) {
        upstream.awaitHead();
      }
      assertThat((siege.heapBytes() - before) / held).isLessThan(2048);
    });
  }

  @Test
  void b7ManyStreamsThatEndAtOnceAreCancelledUpstream() {
    siege.betrayal(() -> {
      int before = upstream.cancelled();
      var clients = new ArrayList<WirePeer>();
      for (int i = 0; i < 100; i++) {
        WirePeer client = siege.client();
        clients.add(client);
        client.send(ids(MAX_STREAMS).mapToObj(id -> Frame.headers(id, CALL)).toArray(Frame[]::new));
      }
      for (int i = 0; i < 100 * MAX_STREAMS; i++) {
        upstream.awaitHead();
      }
      clients.forEach(WirePeer::abort);
      await().until(() -> upstream.cancelled() - before == 100 * MAX_STREAMS);
    });
  }

  @Test
  void b8DependenciesAreIgnoredAndTooManyEndTheConnection() {
    siege.attack(client -> {
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
    siege.attack(client -> {
      for (int id = 1; id < 4000; id += 2) {
        client.send(Frame.headers(id, RESET));
        assertThat(client.expectFate(id)).isEqualTo("reset " + CANCEL);
        client.sendWhenAllowed(Frame.data(id, new byte[1000]));
        client.send(Frame.windowUpdate(id, 1), Frame.headers(id, Fields.of("t", "x")).last());
      }
      client.send(Frame.headers(4001, CALL).last());
      assertThat(client.expectFate(4001)).isEqualTo(OK);
    });
  }

  /** The bystander's calls share a connection to a server that counts resets. */
  @Test
  void b10ResetsOfManyClientsDoNotEndTheConnectionThatOthersShare() {
    Fields call = Fields.grpcRequest(Siege.PATH);
    siege.attack(first -> {
      for (int i = 0; i < 10; i++) {
        WirePeer client = siege.client();
        flood(client, 1000, id -> List.of(Frame.headers(id, call).last(), Frame.reset(id, CANCEL)));
        assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
      }
    });
  }

  /** The same, with calls that have been answered, which cost their client nothing here. */
  @Test
  void b10SlowResetsOfManyClientsDoNotEither() {
    Fields held = Fields.grpcRequest("/weir.testkit.Echo/Chat");
    siege.attack(first -> {
      for (int i = 0; i < 10; i++) {
        WirePeer client = siege.client();
        for (int id = 1; id < 160; id += 2) {
          client.send(Frame.headers(id, held), Frame.message(id, ""));
          client.expectHeaders(id);
          client.expectData(id);
          client.send(Frame.reset(id, CANCEL));
        }
      }
    });
  }

  /** The same, all at once: five clients die with a hundred calls each. */
  @Test
  void b10ClientsThatDieWithManyCallsDoNotEither() {
    Fields held = Fields.grpcRequest("/weir.testkit.Echo/Chat");
    siege.betrayal(() -> {
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
      siege.attack(client -> {
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
    }
  }
}
