package dev.weir.compiler;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Where it is found out who calls, in turns by where it is asked from: who asks from an address of
 * their own waits for one proof of each other address at most, after those that are under way, and
 * not behind all that one of them has to ask. Event loops ask and wait for nobody. For all threads.
 */
final class ProofTurns {
  /** Bounds what waits to be put in line while the thread that does it has no processor. */
  private static final int MOST_COMING = OneAtATime.MANY;

  private final int threads;
  private final Executor executor;
  private final Consumer<Throwable> faults;
  private final OneAtATime oneAtATime;
  private final AtomicInteger gaveUp = new AtomicInteger();

  /** These are for {@link #oneAtATime}. */
  private final FairLines<Proof> waiting;

  private int running;

  /** Of {@link #waiting}, for others to read. */
  private volatile ProofCounts counts;

  /**
   * @param threads so many are found out at once
   * @param most so many wait
   * @param executor runs them, and puts in line those that event loops have no time for
   * @param faults hears why some are not run, on any thread
   */
  ProofTurns(int threads, int most, Executor executor, Consumer<Throwable> faults) {
    this.threads = threads;
    this.executor = executor;
    this.faults = faults;
    this.oneAtATime = new OneAtATime(executor, faults);
    this.waiting = new FairLines<>(most);
    this.counts = new ProofCounts(0, 0, most);
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
  ProofCounts counts() {
    return counts;
  }

  private void come(long address, Proof proof) {
    if (running < threads && waiting.size() == 0) {
      start(proof);
      return;
    }
    makeRoom();
    Proof refused = waiting.add(address, proof);
    // Fewer run than may where a thread could not be had.
    startWaiting();
    if (refused != null) {
      refuse(refused);
    }
  }

  private void makeRoom() {
    // Looked for when as many gave up as there are threads, so that it costs little for each.
    if (waiting.isFull() && gaveUp.get() >= threads) {
      gaveUp.set(0);
      waiting.removeIf(one -> !one.isWanted());
    }
  }

  /** Whether it is begun; if not, those who wait have somebody who goes on, or are told. */
  private boolean start(Proof proof) {
    try {
      executor.execute(() -> {
        try {
          proof.run();
        } finally {
          oneAtATime.run(this::goOn);
        }
      });
      running++;
      return true;
    } catch (RejectedExecutionException e) {
      // Closed.
      refuse(proof);
    } catch (RuntimeException | Error e) {
      // Such as no memory for a thread.
      faults.accept(e);
      refuse(proof);
    }
    if (running == 0) {
      refuseWaiting();
    }
    return false;
  }

  private void goOn() {
    running--;
    startWaiting();
  }

  private void startWaiting() {
    boolean begins = true;
    while (begins && running < threads) {
      Proof next = waiting.next(Proof::isWanted);
      begins = next != null && start(next);
    }
    count();
  }

  private void refuseWaiting() {
    Proof next = waiting.next(_ -> true);
    while (next != null) {
      refuse(next);
      next = waiting.next(_ -> true);
    }
    count();
  }

  private void refuse(Proof proof) {
    try {
      proof.isRefused();
    } catch (RuntimeException | Error e) {
      faults.accept(e);
    }
  }

  private void count() {
    counts = new ProofCounts(waiting.size(), waiting.count(), counts.most());
  }
}
