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

  /**
   * A client's head is over the limits; the stream may be answered, its payload is discarded. Only
   * on server connections.
   *
   * @param head as many fields as the limits allow, lent for the call
   * @param size of the whole head
   */
  void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size);

  /** The peer's SETTINGS came: from now on the connection may be used. */
  default void onReady() {}

  /** The peer has applied our SETTINGS for the first time: it reads what we send. */
  default void onAcknowledged() {}

  /** There may be room for another stream: one ended, or the peer raised its limit. */
  default void onStreamRoom() {}

  /** The connection takes no new streams any more: the peer sent GOAWAY or it is closing. */
  default void onDraining() {}

  /**
   * More streams were reset than the server bears: it hears of the last ones later. Only on client
   * connections.
   *
   * @return whether the connection takes further calls all the same, until it is retired
   */
  default boolean onResetsOwed() {
    return false;
  }

  /** The peer wants to stop, and says why; {@link #onDraining} comes next. Only from servers. */
  default void onGoAway(int errorCode, String debug) {}

  /** Our own code failed; the connection is about to end. For the log. */
  default void onFailure(Throwable cause) {}

  /**
   * The peer went too far and has been told so; most of these end the connection, and {@link
   * #onClosed} follows.
   */
  default void onPeerFault(PeerFault fault, String detail) {}

  /**
   * The connection is over; all its streams have been told.
   *
   * @param peerFault whether we ended it because the peer broke a rule
   */
  default void onClosed(boolean peerFault, String detail) {}
}
