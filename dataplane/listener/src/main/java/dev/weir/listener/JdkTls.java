package dev.weir.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS by the JDK, which bears any number of records that bring no data: changes of keys (RFC 8446,
 * 4.6.3), empty ones, warnings. Here as many may come in a row as BoringSSL takes of one kind.
 */
final class JdkTls extends SslHandler {
  private static final int MAX_IDLE_RECORDS = 32;

  private int idleRecords;
  private boolean data;

  /**
   * @param engine of the JDK: of others a call of {@link #decode} takes more than one record
   */
  JdkTls(SSLEngine engine) {
    super(engine);
  }

  /** Says that the record which is being decoded has brought data. */
  void onData() {
    data = true;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf records, List<Object> out)
      throws SSLException {
    if (idleRecords > MAX_IDLE_RECORDS) {
      // The connection is closing, which takes as long as its client takes to read.
      records.skipBytes(records.readableBytes());
      return;
    }
    int before = records.readableBytes();
    boolean made = handshakeFuture().isSuccess();
    data = false;
    super.decode(ctx, records, out);
    if (data) {
      idleRecords = 0;
    } else if (made && records.readableBytes() < before) {
      count();
    }
  }

  private void count() throws SSLException {
    idleRecords++;
    if (idleRecords > MAX_IDLE_RECORDS) {
      throw new SSLException("more than " + MAX_IDLE_RECORDS + " records in a row without data");
    }
  }
}
