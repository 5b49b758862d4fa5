package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.ConductLimits;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What must not happen once in many calls: in ten thousand of them, or in {@code
 * -Dweir.many.calls=100000}.
 */
class ManyCallsTest {
  private static final int CALLS = Integer.getInteger("weir.many.calls", 10_000);
  private static final int AT_ONCE = 50;
  private static final int MAX_STREAMS = 100;
  private static final int RESPONSE_BYTES = 60;
  private static final int TINY_WINDOW = 20;
  private static final int FEW_RESETS = 20;
  private static final ByteBuf BYTES = Unpooled.wrappedBuffer(numbered(10_000));

  private final SplittableRandom random = new SplittableRandom(100_000);
  private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

  /** Where each buffer is used takes most of the time to record. */
  @BeforeEach
  void detectSomeLeaks() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
  }

  @AfterEach
  void detectAllLeaksAgain() {
    ResourceLeakDetector.setLevel(level);
  }

  private static byte[] numbered(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ((i * 31) >> 3);
    }
    return bytes;
  }

  // ---- cancels ---------------------------------------------------------------------------------

  /**
   * No time passes: a cancel reaches the endpoint in the iteration of the loop that reads it. A
   * bench for fewer than one connection bears; what comes of more is told by {@link CrawlTest}.
   */
  @Test
  void cancelsReachTheEndpointAtOnceAndLeaveNothingP13() {
    for (int i = 0; i < CALLS; i += FEW_RESETS) {
      Holder endpoint = new Holder();
      try (Workbench bench = new Workbench(endpoint)) {
        for (int call = 0; call < FEW_RESETS; call++) {
          cancelOne(bench, endpoint, call);
        }
      }
    }
  }

  private static void cancelOne(Workbench bench, Holder endpoint, int call) {
    Http2Stream stream = open(bench, new Caller(), Workbench.fields(REQUEST), call % 2 == 0);
    bench.run();
    assertThat(endpoint.open).isEqualTo(1);
    if (call % 3 == 0) {
      endpoint.latest().sendHeaders(Workbench.fields(HEAD), false);
      bench.run();
    }

    stream.reset(ErrorCode.CANCEL);
    bench.run();

    assertThat(endpoint.open).isZero();
    assertThat(bench.activity().streams()).isZero();
    assertThat(bench.activity().endpointStreams()).isZero();
    assertThat(bench.activity().endpointConnections()).isEqualTo(1);
  }

  // ---- ends ------------------------------------------------------------------------------------

  @Test
  void endsThatComeBeforeTheEndOfTheRequestAreNeverLostP15() {
    Answerer endpoint = new Answerer();
    try (Workbench bench = new Workbench(endpoint, narrow(TINY_WINDOW))) {
      for (int i = 0; i < CALLS; i += AT_ONCE) {
        Caller caller = new Caller();
        for (int call = 0; call < AT_ONCE; call++) {
          open(bench, caller, Workbench.fields(REQUEST), false)
              .sendData(BYTES, 0, TINY_WINDOW, false);
        }
        bench.run();

        assertThat(caller.ended).isEqualTo(AT_ONCE);
        assertThat(caller.bytes).isEqualTo(AT_ONCE * RESPONSE_BYTES);
        assertThat(caller.resets).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 5000, 65_535})
  void trailersComeBehindAllPayloadHoweverTheWindowOpensP5(int window) {
    Answerer endpoint = new Answerer();
    try (Workbench bench = new Workbench(endpoint, narrow(window))) {
      for (int i = 0; i < CALLS / 10; i++) {
        endpoint.responseBytes = random.nextInt(4 * Math.min(window, 1000) + 2);
        Caller caller = new Caller();
        caller.gives = false;
        Http2Stream stream = open(bench, caller, Workbench.fields(REQUEST), true);
        bench.run();
        while (caller.ended == 0) {
          int left = endpoint.responseBytes - caller.bytes;
          assertThat(left).as("end before the payload").isPositive();
          assertThat(caller.owed).as("bytes that hold it back").isPositive();
          int some = 1 + random.nextInt(caller.owed);
          caller.owed -= some;
          stream.returnCredit(some);
          bench.run();
        }
        assertThat(caller.bytes).isEqualTo(endpoint.responseBytes);
      }
    }
  }

  // ---- tries -----------------------------------------------------------------------------------

  @Test
  void noCallIsServedTwiceHoweverOftenEndpointsRefuseAndLeaveP18() {
    Fickle endpoint = new Fickle();
    try (Workbench bench = new Workbench(endpoint)) {
      for (int i = 0; i < CALLS; i += AT_ONCE) {
        Caller caller = new Caller();
        for (int call = i; call < i + AT_ONCE; call++) {
          FieldList request = Workbench.fields(REQUEST);
          request.add(HeaderField.of("x-call", Integer.toString(call)));
          open(bench, caller, request, true);
        }
        bench.run();

        assertThat(caller.ended + caller.refused).isEqualTo(AT_ONCE);
        assertThat(caller.resets).isEqualTo(caller.refused);
        endpoint.callsAnswered += caller.ended;
      }
    }
    assertThat(endpoint.most).as("times that a call was served").isEqualTo(1);
    assertThat(endpoint.served).isEqualTo(endpoint.callsAnswered);
    assertThat(endpoint.refused).isGreaterThan(CALLS / 20);
    assertThat(endpoint.left).isPositive();
  }

  // ---- payload ---------------------------------------------------------------------------------

  @Test
  void boundariesOfDataMeanNothingP25() {
    Echo endpoint = new Echo();
    try (Workbench bench = new Workbench(endpoint, narrow(1000))) {
      for (int i = 0; i < CALLS / 20; i++) {
        Caller caller = new Caller();
        caller.compares = true;
        Http2Stream stream = open(bench, caller, Workbench.fields(REQUEST), false);
        int whole = random.nextInt(BYTES.readableBytes());
        for (int sent = 0; sent < whole; ) {
          int piece = Math.min(whole - sent, 1 + random.nextInt(1 + random.nextInt(4000)));
          stream.sendData(BYTES, sent, piece, false);
          sent += piece;
          if (random.nextBoolean()) {
            bench.run();
          }
        }
        stream.sendData(BYTES, 0, 0, true);
        bench.run();

        assertThat(caller.bytes).isEqualTo(whole);
        assertThat(caller.ended).isEqualTo(1);
      }
    }
  }

  // ---- who takes part --------------------------------------------------------------------------

  private static final String[] REQUEST = {
    ":method", "POST",
    ":scheme", "http",
    ":path", "/pkg.Service/Method",
    "content-type", "application/grpc"
  };
  private static final String[] HEAD = {":status", "200", "content-type", "application/grpc"};
  private static final String[] TRAILERS = {"grpc-status", "0"};

  private static Http2Limits narrow(int window) {
    return new Http2Limits(MAX_STREAMS, 64 << 10, 128, 8, window, 65_535, 1000, ConductLimits.NONE);
  }

  private static Http2Stream open(
      Workbench bench, Caller caller, FieldList request, boolean ended) {
    return Objects.requireNonNull(bench.caller().open(caller, request, ended));
  }

  /** Hears what comes of calls, and gives credit for it at once unless it is told not to. */
  private static final class Caller implements StreamHandler {
    private boolean gives = true;
    private boolean compares;
    private int bytes;
    private int owed;
    private int ended;
    private int refused;
    private int resets;

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      if (endStream) {
        assertThat(fields.get(0).valueText()).isEqualTo("0");
        ended++;
      }
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      if (compares) {
        assertThat(source.slice(offset, length)).isEqualTo(BYTES.slice(bytes, length));
      }
      bytes += length;
      if (gives) {
        stream.returnCredit(length);
      } else {
        owed += length;
      }
    }

    @Override
    public void onDrained(Http2Stream stream, int drained) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      if (reset.errorCode() == ErrorCode.REFUSED_STREAM) {
        refused++;
      }
      resets += reset.errorCode() == ErrorCode.NO_ERROR ? 0 : 1;
    }
  }

  /** An endpoint on whose connections calls come. */
  private abstract static class Endpoint implements ConnectionHandler, StreamHandler {
    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {}

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      stream.returnCredit(length);
    }

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {}

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
      throw new AssertionError(size);
    }
  }

  /** Answers nothing. */
  private static final class Holder extends Endpoint {
    private int open;
    private @Nullable Http2Stream latest;

    Http2Stream latest() {
      return Objects.requireNonNull(latest);
    }

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      open++;
      latest = stream;
      return this;
    }

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      open--;
    }
  }

  /** Answers at once, and whole. */
  private static final class Answerer extends Endpoint {
    private int responseBytes = RESPONSE_BYTES;

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      answer(stream, responseBytes);
      return this;
    }
  }

  private static void answer(Http2Stream stream, int bytes) {
    stream.sendHeaders(Workbench.fields(HEAD), false);
    stream.sendData(BYTES, 0, bytes, false);
    stream.sendHeaders(Workbench.fields(TRAILERS), true);
  }

  /** Refuses calls now and then, and leaves now and then. */
  private final class Fickle extends Endpoint {
    private final int[] times = new int[CALLS + AT_ONCE];
    private int served;
    private int refused;
    private int left;
    private int most;
    private int callsAnswered;

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      if (random.nextInt(10) == 0) {
        refused++;
        stream.reset(ErrorCode.REFUSED_STREAM);
      } else {
        served++;
        most = Math.max(most, ++times[call(head)]);
        answer(stream, 5);
      }
      if (random.nextInt(500) == 0) {
        left++;
        stream.connection().drain();
        stream.connection().finishDraining();
      }
      return this;
    }

    private static int call(FieldList head) {
      for (int i = 0; i < head.size(); i++) {
        if (head.get(i).name().toString().equals("x-call")) {
          return Integer.parseInt(head.get(i).valueText());
        }
      }
      throw new AssertionError(head);
    }
  }

  /** Sends back what it gets, in other pieces. */
  private final class Echo extends Endpoint {
    private int sent;

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      sent = 0;
      stream.sendHeaders(Workbench.fields(HEAD), false);
      if (endStream) {
        stream.sendHeaders(Workbench.fields(TRAILERS), true);
      }
      return this;
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      assertThat(source.slice(offset, length)).isEqualTo(BYTES.slice(sent, length));
      sent += length;
      for (int from = 0; from < length; ) {
        int piece = Math.min(length - from, 1 + random.nextInt(1500));
        stream.sendData(source, offset + from, piece, false);
        from += piece;
      }
      stream.returnCredit(length);
      if (endStream) {
        stream.sendHeaders(Workbench.fields(TRAILERS), true);
      }
    }
  }
}
