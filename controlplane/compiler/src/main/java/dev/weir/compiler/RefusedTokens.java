package dev.weir.compiler;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who runs the gateway why tokens are refused, which their senders are not told: one line in
 * a while, however many there are. For all threads.
 */
final class RefusedTokens {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedTokens.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private long next;
  private long untold;

  RefusedTokens(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.next = nanoTime.getAsLong();
  }

  /**
   * @param why nothing that a sender has chosen
   */
  void tell(String why) {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (now - next < 0) {
        untold++;
        return;
      }
      LOG.atWarn()
          .addKeyValue("reason", why)
          .addKeyValue("untold", untold)
          .log("a token was refused");
      next = now + PAUSE_NANOS;
      untold = 0;
    } finally {
      lock.unlock();
    }
  }
}
