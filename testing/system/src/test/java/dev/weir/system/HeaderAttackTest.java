package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Block;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Header blocks that are bombs, lies or never end (attack group A). */
class HeaderAttackTest {

  private static final int PROTOCOL_ERROR = 1;
  private static final int COMPRESSION_ERROR = 9;
  private static final int ENHANCE_YOUR_CALM = 11;

  private static final String OK = "grpc 0";
  private static final String MALFORMED = "reset 1";
  private static final String TOO_LARGE = "grpc 8";

  private static final String PATH = "/recorded.Service/Method";
  private static final Fields CALL = Fields.grpcRequest(PATH);
  private static final Fields DOWNLOAD = Fields.grpcRequest("/weir.testkit.Echo/Download");

  /** The first index of the dynamic table: the field that was inserted last (RFC 7541 2.3.3). */
  private static final int NEWEST = 62;

  private static final int MAX_FIELDS = 128;
  private static final int MAX_CONTINUATIONS = 8;
  private static final int FULL_FRAME = 16_000;
  private static final int KIB = 1 << 10;
  private static final int STALL_SECONDS = 3;

  private static HeadRecorder upstream;
  private static EchoBackend strict;
  private static Siege siege;

  @BeforeAll
  static void begin() {
    upstream = HeadRecorder.listen();
    // As grpc-java is by default: 8 KiB of metadata, and a connection that ends not far above.
    strict = EchoBackend.start("strict", 0, server -> server.maxInboundMetadataSize(8192));
    siege =
        Siege.with(
            Map.of("http2", Map.of("stall_seconds", STALL_SECONDS)),
            Api.of("recorded", upstream.target()),
            Api.of("strict", strict.target()).at("/strict").with("proxy.strip_listen_path", true));
  }

  @AfterAll
  static void end() {
    siege.close();
    strict.close();
    upstream.close();
  }

  @BeforeEach
  void forget() {
    upstream.takeHeads();
  }

  @Test
  void a1ReferencesToALargeFieldAreNotMaterialised() {
    siege.attack(
        "header_list",
        client -> {
          Block bomb =
              Block.of(CALL).inserted("x", "v".repeat(4000)).indexed(NEWEST, FULL_FRAME - 4200);
          for (int stream = 1; stream < 40; stream += 2) {
            client.send(Frame.headers(stream, bomb).last());
            assertThat(client.expectFate(stream)).isEqualTo(TOO_LARGE);
          }
          stillServes(client, 41);
        });
  }

  @Test
  void a1WhatWasDecodedInVainIsNotHeld() {
    siege.alone(
        "header_list",
        client -> {
          Block bomb =
              Block.of(CALL).inserted("x", "v".repeat(4000)).indexed(NEWEST, FULL_FRAME - 4200);
          stillServes(client, 1);
          long before = siege.heapBytes();
          for (int stream = 3; stream < 200; stream += 2) {
            client.send(Frame.headers(stream, bomb));
            assertThat(client.expectFate(stream)).isEqualTo(TOO_LARGE);
          }
          // The limit, a field, and what else may have come to be meanwhile.
          assertThat(siege.heapBytes() - before).isLessThan(KIB * (64 + 4 + 1024));
        });
  }

  @Test
  void a2FieldsAreCountedHoweverSmall() {
    siege.assault(
        "header_list",
        () -> {
          WirePeer client = siege.client(Frame.INITIAL_WINDOW_SIZE, 0);
          Block bomb = Block.of(CALL).inserted("a", "").indexed(NEWEST, FULL_FRAME);
          for (int stream = 1; stream < 200; stream += 2) {
            client.send(Frame.headers(stream, bomb).last(), Frame.windowUpdate(0, 1));
            assertThat(client.expectFate(stream)).isEqualTo(TOO_LARGE);
          }
          int more = MAX_FIELDS - CALL.list().size();
          client.send(Frame.headers(201, Block.of(CALL).indexed(NEWEST, more)).last());
          assertThat(upstream.awaitHead().all("a")).hasSize(more);
          client.send(Frame.headers(203, Block.of(CALL).indexed(NEWEST, more + 1)).last());
          assertThat(client.expectFate(203)).isEqualTo(TOO_LARGE);
        });
  }

