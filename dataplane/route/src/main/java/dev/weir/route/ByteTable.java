package dev.weir.route;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash table whose keys are looked up as ranges of bytes, without making an object.
 *
 * <p>The caller hashes, byte by byte with {@link #step}, because a path is asked for at each of its
 * segment borders and must be walked only once. The hash ignores the case of ASCII letters for all
 * tables; whether equality does is a property of the table.
 */
final class ByteTable<V> {

  private final boolean ignoresCase;
  private final int mask;
  private final byte[][] keys;
  private final int[] hashes;
  private final Object[] values;
  private final int longestKey;

  /**
   * Makes a table.
   *
   * @param keys all different; in lower case for a table that ignores case
   * @param values what is found, one for each key
   */
  ByteTable(List<byte[]> keys, List<V> values, boolean ignoresCase) {
    int capacity = Integer.highestOneBit(Math.max(1, keys.size())) * 4;
    this.ignoresCase = ignoresCase;
    this.mask = capacity - 1;
    this.keys = new byte[capacity][];
    this.hashes = new int[capacity];
    this.values = new Object[capacity];
    int longest = 0;
    for (int i = 0; i < keys.size(); i++) {
      longest = Math.max(longest, keys.get(i).length);
      put(keys.get(i), values.get(i));
    }
    this.longestKey = longest;
  }

  private void put(byte[] key, V value) {
    int hash = hash(key, 0, key.length);
    int slot = slot(hash);
    while (values[slot] != null) {
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    hashes[slot] = hash;
    values[slot] = value;
  }

  /** The length of the longest key, in bytes; 0 for an empty table. */
  int longestKey() {
    return longestKey;
  }

  boolean isEmpty() {
    return longestKey == 0;
  }

  /** The value for {@code bytes[from, to)}, whose hash the caller has computed. */
  @Nullable V get(byte[] bytes, int from, int to, int hash) {
    for (int slot = slot(hash); values[slot] != null; slot = (slot + 1) & mask) {
      if (hashes[slot] == hash && isKey(keys[slot], bytes, from, to)) {
        return value(slot);
      }
    }
    return null;
  }

  /** The value for a whole key. */
  @Nullable V get(byte[] key) {
    return get(key, 0, key.length, hash(key, 0, key.length));
  }

  /** The same bytes, the array that is kept of them where there is one. */
  byte[] kept(byte[] key) {
    int hash = hash(key, 0, key.length);
    for (int slot = slot(hash); values[slot] != null; slot = (slot + 1) & mask) {
      if (hashes[slot] == hash && Arrays.equals(keys[slot], key)) {
        return keys[slot];
      }
    }
    return key;
  }

  @SuppressWarnings("unchecked") // only put() writes, and the constructor feeds it values of type V
  private V value(int slot) {
    return (V) values[slot];
  }

  private boolean isKey(byte[] key, byte[] bytes, int from, int to) {
    return ignoresCase
        ? equalsIgnoringCase(key, bytes, from, to)
        : Arrays.equals(key, 0, key.length, bytes, from, to);
  }

  private static boolean equalsIgnoringCase(byte[] lowerCase, byte[] bytes, int from, int to) {
    if (lowerCase.length != to - from) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      if (lowerCase[i] != lowerCase(bytes[from + i])) {
        return false;
      }
    }
    return true;
  }

  private static byte lowerCase(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
  }

  static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = step(hash, bytes[i]);
    }
    return hash;
  }

  /** The hash of a range that is one byte longer than the range of {@code hash}; starts at 0. */
  static int step(int hash, byte next) {
    return 31 * hash + (next | 0x20);
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 15)) & mask;
  }
}
