package dev.weir.app;

import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.Stream;

/** The pages of a young generation that has grown at the end of the start. */
final class YoungPages {
  private static final int PIECE = 64 << 10;

  /** What lives through a collection in a reload of 10,000 APIs is 2 to 4.5 MiB. */
  private static final int KEPT_MIB = 6;

  private YoungPages() {}

  /**
   * Has the system give the pages now. There are two rooms for what survives, used in turns, and
   * the first collections in reloads would wait for the pages of both.
   */
  static void take() {
    surviveOnce();
    surviveOnce();
  }

  private static void surviveOnce() {
    List<byte[]> kept =
        Stream.generate(() -> new byte[PIECE]).limit(KEPT_MIB * (1L << 20) / PIECE).toList();
    try {
      collect();
    } finally {
      Reference.reachabilityFence(kept);
    }
  }

  /** Makes garbage until it is collected: a collection that is asked for has no survivors. */
  private static void collect() {
    Runtime now = Runtime.getRuntime();
    long free = now.freeMemory();
    for (long left = now.maxMemory(); left > 0 && now.freeMemory() <= free; ) {
      free = now.freeMemory();
      left -= new byte[PIECE].length;
    }
  }
}
