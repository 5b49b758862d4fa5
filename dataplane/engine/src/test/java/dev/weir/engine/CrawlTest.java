package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.ClientConnection;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A client that stays below every rate, and goes on and on (row B12): for ten minutes, or for an
 * hour with {@code -Dweir.b12.streams=36000}.
 */
class CrawlTest {
  private static final Duration PERIOD = Duration.ofMillis(100);
  private static final int STREAMS = Integer.getInteger("weir.b12.streams", 6000);

  /** Calls that are open at once when each is cancelled after 1.1 s. */
  private static final int HELD = 11;

  private static final int MAX_STREAMS = 100;
  private static final long GROWTH_BYTES = 2 << 20;

  /** A connection that closes has its peer read why for less than that. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  private static final FieldList HELD_CALL =
      Workbench.fields(
          ":method", "POST",
          ":scheme", "http",
          ":path", "/pkg.Service/Held",
          "content-type", "application/grpc");

  /** How an endpoint answers that does not speak gRPC, or HTTP, or says too much. */
  private static final List<FieldList> NO_ANSWERS =
      List.of(
          Workbench.fields(":status", "503", "content-type", "text/html"),
          Workbench.fields(":status", "x"),
          Workbench.fields(
              ":status", "200", "content-type", "application/grpc", "x", "y".repeat(70_000)));

  private final Endpoint endpoint = new Endpoint();
  private final Workbench bench = new Workbench(endpoint);
  private final Crawler crawler = new Crawler(bench.accept());
  private final Bystander bystander = new Bystander();

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void b12CallsThatAreCancelledOneAfterTheOtherLeaveNothingBehind() {
    long heapBytes = 0;
    int connections = 0;
    for (int i = 0; i < STREAMS; i++) {
      crawler.open();
      if (i >= HELD) {
        crawler.cancelOldest();
      }
      if (i % 10 == 0) {
        bystander.call(bench);
      }
      bench.pass(PERIOD);
      connections = Math.max(connections, bench.activity().endpointConnections());
      if (i == STREAMS / 6) {
        heapBytes = heapBytes();
      }
    }

    // A connection on which resets are owed closes with the last of its calls, next to the new one.
    assertThat(endpoint.most).isLessThanOrEqualTo(2 * HELD + 1);
    assertThat(connections).isLessThanOrEqualTo(3);
    assertThat(heapBytes()).isLessThan(heapBytes + GROWTH_BYTES);
    assertThat(bystander.answered).isEqualTo(STREAMS / 10);

    for (int i = 0; i < HELD; i++) {
      crawler.cancelOldest();
    }
    bench.pass(PERIOD);
    assertThat(endpoint.open).isZero();
    assertThat(bench.activity().streams()).isZero();
    assertThat(bench.activity().endpointStreams()).isZero();
  }

  @Test
  void b12AClientThatCancelsNothingHasNoMoreCallsThanItMay() {
    for (int i = 0; i < 2 * MAX_STREAMS; i++) {
      crawler.open();
      bench.pass(PERIOD);
    }

    assertThat(endpoint.most).isEqualTo(MAX_STREAMS);
    assertThat(crawler.refused()).isEqualTo(MAX_STREAMS);
  }

  /**
   * Calls that reach the endpoint and are cancelled then, more of them than it bears resets, beside
   * one that does not end: it works for those of which it has not heard.
   */
  @Test
  void b3CallsThatWereCancelledCountUntilTheEndpointHasHeardOfIt() {
    List<Http2Stream> endless = new ArrayList<>();
    ClientConnection attacker = bench.newCaller();
    for (int round = 0; round < 5; round++) {
      endless.add(open(bench.caller()));
      List<Http2Stream> calls = new ArrayList<>();
      for (int i = 0; i < MAX_STREAMS; i++) {
        calls.add(open(attacker));
      }
      bench.run();
      calls.forEach(call -> call.reset(ErrorCode.CANCEL));
      bench.run();
    }

    assertThat(endpoint.most - endless.size()).isBetween(MAX_STREAMS - 5, MAX_STREAMS);
    // The endpoint's ends of the connections to it are on the same loop, and count, too.
    assertThat(bench.activity().streams()).isEqualTo(2L * endpoint.open);
    endless.forEach(call -> call.reset(ErrorCode.CANCEL));
    bench.run();
    bench.pass(LINGER);
    assertThat(endpoint.open).isZero();
    assertThat(bench.activity().streams()).isZero();
    bystander.call(bench);
    bench.run();
    assertThat(bystander.answered).isEqualTo(1);
  }

