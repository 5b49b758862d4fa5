package dev.weir.listener;

import dev.weir.http2.ConductLimits;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.PendingOutput;
import dev.weir.http2.Sweep;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * What a client of HTTP/1 has yet to take of its responses. Ends the connection of one that takes
 * nothing. Confined to the event loop of the connection.
 */
final class Http1Output implements Sweep.Watched {
  private final ConnectionLoop loop;
  private final PendingOutput pending;
  private final int stallSeconds;
  private final Runnable onStalled;
  private @Nullable ChannelHandlerContext context;
  private boolean watched;

  /**
   * @param limits how long a client may take how little of what waits for it
   */
  Http1Output(ConnectionLoop loop, ConductLimits limits, Runnable onStalled) {
    this.loop = loop;
    this.pending = new PendingOutput(loop, limits.progressBytes());
    this.stallSeconds = limits.stallSeconds();
    this.onStalled = onStalled;
  }

  /** So much was written and flushed. */
  void written(ChannelHandlerContext ctx, int bytes) {
    context = ctx;
    pending.written(bytes);
    pending.look(ctx.channel());
    if (pending.bytes() > 0 && !watched) {
      watched = true;
      loop.sweep().watch(this, ctx.executor());
    }
  }

  /** Nothing waits in a channel that is closed. */
  void closed(ChannelHandlerContext ctx) {
    pending.look(ctx.channel());
  }

  @Override
  public boolean look(long nowNanos) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return false;
    }
    pending.look(ctx.channel());
    if (pending.isStalled(stallSeconds)) {
      onStalled.run();
    }
    watched = pending.bytes() > 0;
    return watched;
  }
}
