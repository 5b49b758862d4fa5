package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Control frames, windows and sockets that are used to stall or to flood (attack group C). */
class PaceAttackTest {

  private static final int PROTOCOL_ERROR = 1;
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int FRAME_SIZE_ERROR = 6;
  private static final int CANCEL = 8;
  private static final int ENHANCE_YOUR_CALM = 11;

  private static final String OK = "grpc 0";
  private static final Fields CALL = Fields.grpcRequest("/recorded.Service/Method");
  private static final Fields DOWNLOAD = Fields.grpcRequest("/weir.testkit.Echo/Download");
  private static final int SMALL_BUFFER = 4096;
  private static final long MIB = 1 << 20;
  private static final int KIB = 1 << 10;
  private static final long DROP_NANOS = 100_000;
  private static final long WINDOW = 64 << 10;

  /** What a stream may hold beyond its window (row P23). */
  private static final long SLACK = 32 << 10;

  /** By how much the windows of all streams may grow. */
  private static final long GROWTH = 32 * MIB;

  private static final int STALL_SECONDS = Integer.getInteger("weir.siege.stall_seconds", 3);

  /** Until a stream that has stalled is gone. */
  private static final Duration STALL = Patience.LIMIT.plusSeconds(STALL_SECONDS);

  /** Frames of a flood; the gateway stops reading long before that. */
  private static final int FLOOD = Siege.LONG ? 2_000_000 : 20_000;

  /** Twice as many connections trickle. */
  private static final int TRICKLES = Siege.LONG ? 5000 : 100;

  private static final int MOST_CONNECTIONS = 20_000;

