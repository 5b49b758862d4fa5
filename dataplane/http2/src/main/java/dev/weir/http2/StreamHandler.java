package dev.weir.http2;

import io.netty.buffer.ByteBuf;

/** What the user of a stream hears from it. All calls come on the connection's event loop. */
public interface StreamHandler {

  /**
   * A head or trailers arrived. Not called for the head of a request, which {@link
   * ConnectionHandler#onRequest} gets. Informational heads (1xx) are not reported.
   *
   * @param fields lent for the call
   */
  void onHeaders(Http2Stream stream, FieldList fields, boolean endStream);

  /**
   * Payload arrived. Its credit is the user's: {@link Http2Stream#returnCredit} gives it back to
   * the sender once the bytes are out of this process's hands.
   *
   * @param source lent for the call; the payload is {@code length} bytes from {@code offset}
   */
  void onData(Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream);

  /** Payload that {@link Http2Stream#sendData} had to queue has been written out. */
  void onDrained(Http2Stream stream, int bytes);

  /**
   * The stream ended before both sides were finished: by a reset of the peer, by a fault of the
   * peer, or with its connection. The stream must not be used any more.
   */
  void onReset(Http2Stream stream, StreamReset reset);
}
