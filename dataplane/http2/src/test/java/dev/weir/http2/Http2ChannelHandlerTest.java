package dev.weir.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The Netty handler around a connection: when it writes, and how it begins and ends. */
class Http2ChannelHandlerTest {
  private final Socket socket = new Socket();
  private final Listener listener = new Listener();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final FrameText text = new FrameText();
  private final Http2ChannelHandler handler;

  Http2ChannelHandlerTest() {
    channel.freezeTime();
    ConnectionLoop loop = new ConnectionLoop(channel.eventLoop(), () -> 0);
    handler = Http2ChannelHandler.server(loop, Wire.WIDE, listener, TimeUnit.SECONDS.toNanos(5));
    channel.pipeline().addLast(socket);
    channel.pipeline().addLast(handler);
  }

  @AfterEach
  void nothingIsHeld() {
    channel.finishAndReleaseAll();
    channel.checkException();
  }

  @Test
  void beginsOnceThoughAddedToAnActiveChannelThatBecomesActive() {
    channel.pipeline().fireChannelActive();

    assertThat(sent()).containsExactly("SETTINGS 3=100 4=65536 6=65536", "WINDOW_UPDATE 0 +983041");
  }

  @Test
  void outputLeavesOnceAnIteration() {
    greet();

    receive("REQUEST 1 +end, REQUEST 3 +end, PING");
    assertThat(socket.flushes).isZero();
    answer(1);
    answer(3);
    channel.runPendingTasks();

    assertThat(socket.flushes).isEqualTo(1);
    assertThat(sent())
        .containsExactly(
            "PING 7 ack", "HEADERS 1 end [:status: 200]", "HEADERS 3 end [:status: 200]");
  }

  @Test
  void payloadThatAFullSocketHoldsBackGoesOutLater() {
    greet();
    receive("WINDOW_UPDATE 0 1000000, SETTINGS 4=1000000, REQUEST 1 +end");
    sent();
    socket.holding = true;
    ByteBuf payload = Unpooled.directBuffer().writeZero(200_000);
    int taken = listener.stream(1).sendData(payload, 0, 200_000, true);
    channel.runPendingTasks();
    assertThat(taken).isEqualTo(200_000);

    receive("REQUEST 5 +end");
    assertThat(channel.isWritable()).isFalse();
    assertThat(listener.stream(5).sendData(payload, 0, 10, true)).isZero();
    assertThat(handler.connection().hasHeldBack()).isTrue();

    socket.release();
    channel.runPendingTasks();

    payload.release();
    assertThat(handler.connection().hasHeldBack()).isFalse();
    assertThat(sent()).hasSize(14).endsWith("DATA 5 10 end");
  }

