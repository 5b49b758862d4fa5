package dev.weir.listener;

import dev.weir.http2.Tallies;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands at a bound port and lets connections in as far as there is room. One too many is accepted
 * and closed at once: its client knows right away that it has to go elsewhere or come back, where
 * in the queue of a port that accepts nothing it would wait for its own timeout. Confined to the
 * event loop of the port.
 */
final class Door extends ChannelInboundHandlerAdapter {
  /** How long nothing is accepted after the system gave no socket. */
  private static final long PAUSE_MILLIS = 500;

  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final Connections connections;
  private final Tallies<ConnectionRefusal> refused;

  /**
   * @param refused counts those that were not let in
   */
  Door(Connections connections, Tallies<ConnectionRefusal> refused) {
    this.connections = connections;
    this.refused = refused;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Channel accepted = (Channel) message;
    SocketAddress peer = accepted.remoteAddress();
    ConnectionRefusal refusal = connections.admit(peer);
    if (refusal == null) {
      accepted.closeFuture().addListener(closed -> connections.leave(peer));
      ctx.fireChannelRead(accepted);
    } else {
      turnAway(accepted);
      log(ctx, refusal, String.valueOf(peer));
    }
  }

  /** With a reset, which leaves nothing behind in the system, where a close would for a minute. */
  private static void turnAway(Channel accepted) {
    accepted.config().setOption(ChannelOption.SO_LINGER, 0);
    accepted.unsafe().closeForcibly();
  }

  private void log(ChannelHandlerContext ctx, ConnectionRefusal refusal, String peer) {
    int unlogged = refused.count(refusal, System.nanoTime());
    if (unlogged != Tallies.UNLOGGED) {
      LOG.atWarn()
          .addKeyValue("peer", peer)
          .addKeyValue("listener", ctx.channel().localAddress())
          .addKeyValue("reason", refusal.label())
          .addKeyValue("open", connections.open())
          .addKeyValue("more", unlogged)
          .log("refused a connection");
    }
  }

  /**
   * The system has no socket to give. Clients wait in the queue of the port meanwhile; to ask again
   * at once would be asking all the time.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    ctx.channel().config().setAutoRead(false);
    ctx.executor()
        .schedule(
            () -> ctx.channel().config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    int unlogged = refused.count(ConnectionRefusal.ACCEPT_FAILED, System.nanoTime());
    if (unlogged != Tallies.UNLOGGED) {
      LOG.atWarn()
          .addKeyValue("listener", ctx.channel().localAddress())
          .addKeyValue("reason", ConnectionRefusal.ACCEPT_FAILED.label())
          .addKeyValue("error", String.valueOf(cause.getMessage()))
          .addKeyValue("open", connections.open())
          .addKeyValue("more", unlogged)
          .log("cannot accept connections for a moment");
    }
  }
}
