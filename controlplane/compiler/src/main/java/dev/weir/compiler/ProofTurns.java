package dev.weir.compiler;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where it is found out who calls, in turns by where it is asked from: who asks from an address of
 * their own waits for one proof of each other address at most, after those that are under way, and
 * not behind all that one of them has to ask. Event loops ask and wait for nobody. For all threads.
 */
final class ProofTurns {
  /** Bounds what waits to be put in line while the thread that does it has no processor. */
  private static final int MOST_COMING = 4096;

  private final int threads;
  private final Executor executor;
  private final OneAtATime oneAtATime = new OneAtATime();
  private final AtomicInteger gaveUp = new AtomicInteger();

  /** These are for {@link #oneAtATime}. */
  private final FairLines<Proof> waiting;

  private int running;

  /** Of {@link #waiting}, for others to read. */
  private volatile LoginCounts counts;

  /**
   * @param threads so many are found out at once
   * @param most so many wait
   * @param executor runs them
   */
  ProofTurns(int threads, int most, Executor executor) {
    this.threads = threads;
    this.executor = executor;
    this.waiting = new FairLines<>(most);
    this.counts = new LoginCounts(0, 0, most);
  }

  /** What is found out for a caller who may give up meanwhile; run, or told that it is not. */
  interface Proof extends Runnable {
    boolean isWanted();

    /** There is too much to do; on any thread. */
    void isRefused();
  }

  /**
   * Has it run, or told that it will not be.
   *
   * @param address from where it is asked
   * @return false when it is neither
   */
  boolean run(long address, Proof proof) {
    if (oneAtATime.undone() >= MOST_COMING) {
      return false;
    }
    oneAtATime.run(() -> come(address, proof));
    return true;
  }

  /** Somebody waits for one no more. */
  void gaveUp() {
    gaveUp.incrementAndGet();
  }

  /** How much there is to do now. */
  LoginCounts counts() {
    return counts;
  }

  private void come(long address, Proof proof) {
    if (running < threads) {
      running++;
      start(proof);
      return;
    }
    // Looked for when as many gave up as there are threads, so that it costs little for each.
    if (waiting.isFull() && gaveUp.get() >= threads) {
      gaveUp.set(0);
      waiting.removeIf(one -> !one.isWanted());
    }
    Proof refused = waiting.add(address, proof);
    count();
    if (refused != null) {
      refused.isRefused();
    }
  }

  private void start(Proof proof) {
    try {
      executor.execute(() -> {
        try {
          proof.run();
        } finally {
          oneAtATime.run(this::goOn);
        }
      });
    } catch (RejectedExecutionException e) {
      // Closed.
      proof.isRefused();
    }
  }

  private void goOn() {
    Proof next = waiting.next();
    while (next != null && !next.isWanted()) {
      next = waiting.next();
    }
    count();
    if (next == null) {
      running--;
    } else {
      start(next);
    }
  }

  private void count() {
    counts = new LoginCounts(waiting.size(), waiting.count(), counts.most());
  }
}
