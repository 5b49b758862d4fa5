package dev.weir.http2;

/**
 * Tells whether something happens more often than a {@link Rate}. Its whole state is the time at
 * which it will be full again: a token that is taken moves that time into the future.
 */
final class TokenBucket {
  private final long nanosEach;
  private final long nanosWhenEmpty;
  private long fullAtNanos;

  TokenBucket(Rate rate, long nowNanos) {
    this.nanosEach = rate.nanosEach();
    this.nanosWhenEmpty = rate.burst() * nanosEach;
    this.fullAtNanos = nowNanos;
  }

  /** Whether half of the tokens are there. */
  boolean isHalfFull(long nowNanos) {
    return fullAtNanos - nowNanos <= nanosWhenEmpty / 2;
  }

  /** Takes a token, or gives false when there is none. */
  boolean take(long nowNanos) {
    long missing = Math.max(fullAtNanos - nowNanos, 0) + nanosEach;
    if (missing > nanosWhenEmpty) {
      return false;
    }
    fullAtNanos = nowNanos + missing;
    return true;
  }
}
