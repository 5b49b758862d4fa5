package dev.weir.listener;

import dev.weir.http2.BoringTls;
import dev.weir.http2.PeerFault;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLException;

/**
 * Stands behind TLS once its handshake is over. Reports records that it does not allow: forged
 * ones, floods of those that do nothing, a second handshake. Closes when the client has ended its
 * side, or TLS has come to an end, though the client keeps the socket open.
 */
final class TlsFaults extends ChannelInboundHandlerAdapter {
  private final Protocols protocols;
  private final int port;
  private final SslHandler tls;
  private boolean over;

  TlsFaults(Protocols protocols, int port, SslHandler tls) {
    this.protocols = protocols;
    this.port = port;
    this.tls = tls;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException && cause.getCause() instanceof SSLException why) {
      report(ctx, String.valueOf(why.getMessage()));
    }
    ctx.fireExceptionCaught(cause);
  }

  private void report(ChannelHandlerContext ctx, String why) {
    if (!over) {
      over = true;
      protocols.onPeerFault(ctx.channel(), port, PeerFault.TLS_RECORD, why);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!over && tls instanceof BoringTls boring && boring.isOver()) {
      report(ctx, "a record that TLS does not allow");
      ctx.close();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
      over = true;
      ctx.close();
    }
    ctx.fireUserEventTriggered(event);
  }
}
