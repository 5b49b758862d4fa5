package dev.weir.compiler;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where it is found out who calls while a call waits: away from the event loops, on half of the
 * cores at most, behind a bounded queue. There are none while there is nothing to do. For all
 * threads.
 */
final class ProofThreads implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;
  private final AtomicInteger gaveUp = new AtomicInteger();

  /**
   * @param waiting so many wait for each thread
   */
  ProofThreads(String name, int waiting) {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting * count),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** What is found out for a caller who may give up meanwhile. */
  interface Proof extends Runnable {
    boolean isWanted();
  }

  /**
   * Whether it will be run; those that nobody waits for any more make room for others. They are
   * looked for when as many gave up as there are threads, so that it costs little for each.
   */
  boolean run(Proof proof) {
    if (gaveUp.get() >= threads.getCorePoolSize() && threads.getQueue().remainingCapacity() == 0) {
      gaveUp.set(0);
      threads.getQueue().removeIf(waiting -> waiting instanceof Proof known && !known.isWanted());
    }
    return run((Runnable) proof);
  }

  /** Somebody waits for one no more. */
  void gaveUp() {
    gaveUp.incrementAndGet();
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
