package dev.weir.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.http2.PeerFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells HTTP/2 from HTTP/1.1 by the first bytes of a clear-text connection and makes room for the
 * handler that speaks it. Anything else is closed without an answer.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  /** How much of the preface sets it apart from every HTTP/1.1 request. */
  private static final int TELLING_BYTES = 4;

  /** What the first line of every HTTP/1 request has behind its target (RFC 9112, 3). */
  private static final ByteBuf VERSION =
      Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(" HTTP/", US_ASCII));

  private final Protocols protocols;
  private final int port;
  private final Duration patience;
  private final Spoken spoken;
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private @Nullable ScheduledFuture<?> deadline;

  /**
   * @param spoken which may be TLS when the first bytes come: the client is to come anew then
   */
  FirstBytes(Protocols protocols, int port, Duration patience, Spoken spoken) {
    this.spoken = spoken;
    this.protocols = protocols;
    this.port = port;
    this.patience = patience;
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
      refuse(
          ctx,
          PeerFault.PREFACE_TIMEOUT,
          bytes.readableBytes() + " bytes in " + patience.toSeconds() + " s tell no protocol");
    }
  }

  private void refuse(ChannelHandlerContext ctx, PeerFault fault, String detail) {
    protocols.onPeerFault(ctx.channel(), port, fault, detail);
    ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    bytes = join(ctx, (ByteBuf) message);
    int compared = Math.min(bytes.readableBytes(), PREFACE.length);
    int equal = 0;
    while (equal < compared && bytes.getByte(bytes.readerIndex() + equal) == PREFACE[equal]) {
      equal++;
    }
    if (equal < compared && equal < TELLING_BYTES) {
      decideOther(ctx);
    } else if (equal < compared || equal == PREFACE.length) {
      // A preface that goes wrong behind its beginning is HTTP/2's to refuse (RFC 9113, 3.4).
      handOver(ctx, protocols.http2(ctx.channel(), port, spoken.isSecure()));
    }
  }

  private void decideOther(ChannelHandlerContext ctx) {
    byte first = bytes.getByte(bytes.readerIndex());
    if (ProxyHeader.begins(bytes)) {
      refuse(ctx, PeerFault.PROTOCOL, ProxyHeader.REFUSED);
    } else if (first >= 'A' && first <= 'Z' && mayBeMethod() && mayBeRequestLine()) {
      handOver(ctx, Http1Pipeline.handlers(ctx.channel(), protocols, port, spoken.isSecure()));
    } else {
      refuse(ctx, PeerFault.PROTOCOL, "neither HTTP/2 nor HTTP/1.1");
    }
  }

  /** No method in use has other characters than these (RFC 9110, 16.1.1). */
  private boolean mayBeMethod() {
    int end = bytes.bytesBefore((byte) ' ');
    for (int i = 0; i < (end < 0 ? bytes.readableBytes() : end); i++) {
      int c = bytes.getByte(bytes.readerIndex() + i);
      if (!Character.isLetterOrDigit(c) && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }

  /** A first line that is here whole has a version, and none has control characters. */
  private boolean mayBeRequestLine() {
    int line = bytes.bytesBefore((byte) '\n');
    int end = bytes.readerIndex() + (line < 0 ? bytes.readableBytes() : line);
    for (int i = bytes.readerIndex(); i < end; i++) {
      byte b = bytes.getByte(i);
      if (b >= 0 && b < ' ' && b != '\r') {
        return false;
      }
    }
    return line < 0 || ByteBufUtil.indexOf(VERSION, bytes.slice(bytes.readerIndex(), line)) >= 0;
  }

  private void handOver(ChannelHandlerContext ctx, ChannelHandler... next) {
    ByteBuf first = bytes;
    bytes = Unpooled.EMPTY_BUFFER;
    ctx.pipeline().addLast(next).remove(this);
    ctx.pipeline().fireChannelRead(first);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  /** What may have to wait for more is copied: the buffer it came in is large, and shared. */
  private ByteBuf join(ChannelHandlerContext ctx, ByteBuf more) {
    if (!bytes.isReadable() && more.readableBytes() >= PREFACE.length) {
      return more;
    }
    ByteBuf joined = ctx.alloc().buffer(bytes.readableBytes() + more.readableBytes());
    joined.writeBytes(bytes).writeBytes(more);
    bytes.release();
    more.release();
    return joined;
  }
}
