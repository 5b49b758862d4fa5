package dev.weir.http2;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Arrays that are used over and over, for header blocks that come in pieces and for the output of a
 * turn that is more than usual: large ones that peers can have made by the thousand are no garbage
 * then, and collections that copy them do not hold up the others of the loop. Each has a power of
 * two of bytes. What was not used for half a second is given to the collector. Confined to one
 * event loop.
 */
final class SpareArrays {
  private static final int LEAST_BITS = 10;
  private static final int MOST_BITS = 18;

  /** Of all that are kept for later. */
  private static final int MOST_SPARE_BYTES = 8 << 20;

  private final List<Spares> sizes =
      IntStream.rangeClosed(LEAST_BITS, MOST_BITS).mapToObj(_ -> new Spares()).toList();
  private int spareBytes;

  /** Those of one size. */
  private static final class Spares {
    final ArrayDeque<byte[]> arrays = new ArrayDeque<>();

    /** The fewest that were here since {@link #forgetUnused}. */
    int fewest;
  }

  /** One with room for that many bytes; what is in it has no meaning. */
  byte[] take(int length) {
    int bits = bits(length);
    if (bits > MOST_BITS) {
      return new byte[1 << bits];
    }
    Spares spares = sizes.get(bits - LEAST_BITS);
    byte[] spare = spares.arrays.poll();
    if (spare == null) {
      return new byte[1 << bits];
    }
    spares.fewest = Math.min(spares.fewest, spares.arrays.size());
    spareBytes -= spare.length;
    return spare;
  }

  /** Gives back what {@link #take} has given, which nobody may use any more. */
  void giveBack(byte[] array) {
    boolean kept = array.length >= 1 << LEAST_BITS && array.length <= 1 << MOST_BITS;
    if (kept && spareBytes + array.length <= MOST_SPARE_BYTES) {
      sizes.get(bits(array.length) - LEAST_BITS).arrays.push(array);
      spareBytes += array.length;
    }
  }

  /** To be called about twice a second. */
  void forgetUnused() {
    for (Spares spares : sizes) {
      for (; spares.fewest > 0; spares.fewest--) {
        spareBytes -= spares.arrays.removeLast().length;
      }
      spares.fewest = spares.arrays.size();
    }
  }

  /** What is kept for later. */
  int spareBytes() {
    return spareBytes;
  }

  private static int bits(int length) {
    return Math.max(LEAST_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(length - 1));
  }
}