  @Test
  void a2StreamsAreHeldForLittleAndNotForLong() {
    siege.alone(
        "stalled_reader",
        first -> {
          long before = siege.heapBytes();
          WirePeer client = siege.client(Frame.INITIAL_WINDOW_SIZE, 0);
          int more = MAX_FIELDS - DOWNLOAD.list().size();
          for (int stream = 1; stream < 200; stream += 2) {
            client.send(
                Frame.headers(stream, Block.of(DOWNLOAD).inserted("a", "").indexed(62, more - 1)));
            client.send(Siege.download(stream, 1, KIB));
          }
          for (int i = 0; i < 100; i++) {
            client.expectHeaders();
          }
          assertThat(siege.heapBytes() - before).isLessThan(2 * KIB * KIB);
          for (int drop = 0; drop < 10 * STALL_SECONDS; drop++) {
            client.send(Frame.windowUpdate(1, 1));
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
          }
          assertThat(client.expectFate(1)).isEqualTo("reset " + ENHANCE_YOUR_CALM);
        });
  }

  @Test
  void a3CrumbsOfCookiesAreFields() {
    siege.alone(
        "header_list",
        client -> {
          upstream.takeHeads();
          Fields crumbs = CALL;
          for (int i = 0; i < 60; i++) {
            crumbs = crumbs.with("cookie", "a=" + i);
          }
          client.send(Frame.headers(1, crumbs).last());
          assertThat(client.expectFate(1)).isEqualTo(OK);
          assertThat(upstream.awaitHead().all("cookie")).hasSize(60).startsWith("a=0", "a=1");

          Block bomb = Block.of(CALL).inserted("cookie", "a=b").indexed(NEWEST, 4999);
          client.send(Frame.headers(3, bomb).last());
          assertThat(client.expectFate(3)).isEqualTo(TOO_LARGE);
          stillServes(client, 5);
        });
  }

  @Test
  void a4EmptyNamesAreMalformedAndCostTheirSenderTheirOverhead() {
    siege.alone(
        "stream_error",
        client -> {
          upstream.takeHeads();
          Block plain = Block.of(CALL);
          Block coded = Block.of(CALL);
          for (int i = 0; i < 100; i++) {
            plain.inserted("", "");
            coded.integer(0x40, 6, 0).huffman("").huffman("");
          }
          for (int stream = 1; stream < 40; stream += 4) {
            client.send(Frame.headers(stream, plain).last());
            client.send(Frame.headers(stream + 2, coded).last());
            assertThat(client.expectFate(stream)).isEqualTo(MALFORMED);
            assertThat(client.expectFate(stream + 2)).isEqualTo(MALFORMED);
          }
          assertThat(upstream.takeHeads()).isEmpty();
          stillServes(client, 41);
        });
  }

  @Test
  void a4EmptyNamesLeaveNothingBehind() {
    siege.alone(
        "stream_error",
        client -> {
          Block empty = Block.of(CALL);
          for (int i = 0; i < 100; i++) {
            empty.inserted("", "");
          }
          spoil(client, empty, 1, 40);
          long before = siege.heapBytes();
          spoil(client, empty, 41, 240);
          assertThat(siege.heapBytes() - before).isLessThan(256 * KIB);
        });
  }

  private static void spoil(WirePeer client, Block block, int from, int to) {
    for (int stream = from; stream < to; stream += 2) {
      client.send(Frame.headers(stream, block).last());
      assertThat(client.expectFate(stream)).isEqualTo(MALFORMED);
    }
  }

  @Test
  void a5AStringThatIsLongerThanAllThatMayComeIsNotAwaited() {
    for (boolean named : new boolean[] {true, false}) {
      Block begun = Block.of(CALL).integer(0, 4, 0);
      Block giant = (named ? begun.string("x") : begun).integer(0, 7, 1 << 30);
      siege.attack(
          "header_block",
          client -> {
            client.send(
                Frame.headers(1, giant).without(Frame.END_HEADERS),
                Frame.continuation(1, new byte[1000]));
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
          });
    }
  }

