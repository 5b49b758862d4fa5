package dev.weir.http2;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of something all event loops together may use, such as streams. A loop takes it in
 * portions and counts what it uses of them by itself ({@link LoopBudget}), so that a call touches
 * nothing that another loop writes to. What loops have taken and do not use is two portions each at
 * most, a 32nd of the whole in all; that much less may be all that is used when the last of it is
 * gone. For any thread.
 */
public final class ProcessBudget {
  private static final int PORTIONS_PER_LOOP = 64;

  private final long whole;
  private final long portion;
  private final AtomicLong left;

  /**
   * @param loops how many share it; the more, the smaller the portions: what lies with loops that
   *     do not use it stays a small part of the whole
   */
  public ProcessBudget(long whole, int loops) {
    this.whole = whole;
    this.portion = Math.max(1, whole / PORTIONS_PER_LOOP / loops);
    this.left = new AtomicLong(whole);
  }

  /** How much there is in all. */
  public long whole() {
    return whole;
  }

  /** What no loop has taken. */
  long left() {
    return left.get();
  }

  /** What a loop takes at a time. */
  long portion() {
    return portion;
  }

  /** Takes whole portions for that much, as far as there is something left. */
  long take(long wanted) {
    long rounded = (wanted + portion - 1) / portion * portion;
    for (long now = left.get(); now > 0; now = left.get()) {
      long taken = Math.min(now, rounded);
      if (left.compareAndSet(now, now - taken)) {
        return taken;
      }
    }
    return 0;
  }

  void giveBack(long taken) {
    left.addAndGet(taken);
  }
}
