package dev.weir.http2;

/**
 * The streams that we reset last. Frames for them may still be on their way and are ignored (RFC
 * 9113, 5.1, closed).
 */
final class RecentResets {
  private static final int SIZE = 256;
  private static final int[] NONE = new int[0];

  private int[] ids = NONE;
  private int next;

  void add(int id) {
    if (ids.length == 0) {
      ids = new int[SIZE];
    }
    ids[next] = id;
    next = (next + 1) % SIZE;
  }

  boolean contains(int id) {
    for (int known : ids) {
      if (known == id) {
        return true;
      }
    }
    return false;
  }
}
