package dev.weir.app;

import java.lang.ref.Reference;

/** The heap of a gateway with many APIs, got ready for what comes after the start. */
final class SettledHeap {
  private static final int MIB = 1 << 20;

  /** What the first calls and reloads make that lives on is 2 MiB, and little comes after it. */
  private static final int ROOM_MIB = 16;

  private SettledHeap() {}

  /**
   * Collects what the start has left behind: the first collection after it would move all of that.
   * Stops all threads meanwhile, for up to a fifth of a second with 10,000 APIs.
   */
  static void settle() {
    if (hasRoom()) {
      takePages();
    }
    System.gc();
  }

  private static boolean hasRoom() {
    Runtime now = Runtime.getRuntime();
    return now.maxMemory() - now.totalMemory() + now.freeMemory() > 4L * ROOM_MIB * MIB;
  }

  /**
   * Has the system give the pages that come behind what is there now. A collection of the young
   * generation that moves something there would wait for them, 3 ms for each huge page.
   */
  private static void takePages() {
    byte[] room = new byte[ROOM_MIB * MIB];
    try {
      collectTheYoung();
    } finally {
      Reference.reachabilityFence(room);
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
      left -= new byte[MIB].length;
    }
  }
}
