package dev.weir.route;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which patterns for whole hosts an authority matches, found out as calls ask for them: each takes
 * as long as its expression does. For one authority on one port of one table, and one thread.
 */
public final class HostMatches {
  private final BitSet matching = new BitSet();
  private int asked;

  /** Whether the host {@code authority[0, hostEnd)} matches a pattern; they are asked in order. */
  boolean has(int number, HostPattern pattern, byte[] authority, int hostEnd) {
    if (number == asked) {
      matching.set(number, pattern.matches(Arrays.copyOf(authority, hostEnd)));
      asked++;
    }
    return matching.get(number);
  }
}
