package dev.weir.compiler;

import dev.weir.store.QuotaFile;
import dev.weir.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that has a keeper of quotas write once a second, and once more at the end. */
final class QuotaThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaThread.class);
  private static final Duration PACE = Duration.ofSeconds(1);

  private final QuotaKeeper keeper;
  private final QuotaFile file;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private boolean failing;

  private QuotaThread(QuotaKeeper keeper, QuotaFile file) {
    this.keeper = keeper;
    this.file = file;
    this.thread = Thread.ofPlatform().daemon().name("weir-quotas").unstarted(this::run);
  }

  static QuotaThread start(QuotaKeeper keeper, QuotaFile file) {
    var started = new QuotaThread(keeper, file);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      while (!stop.await(PACE.toMillis(), TimeUnit.MILLISECONDS)) {
        keep();
      }
      keep();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What could not be written is tried again the next time: quotas count in memory all the while.
   */
  private void keep() {
    try {
      keeper.keep(file);
      if (failing) {
        LOG.info("quotas are kept in the store again");
      }
      failing = false;
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.CLOSED) {
        stop.countDown(); // by a start that has failed
      } else if (!failing) {
        LOG.atError()
            .addKeyValue("error", e.getMessage())
            .log("quotas cannot be kept, a restart would forget what is used from now on");
      }
      failing = true;
    }
  }

  /** Returns when the last is written. */
  @Override
  public void close() {
    stop.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
