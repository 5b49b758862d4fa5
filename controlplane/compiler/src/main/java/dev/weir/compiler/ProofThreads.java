package dev.weir.compiler;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where it is found out who calls while a call waits: away from the event loops, on half of the
 * cores at most, behind a bounded queue. There are none while there is nothing to do. For all
 * threads.
 */
final class ProofThreads implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;

  /**
   * @param waiting so many wait for each thread
   */
  ProofThreads(String name, int waiting) {
    threads = pool(name, new ArrayBlockingQueue<>(waiting * count()));
  }

  /** How many there are at most. */
  static int count() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /** So many, which go when there is nothing in this queue for a while. */
  static ThreadPoolExecutor pool(String name, BlockingQueue<Runnable> queue) {
    var pool =
        new ThreadPoolExecutor(
            count(),
            count(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            queue,
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Whether it will be run; not when there is too much to do. */
  boolean run(Runnable proof) {
    try {
      threads.execute(proof);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Nobody waits for an answer any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
