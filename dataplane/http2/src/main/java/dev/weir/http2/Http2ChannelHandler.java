package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Drives one {@link Http2Connection} from a Netty channel; the only handler of its pipeline. Output
 * leaves once for each iteration of the event loop, however many frames and streams wrote to it.
 */
public final class Http2ChannelHandler extends ChannelInboundHandlerAdapter
    implements Transport, ConnectionLoop.Flushable {
  /** Output that a socket may hold back before streams are held back. */
  public static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 << 10, 128 << 10);

  /** Reads grow with what comes: small for calls, large for bulk. */
  public static final RecvByteBufAllocator RECEIVE_BUFFERS =
      new AdaptiveRecvByteBufAllocator(1 << 10, 16 << 10, 128 << 10);

  /** How long a peer may take to read our GOAWAY before the socket is closed under it. */
  private static final long LINGER_MILLIS = 1000;

  private final ConnectionLoop loop;
  private final Http2Connection connection;
  private final long startTimeoutNanos;
  private final Consumer<ByteBuf> write = this::write;
  private @Nullable ChannelHandlerContext context;
  private boolean begun;
  private boolean listed;
  private boolean flushing;
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

  private void begin(ChannelHandlerContext ctx) {
    if (begun) {
      return;
    }
    begun = true;
    loop.tick();
    connection.start();
    ctx.executor().schedule(this::checkStarted, startTimeoutNanos, TimeUnit.NANOSECONDS);
  }

  private void checkStarted() {
    if (!connection.isReady()) {
      connection.close(ErrorCode.SETTINGS_TIMEOUT, "no SETTINGS in time");
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
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!flushing) {
      boolean writable = ctx.channel().isWritable();
      connection.writable(writable);
      if (writable) {
        connection.resume();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.tick();
    connection.lost("connection closed by the peer");
    connection.output().clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    connection.lost(String.valueOf(cause.getMessage()));
    ctx.close();
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
      send(ctx);
      flushing = nested;
    }
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
    send(ctx);
    while (connection.hasHeldBack() && ctx.channel().isWritable()) {
      connection.resume();
      if (connection.output().isEmpty()) {
        break;
      }
      send(ctx);
    }
    flushing = false;
    if (closing) {
      close(ctx);
    }
  }

  private void send(ChannelHandlerContext ctx) {
    OutputBuffer output = connection.output();
    Channel channel = ctx.channel();
    if (!channel.isActive()) {
      output.clear();
      return;
    }
    if (!output.isEmpty()) {
      output.drainTo(ctx.alloc(), write);
      ctx.flush();
    }
    connection.writable(channel.isWritable());
  }

  private void write(ByteBuf bytes) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      bytes.release();
    } else {
      ctx.write(bytes, ctx.voidPromise());
    }
  }

  /** Half-closes, so that the peer can read the GOAWAY, and closes when it has had time to. */
  private void close(ChannelHandlerContext ctx) {
    if (closeStarted) {
      return;
    }
    closeStarted = true;
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                sent -> {
                  if (sent.isSuccess() && sent.channel() instanceof DuplexChannel duplex) {
                    duplex.shutdownOutput();
                  }
                });
    ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }
}