  @Test
  void a6IntegersWithoutEndAreNotRead() {
    byte[] endless = new byte[10_000];
    Arrays.fill(endless, (byte) 0x80);
    ends(
        COMPRESSION_ERROR,
        new Block().raw((byte) 0xff).raw(endless).raw((byte) 1),
        new Block().raw((byte) 0, (byte) 0x7f).raw(endless).raw((byte) 1),
        new Block().raw((byte) 0xff, (byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) 0x7f),
        new Block()
            .raw((byte) 0, (byte) 0x7f, (byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) 15),
        new Block().indexed(0));
    siege.attack(
        "compression_error",
        client -> {
          // Without the end of the block, which it does not take.
          byte[] begun = new Block().raw((byte) 0xff).raw(Arrays.copyOf(endless, 6)).bytes();
          client.send(Frame.headers(1, new Block().raw(begun)).without(Frame.END_HEADERS));
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(COMPRESSION_ERROR);
        });
  }

  @Test
  void a7TableSizesOutOfPlaceOrRangeAreErrors() {
    Block many = new Block();
    for (int i = 0; i < 1000; i++) {
      many.tableSize(0);
    }
    ends(
        COMPRESSION_ERROR,
        new Block().tableSize(4097),
        new Block().tableSize(1L << 30),
        Block.of(CALL).tableSize(0),
        many);
  }

  @Test
  void a8MalformedHuffmanCodeIsAnError() {
    UnaryOperator<Block> value = block -> block.integer(0, 4, 0).string("x");
    ends(
        COMPRESSION_ERROR,
        // EOS, more than seven bits of padding, padding of zeros.
        value.apply(Block.of(CALL)).huffman("ffffffff"),
        value.apply(Block.of(CALL)).huffman("1fff"),
        value.apply(Block.of(CALL)).huffman("18"));
  }

  @Test
  void a8WhatFollowsBehindTheLimitIsNotDecodedForEver() {
    siege.attack(
        "header_block",
        client -> {
          client.send(
              Frame.headers(1, Block.of(CALL).inserted("x", "v".repeat(4000)))
                  .without(Frame.END_HEADERS));
          client.flood(7, i -> Frame.continuation(1, junk()));
          client.trySend(new Frame(Frame.CONTINUATION, Frame.END_HEADERS, 1, junk()));
          assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
        });
  }

  private static byte[] junk() {
    Block junk = new Block();
    for (int i = 0; i < 100; i++) {
      junk.plain("x", "v".repeat(150));
    }
    return junk.bytes();
  }

  @Test
  void a9BlocksOfStreamsThatAreRefusedStillCount() {
    siege.alone(
        "stream_error",
        client -> {
          int stream = 1;
          // Malformed, over the limit of fields, on a stream that is closed: each adds a field.
          client.send(Frame.headers(1, Block.of(CALL).inserted("one", "1").plain("A", "")).last());
          assertThat(client.expectFate(1)).isEqualTo(MALFORMED);
          client.send(Frame.headers(3, Block.of(CALL).indexed(2, 200).inserted("two", "2")).last());
          assertThat(client.expectFate(3)).isIn(TOO_LARGE, MALFORMED);
          client.send(Frame.headers(5, Block.of(CALL)), Frame.reset(5, 8));
          // More streams than are allowed at once, the last of which are refused.
          for (stream = 7; stream < 7 + 2 * 110; stream += 2) {
            client.send(Frame.headers(stream, Block.of(CALL).inserted("n" + stream, "v" + stream)));
          }
          assertThat(client.expectFate(stream - 2)).isEqualTo("reset 7");
          for (int open = 7; open < 20; open += 2) {
            client.send(Frame.reset(open, 8));
          }
          int newest = stream - 2;
          stream = servesSoon(client, stream);
          upstream.takeHeads();

          Block good = Block.of(CALL);
          for (int age = 0; age < 30; age++) {
            good.indexed(NEWEST + age);
          }
          client.send(Frame.headers(stream, good).last());
          assertThat(client.expectFate(stream)).isEqualTo(OK);
          Fields head = upstream.awaitHead();
          for (int age = 0; age < 30; age++) {
            int of = newest - 2 * age;
            assertThat(head.get("n" + of)).isEqualTo("v" + of);
          }
        });
  }

