package dev.weir.http2;

/**
 * What became of the latest streams of a connection. Frames for a stream that we reset may still be
 * on their way and are ignored; those for a stream that the peer itself ended break a rule (RFC
 * 9113, 5.1, closed). What lies too far back is forgotten and counts as reset: it is better to miss
 * an old fault than to end a connection for none.
 */
final class StreamHistory {
  /** How many identifiers are remembered; a power of two. */
  static final int SIZE = 512;

  private static final byte SKIPPED = 0;
  private static final byte KNOWN = 1;
  private static final byte ENDED = 2;
  private static final byte[] NONE = {};

  private byte[] fates = NONE;
  private int newest = -1;

  /** A stream begins; those of lower identifiers that never began cannot any more (5.1.1). */
  void began(int id) {
    if (fates.length == 0) {
      fates = new byte[SIZE];
    }
    if (id != newest + 2) {
      skip(id);
    }
    fates[slot(id)] = KNOWN;
    newest = id;
  }

  private void skip(int next) {
    int skipped = Math.min(((next - newest) >> 1) - 1, SIZE);
    for (int i = 1; i <= skipped; i++) {
      fates[slot(next - 2 * i)] = SKIPPED;
    }
  }

  /** The peer has said that it will send nothing more on this stream. */
  void endedByPeer(int id) {
    if (isRemembered(id)) {
      fates[slot(id)] = ENDED;
    }
  }

  /** Judges DATA or HEADERS for a stream that is neither open nor idle. */
  void check(int id, int type) {
    if (!isRemembered(id)) {
      return;
    }
    byte fate = fates[slot(id)];
    if (fate == ENDED) {
      throw new ConnectionFault(
          PeerFault.STREAM_CLOSED, "frame of type " + type + " on closed stream " + id);
    }
    if (fate == SKIPPED) {
      throw ConnectionFault.protocol(
          "frame of type " + type + " on stream " + id + " (expected: above " + newest + ")");
    }
  }

  private boolean isRemembered(int id) {
    return (newest - id) >> 1 < SIZE;
  }

  private static int slot(int id) {
    return (id >>> 1) & (SIZE - 1);
  }
}
