package dev.weir.app;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The wish of the process's owner that it reloads. What is wished for while it starts is done once,
 * when it can be. For all threads.
 */
final class ReloadSignal {
  private final AtomicBoolean wished = new AtomicBoolean();
  private volatile @Nullable Runnable reload;

  /** A signal came. */
  void signal() {
    wished.set(true);
    pass();
  }

  /** Passes wishes on from now on. */
  void to(Runnable taker) {
    reload = taker;
    pass();
  }

  private void pass() {
    Runnable taker = reload;
    if (taker != null && wished.getAndSet(false)) {
      taker.run();
    }
  }
}
