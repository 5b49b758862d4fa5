package dev.weir.engine;

import dev.weir.filter.FailedCredentials;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits until another thread has looked at its credential. One that does not wait to
 * the end counts as one whose credential was no good, so that nobody has passwords compared for
 * nothing.
 */
final class Waiting {
  private final FailedCredentials failed;
  private final long network;
  private final RouteAction.Forward action;
  private volatile boolean over;

  /**
   * @param network where it comes from, see {@link FailedCredentials#waitNanos}
   */
  Waiting(FailedCredentials failed, long network, RouteAction.Forward action) {
    this.action = action;
    this.failed = failed;
    this.network = network;
  }

  /** What is called. */
  RouteAction.Forward action() {
    return action;
  }

  /** The caller of one that waits has gone, or its time is over; gives null, as nothing waits. */
  static @Nullable Waiting left(@Nullable Waiting call, long nowNanos) {
    if (call != null) {
      call.over = true;
      call.failed.count(call.network, nowNanos);
    }
    return null;
  }

  /** Whether there is still somebody who wants to know; for all threads. */
  boolean isWanted() {
    return !over;
  }
}
