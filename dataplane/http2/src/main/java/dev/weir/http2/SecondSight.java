package dev.weir.http2;

import org.jspecify.annotations.Nullable;

/**
 * A small memory of hashes that tells values which come back from values which come once, so that
 * only the former get a place in a table. It forgets, and may take two values for one: good enough
 * for a decision that only costs a few bytes. Confined to one event loop.
 */
final class SecondSight {
  private static final int BITS = 8;

  /**
   * In pairs, the later one of each first: two values that come in turns and belong to the same
   * pair are both seen again.
   */
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
    int last = (hash * 0x9e3779b9) >>> (Integer.SIZE - BITS) & ~1;
    if (slots[last] == hash || slots[last + 1] == hash) {
      return true;
    }
    slots[last + 1] = slots[last];
    slots[last] = hash;
    return false;
  }
}
