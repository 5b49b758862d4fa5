package dev.weir.http2;

import java.util.ArrayDeque;

/**
 * Streams that are over all at once, and whose users hear of it little by little: a connection to a
 * server may have thousands, and each of them answers a caller. All are closed before the first
 * user hears of it. Confined to the event loop.
 */
final class LostStreams implements Runnable {
  private static final int AT_ONCE = 32;

  private final Transport transport;
  private final Runnable afterwards;
  private final ArrayDeque<Http2Stream> untold = new ArrayDeque<>();

  /**
   * @param transport decides when it goes on
   * @param afterwards what there is to do when all have been told
   */
  LostStreams(Transport transport, Runnable afterwards) {
    this.transport = transport;
    this.afterwards = afterwards;
  }

  /** Adds a stream whose user, if there is one, is yet to be told that. */
  void add(Http2Stream stream, StreamReset reset) {
    stream.untold = reset;
    untold.add(stream);
  }

  /** Tells the first of them now; the rest when the transport lets it. */
  @Override
  public void run() {
    try {
      for (int i = 0; i < AT_ONCE && !untold.isEmpty(); i++) {
        untold.remove().tellReset();
      }
    } finally {
      // Also when one of them failed: the others must not be forgotten.
      if (untold.isEmpty()) {
        afterwards.run();
      } else {
        transport.pace(this);
      }
    }
  }
}
