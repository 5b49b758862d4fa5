package dev.weir.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call that waits, most often until another thread has looked at its credential. */
final class Waiting {
  /** Until the input of this turn of the loop has been read: see {@link Arrivals}. */
  static final Waiting FOR_THE_TURN = new Waiting(null, 0, () -> {});

  private final RouteAction.@Nullable Forward action;
  private final long network;
  private final Runnable gaveUp;
  private volatile boolean over;

  /**
   * @param action null for what need not be known yet
   * @param network from where it is made, as {@link CallerAddress#network} has it
   * @param gaveUp hears once when nobody wants to know any more
   */
  Waiting(RouteAction.@Nullable Forward action, long network, Runnable gaveUp) {
    this.action = action;
    this.network = network;
    this.gaveUp = gaveUp;
  }

  /** What is called. */
  RouteAction.Forward action() {
    return Objects.requireNonNull(action);
  }

  /** From where it is made. */
  long network() {
    return network;
  }

  /** The caller of one that waits has gone, or its time is over; gives null, as nothing waits. */
  static @Nullable Waiting left(@Nullable Waiting call) {
    if (call != null && call != FOR_THE_TURN) {
      call.over = true;
      call.gaveUp.run();
    }
    return null;
  }

  /** Whether there is still somebody who wants to know; for all threads. */
  boolean isWanted() {
    return !over;
  }
}