  @Test
  void peerThatDoesNotGreetInTimeIsClosed() {
    channel.runPendingTasks();
    sent();

    channel.advanceTimeBy(5, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();

    assertThat(sent()).containsExactly("GOAWAY 0 SETTINGS_TIMEOUT");
    assertThat(listener.events).containsExactly("closed by fault");
  }

  /** Connections that began together go beyond the same limit together (C13). */
  @Test
  void peersThatDoNotGreetAreClosedInSeveralTurnsWhenTheyAreMany() {
    var turns = new Turns();
    var nanos = new AtomicLong();
    ConnectionLoop loop =
        new ConnectionLoop(channel.eventLoop(), () -> nanos.addAndGet(PacedWork.TURN_NANOS / 100));
    loop.paced().perform(() -> {}, turns);
    var many = new ArrayList<EmbeddedChannel>();
    for (int i = 0; i < 350; i++) {
      EmbeddedChannel one = new EmbeddedChannel();
      one.freezeTime();
      one.pipeline().addLast(Http2ChannelHandler.server(loop, Wire.WIDE, listener, 1000));
      many.add(one);
    }

    many.forEach(one -> one.advanceTimeBy(1000, TimeUnit.NANOSECONDS));
    many.forEach(EmbeddedChannel::runScheduledPendingTasks);

    for (int turn = 1; turn <= 3; turn++) {
      assertThat(listener.events).hasSizeBetween(turn * 50, turn * 100);
      turns.turn();
    }
    assertThat(listener.events).hasSize(350);
    many.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void peerThatGreetedStays() {
    greet();

    channel.advanceTimeBy(60, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.isActive()).isTrue();
    assertThat(handler.connection().isOver()).isFalse();
  }

  @Test
  void faultIsToldBeforeTheSocketCloses() {
    greet();

    receive("DATA 1 1, PING");
    channel.runPendingTasks();

    assertThat(sent()).containsExactly("GOAWAY 0 PROTOCOL_ERROR");
    assertThat(channel.isActive()).isTrue();

    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void lastAnswerOfASlowReaderIsNotCutByTheDrain() {
    greet();
    receive("REQUEST 1 +end");
    handler.connection().drain();
    handler.connection().finishDraining();
    channel.runPendingTasks();
    sent();
    socket.holding = true;
    answer(1);
    channel.runPendingTasks();

    channel.advanceTimeBy(9, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isTrue();
    socket.release();
    assertThat(sent()).containsExactly("HEADERS 1 end [:status: 200]");

    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void peerThatNeverReadsTheLastOutputIsClosedUnderIt() {
    greet();
    socket.holding = true;
    handler.connection().close(ErrorCode.NO_ERROR, "enough");
    channel.runPendingTasks();

    channel.advanceTimeBy(10, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void closedChannelEndsEveryStream() {
    greet();
    receive("REQUEST 1, REQUEST 3");
    listener.events.clear();

    channel.close();

    assertThat(listener.events)
        .containsExactly(
            "reset 1 CONNECTION_LOST INTERNAL_ERROR",
            "reset 3 CONNECTION_LOST INTERNAL_ERROR",
            "closed");
  }

  @Test
  void failedSocketEndsEveryStreamOnce() {
    greet();
    receive("REQUEST 1");
    listener.events.clear();

    channel.pipeline().fireExceptionCaught(new IOException("reset by peer"));
    channel.runPendingTasks();

    assertThat(listener.events).containsExactly("reset 1 CONNECTION_LOST INTERNAL_ERROR", "closed");
    assertThat(listener.details).containsExactly("reset by peer");
  }

  @Test
  void failureOfAHandlerIsReportedAndTold() {
    greet();
    listener.onOpen =
        stream -> {
          throw new IllegalStateException("a bug");
        };

    receive("REQUEST 1, REQUEST 3");
    channel.runPendingTasks();

    assertThat(sent()).containsExactly("GOAWAY 1 INTERNAL_ERROR");
    assertThat(text.debug()).isEmpty();
    assertThat(listener.events).contains("failure a bug").endsWith("closed");
  }

  @Test
  void writeThatFailsReportsBehindTheWorkAtHand() {
    greet();
    receive("WINDOW_UPDATE 0 1000000, SETTINGS 4=1000000, REQUEST 1 +end");
    sent();
    listener.events.clear();
    socket.failing = true;
    ByteBuf payload = Unpooled.directBuffer().writeZero(200_000);

    int taken = listener.stream(1).sendData(payload, 0, 200_000, true);

    assertThat(taken).isEqualTo(200_000);
    payload.release();
    channel.runPendingTasks();
    assertThat(listener.events).containsExactly("closed");
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void textOfAnotherProtocolIsRefused() {
    channel.writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", US_ASCII));

    assertThat(sent()).endsWith("GOAWAY 0 PROTOCOL_ERROR");
  }

  private void greet() {
    channel.writeInbound(Unpooled.wrappedBuffer(Http2Connection.PREFACE));
    receive("SETTINGS, SETTINGS +ack");
    channel.runPendingTasks();
    sent();
    listener.events.clear();
    socket.flushes = 0;
  }

  /** Input in an iteration whose end has not come yet. */
  private void receive(String script) {
    channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(Frame.bytes(Script.frames(script))));
  }

  private void answer(int id) {
    listener.stream(id).sendHeaders(Wire.fields(":status", "200"), true);
  }

  private List<String> sent() {
    channel.runPendingTasks();
    byte[] bytes = socket.sent.toByteArray();
    socket.sent.reset();
    return text.read(bytes);
  }

  /** Stands for the socket: counts flushes, and can be full or broken. */
  private static final class Socket extends ChannelOutboundHandlerAdapter {
    private static final int FULL = 64 << 10;

    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    int flushes;
    boolean holding;
    boolean failing;
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
    private final ArrayDeque<ChannelPromise> promises = new ArrayDeque<>();
    private int queued;
    private @Nullable ChannelHandlerContext context;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      context = ctx;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ByteBuf bytes = (ByteBuf) message;
      if (failing) {
        bytes.release();
        promise.setFailure(new IOException("broken pipe"));
        return;
      }
      queue.add(bytes);
      promises.add(promise);
      queued += bytes.readableBytes();
      if (queued > FULL) {
        writable(ctx, false);
      }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      flushes++;
      if (!holding) {
        send(ctx);
      }
    }

    void release() {
      holding = false;
      if (context != null) {
        send(context);
      }
    }

    private void send(ChannelHandlerContext ctx) {
      for (ByteBuf out = queue.poll(); out != null; out = queue.poll()) {
        byte[] copy = new byte[out.readableBytes()];
        out.readBytes(copy);
        out.release();
        sent.writeBytes(copy);
        promises.remove().trySuccess();
      }
      queued = 0;
      writable(ctx, true);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) throws Exception {
      queue.forEach(ByteBuf::release);
      queue.clear();
      super.close(ctx, promise);
    }

    private static void writable(ChannelHandlerContext ctx, boolean now) {
      ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
      if (buffer != null) {
        buffer.setUserDefinedWritability(1, now);
      }
    }
  }
}