  @Test
  void a10OneClientsTableIsNoneOfAnothers() {
    siege.alone(
        Siege.NO_FAULT,
        evil -> {
          upstream.takeHeads();
          WirePeer good = siege.client();
          int rounds = Siege.LONG ? 5000 : 500;
          for (int i = 0; i < rounds; i++) {
            int stream = 2 * i + 1;
            evil.send(odd(stream, i));
            assertThat(evil.expectFate(stream)).isEqualTo(OK);
            Fields sent =
                CALL.with("who", "good" + i % 7)
                    .with("token", "t" + i)
                    .with("x-" + i % 50, "v" + i);
            good.send(Frame.headers(stream, sent).last());
            assertThat(good.expectFate(stream)).isEqualTo(OK);

            assertThat(upstream.awaitHead().get("who")).isEqualTo("evil");
            assertThat(upstream.awaitHead().without(":authority"))
                .isEqualTo(sent.without(":authority").with("x-forwarded-for", "127.0.0.1"));
          }
        });
  }

  /** A request in one of the stranger encodings that HPACK allows. */
  private static Frame odd(int stream, int i) {
    Block block = new Block();
    switch (i % 4) {
      case 0 -> block.tableSize(0).tableSize(4096);
      case 1 -> block.tableSize(i % 4096);
      default -> {}
    }
    block.raw(CALL.encoded());
    switch (i % 3) {
      case 0 -> block.inserted("who", "evil").inserted("token", "stolen" + i);
      case 1 -> block.never("who", "evil").never("token", "stolen");
      default -> block.plain("who", "evil").inserted("x-" + i % 50, "v".repeat(i % 3000));
    }
    return Frame.headers(stream, block).last();
  }

  @Test
  void a11BlocksWithoutEndAreCutShort() {
    byte[] piece = new Block().plain("x", "v").bytes();
    for (int count : new int[] {MAX_CONTINUATIONS + 1, 20_000}) {
      siege.attack(
          "continuations",
          client -> {
            client.send(Frame.headers(1, CALL).without(Frame.END_HEADERS));
            client.flood(count, i -> Frame.continuation(1, piece));
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
          });
    }
  }

  @Test
  void a12EmptyPiecesOfABlockAreCutShort() {
    for (int count : new int[] {2, 20_000}) {
      siege.attack(
          "continuations",
          client -> {
            client.send(Frame.headers(1, CALL).without(Frame.END_HEADERS));
            client.flood(count, i -> Frame.continuation(1, new byte[0]));
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(ENHANCE_YOUR_CALM);
          });
    }
  }

  @Test
  void a13NothingMayComeInsideOfABlock() {
    Frame begun = Frame.headers(1, CALL).without(Frame.END_HEADERS);
    for (List<Frame> frames :
        List.of(
            List.of(begun, Frame.priority(3, 0)),
            List.of(begun, Frame.data(1, "x")),
            List.of(begun, Frame.headers(3, CALL)),
            List.of(Frame.headers(1, CALL), Frame.continuation(1, new byte[0])))) {
      siege.attack(
          "protocol_error",
          client -> {
            client.send(frames.toArray(Frame[]::new));
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(PROTOCOL_ERROR);
          });
    }
  }

  @Test
  void a14HalfABlockIsNotWaitedFor() {
    siege.attack(
        "head_timeout",
        client -> {
          client.send(Frame.headers(1, CALL).without(Frame.END_HEADERS));
          long begun = System.nanoTime();
          int code = client.patience(Duration.ofSeconds(15)).expectPoliteEnd().goAwayCode();
          assertThat(code).isEqualTo(ENHANCE_YOUR_CALM);
          assertThat(Duration.ofNanos(System.nanoTime() - begun))
              .isGreaterThan(Duration.ofSeconds(9));
        });
  }

  @Test
  void a15TrailersAreHeldToTheRulesOfHeads() {
    Fields trailers = Fields.of("x", "y");
    for (List<Frame> frames :
        List.of(
            Arrays.asList(Frame.section(1, trailers.with("big", "v".repeat(70_000)), true)),
            List.of(Frame.headers(1, trailers)),
            List.of(Frame.headers(1, Fields.of(":path", "/x")).last()),
            List.of(
                Frame.headers(1, trailers),
                Frame.headers(1, trailers),
                Frame.headers(1, trailers)))) {
      siege.alone(
          "stream_error",
          client -> {
            upstream.takeHeads();
            client.send(Frame.headers(1, CALL), Frame.message(1, "hi"));
            upstream.awaitHead();
            int answered = upstream.answered();
            client.send(frames.toArray(Frame[]::new));
            assertThat(client.expectFate(1)).isIn(MALFORMED, TOO_LARGE);
            assertThat(upstream.answered()).isEqualTo(answered);
            assertThat(upstream.takeHeads()).isEmpty();
            stillServes(client, 3);
          });
    }
  }

