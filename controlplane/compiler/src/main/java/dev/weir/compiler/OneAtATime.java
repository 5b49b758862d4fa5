package dev.weir.compiler;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs short tasks of many threads, never two at once and in the order in which they come, without
 * a lock: a thread that finds another one at it leaves its task to that one, and waits for nobody.
 * What is done with a task takes less than it takes to come with the next, so that nobody is kept
 * with those of others. A task that fails holds up none that come after it. For all threads.
 */
final class OneAtATime {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger undone = new AtomicInteger();
  private final Consumer<Throwable> faults;

  /**
   * @param faults hears of what tasks throw, on any thread
   */
  OneAtATime(Consumer<Throwable> faults) {
    this.faults = faults;
  }

  /** How many have come and are not done, for want of a processor for the thread that is at it. */
  int undone() {
    return undone.get();
  }

  /** Runs a task, or has it run. */
  void run(Runnable task) {
    tasks.add(task);
    if (undone.getAndIncrement() == 0) {
      do {
        runNext();
      } while (undone.decrementAndGet() != 0);
    }
  }

  private void runNext() {
    try {
      tasks.remove().run();
    } catch (RuntimeException | Error e) {
      faults.accept(e);
    }
  }
}