  /** Its answers that are none cost resets, and no client its connection. */
  @Test
  void b10AClientDoesNotPayForAnEndpointThatIsBroken() {
    for (FieldList none : NO_ANSWERS) {
      endpoint.broken = none;
      for (int i = 0; i < 3 * MAX_STREAMS; i++) {
        crawler.open();
        bench.run();
      }
      assertThat(crawler.ends()).as("%s", none.get(0)).isEqualTo(3 * MAX_STREAMS);
    }
  }

  private static Http2Stream open(ClientConnection from) {
    return Objects.requireNonNull(from.open(new Ear(), HELD_CALL, false));
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Sends frames, and looks only at the types of those that come. */
  private static final class Crawler {
    private final EmbeddedChannel gateway;
    private final Pipe bytes = new Pipe();
    private final FrameOutput out =
        new FrameOutput(new SplittableRandom(12), false, bytes, note -> {});
    private final Http2Headers head =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .path("/pkg.Service/Held")
            .authority("localhost")
            .add("content-type", "application/grpc");
    private int refused;
    private int ends;
    private int next = 1;
    private int oldest = 1;

    Crawler(EmbeddedChannel gateway) {
      this.gateway = gateway;
      out.preface();
      out.settings();
      out.settingsAck();
    }

    void open() {
      out.headers(next, head, false);
      next += 2;
      send();
    }

    void cancelOldest() {
      out.reset(oldest, 8);
      oldest += 2;
      send();
    }

    private void send() {
      receive();
      gateway.writeInbound(Unpooled.copiedBuffer(bytes.bytes(), bytes.from(), bytes.size()));
      bytes.skip(bytes.size());
    }

    /** Streams that the gateway reset. */
    int refused() {
      receive();
      return refused;
    }

    /** Streams that have been answered to their end since the last call. */
    int ends() {
      receive();
      int now = ends;
      ends = 0;
      return now;
    }

    private void receive() {
      for (ByteBuf some = gateway.readOutbound(); some != null; some = gateway.readOutbound()) {
        while (some.isReadable()) {
          int length = some.readUnsignedMedium();
          int type = some.readUnsignedByte();
          int flags = some.readUnsignedByte();
          ends += type == FrameOutput.HEADERS && (flags & FrameOutput.END_STREAM) != 0 ? 1 : 0;
          String payload = some.skipBytes(4).readCharSequence(length, US_ASCII).toString();
          assertThat(type).as(payload).isNotEqualTo(FrameOutput.GOAWAY);
          refused += type == FrameOutput.RST_STREAM ? 1 : 0;
        }
        some.release();
      }
    }
  }

  /** Makes short calls on a connection of its own. */
  private static final class Bystander implements StreamHandler {
    private final FieldList request =
        Workbench.fields(
            ":method", "POST",
            ":scheme", "http",
            ":path", "/pkg.Service/Quick",
            "content-type", "application/grpc");
    private int answered;

    void call(Workbench bench) {
      bench.caller().open(this, request, true);
    }

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      answered += endStream && fields.get(0).valueText().equals("0") ? 1 : 0;
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {}

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      throw new AssertionError(reset);
    }
  }

  /** Answers whole requests, the bystander's, and holds all others until they are cancelled. */
  private static final class Endpoint implements ConnectionHandler, StreamHandler {
    private @Nullable FieldList broken;
    private final FieldList head =
        Workbench.fields(":status", "200", "content-type", "application/grpc");
    private final FieldList trailers = Workbench.fields("grpc-status", "0");
    private int open;
    private int most;

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList requested, boolean endStream) {
      if (broken != null) {
        stream.sendHeaders(broken, false);
      } else if (endStream) {
        stream.sendHeaders(head, false);
        stream.sendHeaders(trailers, true);
      } else {
        open++;
        most = Math.max(most, open);
      }
      return this;
    }

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      open -= broken == null ? 1 : 0;
    }

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {}

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {}

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList requested, HeaderListSize size) {}
  }
}
