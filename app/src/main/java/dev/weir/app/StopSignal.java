package dev.weir.app;

import dev.weir.cli.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * The wish of the process's owner that it stops: the first TERM or INT is a wish, the second one
 * ends the process at once. Signals come on threads of the JVM, one thread waits.
 */
final class StopSignal {
  private final CountDownLatch wished = new CountDownLatch(1);
  private final IntConsumer halt;

  /**
   * @param halt ends the process with an exit code, at once
   */
  StopSignal(IntConsumer halt) {
    this.halt = halt;
  }

  /** Listens to the signals of this process. */
  static StopSignal ofProcess() {
    StopSignal stop = new StopSignal(Runtime.getRuntime()::halt);
    Signals.onStop(stop::signal);
    return stop;
  }

  /** A signal came. */
  void signal() {
    boolean second = wished.getCount() == 0;
    wished.countDown();
    if (second) {
      halt.accept(ExitCode.FORCED);
    }
  }

  /** Waits for the first signal. */
  void await() {
    try {
      wished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits, whatever signals came. */
  static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
