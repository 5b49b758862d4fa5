package dev.weir.http2;

/**
 * What became of the latest streams of a connection. Frames for a stream that we reset may still be
 * on their way and are ignored for a while. Those for a stream that the peer reset come from peers
 * that mean no harm: Netty writes DATA behind a reset in the same flush. They are answered once,
 * and cost no neighbour anything; so are those that come long after a reset of ours, which may be
 * said again then (5.4.2). Those behind an END_STREAM break a rule (RFC 9113, 5.1, closed). What
 * lies too far back is forgotten and counts as reset just now: it is better to miss an old fault
 * than to end a connection for none.
 *
 * <p>How long ago a reset was is told by generations, which take no room beside the byte that a
 * stream has anyway: a reset belongs to the young one, grows old with it, and is late after that.
 */
final class StreamHistory {
  /** How many identifiers are remembered; a power of two. */
  static final int SIZE = 512;

  /** The age of a generation; frames may be under way for that long at least, and twice at most. */
  static final long GENERATION_NANOS = 30_000_000_000L;

  private static final byte SKIPPED = 0;
  private static final byte KNOWN = 1;
  private static final byte ENDED = 2;
  private static final byte RESET_YOUNG = 3;
  private static final byte RESET_OLD = 4;
  private static final byte CLOSED = 5;
  private static final byte[] NONE = {};

  private byte[] fates = NONE;
  private int newest = -1;
  private long youngSinceNanos;

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

  /** The peer has reset this stream. */
  void resetByPeer(int id) {
    if (isRemembered(id)) {
      fates[slot(id)] = CLOSED;
    }
  }

  /** We tell the peer that we want nothing more of this stream. */
  void reset(int id, long nowNanos) {
    if (isRemembered(id) && fates[slot(id)] == KNOWN) {
      age(nowNanos);
      fates[slot(id)] = RESET_YOUNG;
    }
  }

  /** What is young grows old, and what is old the peer has heard of. */
  private void age(long nowNanos) {
    long age = nowNanos - youngSinceNanos;
    if (age < GENERATION_NANOS) {
      return;
    }
    youngSinceNanos = nowNanos;
    byte young = age < 2 * GENERATION_NANOS ? RESET_OLD : CLOSED;
    for (int i = 0; i < fates.length; i++) {
      if (fates[i] == RESET_OLD) {
        fates[i] = CLOSED;
      } else if (fates[i] == RESET_YOUNG) {
        fates[i] = young;
      }
    }
  }

  /**
   * Judges DATA or HEADERS for a stream that is neither open nor idle. True if the peer is to be
   * told that the stream is closed, which counts as our reset of it.
   */
  boolean isToBeTold(int id, int type, long nowNanos) {
    if (!isRemembered(id)) {
      return false;
    }
    age(nowNanos);
    byte fate = fates[slot(id)];
    if (fate == ENDED) {
      throw new ConnectionFault(
          PeerFault.STREAM_CLOSED, "frame of type " + type + " on closed stream " + id);
    }
    if (fate == SKIPPED) {
      throw ConnectionFault.protocol(
          "frame of type " + type + " on stream " + id + " (expected: above " + newest + ")");
    }
    if (fate != CLOSED) {
      return false;
    }
    fates[slot(id)] = RESET_YOUNG;
    return true;
  }

  private boolean isRemembered(int id) {
    return (newest - id) >> 1 < SIZE;
  }

  private static int slot(int id) {
    return (id >>> 1) & (SIZE - 1);
  }
}
