package dev.weir.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash3 by Austin Appleby, with seed 0, as Tyk computes it. No hash for what has to be kept
 * secret: texts that have a given one are found by computing backwards.
 */
final class Murmur3 {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final int BLOCK = 16;

  /** What {@link #x64} comes to: its first and its second half. */
  record Sum(long high, long low) {}

  private Murmur3() {}

  /**
   * The 32-bit one as Tyk's copy of {@code spaolacci/murmur3} has it, whose {@code Sum} leaves out
   * what is behind the last whole four bytes, and the last step, that of every other MurmurHash3.
   */
  static int unfinished32(byte[] text) {
    int hash = 0;
    for (int at = 0; at + Integer.BYTES <= text.length; at += Integer.BYTES) {
      int word = (int) INTS.get(text, at) * 0xcc9e2d51;
      hash ^= Integer.rotateLeft(word, 15) * 0x1b873593;
      hash = Integer.rotateLeft(hash, 13) * 5 + 0xe6546b64;
    }
    return hash;
  }

  /** The one of 128 bits for 64-bit processors. */
  static Sum x64(byte[] text) {
    long one = 0;
    long two = 0;
    int at = 0;
    for (; at + BLOCK <= text.length; at += BLOCK) {
      one = Long.rotateLeft(one ^ first((long) LONGS.get(text, at)), 27) + two;
      one = one * 5 + 0x52dce729;
      two = Long.rotateLeft(two ^ second((long) LONGS.get(text, at + Long.BYTES)), 31) + one;
      two = two * 5 + 0x38495ab5;
    }
    one ^= first(tail(text, at)) ^ text.length;
    two ^= second(tail(text, at + Long.BYTES)) ^ text.length;
    one += two;
    two += one;
    one = mixed(one);
    two = mixed(two);
    one += two;
    return new Sum(one, two + one);
  }

  private static long first(long word) {
    return Long.rotateLeft(word * C1, 31) * C2;
  }

  private static long second(long word) {
    return Long.rotateLeft(word * C2, 33) * C1;
  }

  /** Up to eight bytes that there are, the first one lowest. */
  private static long tail(byte[] text, int from) {
    long word = 0;
    for (int i = Math.min(text.length, from + Long.BYTES) - 1; i >= from; i--) {
      word = (word << Byte.SIZE) | (text[i] & 0xff);
    }
    return word;
  }

  private static long mixed(long word) {
    long mixed = (word ^ (word >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
