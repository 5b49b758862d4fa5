package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Drives one {@link Http2Connection} from a Netty channel; the last handler of its pipeline. Output
 * leaves once for each iteration of the event loop, however many frames and streams wrote to it.
 */
public final class Http2ChannelHandler extends ChannelInboundHandlerAdapter
    implements Transport, ConnectionLoop.Flushable, Sweep.Watched {
  /** Output that a socket may hold back before streams are held back. */
  public static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 << 10, 128 << 10);

  /** How long the last output may take to leave before the socket is closed under it. */
  private static final long LAST_OUTPUT_MILLIS = 10_000;

  /** How long a peer may take to close after our half-close, so that it can read our GOAWAY. */
  private static final long LINGER_MILLIS = 1000;

  private final ConnectionLoop loop;
  private final Http2Connection connection;
  private final long startTimeoutNanos;
  private final Consumer<ByteBuf> write = this::write;
  private final PendingOutput pending;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> startTimer;
  private @Nullable String failure;
  private boolean listed;
  private boolean watched;
  private boolean flushing;
  private boolean outputWaits;
  private boolean closing;
  private boolean closeStarted;

  private Http2ChannelHandler(
      ConnectionLoop loop,
      Http2Limits limits,
      ConnectionHandler handler,
      boolean client,
      long startTimeoutNanos) {
    this.loop = loop;
    this.startTimeoutNanos = startTimeoutNanos;
    this.pending = new PendingOutput(loop, limits.conduct().progressBytes());
    this.connection =
        client
            ? new ClientConnection(loop, limits, handler, this)
            : new ServerConnection(loop, limits, handler, this);
  }

  /**
   * A handler for a channel that a client opened.
   *
   * @param startTimeoutNanos how long the preface and the first SETTINGS may take
   */
  public static Http2ChannelHandler server(
      ConnectionLoop loop, Http2Limits limits, ConnectionHandler handler, long startTimeoutNanos) {
    return new Http2ChannelHandler(loop, limits, handler, false, startTimeoutNanos);
  }

  /** A handler for a channel to a server. */
  public static Http2ChannelHandler client(
      ConnectionLoop loop, Http2Limits limits, ConnectionHandler handler, long startTimeoutNanos) {
    return new Http2ChannelHandler(loop, limits, handler, true, startTimeoutNanos);
  }

  public Http2Connection connection() {
    return connection;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (ctx.channel().isActive()) {
      begin(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin(ctx);
  }

  /** A channel that is active when the handler is added may still say so afterwards. */
  private void begin(ChannelHandlerContext ctx) {
    if (startTimer == null) {
      startTimer = after(ctx, startTimeoutNanos, () -> checkStarted(ctx));
      loop.tick();
      connection.start();
    }
  }

  private ScheduledFuture<?> after(ChannelHandlerContext ctx, long nanos, Runnable work) {
    return ctx.executor().schedule(() -> pace(ctx, work), nanos, TimeUnit.NANOSECONDS);
  }

  /** Does what many connections may have to do at the same time, and sends what comes of it. */
  private void pace(ChannelHandlerContext ctx, Runnable work) {
    loop.paced().perform(() -> perform(work), ctx.executor());
  }

  @Override
  public void pace(Runnable work) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      perform(work);
    } else {
      pace(ctx, work);
    }
  }

  private void perform(Runnable work) {
    try {
      work.run();
      flushIfListed();
    } catch (RuntimeException e) {
      connection.handler.onFailure(e);
    }
  }

  /** Does not leave to the end of the iteration what belongs to work that is done in pieces. */
  private void flushIfListed() {
    if (listed) {
      flush();
    }
  }

  private void checkStarted(ChannelHandlerContext ctx) {
    if (connection.isOver()) {
      return;
    }
    if (!connection.isReady()) {
      connection.errors.close(PeerFault.SETTINGS_TIMEOUT, "no SETTINGS in time");
    } else if (!connection.isAcknowledged()) {
      long left = Math.max(0, loop.timeouts().acknowledgement().toNanos() - startTimeoutNanos);
      startTimer = after(ctx, left, this::checkAcknowledged);
    }
  }

  private void checkAcknowledged() {
    if (!connection.isAcknowledged()) {
      connection.errors.close(PeerFault.SETTINGS_TIMEOUT, "SETTINGS not acknowledged in time");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      loop.tick();
      connection.receive(in);
    } finally {
      in.release();
    }
    if (!watched && connection.isUnfinished()) {
      watch(ctx);
    }
  }

  private void watch(ChannelHandlerContext ctx) {
    watched = true;
    loop.sweep().watch(this, ctx.executor());
  }

  @Override
  public void payloadWaits() {
    ChannelHandlerContext ctx = context;
    if (!watched && ctx != null && connection.stalls().mayBe()) {
      watch(ctx);
    }
  }

  /**
   * Ends a connection whose peer leaves a header block, or a frame before its payload, open, and
   * streams whose peer does not take what it asked for. Sees what the socket has sent by now, too.
   */
  @Override
  public boolean look(long nowNanos) {
    boolean again = false;
    try {
      lookAtPending();
      connection.stalls().end(nowNanos);
      connection.stalls().endUntaken(pending);
      connection.errors.closeIfUnfinished(nowNanos);
      flushIfListed();
      again = connection.isUnfinished() || connection.stalls().mayBe() || pending.bytes() > 0;
    } finally {
      // Should this fail, what comes next has it watched again; until here it is.
      watched = again;
    }
    return again;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!flushing) {
      boolean writable = ctx.channel().isWritable();
      lookAtPending();
      connection.writable(writable);
      if (writable) {
        connection.resume();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (startTimer != null) {
      startTimer.cancel(false);
    }
    pace(ctx, this::lost);
  }

  private void lost() {
    lookAtPending();
    connection.lost(failure == null ? "connection closed by the peer" : failure);
    connection.output().clear();
  }

  /**
   * The socket failed, or we did. In the middle of a flush, which streams may wait for, nobody is
   * told before the channel is inactive.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // What TLS cannot read comes wrapped by the decoder.
    Throwable root = cause.getCause() instanceof IOException inner ? inner : cause;
    String detail = root instanceof IOException ? root.getMessage() : root.toString();
    failure = detail;
    if (root instanceof IOException || flushing) {
      ctx.close();
    } else {
      connection.handler.onFailure(cause);
      connection.broken(String.valueOf(detail));
    }
  }

  // ---- output ----------------------------------------------------------------------------------

  @Override
  public void outputPending() {
    if (!listed && !flushing) {
      listed = true;
      loop.flushLater(this);
    }
  }

  @Override
  public void flushNow() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      boolean nested = flushing;
      flushing = true;
      try {
        send(ctx);
      } finally {
        flushing = nested;
      }
    }
  }

  @Override
  public long waitingBytes() {
    lookAtPending();
    return pending.bytes() + connection.output().size();
  }

  @Override
  public void closeAfterFlush() {
    closing = true;
    outputPending();
  }

  @Override
  public void flush() {
    listed = false;
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    flushing = true;
    try {
      sendAll(ctx);
    } finally {
      flushing = false;
    }
    if (closing) {
      close(ctx);
    }
  }

  /**
   * Sends what is there, and what streams that were held back have for the room that this makes.
   */
  private void sendAll(ChannelHandlerContext ctx) {
    send(ctx);
    while (connection.hasHeldBack() && ctx.channel().isWritable()) {
      connection.resume();
      if (connection.output().isEmpty()) {
        return;
      }
      send(ctx);
    }
  }

  private void send(ChannelHandlerContext ctx) {
    OutputBuffer output = connection.output();
    Channel channel = ctx.channel();
    if (channel.isActive() && !output.isEmpty()) {
      int size = output.size();
      sendPastQueue(ctx, output);
      if (output.size() < size) {
        connection.outputHandedOver();
      }
      if (!output.isEmpty() && channel.isActive()) {
        queue(ctx, output);
      }
    }
    if (!channel.isActive()) {
      output.clear();
      return;
    }
    connection.writable(channel.isWritable());
  }

  private void sendPastQueue(ChannelHandlerContext ctx, OutputBuffer output) {
    ChannelHandlerContext first = ctx.pipeline().firstContext();
    if (ctx.equals(first)) {
      outputWaits = loop.sockets().send(ctx.channel(), output);
    } else if (first.handler() instanceof BoringTls tls
        && !loop.sockets().send(first, tls, output)) {
      pending.begun(ctx.channel());
      watchPending(ctx);
    }
  }

  private void queue(ChannelHandlerContext ctx, OutputBuffer output) {
    output.drainTo(ctx.alloc(), write);
    connection.outputHandedOver();
    ctx.flush();
    watchPending(ctx);
  }

  private void watchPending(ChannelHandlerContext ctx) {
    pending.look(ctx.channel());
    if (pending.bytes() > 0 && !watched) {
      watch(ctx);
    }
  }

  private void lookAtPending() {
    if (context != null) {
      pending.look(context.channel());
    }
  }

  private void write(ByteBuf bytes) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      bytes.release();
    } else {
      pending.written(bytes.readableBytes());
      ctx.write(outputWaits ? SocketOutput.unpinned(bytes) : bytes, ctx.voidPromise());
    }
  }

  // ---- the end ---------------------------------------------------------------------------------

  /** Half-closes when all output has left, so that the peer can read it, and closes after that. */
  private void close(ChannelHandlerContext ctx) {
    if (closeStarted) {
      return;
    }
    closeStarted = true;
    closeIn(ctx, LAST_OUTPUT_MILLIS);
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                sent -> {
                  if (sent.isSuccess()) {
                    SocketOutput.end(sent.channel());
                  }
                  closeIn(ctx, LINGER_MILLIS);
                });
  }

  private void closeIn(ChannelHandlerContext ctx, long millis) {
    Future<?> timer = after(ctx, TimeUnit.MILLISECONDS.toNanos(millis), ctx::close);
    ctx.channel().closeFuture().addListener(closed -> timer.cancel(false));
  }
}
