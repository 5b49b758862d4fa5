package dev.weir.http2;

import java.util.ArrayDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks twice a second at whatever must not last. One timer serves all connections of an event
 * loop, and none runs while there is nothing to look at. Confined to that event loop.
 */
public final class Sweep {
  private static final long PERIOD_MILLIS = 500;

  private final ConnectionLoop loop;
  private final ArrayDeque<Watched> watched = new ArrayDeque<>();
  private boolean scheduled;

  /** Something that must not last. */
  @FunctionalInterface
  public interface Watched {

    /**
     * Ends what has lasted too long.
     *
     * @return whether to look again; not after an exception
     */
    boolean look(long nowNanos);
  }

  Sweep(ConnectionLoop loop) {
    this.loop = loop;
  }

  /**
   * Has {@code added} looked at until it asks for no more; the caller adds nothing twice.
   *
   * @param eventLoop the loop that all of this is confined to
   */
  public void watch(Watched added, ScheduledExecutorService eventLoop) {
    watched.add(added);
    schedule(eventLoop);
  }

  private void schedule(ScheduledExecutorService eventLoop) {
    if (!scheduled) {
      scheduled = true;
      var _ = eventLoop.schedule(() -> run(eventLoop), PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void run(ScheduledExecutorService eventLoop) {
    scheduled = false;
    long now = loop.tick();
    try {
      for (int left = watched.size(); left > 0; left--) {
        Watched next = watched.remove();
        if (next.look(now)) {
          watched.add(next);
        }
      }
    } finally {
      if (!watched.isEmpty()) {
        // Also when one of them failed: the others must not be forgotten.
        schedule(eventLoop);
      }
    }
  }
}
