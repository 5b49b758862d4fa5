package dev.weir.app;

import dev.weir.cli.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The wish of the process's owner that it stops: the first TERM or INT is a wish, the second one
 * ends the process at once. Signals come on threads of the JVM, one thread waits.
 */
final class StopSignal {
  private final CountDownLatch wished = new CountDownLatch(1);
  private final IntConsumer halt;
  private final Consumer<Runnable> source;

  /**
   * @param halt ends the process with an exit code, at once
   * @param source has what it takes run at each signal
   */
  StopSignal(IntConsumer halt, Consumer<Runnable> source) {
    this.halt = halt;
    this.source = source;
  }

  /** By the signals of this process. */
  static StopSignal ofProcess() {
    return new StopSignal(Runtime.getRuntime()::halt, Signals::onStop);
  }

  /** Signals are heard from now on; a process that serves nothing is ended by the first one. */
  void listen() {
    source.accept(this::signal);
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
