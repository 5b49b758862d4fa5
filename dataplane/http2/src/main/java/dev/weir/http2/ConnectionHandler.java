package dev.weir.http2;

/** What the user of a connection hears from it. All calls come on the connection's event loop. */
public interface ConnectionHandler {

  /**
   * A client opened a stream with a complete and valid head. Only on server connections.
   *
   * @param head lent for the call
   * @return who hears the rest of the stream
   */
  StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream);
}
