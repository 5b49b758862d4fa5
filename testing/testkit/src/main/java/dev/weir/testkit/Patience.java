package dev.weir.testkit;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The time a test waits for something that must happen, before it fails. */
public final class Patience {

  /** Long enough for a loaded machine: a passing test never waits for it to run out. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private Patience() {}

  /** Waits for the next element; {@code what} completes the sentence "waited 10 s for". */
  public static <T> T next(BlockingQueue<T> queue, String what) {
    try {
      T element = queue.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (element == null) {
        throw tooLate(what);
      }
      return element;
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  /** Waits for a value; {@code what} completes the sentence "waited 10 s for". */
  static <T> T value(CompletableFuture<T> future, String what) {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw tooLate(what);
    } catch (ExecutionException e) {
      throw new AssertionError(what, e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  private static AssertionError tooLate(String what) {
    return new AssertionError("waited " + LIMIT.toSeconds() + " s for " + what);
  }

  private static AssertionError interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new AssertionError("interrupted while waiting for " + what, cause);
  }
}
