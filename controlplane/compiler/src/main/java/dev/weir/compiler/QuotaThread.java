package dev.weir.compiler;

import dev.weir.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The thread that has a keeper of quotas write twice a second, however long that takes, and once
 * more at the end: what a killed gateway forgets is what one second used, with half of it left for
 * the disk.
 */
final class QuotaThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaThread.class);
  private static final Duration PACE = Duration.ofMillis(500);

  private final Keeping keeping;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private boolean failing;

  /** What it does each time. */
  interface Keeping {
    void keep() throws StoreException;
  }

  private QuotaThread(Keeping keeping) {
    this.keeping = keeping;
    this.thread = Thread.ofPlatform().daemon().name("weir-quotas").unstarted(this::run);
  }

  static QuotaThread start(Keeping keeping) {
    var started = new QuotaThread(keeping);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      long began = System.nanoTime();
      while (!stop.await(rest(System.nanoTime() - began).toNanos(), TimeUnit.NANOSECONDS)) {
        began = System.nanoTime();
        keep();
      }
      keep();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long to wait when the last time has taken this long: nothing where that was too long. */
  static Duration rest(long tookNanos) {
    return Duration.ofNanos(Math.max(0, PACE.toNanos() - tookNanos));
  }

  /**
   * What could not be written is tried again the next time, whatever it was that failed: quotas
   * count in memory all the while.
   */
  private void keep() {
    try {
      keeping.keep();
      if (failing) {
        LOG.info("quotas are kept in the store again");
      }
      failing = false;
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.CLOSED) {
        stop.countDown(); // by a start that has failed
      } else {
        fails(LOG.atError().addKeyValue("error", e.getMessage()));
      }
      failing = true;
    } catch (RuntimeException e) {
      fails(LOG.atError().setCause(e));
      failing = true;
    }
  }

  /** Says so the first time. */
  private void fails(LoggingEventBuilder line) {
    if (!failing) {
      line.log("quotas cannot be kept, a restart would forget what is used from now on");
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
