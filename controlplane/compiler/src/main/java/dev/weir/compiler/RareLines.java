package dev.weir.compiler;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * When the log is to have a line about something that callers can bring about as often as they
 * like: once in a while, with how many there were meanwhile. For all threads.
 */
final class RareLines {
  /** Not this time. */
  static final long NONE = -1;

  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private long next;
  private long untold;

  RareLines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.next = nanoTime.getAsLong();
  }

  /** It has happened; gives how often there was no line for it since the last one, or none now. */
  long untold() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (now - next < 0) {
        untold++;
        return NONE;
      }
      long before = untold;
      next = now + PAUSE_NANOS;
      untold = 0;
      return before;
    } finally {
      lock.unlock();
    }
  }
}
