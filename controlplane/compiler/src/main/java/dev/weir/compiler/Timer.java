package dev.weir.compiler;

import java.time.Duration;

/** Runs tasks later, several at once, on threads that may block. */
interface Timer extends AutoCloseable {

  /** Runs {@code task} once after {@code delay}; not on the calling thread. */
  void schedule(Runnable task, Duration delay);

  /** Drops what is scheduled. */
  @Override
  void close();
}
