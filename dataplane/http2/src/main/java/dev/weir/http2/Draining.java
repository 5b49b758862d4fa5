package dev.weir.http2;

/**
 * How a connection ends in order (RFC 9113, 6.8). A client may have opened streams that the server
 * does not know of yet, so a server that wants to stop first says so and leaves it a round trip:
 *
 * <pre>
 *   begin:   GOAWAY(2^31-1), PING ->      streams are still accepted
 *   PING acknowledged: GOAWAY(last) ->    new streams are refused
 *   last stream ended: close
 * </pre>
 *
 * A peer's GOAWAY leads straight to the last two steps, and so does a peer whose streams come to
 * nothing too often.
 */
final class Draining {
  private static final long PING = 0x7765697264726e31L;

  private final Http2Connection connection;
  private boolean begun;
  private boolean announced;
  private boolean refusing;
  private boolean peerLeaves;
  private boolean deaf;
  private boolean receiving;
  private boolean streamEnded;

  Draining(Http2Connection connection) {
    this.connection = connection;
  }

  /** Whether no stream may be opened or accepted any more. */
  boolean isRefusing() {
    return refusing;
  }

  /** Whether new streams are not even refused. */
  boolean isDeaf() {
    return deaf;
  }

  /** We want to stop. */
  void begin() {
    if (begun) {
      return;
    }
    begun = true;
    if (connection.mayHaveUnseenStreams()) {
      connection.writer.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, ConnectionLoop.EMPTY);
      connection.writer.ping(Flags.NONE, PING);
    } else {
      finish();
    }
  }

  /** The peer has read everything that we sent before this PING. */
  void onPingAcknowledged(long opaque) {
    if (begun && opaque == PING) {
      finish();
    }
  }

  /** Refuses streams from now on, also without a round trip. */
  void finish() {
    if (announced) {
      return;
    }
    begun = true;
    announced = true;
    connection.writer.goAway(connection.lastPeerStream(), ErrorCode.NO_ERROR, ConnectionLoop.EMPTY);
    refuse();
  }

  /** New streams go unheard: the peer opened too many that came to nothing. */
  void turnAway(int errorCode, byte[] debug) {
    begun = true;
    announced = true;
    deaf = true;
    connection.writer.goAway(connection.lastPeerStream(), errorCode, debug);
    refuse();
  }

  /** The peer wants to stop, or we do; tells the user of the connection once. */
  void refuse() {
    if (!refusing) {
      refusing = true;
      connection.handler.onDraining();
    }
  }

  /** The peer takes no more streams. */
  void peerLeaves() {
    peerLeaves = true;
    refuse();
  }

  /** Has streams opened again, unless one side has told the other that there are to be none. */
  boolean reopen() {
    refusing &= begun || peerLeaves;
    return !refusing;
  }

  // ---- the last stream -------------------------------------------------------------------------

  /** Whether there is a next frame: not when the connection has closed with the last stream. */
  boolean goesOn() {
    if (refusing) {
      settle();
    }
    return !connection.isOver();
  }

  /** Streams that end from now on are acted on later: their users hear of it first. */
  void inputBegins() {
    receiving = true;
  }

  void inputEnds() {
    receiving = false;
  }

  void onStreamEnded() {
    streamEnded = true;
    if (!receiving) {
      settle();
    }
  }

  /** Acts on streams that have ended: behind the input, or behind the frame when it decides. */
  void settle() {
    if (streamEnded) {
      streamEnded = false;
      if (!connection.isOver()) {
        connection.handler.onStreamRoom();
        closeIfDone();
      }
    }
  }

  /** Nothing is left to wait for: closes, unless the last stream's user has yet to hear of it. */
  void closeIfDone() {
    if (connection.isOver() || !refusing || connection.streams.size() > 0 || streamEnded) {
      return;
    }
    if (!announced) {
      connection.writer.goAway(
          connection.lastPeerStream(), ErrorCode.NO_ERROR, ConnectionLoop.EMPTY);
    }
    connection.drained();
  }
}
