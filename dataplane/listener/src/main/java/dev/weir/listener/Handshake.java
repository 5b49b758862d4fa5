package dev.weir.listener;

import dev.weir.http2.PeerFault;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits behind a TLS handshake, from the moment a connection is accepted, and makes room for the
 * protocol that it ends with: HTTP/1.1 when it chose none.
 */
final class Handshake extends ChannelInboundHandlerAdapter {
  private final Protocols protocols;
  private final int port;
  private final Duration patience;
  private final Spoken spoken;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean failed;
  private ServerNames.@Nullable Answer answer;
  private @Nullable String host;

  /**
   * @param patience how long a handshake may take as a whole
   * @param spoken which may ask for more when the handshake is complete
   */
  Handshake(Protocols protocols, int port, Duration patience, Spoken spoken) {
    this.spoken = spoken;
    this.protocols = protocols;
    this.port = port;
    this.patience = patience;
  }

  /**
   * Tells what the handshake is made with.
   *
   * @param meant the host that the client means; null when it names none
   */
  void answeredBy(ServerNames.Answer chosen, @Nullable String meant) {
    answer = chosen;
    host = meant;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    Runnable end = () -> expire(ctx);
    deadline =
        ctx.executor()
            .schedule(
                () -> protocols.perform(ctx.channel(), end),
                patience.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  private void expire(ChannelHandlerContext ctx) {
    if (!ctx.isRemoved()) {
      fail(ctx, "unfinished after " + patience.toSeconds() + " s");
      ctx.close();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent end) {
      if (end.isSuccess()) {
        succeed(ctx);
      } else {
        fail(ctx, end.cause());
      }
    }
  }

  private void succeed(ChannelHandlerContext ctx) {
    SslHandler handler = ctx.pipeline().get(SslHandler.class);
    ServerNames.Answer made = Objects.requireNonNull(answer);
    TlsClient client = TlsClient.of(made.demand().asks(), handler.engine().getSession());
    String refusal = made.refusal(client);
    if (refusal == null) {
      ctx.channel().attr(TlsClient.KEY).set(client);
      ctx.pipeline().addLast(new TlsFaults(protocols, port, handler));
      handOver(ctx, handler.applicationProtocol(), spoken.isOver(host, made.demand()));
    } else {
      fail(ctx, refusal);
      ctx.close();
    }
  }

  private void handOver(ChannelHandlerContext ctx, @Nullable String protocol, boolean over) {
    ctx.pipeline()
        .addLast(
            ApplicationProtocolNames.HTTP_2.equals(protocol)
                ? new ChannelHandler[] {protocols.http2(ctx.channel(), port, over)}
                : Http1Pipeline.handlers(ctx.channel(), protocols, port, over))
        .remove(this);
  }

  /** Whoever only looks whether the port is open, and goes again, did nothing wrong. */
  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof NotSslRecordException) {
      fail(ctx, "no TLS"); // its message has all bytes in it
    } else if (!(cause instanceof ClosedChannelException)) {
      fail(ctx, reason(cause));
    }
  }

  /** What was wrong in the first place: engines wrap it up in words of their own. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  /** Reports why there will be no TLS; the first reason is the one. */
  void fail(ChannelHandlerContext ctx, String why) {
    if (!failed) {
      failed = true;
      protocols.onPeerFault(ctx.channel(), port, PeerFault.TLS_HANDSHAKE, why);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException) {
      fail(ctx, cause.getCause() == null ? cause : cause.getCause());
    }
    ctx.close();
  }
}
