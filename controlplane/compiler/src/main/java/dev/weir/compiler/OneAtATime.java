package dev.weir.compiler;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs short tasks of many threads, never two at once and in the order in which they come, without
 * a lock: a thread that finds another one at it leaves its task to that one, and waits for nobody.
 * What is done with a task takes less than it takes to come with the next, so that nobody is kept
 * with those of others. For all threads.
 */
final class OneAtATime {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger undone = new AtomicInteger();

  /** How many have come and are not done, for want of a processor for the thread that is at it. */
  int undone() {
    return undone.get();
  }

  /**
   * Runs a task, or has it run.
   *
   * @param task throws nothing
   */
  void run(Runnable task) {
    tasks.add(task);
    if (undone.getAndIncrement() == 0) {
      do {
        tasks.remove().run();
      } while (undone.decrementAndGet() != 0);
    }
  }
}