  @Test
  void a16AListSizeOfNothingIsAdviceThatIsNotTaken() {
    siege.assault(
        Siege.NO_FAULT,
        () -> {
          WirePeer client = siege.client(Frame.MAX_HEADER_LIST_SIZE, 1);
          for (int stream = 1; stream < 100; stream += 2) {
            client.send(Frame.headers(stream, CALL).last());
            assertThat(client.expectFate(stream)).isEqualTo(OK);
          }
        });
  }

  @Test
  void a17TablesOfThePeersWishAreNotBuilt() {
    siege.attack(Siege.NO_FAULT, client -> toggle(client, 1, 35));
  }

  @Test
  void a17TablesOfThePeersWishAreNotHeld() {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          toggle(client, 1, 5);
          long before = siege.heapBytes();
          toggle(client, 11, 35);
          assertThat(siege.heapBytes() - before).isLessThan(256 * KIB);
        });
  }

  /** Sets the table to 4 GiB and to nothing, 15 times before each of these calls. */
  private static void toggle(WirePeer client, int firstStream, int calls) {
    var toggles = new ArrayList<Integer>();
    for (int i = 0; i < 15; i++) {
      Collections.addAll(toggles, Frame.HEADER_TABLE_SIZE, 0, Frame.HEADER_TABLE_SIZE, -1);
    }
    int[] settings = toggles.stream().mapToInt(Integer::intValue).toArray();
    for (int stream = firstStream; stream < firstStream + 2 * calls; stream += 2) {
      client.send(Frame.settings(settings));
      client.send(Frame.headers(stream, CALL), Frame.message(stream, "hi").last());
      assertThat(client.expectFate(stream)).isEqualTo(OK);
    }
  }

  @Test
  void a18LongValuesArriveWholeOrNotAtAll() {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          upstream.takeHeads();
          String value = "v".repeat(60_000);
          client.send(Frame.section(1, CALL.with("long", value), true));
          assertThat(client.expectFate(1)).isEqualTo(OK);
          assertThat(upstream.awaitHead().get("long")).isEqualTo(value);
        });
  }

  @Test
  void a18WhatTheNextHopDoesNotTakeHurtsNobodyElseThere() {
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          Fields call = Fields.grpcRequest("/strict" + Siege.PATH);
          client.send(Frame.headers(1, call), Frame.message(1, "").last());
          assertThat(client.expectFate(1)).isEqualTo(OK);
          client.send(Frame.headers(3, Fields.grpcRequest("/strict/weir.testkit.Echo/Chat")));
          client.expectQuiet();
          for (int stream = 5; stream < 15; stream += 2) {
            client.send(Frame.section(stream, call.with("long", "v".repeat(20_000)), false));
            client.send(Frame.message(stream, "").last());
            assertThat(client.expectFate(stream)).isEqualTo(TOO_LARGE);
          }
          client.send(Frame.message(3, "").last());
          assertThat(client.expectFate(3)).isEqualTo(OK);
        });
  }

  // ---- what the rows share ---------------------------------------------------------------------

  private static void stillServes(WirePeer client, int stream) {
    client.send(Frame.headers(stream, CALL).last());
    assertThat(client.expectFate(stream)).isEqualTo(OK);
  }

  /** Calls that were reset count until their server has been told; returns the next stream. */
  private static int servesSoon(WirePeer client, int first) {
    var next = new AtomicInteger(first);
    await()
        .until(() -> {
          int stream = next.getAndAdd(2);
          client.send(Frame.headers(stream, CALL).last());
          String fate = client.expectFate(stream);
          assertThat(fate).isIn(OK, "reset 7");
          return fate.equals(OK);
        });
    return next.get();
  }

  /** Plays each block on a connection of its own, which has to end with that code. */
  private static void ends(int code, Block... blocks) {
    String reason = code == COMPRESSION_ERROR ? "compression_error" : "protocol_error";
    siege.assault(
        reason,
        () -> {
          for (Block block : blocks) {
            WirePeer client = siege.client();
            client.send(Frame.headers(1, block).last());
            assertThat(client.expectPoliteEnd().goAwayCode()).isEqualTo(code);
          }
        });
  }
}
