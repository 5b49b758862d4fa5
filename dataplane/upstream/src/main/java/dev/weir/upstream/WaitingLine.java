package dev.weir.upstream;

import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for a stream, first come, first served. Linked through the calls themselves,
 * so that waiting allocates nothing and any of them can leave at once.
 */
final class WaitingLine {
  private @Nullable StreamSeeker first;
  private @Nullable StreamSeeker last;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Who waits longest. */
  @Nullable StreamSeeker first() {
    return first;
  }

  /** Who came last. */
  @Nullable StreamSeeker last() {
    return last;
  }

  boolean holds(StreamSeeker seeker) {
    return seeker.line == this;
  }

  /**
   * Adds a seeker that waits nowhere.
   *
   * @param untilNanos when it has waited long enough; never before those in front of it
   */
  void add(StreamSeeker seeker, long untilNanos) {
    seeker.line = this;
    seeker.untilNanos = untilNanos;
    seeker.previous = last;
    if (last == null) {
      first = seeker;
    } else {
      last.next = seeker;
    }
    last = seeker;
    size++;
  }

  /** Takes out all who have waited long enough, in their order. */
  WaitingLine takeOver(long nowNanos) {
    WaitingLine taken = new WaitingLine();
    for (StreamSeeker next = first; next != null && isOver(next, nowNanos); next = first) {
      remove(next);
      taken.add(next, next.untilNanos);
    }
    return taken;
  }

  /** Whether somebody has waited long enough. */
  boolean hasOver(long nowNanos) {
    return first != null && isOver(first, nowNanos);
  }

  private static boolean isOver(StreamSeeker seeker, long nowNanos) {
    return nowNanos - seeker.untilNanos >= 0;
  }

  /** Takes out all, in their order. */
  WaitingLine takeAll() {
    WaitingLine taken = new WaitingLine();
    for (StreamSeeker next = first; next != null; next = first) {
      remove(next);
      taken.add(next, next.untilNanos);
    }
    return taken;
  }

  void remove(StreamSeeker seeker) {
    StreamSeeker before = seeker.previous;
    StreamSeeker after = seeker.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    seeker.line = null;
    seeker.previous = null;
    seeker.next = null;
    size--;
  }
}
