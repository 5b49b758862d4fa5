package dev.weir.app;

import dev.weir.model.ApiReader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads that nobody waits for, one after the other on a thread of their own. What is asked for
 * while one has not begun is the same one. For all threads.
 */
final class Reloads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

  private final Gateway gateway;
  private final ApiReader reader;
  private final ReloadReport report = new ReloadReport(LOG);
  private final AtomicBoolean waiting = new AtomicBoolean();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("weir-reload").factory());

  /**
   * @param reader reads what is to be served
   */
  Reloads(Gateway gateway, ApiReader reader) {
    this.gateway = gateway;
    this.reader = reader;
  }

  /** Asks for one. */
  void request() {
    if (waiting.compareAndSet(false, true)) {
      try {
        thread.execute(this::reload);
      } catch (RejectedExecutionException e) {
        LOG.warn("no reload, the gateway is shutting down");
      }
    }
  }

  private void reload() {
    waiting.set(false);
    try {
      report.reloaded(gateway.reload(reader));
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("the reload failed by a fault of the gateway");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
