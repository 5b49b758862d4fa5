package dev.weir.app;

import java.lang.ref.Reference;
import java.util.List;
import java.util.stream.Stream;

/** The heap of a gateway with many APIs, got ready for what comes after the start. */
final class SettledHeap {
  private static final int MIB = 1 << 20;
  private static final int PIECE = 64 << 10;

  /** What the first calls and reloads make that lives on is 2 MiB, and little comes after it. */
  private static final int ROOM_MIB = 16;

  /** What lives through a collection in a reload of 10,000 APIs is 2 to 4.5 MiB. */
  private static final int SURVIVING_MIB = 6;

  private SettledHeap() {}

  /**
   * Collects what the start has left behind: the first collection after it would move all of that.
   * Stops all threads meanwhile, for up to a fifth of a second with 10,000 APIs. The heap has the
   * size then that it keeps, and has the pages that come into use next.
   */
  static void settle() {
    if (hasRoom()) {
      takeOldPages();
    }
    System.gc();
    takeYoungPages();
    takeYoungPages();
  }

  private static boolean hasRoom() {
    Runtime now = Runtime.getRuntime();
    return now.maxMemory() - now.totalMemory() + now.freeMemory() > 4L * ROOM_MIB * MIB;
  }

  /**
   * Has the system give the pages that come behind what is there now. A collection of the young
   * generation that moves something there would wait for them, 3 ms for each huge page.
   */
  private static void takeOldPages() {
    byte[] room = new byte[ROOM_MIB * MIB];
    try {
      collectTheYoung();
    } finally {
      Reference.reachabilityFence(room);
    }
  }

  /**
   * The same for one of the two rooms for what survives, which are used in turns. A collection that
   * is asked for leaves them empty.
   */
  private static void takeYoungPages() {
    List<byte[]> kept =
        Stream.generate(() -> new byte[PIECE]).limit(SURVIVING_MIB * MIB / PIECE).toList();
    try {
      collectTheYoung();
    } finally {
      Reference.reachabilityFence(kept);
    }
  }

  /**
   * Makes garbage until it is collected. What is alive and too large for the young generation's own
   * room has been moved to the old one then, in a tenth of the time of a whole collection.
   */
  private static void collectTheYoung() {
    Runtime now = Runtime.getRuntime();
    long free = now.freeMemory();
    for (long left = now.maxMemory(); left > 0 && now.freeMemory() <= free; ) {
      free = now.freeMemory();
      left -= new byte[PIECE].length;
    }
  }
}
