package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS by the JDK, which bears any number of records that bring no data: changes of keys (RFC 8446,
 * 4.6.3), empty ones, warnings. Here as many may come in a row as BoringSSL takes of one kind. Nor
 * does a client answer a server that asks for a second handshake (RFC 9113, 9.2.1), as BoringSSL
 * does not; servers of Java refuse one if they are told to.
 */
public final class JdkTls extends SslHandler {
  private static final int MAX_IDLE_RECORDS = 32;
  private static final int HANDSHAKE = 22;

  private int idleRecords;
  private boolean data;
  private boolean over;

  /**
   * @param engine of the JDK: of others a call of {@link #decode} takes more than one record
   */
  public JdkTls(SSLEngine engine) {
    super(engine);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    ctx.pipeline().addAfter(ctx.name(), null, new DataWatch());
    super.handlerAdded(ctx);
  }

  /** Sees whether the record that is being decoded has brought data. */
  private final class DataWatch extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      data = true;
      ctx.fireChannelRead(message);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf records, List<Object> out)
      throws SSLException {
    if (over) {
      // The connection is closing, which takes as long as its peer takes to read.
      records.skipBytes(records.readableBytes());
      return;
    }
    boolean made = handshakeFuture().isSuccess();
    if (made && isRequest(records)) {
      throw end("the server asks for a second handshake");
    }
    int before = records.readableBytes();
    data = false;
    super.decode(ctx, records, out);
    if (data) {
      idleRecords = 0;
    } else if (made && records.readableBytes() < before && ++idleRecords > MAX_IDLE_RECORDS) {
      throw end("more than " + MAX_IDLE_RECORDS + " records in a row without data");
    }
  }

  /** What begins here is a HelloRequest (RFC 5246, 7.4.1.1); TLS 1.3 hides the types of records. */
  private boolean isRequest(ByteBuf records) {
    return records.isReadable()
        && records.getByte(records.readerIndex()) == HANDSHAKE
        && engine().getUseClientMode();
  }

  private ForbiddenRecord end(String why) {
    over = true;
    return new ForbiddenRecord(why);
  }
}
