package dev.weir.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.ConductLimits;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.LocalConnection;
import dev.weir.http2.PeerFault;
import dev.weir.http2.Rate;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import dev.weir.http2.Timeouts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection of HTTP/1 on a clock of its own, before a gateway that the test plays. */
class Http1HandlerTest {
  private static final String GET = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";

  /** A client may take as good as nothing for 30 s. */
  private static final ConductLimits LIMITS =
      new ConductLimits(
          Rate.UNLIMITED,
          Rate.UNLIMITED,
          Rate.UNLIMITED,
          Rate.UNLIMITED,
          0,
          0,
          0,
          0,
          0,
          0,
          1,
          30,
          1024,
          Rate.UNLIMITED);

  private final MockTicker clock = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(clock).build();
  private final ConnectionLoop loop =
      new ConnectionLoop(channel.eventLoop(), clock::nanoTime, Timeouts.DEFAULTS, 0);
  private final Behind behind = new Behind();
  private final Socket socket = new Socket();
  private final List<PeerFault> faults = new ArrayList<>();

  Http1HandlerTest() {
    Http1Handler handler =
        new Http1Handler(
            loop,
            LIMITS,
            (fault, _) -> faults.add(fault),
            false,
            client ->
                new LocalConnection(loop, channel.alloc(), Http2Limits.DOWNSTREAM, client, behind)
                    .client());
    channel.pipeline().addLast(socket, new HttpServerCodec(), new FlowControlHandler(), handler);
  }

  @AfterEach
  void nothingIsHeld() {
    channel.finishAndReleaseAll();
    channel.checkException();
    assertThat(loop.buffered().used()).isZero();
  }

  /**
   * The answer comes before the request has been taken, and its stream is reset while the next
   * request, which was there already, is open.
   */
  @Test
  void lateEndOfAnAnsweredRequestDoesNotTouchTheNext() {
    int window = Http2Limits.DOWNSTREAM.streamWindowBytes();
    send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + (window + 1) + "\r\n\r\n");
    send("x".repeat(window + 1) + GET);

    behind.answer(0);
    assertThat(received()).startsWith("HTTP/1.1 200 OK").containsOnlyOnce("HTTP/1.1");
    assertThat(behind.resets).isEqualTo(0);
    behind.answer(1);

    assertThat(received()).startsWith("HTTP/1.1 200 OK").containsOnlyOnce("HTTP/1.1");
    assertThat(channel.isActive()).isTrue();
  }

  @Test
  void headThatDripsIsAnsweredAtTenSeconds() {
    for (int second = 0; second < 10; second++) {
      send(GET.substring(second, second + 1));
      assertThat(received()).isEmpty();
      pass(1_000);
    }
    pass(500);

    assertThat(received())
        .startsWith("HTTP/1.1 408 Request Timeout")
        .endsWith("the head of the request was not complete after 10 s\n");
    assertThat(channel.isActive()).isFalse();
    assertThat(faults).containsExactly(PeerFault.HEAD_TIMEOUT);
  }

  @Test
  void headOfALaterRequestHasTenSecondsFromItsFirstByte() {
    send(GET);
    behind.answer(0);
    received();
    pass(30_000);
    send("G");
    pass(9_000);
    send("E");
    assertThat(received()).isEmpty();
    pass(1_500);

    assertThat(received()).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void connectionWithoutARequestIsClosedAfterAMinute() {
    send(GET);
    behind.answer(0);
    received();

    pass(59_900);
    assertThat(channel.isActive()).isTrue();
    pass(600);

    assertThat(channel.isActive()).isFalse();
    assertThat(received()).isEmpty();
  }

  @Test
  void headsAreCountedUntilTheyAreWhole() {
    for (int i = 0; i < 3; i++) {
      send(GET);
      behind.answer(i);
    }
    long before = loop.buffered().used();

    send(GET.substring(0, 10));
    assertThat(loop.buffered().used()).isEqualTo(before + 2 * 10);
    send(GET.substring(10));
    behind.answer(3);

    assertThat(loop.buffered().used()).isEqualTo(before);
  }

  @Test
  void headsThatCannotBeReadAreCounted() {
    send("GET /b HTTP/1.1\r\n\r\n");

    assertThat(received()).startsWith("HTTP/1.1 400 ");
    assertThat(faults).containsExactly(PeerFault.PROTOCOL);
  }

  @Test
  void aResponseThatNobodyTakesIsCountedAndEndsTheConnection() {
    send(GET);
    socket.takes = false;
    behind.answer(0, 10_000);
    assertThat(loop.buffered().used()).isGreaterThanOrEqualTo(10_000);

    pass(29_000);
    assertThat(channel.isActive()).isTrue();
    pass(2_000);

    assertThat(channel.isActive()).isFalse();
    assertThat(faults).containsExactly(PeerFault.STALLED_READER);
  }

  @Test
  void aResponseThatIsTakenInTheEndEndsWell() {
    send(GET);
    socket.takes = false;
    behind.answer(0, 10_000);
    pass(29_000);

    socket.takes = true;
    channel.flush();
    pass(29_000);

    assertThat(received()).startsWith("HTTP/1.1 200 OK");
    assertThat(channel.isActive()).isTrue();
    assertThat(faults).isEmpty();
  }

  @Test
  void everyRequestBeginsTheMinuteAgain() {
    for (int i = 0; i < 4; i++) {
      send(GET);
      behind.answer(i);
      pass(40_000);
    }

    assertThat(channel.isActive()).isTrue();
  }

  @Test
  void callMayTakeItsTime() {
    send("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    pass(600_000);
    send("hello");
    pass(600_000);
    behind.answer(0);

    assertThat(behind.payload).isEqualTo(5);
    assertThat(received()).startsWith("HTTP/1.1 200 OK").doesNotContain("connection: close");
  }

  private void send(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, US_ASCII));
  }

  private String received() {
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(US_ASCII));
      out.release();
    }
    return text.toString();
  }

  private void pass(int millis) {
    for (int left = millis; left > 0; left -= 100) {
      clock.advanceMillis(100);
      channel.runScheduledPendingTasks();
      channel.runPendingTasks();
    }
  }

  /** Between the channel and the codec: takes output, or nothing for a while. */
  private static final class Socket extends ChannelOutboundHandlerAdapter {
    private boolean takes = true;

    @Override
    public void flush(ChannelHandlerContext ctx) {
      if (takes) {
        ctx.flush();
      }
    }
  }

  /** What is behind the edge; takes no payload. */
  private final class Behind implements ConnectionHandler, StreamHandler {
    final List<Http2Stream> streams = new ArrayList<>();
    int payload;
    int resets;

    void answer(int request) {
      answer(request, 0);
    }

    void answer(int request, int bytes) {
      channel.runPendingTasks();
      FieldList head = new FieldList();
      head.add(HeaderField.of(HeaderName.STATUS, "200"));
      streams.get(request).sendHeaders(head, bytes == 0);
      if (bytes > 0) {
        streams.get(request).sendData(Unpooled.wrappedBuffer(new byte[bytes]), 0, bytes, true);
      }
      channel.runPendingTasks();
    }

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      streams.add(stream);
      return this;
    }

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
      throw new AssertionError("oversized");
    }

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {}

    @Override
    public void onData(Http2Stream stream, ByteBuf source, int offset, int length, boolean end) {
      payload += length;
    }

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      resets++;
    }
  }
}
