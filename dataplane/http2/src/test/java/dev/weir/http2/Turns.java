package dev.weir.http2;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * An event loop without a thread and with a clock of its own. As Netty's, it runs the timers that
 * are due when a turn begins, and those that come meanwhile in the next one.
 */
final class Turns extends AbstractScheduledEventExecutor {
  private long nanos = 1;
  private final Ticker ticker =
      new Ticker() {
        @Override
        public long nanoTime() {
          return nanos;
        }

        @Override
        public long initialNanoTime() {
          return 0;
        }

        @Override
        public void sleep(long delay, TimeUnit unit) {
          throw new UnsupportedOperationException();
        }
      };

  /** The time of its clock. */
  long nanos() {
    return nanos;
  }

  /** Time passes: for whoever is working, or for nobody. */
  void pass(long by) {
    nanos += by;
  }

  /** Runs what is due; how much that was. */
  int turn() {
    var due = new ArrayList<Runnable>();
    for (Runnable next = pollScheduledTask(nanos); next != null; next = pollScheduledTask(nanos)) {
      due.add(next);
    }
    due.forEach(Runnable::run);
    return due.size();
  }

  @Override
  public Ticker ticker() {
    return ticker;
  }

  @Override
  @Deprecated
  protected long getCurrentTimeNanos() {
    return nanos;
  }

  @Override
  public void execute(Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return true;
  }

  // ---- its end, which does not come ------------------------------------------------------------

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<?> terminationFuture() {
    throw new UnsupportedOperationException();
  }

  @Override
  @Deprecated
  public void shutdown() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isShuttingDown() {
    return false;
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
