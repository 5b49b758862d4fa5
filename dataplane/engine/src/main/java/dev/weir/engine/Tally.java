package dev.weir.engine;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A row of counters that one event loop adds to and every thread may read, without a lock and
 * without a fence: who reads sees what was counted a moment ago.
 */
final class Tally {
  private final AtomicLongArray counts;

  Tally(int size) {
    counts = new AtomicLongArray(size);
  }

  int size() {
    return counts.length();
  }

  void add(int index, long more) {
    counts.setOpaque(index, counts.getPlain(index) + more);
  }

  long get(int index) {
    return counts.getOpaque(index);
  }
}
