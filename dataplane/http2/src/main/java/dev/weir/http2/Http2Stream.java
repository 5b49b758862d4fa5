package dev.weir.http2;

import io.netty.buffer.ByteBuf;

/** One stream of a connection, for its user. Confined to the connection's event loop. */
public abstract class Http2Stream {

  /** Sends a head or trailers. The list is only read during the call. */
  public abstract void sendHeaders(FieldList fields, boolean endStream);

  /**
   * Sends payload: at once as far as both windows and the connection's output allow, the rest when
   * they allow it. The stream holds the rest; it tells {@link StreamHandler#onDrained} when it is
   * out.
   *
   * @param source lent for the call
   * @return how many bytes were written at once
   */
  public abstract int sendData(ByteBuf source, int offset, int length, boolean endStream);

  /** Ends the stream with RST_STREAM; nothing is heard from it afterwards. */
  public abstract void reset(int errorCode);

  /** Lets the peer send that many more bytes on this stream. */
  public abstract void returnCredit(int bytes);
}
