package dev.weir.filter;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The listen path by which calls come to an API: what of a path entries of lists may leave out, or
 * say otherwise. Immutable, for all threads.
 */
public final class ListenPath {
  private static final byte[][] NO_OTHERS = {};

  private final int bytes;
  private final byte @Nullable [] own;

  private ListenPath(int bytes, byte @Nullable [] own) {
    this.bytes = bytes;
    this.own = own;
  }

  /** The API's own, or what stands for it: so many bytes before those of the method. */
  public static ListenPath of(int bytes) {
    return new ListenPath(bytes, null);
  }

  /**
   * That of another API.
   *
   * @param bytes how many of a path lie before those of the method
   * @param own what the API itself listens to, with which its entries may begin; kept
   */
  public static ListenPath ofAnother(int bytes, byte[] own) {
    return new ListenPath(bytes, own);
  }

  /**
   * The other forms in which a path may be on a list: what is left of it, and how the API would be
   * called itself. To look for less would let through what its entries block.
   *
   * @param path without its query; not changed, not kept
   */
  public byte[][] others(byte[] path) {
    int from = Math.min(bytes, path.length);
    boolean isLeft = from > 0 && from < path.length;
    if (!isLeft && own == null) {
      return NO_OTHERS;
    }
    byte[] rest = Arrays.copyOfRange(path, from, path.length);
    if (own == null) {
      return new byte[][] {rest};
    }
    byte[] direct = Arrays.copyOf(own, own.length + rest.length);
    System.arraycopy(rest, 0, direct, own.length, rest.length);
    return isLeft ? new byte[][] {rest, direct} : new byte[][] {direct};
  }

  /** How long the longest form of a path is. */
  public int longest(byte[] path) {
    int direct = own == null ? 0 : own.length + path.length - Math.min(bytes, path.length);
    return Math.max(path.length, direct);
  }
}
