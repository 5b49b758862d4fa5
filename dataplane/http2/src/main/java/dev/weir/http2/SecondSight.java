package dev.weir.http2;

import org.jspecify.annotations.Nullable;

/**
 * A small memory of hashes that tells values which come back from values which come once, so that
 * only the former get a place in a table. It forgets, and may take two values for one: good enough
 * for a decision that only costs a few bytes. Confined to one event loop.
 */
final class SecondSight {
  private static final int BITS = 8;

  private int @Nullable [] hashes;

  /** What it takes on the heap. */
  int heapBytes() {
    return hashes == null ? 0 : Integer.BYTES << BITS;
  }

  /** Whether this hash was shown before; remembers it. */
  boolean isSecond(int hash) {
    int[] slots = hashes;
    if (slots == null) {
      slots = new int[1 << BITS];
      hashes = slots;
    }
    int slot = (hash * 0x9e3779b9) >>> (Integer.SIZE - BITS);
    boolean seen = slots[slot] == hash;
    slots[slot] = hash;
    return seen;
  }
}
