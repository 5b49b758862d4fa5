package dev.weir.compiler;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where it is found out who calls while a call waits: away from the event loops, on half of the
 * cores at most, no more at a time than can be found out while a caller waits, in turns by the
 * address that they call from. There are no threads while there is nothing to do. For all threads.
 */
final class ProofThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProofThreads.class);
  private static final int IDLE_SECONDS = 30;

  private final String work;

  /**
   * Whoever starts a thread takes the pool's lock for that, event loops too: seldom, as threads
   * stay for as long as there is something to do. The queue, which is short, has none.
   */
  private final ThreadPoolExecutor threads;

  private final RareLines faults = new RareLines(System::nanoTime);
  private final ProofTurns turns;

  /**
   * @param name of the threads
   * @param waiting so many wait for each thread
   * @param work what they do, for the log: it "compared a password"
   */
  ProofThreads(String name, int waiting, String work) {
    this.work = work;
    this.threads = pool(name);
    this.turns = new ProofTurns(count(), waiting * count(), threads, this::tellFault);
  }

  /** How many there are at most. */
  static int count() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  private static ThreadPoolExecutor pool(String name) {
    var pool =
        new ThreadPoolExecutor(
            count(),
            count(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedTransferQueue<>(),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Has it run, or told that it will not be.
   *
   * @param address from which it is asked
   * @return false when it is neither, as there is too much to do
   */
  boolean run(long address, ProofTurns.Proof proof) {
    return turns.run(address, proof);
  }

  /** Somebody waits for an answer no more. */
  void gaveUp() {
    turns.gaveUp();
  }

  /** How much there is to do. */
  ProofCounts counts() {
    return turns.counts();
  }

  /** Gives an answer, whose event loop may be gone. */
  void tell(Runnable answer) {
    try {
      answer.run();
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("who waited to be known is gone, and its event loop too");
    }
  }

  /** Senders may find out how to bring one about. */
  void tellFault(Throwable fault) {
    long untold = faults.untold();
    if (untold != RareLines.NONE) {
      LOG.atError()
          .setCause(fault)
          .addKeyValue("untold", untold)
          .log("a fault of the gateway while it {}", work);
    }
  }

  /** Nobody waits for an answer any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
