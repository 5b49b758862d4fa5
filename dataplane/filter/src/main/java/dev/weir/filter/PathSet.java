package dev.weir.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of paths that is asked for ranges of bytes, without making an object. The caller
 * hashes with {@link #step}, so that it walks a path once for all ranges that begin where it does.
 */
final class PathSet {

  private final byte[] @Nullable [] paths;
  private final int mask;
  private final int shift;
  private final int longest;

  PathSet(Collection<String> paths) {
    int slots = Integer.highestOneBit(Math.max(1, paths.size())) * 4;
    this.paths = new byte[slots][];
    this.mask = slots - 1;
    this.shift = Integer.numberOfLeadingZeros(mask);
    int longest = 0;
    for (String text : paths) {
      byte[] path = text.getBytes(UTF_8);
      add(path);
      longest = Math.max(longest, path.length);
    }
    this.longest = longest;
  }

  private void add(byte[] path) {
    int hash = 0;
    for (byte b : path) {
      hash = step(hash, b);
    }
    int slot = slot(hash);
    while (paths[slot] != null) {
      slot = (slot + 1) & mask;
    }
    paths[slot] = path;
  }

  /** The length of the longest path, in bytes; 0 for an empty set. */
  int longest() {
    return longest;
  }

  /** Whether the first {@code length} bytes, which have this hash, are a path of the set. */
  boolean contains(byte[] bytes, int length, int hash) {
    int slot = slot(hash);
    byte[] path = paths[slot];
    while (path != null) {
      if (Arrays.equals(path, 0, path.length, bytes, 0, length)) {
        return true;
      }
      slot = (slot + 1) & mask;
      path = paths[slot];
    }
    return false;
  }

  /** The hash of a range that is one byte longer than the range of {@code hash}; starts at 0. */
  static int step(int hash, byte next) {
    return 31 * hash + next;
  }

  private int slot(int hash) {
    return (hash * 0x9E3779B9) >>> shift;
  }
}
