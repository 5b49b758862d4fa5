package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * TLS by BoringSSL, which takes what has come as it is, whole records or not. Nothing has to be
 * gathered before it: once the handshake is made, what has come goes straight there, and comes out
 * in a buffer that all connections of the thread share. What is sent may be sealed past Netty's
 * queue.
 */
public final class BoringTls extends SslHandler {
  private static final List<Object> NONE = List.of();

  private boolean open;

  private BoringTls(SSLEngine engine) {
    super(engine);
  }

  /**
   * One for BoringSSL in the place of Netty's, or the same for any other engine. Trust managers are
   * not asked about sessions that are resumed, as Netty's has those asked that want it.
   *
   * @param made in no pipeline yet, by {@link SslContext#newHandler}: engines that a context makes
   *     by themselves take one record at a time, as Java's do
   */
  public static SslHandler of(SslHandler made) {
    if (!(made.engine() instanceof ReferenceCountedOpenSslEngine engine)) {
      return made;
    }
    refuseSecondHandshake(engine);
    return new BoringTls(engine);
  }

  /** Netty has clients make one when the server asks, which HTTP/2 forbids (RFC 9113, 9.2.1). */
  private static void refuseSecondHandshake(ReferenceCountedOpenSslEngine engine) {
    try {
      SSL.setRenegotiateMode(engine.sslPointer(), SSL.SSL_RENEGOTIATE_NEVER);
    } catch (Exception e) {
      throw new IllegalStateException("BoringSSL knows this mode", e);
    }
  }

  /** Whether the handshake is made. */
  boolean isOpen() {
    return open;
  }

  /**
   * Whether nothing more can be read: the peer has ended its side, or sent what TLS does not allow.
   * BoringSSL says nothing of what it has answered with an alert, and Netty asks once there is
   * more.
   */
  public boolean isOver() {
    long ssl = ((ReferenceCountedOpenSslEngine) engine()).sslPointer();
    return ssl != 0 && (SSL.getShutdown(ssl) & SSL.SSL_RECEIVED_SHUTDOWN) != 0;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (open && actualReadableBytes() == 0) {
      read(ctx, (ByteBuf) message);
      return;
    }
    super.channelRead(ctx, message);
    // Handshakes keep what they take, and wait for those who are slow.
    if (!open && handshakeFuture().isSuccess()) {
      open = true;
      ctx.channel().config().setAllocator(PassingBuffers.ALLOCATOR);
    }
  }

  /** What may wait for a slow reader is not kept in buffers that all others need. */
  @Override
  public void flush(ChannelHandlerContext ctx) throws Exception {
    ChannelConfig config = ctx.channel().config();
    ByteBufAllocator usual = config.getAllocator();
    config.setAllocator(ByteBufAllocator.DEFAULT);
    try {
      super.flush(ctx);
    } finally {
      config.setAllocator(usual);
    }
  }

  private void read(ChannelHandlerContext ctx, ByteBuf records) throws Exception {
    try {
      decode(ctx, records, NONE);
      if (records.isReadable()) {
        super.channelRead(ctx, records.retain());
      }
    } catch (DecoderException e) {
      throw e;
    } catch (Exception e) {
      throw new DecoderException(e);
    } finally {
      records.release();
    }
  }

  /**
   * Seals the beginning of the one, as far as there is room in the other; both are direct. The rest
   * is for {@link #write}.
   *
   * @param most bytes that it takes
   * @return how many it has taken
   * @throws SSLException when TLS has ended, and why; it says so only once
   */
  int seal(ByteBuf plain, int most, ByteBuf sealed) throws SSLException {
    SSLEngineResult result =
        engine()
            .wrap(
                plain.internalNioBuffer(plain.readerIndex(), Math.min(most, plain.readableBytes())),
                sealed.internalNioBuffer(sealed.writerIndex(), sealed.writableBytes()));
    sealed.writerIndex(sealed.writerIndex() + result.bytesProduced());
    return result.bytesConsumed();
  }
}
