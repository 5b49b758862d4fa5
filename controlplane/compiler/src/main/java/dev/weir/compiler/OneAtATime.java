package dev.weir.compiler;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs short tasks of many threads, never two at once and in the order in which they come, without
 * a lock: a thread that finds another one at it leaves its task to that one, and waits for nobody.
 * Nobody is kept with the tasks of others: after {@value #MOST} of them whoever comes next goes on,
 * or the executor, if nobody does. A task that fails holds up none that come after it. For all
 * threads.
 */
final class OneAtATime {
  /** So many a thread runs before it goes on with its own work. */
  static final int MOST = 64;

  /** So many the executor's: more than come while it has no thread. */
  static final int MANY = 4096;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger undone = new AtomicInteger();

  /** Whether a thread is at it. */
  private final AtomicBoolean taken = new AtomicBoolean();

  /** Whether the executor is to go on, when it has a thread. */
  private final AtomicBoolean called = new AtomicBoolean();

  private final Executor executor;
  private final Consumer<Throwable> faults;

  /**
   * @param executor goes on where the threads that come have run enough; it may take its time
   * @param faults hears of what tasks throw, on any thread
   */
  OneAtATime(Executor executor, Consumer<Throwable> faults) {
    this.executor = executor;
    this.faults = faults;
  }

  /** How many have come and are not done, for want of a processor for the thread that is at it. */
  int undone() {
    return undone.get();
  }

  /** Runs a task, or has it run. */
  void run(Runnable task) {
    undone.incrementAndGet();
    tasks.add(task);
    goOn(MOST);
  }

  private void goOn(int most) {
    int left = most;
    // Looks again when it has let go: who came before that has left a task here.
    while (!tasks.isEmpty() && taken.compareAndSet(false, true)) {
      left = runSome(left);
      if (left == 0 && (tasks.isEmpty() || isForAnother())) {
        return;
      }
      left = left == 0 ? most : left;
    }
  }

  /** Gives how many more may be run. */
  private int runSome(int most) {
    int left = most;
    try {
      Runnable next = tasks.poll();
      while (next != null) {
        runOne(next);
        left--;
        next = left == 0 ? null : tasks.poll();
      }
    } finally {
      taken.set(false);
    }
    return left;
  }

  private void runOne(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      faults.accept(e);
    } finally {
      undone.decrementAndGet();
    }
  }

  /** Whether the executor goes on, if nobody does before it has a thread. */
  private boolean isForAnother() {
    if (!called.compareAndSet(false, true)) {
      return true;
    }
    try {
      executor.execute(() -> {
        called.set(false);
        goOn(MANY);
      });
      return true;
    } catch (RejectedExecutionException e) {
      // Closed.
      called.set(false);
      return false;
    } catch (RuntimeException | Error e) {
      called.set(false);
      faults.accept(e);
      return false;
    }
  }
}
