package dev.weir.upstream;

import dev.weir.http2.BoringTls;
import dev.weir.http2.ForbiddenRecord;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.BadPaddingException;
import javax.net.ssl.SSLException;

/**
 * Begins TLS on a connection to a server, and HTTP/2 when the server has agreed to it. Stays
 * between the two to put into words what the server says against us later.
 */
final class TlsStart extends ChannelInboundHandlerAdapter {
  /** A half of a record may wait in the buffer that it was read into, which has to be its own. */
  private static final RecvByteBufAllocator RECORDS =
      new AdaptiveRecvByteBufAllocator(512, 2 << 10, 64 << 10);

  private static final String BAD_RECORD = "a record came that TLS does not allow";

  private final Dialer dialer;
  private final TargetTls tls;
  private final InetSocketAddress address;
  private final ChannelHandler http2;
  private final Consumer<String> onFailure;
  private boolean connected;
  private boolean agreed;
  private boolean over;

  /**
   * @param http2 what the channel is for
   * @param onFailure hears why there will be no HTTP/2, once, if the channel was connected
   */
  TlsStart(
      Dialer dialer,
      TargetTls tls,
      InetSocketAddress address,
      ChannelHandler http2,
      Consumer<String> onFailure) {
    this.dialer = dialer;
    this.tls = tls;
    this.address = address;
    this.http2 = http2;
    this.onFailure = onFailure;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel().config().setRecvByteBufAllocator(RECORDS);
    SslHandler handler = tls.newHandler(ctx.alloc(), address);
    handler.setHandshakeTimeout(
        dialer.settings().connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    ctx.pipeline().addFirst(handler);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connected = true;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent handshake -> complete(ctx, handshake);
      case SslCloseCompletionEvent end when end.isSuccess() -> {
        over = true;
        ctx.close();
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  /** A server that keeps the socket open behind a TLS that has ended would never answer. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (agreed && !over && ctx.pipeline().first() instanceof BoringTls boring && boring.isOver()) {
      over = true;
      end(ctx, TlsFailure.BAD_RECORD, BAD_RECORD);
    }
    ctx.fireChannelReadComplete();
  }

  private void complete(ChannelHandlerContext ctx, SslHandshakeCompletionEvent handshake) {
    SslHandler handler = ctx.pipeline().get(SslHandler.class);
    if (!handshake.isSuccess()) {
      fail(ctx, failure(handshake.cause()), words(handshake.cause()));
    } else if (handler != null
        && ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
      agreed = true;
      ctx.pipeline().addLast(http2);
    } else {
      fail(ctx, TlsFailure.NO_HTTP2, "the server does not agree to HTTP/2, ALPN h2");
    }
  }

  /** Without a connection there is another reason, and whoever connects hears it. */
  private void fail(ChannelHandlerContext ctx, TlsFailure failure, String detail) {
    if (connected) {
      count(failure);
      onFailure.accept("TLS failed, " + detail);
    }
    ctx.close();
  }

  /** In TLS 1.3 a server looks at our certificate after our side of the handshake is complete. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (agreed && cause.getCause() instanceof SSLException alert) {
      over = true;
      end(ctx, failure(alert), words(alert));
    } else if (agreed) {
      ctx.fireExceptionCaught(cause);
    }
  }

  /** HTTP/2 is told, and closes. */
  private void end(ChannelHandlerContext ctx, TlsFailure failure, String detail) {
    count(failure);
    ctx.fireExceptionCaught(new SSLException("TLS failed, " + detail));
  }

  private void count(TlsFailure failure) {
    dialer.loop().tick();
    dialer.tlsFailures().count(failure, dialer.loop().nowNanos());
  }

  private static TlsFailure failure(Throwable cause) {
    return switch (root(cause)) {
      case Untrusted untrusted -> untrusted.failure();
      case SslHandshakeTimeoutException _ -> TlsFailure.TIMEOUT;
      case NotSslRecordException _ -> TlsFailure.NO_TLS;
      case ForbiddenRecord _ -> TlsFailure.BAD_RECORD;
      case SSLException forged when forged.getCause() instanceof BadPaddingException ->
          TlsFailure.BAD_RECORD;
      default -> TlsFailure.REFUSED;
    };
  }

  private static String words(Throwable cause) {
    Throwable root = root(cause);
    return switch (failure(root)) {
      case REFUSED -> refusal(root);
      case NO_TLS -> "the server does not speak TLS here";
      case TIMEOUT -> "the server did not end the handshake in time";
      case BAD_RECORD ->
          root instanceof ForbiddenRecord ? String.valueOf(root.getMessage()) : BAD_RECORD;
      default -> String.valueOf(root.getMessage());
    };
  }

  /** Both providers have the word in the name of what a server sends to end a handshake. */
  private static String refusal(Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    if (cause instanceof ClosedChannelException) {
      return "the server refuses the handshake: it closed the connection";
    }
    return reason.toLowerCase(Locale.ROOT).contains("alert")
        ? "the server refuses the handshake: " + reason
        : "no agreement with the server: " + reason;
  }

  /** What we said against the server, if it is in there. */
  private static Throwable root(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof Untrusted) {
        return at;
      }
    }
    return cause;
  }
}