  /** For what can be told to be no protocol of ours; long before the time for a preface is over. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private static HeadRecorder upstream;
  private static Siege siege;

  @BeforeAll
  static void begin() {
    upstream = HeadRecorder.listen();
    siege =
        Siege.with(
            Map.of(
                "http2",
                Map.of("stall_seconds", STALL_SECONDS),
                "limits",
                Map.of(
                    "max_connections",
                    MOST_CONNECTIONS,
                    "max_connections_per_address",
                    MOST_CONNECTIONS)),
            Api.of("recorded", upstream.target()));
  }

  @AfterAll
  static void end() {
    siege.close();
    upstream.close();
  }

  @Test
  void c1PingsThatNobodyReadsTheAnswersOf() {
    siege.assault(
        "pings",
        () -> {
          WirePeer client = unreading();
          client.flood(FLOOD, Frame::ping);
          expectCalm(client, Frame.PING, 1000);
        });
  }

  @Test
  void c2SettingsThatNobodyReadsTheAnswersOf() {
    siege.assault(
        "settings_frames",
        () -> {
          WirePeer client = unreading();
          client.flood(FLOOD, i -> Frame.settings());
          expectCalm(client, Frame.SETTINGS, 1000);
        });
  }

  @Test
  void c3SettingsFramesAreShort() {
    siege.attack(
        "settings_frames",
        client -> {
          int[] many = new int[2 * 2730];
          for (int i = 0; i < many.length; i += 2) {
            many[i] = Frame.INITIAL_WINDOW_SIZE;
            many[i + 1] = i % 4 == 0 ? 0 : Integer.MAX_VALUE;
          }
          client.send(hundredStreams());
          client.flood(100, i -> Frame.settings(many));
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
  }

  @Test
  void c3WindowsThatAreToggledAreTurnedOnceAFrame() {
    siege.attack(
        "settings_frames",
        client -> {
          int[] toggles = new int[64];
          for (int i = 0; i < toggles.length; i += 2) {
            toggles[i] = Frame.INITIAL_WINDOW_SIZE;
            toggles[i + 1] = i % 4 == 0 ? 0 : 1 << 20;
          }
          client.send(hundredStreams());
          client.flood(1000, i -> Frame.settings(toggles));
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
  }

  /** Between DATA, where a client may adapt its windows as often as it likes. */
  @Test
  void c3WindowsThatAreToggledBetweenDataCostLittle() {
    int[] toggles = new int[64];
    for (int i = 0; i < toggles.length; i += 2) {
      toggles[i] = Frame.INITIAL_WINDOW_SIZE;
      toggles[i + 1] = i % 4 == 0 ? 0 : 1 << 20;
    }
    int frames = 3000;
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          client.send(hundredStreams());
          long before = siege.loopNanos();
          for (int i = 0; i < frames; i++) {
            client.send(Frame.data(1, "x"), Frame.settings(toggles));
          }
          client.expectQuiet();
          long nanos = siege.loopNanos() - before;
          assertThat(nanos / (frames * toggles.length / 2))
              .as("nanoseconds of the event loop for a setting")
              .isLessThan(Siege.LONG ? 1000 : 5000);
        });
  }

  @Test
  void c4EmptyFramesWithoutEndAreFew() {
    int few = 11;
    empty("empty_frames", client -> client.flood(few, i -> Frame.data(1, "")));
    empty(
        "protocol_error",
        client -> client.flood(few, i -> Frame.headers(2 * i + 3, Fields.of()).without(4)));
    empty(
        "continuations",
        client -> {
          client.send(Frame.headers(3, CALL).without(Frame.END_HEADERS));
          client.flood(few, i -> Frame.continuation(3, new byte[0]));
        });
    empty(
        "protocol_error",
        client -> client.flood(few, i -> new Frame(Frame.PUSH_PROMISE, 0, 1, new byte[4])));
  }

  /** Sends so many empty frames behind a head, all of which it takes to end the connection. */
  private static void empty(String reason, Consumer<WirePeer> flood) {
    siege.attack(
        reason,
        client -> {
          client.send(Frame.headers(1, CALL));
          flood.accept(client);
          assertThat(client.expectPoliteEnd().goAwayCode()).isIn(PROTOCOL_ERROR, ENHANCE_YOUR_CALM);
        });
  }

  @Test
  void c5WindowsThatAreOpenedByteByByteGetFewFrames() {
    siege.assault(
        "dribbles",
        () -> {
          WirePeer client = siege.client(Frame.INITIAL_WINDOW_SIZE, 0);
          int streams = 10;
          int bytes = 10_000;
          for (int i = 0; i < streams; i++) {
            client.send(Frame.headers(2 * i + 1, DOWNLOAD), Siege.download(2 * i + 1, 1, bytes));
          }
          for (int i = 0; i < streams; i++) {
            client.expectHeaders();
          }
          for (int i = 0; i < streams; i++) {
            awaitPayload(client, 2 * i + 1);
          }
          for (int drop = 1; drop < 100; drop++) {
            for (int i = 0; i < streams; i++) {
              client.send(Frame.windowUpdate(2 * i + 1, 1));
            }
          }
          int frames = streams;
          client.send(Frame.ping(0));
          for (Frame frame = client.next(); !frame.is(Frame.PING); frame = client.next()) {
            frames += frame.is(Frame.DATA) ? 1 : 0;
          }
          assertThat(frames).isBetween(streams, 110);

          for (int i = 0; i < streams; i++) {
            client.send(Frame.windowUpdate(2 * i + 1, 2 * bytes), Frame.windowUpdate(0, bytes));
          }
          for (int i = 0; i < streams; i++) {
            assertThat(client.expectFate(2 * i + 1)).isEqualTo(OK);
          }
        });
  }

  /** Before there is payload to be sent, a few small openings of a window are too many (C8). */
  private static void awaitPayload(WirePeer client, int stream) {
    assertThat(client.send(Frame.windowUpdate(stream, 1)).expectData(stream).payload()).hasSize(1);
  }

  @Test
  void c5AResponseThatIsDribbledComesInLargeFrames() {
    siege.attack(
        "dribbles",
        client -> {
          int bytes = 200_000;
          client.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 0), Frame.windowUpdate(0, bytes));
          client.send(Frame.headers(1, DOWNLOAD), Siege.download(1, 1, bytes));
          client.expectHeaders(1);
          awaitPayload(client, 1);
          int frames = 1;
          int got = 1;
          for (int open = 1000; open <= bytes; open += 1000) {
            for (int drop = 0; drop < 4; drop++) {
              client.send(Frame.windowUpdate(1, 250));
              LockSupport.parkNanos(DROP_NANOS);
            }
            for (; got < open - KIB; frames++) {
              got += client.expectData(1).payload().length;
            }
          }
          assertThat(frames).isLessThanOrEqualTo(got / 512);
        });
  }

  @Test
  void c5StreamsThatDribbleAreCut() {
    siege.assault(
        "stalled_reader",
        () -> {
          WirePeer client = siege.client(Frame.INITIAL_WINDOW_SIZE, 0).patience(STALL);
          client.send(Frame.headers(1, DOWNLOAD), Siege.download(1, 1, 100_000));
          client.expectHeaders(1);
          for (int drop = 0; drop < 10 * STALL_SECONDS; drop++) {
            client.send(Frame.windowUpdate(1, 1));
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
          }
          Frame last = client.next();
          while (!last.is(Frame.RST_STREAM)) {
            last = client.next();
          }
          assertThat(last.resetCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
  }

  @Test
  void c6AnOpenWindowDoesNotFillOurMemory() {
    int streams = 20;
    siege.alone(
        Siege.NO_FAULT,
        first -> assertThat(heldForUnread(siege, streams)).isLessThan(streams * WINDOW + GROWTH));
  }

  /** What windows may grow by is for those who want all of the row's bound. */
  @Test
  void c6WindowsThatDoNotGrowHoldWhatTheyAre() {
    int streams = 15;
    try (var steady = Siege.with(Map.of("limits", Map.of("max_window_growth_mib", 0)))) {
      steady.alone(
          Siege.NO_FAULT,
          first -> assertThat(heldForUnread(steady, streams)).isLessThan(streams * WINDOW + MIB));
    }
  }

  /** What a client holds that asks for much and does not read it; pools grow for the first one. */
  private static long heldForUnread(Siege siege, int streams) {
    openWide(siege, streams);
    long before = siege.heldBytes();
    openWide(siege, streams);
    return siege.heldBytes() - before;
  }

  private static void openWide(Siege siege, int streams) {
    WirePeer client = siege.counted(WirePeer.connect(siege.port(), SMALL_BUFFER));
    client.sendPreface().send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, Integer.MAX_VALUE));
    client.send(Frame.windowUpdate(0, Integer.MAX_VALUE - 65_535));
    for (int id = 1; id < 2 * streams; id += 2) {
      client.send(Frame.headers(id, DOWNLOAD), Siege.download(id, 1000, 1 << 20));
    }
    siege.awaitCalls(100);
  }

  @Test
  void c7StreamsThatStallHoldNoMoreThanTheirWindowAndNotForLong() {
    siege.alone(
        "stalled_reader",
        first -> {
          int streams = 100;
          long before = siege.heldBytes();
          WirePeer client = siege.client(Frame.INITIAL_WINDOW_SIZE, 0).patience(STALL);
          long begun = System.nanoTime();
          for (int i = 0; i < streams; i++) {
            client.send(
                Frame.headers(2 * i + 1, DOWNLOAD), Siege.download(2 * i + 1, 100, 1 << 20));
          }
          for (int i = 0; i < streams; i++) {
            client.expectHeaders();
          }
          assertThat(siege.heldBytes() - before).isLessThan(streams * (WINDOW + SLACK) + 2 * MIB);
          for (int i = 0; i < streams; i++) {
            assertThat(client.expectFate(2 * i + 1)).isEqualTo("reset " + ENHANCE_YOUR_CALM);
          }
          assertThat(Duration.ofNanos(System.nanoTime() - begun))
              .isGreaterThanOrEqualTo(Duration.ofSeconds(STALL_SECONDS));
        });
  }

  @Test
  void c8WindowUpdatesForNothingAreCounted() {
    for (int stream : new int[] {0, 1}) {
      siege.attack(
          "window_updates",
          client -> {
            client.send(Frame.headers(1, CALL));
            client.flood(FLOOD, i -> Frame.windowUpdate(stream, 1));
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
          });
    }
  }

  @Test
  void c9FaultsOfWindowsEndTheStreamOrTheConnection() {
    ends(PROTOCOL_ERROR, Frame.headers(1, CALL), Frame.windowUpdate(1, 0));
    ends(PROTOCOL_ERROR, Frame.windowUpdate(0, 0));
    ends(FLOW_CONTROL_ERROR, Frame.windowUpdate(0, Integer.MAX_VALUE));
    ends(FLOW_CONTROL_ERROR, Frame.settings(Frame.INITIAL_WINDOW_SIZE, 1 << 31));
    ends(
        FLOW_CONTROL_ERROR,
        Frame.headers(1, CALL),
        Frame.windowUpdate(1, 1),
        Frame.settings(Frame.INITIAL_WINDOW_SIZE, Integer.MAX_VALUE));
  }

  @Test
  void c9AWindowOfAStreamThatOverflowsEndsTheStream() {
    siege.attack(
        "stream_error",
        client -> {
          client.send(Frame.headers(1, CALL), Frame.windowUpdate(1, Integer.MAX_VALUE));
          assertThat(client.expectFate(1)).isEqualTo("reset " + FLOW_CONTROL_ERROR);
          client.expectQuiet();
        });
  }

  @Test
  void c9WindowsThatTurnNegativeAreRefilledFirst() {
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          client.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 1000));
          client.send(Frame.headers(1, DOWNLOAD), Siege.download(1, 1, 3000));
          client.expectHeaders(1);
          for (int got = 0; got < 1000; ) {
            got += client.expectData(1).payload().length;
          }
          client.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 0)).expectQuiet();
          client.send(Frame.windowUpdate(1, 1000)).expectQuiet();
          client.send(Frame.windowUpdate(1, 5000));
          assertThat(client.expectFate(1)).isEqualTo(OK);
        });
  }

  @Test
  void c10DataThatIsMostlyPaddingIsCounted() {
    siege.attack(
        "small_data",
        client -> {
          client.send(Frame.headers(1, CALL));
          for (int i = 0; i < FLOOD; i++) {
            if (!sendIfOpen(client, Frame.padded(1, new byte[1]))) {
              break;
            }
          }
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
  }

  @Test
  void c10PaddingOfStreamsThatAreResetIsGivenBackToo() {
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          if (Siege.LONG) {
            // Calls that are owed to the server are their client's, and here are 7,500 of them.
            client.bearRefusals();
          }
          byte[] useful = new byte[10_000];
          for (int id = 1; id < 300; id += 2) {
            client.send(Frame.headers(id, CALL));
            for (int i = 0; i < 20; i++) {
              client.sendWhenAllowed(Frame.padded(id, new byte[1]));
            }
            client.sendWhenAllowed(Frame.data(id, useful)).send(Frame.reset(id, CANCEL));
          }
          ConnectionCredit.expectExact(client, 301, CALL);
        });
  }

  private static boolean sendIfOpen(WirePeer client, Frame frame) {
    try {
      client.sendWhenAllowed(frame);
      return true;
    } catch (AssertionError | UncheckedIOException closing) {
      return false;
    }
  }

  @Test
  void c11FramesThatDoNothingAreWaste() {
    for (int type : new int[] {0x7f, 0x10, 0xc}) {
      siege.attack(
          "waste",
          client -> {
            client.send(Frame.headers(1, CALL).last(), new Frame(type, 0xff, 0, new byte[100]));
            assertThat(client.expectFate(1)).isEqualTo(OK);
            client.flood(2000, i -> new Frame(type, 0, 0, new byte[16_384]));
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
          });
    }
  }

  @Test
  void c11GoAwayAfterGoAwayIsNotEndless() {
    siege.attack(
        "waste",
        client -> {
          client.send(Frame.headers(1, CALL));
          client.flood(2000, i -> new Frame(Frame.GOAWAY, 0, 0, new byte[16_384]));
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
  }

  @Test
  void c11FramesThatAreTooLongAreNotWaitedFor() {
    siege.assault(
        "frame_size_error",
        () -> {
          for (int type = 0; type < 10; type++) {
            WirePeer client = siege.client();
            byte[] head = new Frame(type, 0, type == 4 || type == 6 ? 0 : 1, new byte[0]).encoded();
            head[0] = (byte) 0xff;
            client.send(Frame.headers(1, CALL)).send(head);
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(FRAME_SIZE_ERROR);
          }
        });
  }

  @Test
  void c12PushFromAClientEndsTheConnection() {
    ends(
        PROTOCOL_ERROR,
        Frame.headers(1, CALL),
        new Frame(Frame.PUSH_PROMISE, Frame.END_HEADERS, 1, new byte[] {0, 0, 0, 2}));
  }

  @Test
  void c13TricklesAreCutByTheirBeginning() {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] head = Frame.headers(1, CALL).encoded();
    siege.betrayal(
        "head_timeout",
        () -> {
          Duration patience = Patience.LIMIT.plusSeconds(5);
          var clients = new ArrayList<WirePeer>();
          for (int i = 0; i < TRICKLES; i++) {
            clients.add(siege.counted(WirePeer.connect(siege.port())).patience(patience));
            clients.add(siege.client().patience(patience));
          }
          Thread.ofVirtual()
              .start(() -> {
                for (int at = 0; at < preface.length; at++) {
                  for (int i = 0; i < clients.size(); i++) {
                    clients.get(i).trySend(i % 2 == 0 ? preface[at] : head[at]);
                  }
                  LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                }
              });
          long begun = System.nanoTime();
          clients.forEach(client -> client.expectTextUntilClose());
          assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(patience);
        });
  }

  @Test
  void c14WhatIsNoHttp2IsClosedQuietly() {
    byte[] hello = new byte[200];
    hello[0] = 0x16;
    hello[1] = 3;
    var blobs = new ArrayList<byte[]>();
    blobs.add(hello);
    var random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      var blob = new byte[24 + random.nextInt(300)];
      random.nextBytes(blob);
      blobs.add(blob);
    }
    siege.assault("protocol_error", () -> blobs.forEach(PaceAttackTest::expectNoAnswer));
  }

  @Test
  void c14PrefacesThatAreNotQuiteOneGetNoHttp1() {
    List<String> prefaces =
        List.of(
            "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n",
            "PRI * HTTP/2.0\n\nSM\n\n",
            "PRI  * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX");
    siege.assault(
        "protocol_error",
        () -> {
          for (String preface : prefaces) {
            assertThat(answer(preface)).doesNotContain("HTTP/1");
          }
          expectNoAnswer("pri * http/2.0\r\n\r\nsm\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
  }

  private static void expectNoAnswer(byte[] bytes) {
    try (var client = stranger()) {
      client.trySend(bytes);
      assertThat(client.expectTextUntilClose()).isEmpty();
    }
  }

  /** What has no version in its first line is not taken for HTTP/1.1. */
  @Test
  void c14Http1IsToldWhatIsWrongAndNothingElseIs() {
    siege.attack(
        "protocol_error",
        first -> {
          assertThat(answer("GET / HTTP/3.7\r\n\r\n")).startsWith("HTTP/1.1 505 ");
          assertThat(answer("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
          assertThat(answer("GET HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
          assertThat(answer("GET\r\n\r\n")).isEmpty();
          assertThat(answer("NO SENSE AT ALL\r\n\r\n")).isEmpty();
        });
  }

  /** What comes until the gateway closes, soon, while its client goes on waiting. */
  private static String answer(String text) {
    try (var client = stranger()) {
      return client.send(text).expectTextUntilClose();
    }
  }

  private static WirePeer stranger() {
    return siege.counted(WirePeer.connect(siege.port())).patience(SOON);
  }

  @Test
  void c15ManyConnectionsThatComeAndGoKeepNobodyOut() {
    siege.betrayal(
        Siege.NO_FAULT,
        () -> {
          var crowd = new ArrayList<WirePeer>();
          for (int i = 0; i < 1000; i++) {
            crowd.add(siege.counted(WirePeer.connect(siege.port())));
          }
          try (var newcomer = EchoClient.to(siege.port())) {
            assertThat(newcomer.unary("hi").status().isOk()).isTrue();
          }
          crowd.forEach(WirePeer::abort);
        });
  }

  // ---- what the rows share ---------------------------------------------------------------------

  /** A client with a small buffer, which fills up as it reads nothing. */
  private static WirePeer unreading(int... settings) {
    WirePeer client = siege.counted(WirePeer.connect(siege.port(), SMALL_BUFFER));
    return client.sendPreface().send(Frame.settings(settings));
  }

  /** Expects GOAWAY with ENHANCE_YOUR_CALM, behind some frames of that type at most. */
  private static void expectCalm(WirePeer client, int type, int atMost) {
    List<Frame> all = client.expectClose();
    assertThat(all.getLast().is(Frame.GOAWAY)).isTrue();
    assertThat(all.getLast().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
    assertThat(all.stream().filter(frame -> frame.is(type)).count()).isLessThanOrEqualTo(atMost);
  }

  private static Frame[] hundredStreams() {
    return IntStream.range(0, 100)
        .mapToObj(i -> Frame.headers(2 * i + 1, CALL))
        .toArray(Frame[]::new);
  }

  /** Plays these frames, after which the connection has to end with that code. */
  private static void ends(int code, Frame... frames) {
    String reason = code == PROTOCOL_ERROR ? "protocol_error" : "flow_control_error";
    siege.attack(
        reason,
        client -> {
          client.send(frames);
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(code);
        });
  }
}
