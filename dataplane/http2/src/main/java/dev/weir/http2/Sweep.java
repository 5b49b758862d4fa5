package dev.weir.http2;

import java.util.ArrayDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks twice a second at whatever must not last. One timer serves all connections of an event
 * loop, and none runs while there is nothing to look at; many that have lasted too long at the same
 * time are ended in several turns of it. Confined to that event loop.
 */
public final class Sweep {
  private static final long PERIOD_MILLIS = 500;

  private final ConnectionLoop loop;
  private final ArrayDeque<Watched> watched = new ArrayDeque<>();
  private boolean scheduled;

  /** How many have yet to be looked at this time. */
  private int left;

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
      var _ = eventLoop.schedule(() -> begin(eventLoop), PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void begin(ScheduledExecutorService eventLoop) {
    left = watched.size();
    loop.arrays().forgetUnused();
    goOn(eventLoop);
  }

  /** Looks at as many as a turn of the event loop has time for; sockets come before the others. */
  private void goOn(ScheduledExecutorService eventLoop) {
    long begun = loop.tick();
    try {
      while (left > 0 && loop.tick() - begun < PacedWork.TURN_NANOS) {
        lookAtNext();
      }
    } finally {
      // Also when one of them failed: the others must not be forgotten.
      if (left > 0) {
        var _ = eventLoop.schedule(() -> goOn(eventLoop), 0, TimeUnit.NANOSECONDS);
      } else {
        scheduled = false;
        if (watched.isEmpty()) {
          // Nobody comes to look again.
          loop.arrays().forgetUnused();
        } else {
          schedule(eventLoop);
        }
      }
    }
  }

  private void lookAtNext() {
    left--;
    Watched next = watched.remove();
    if (next.look(loop.nowNanos())) {
      watched.add(next);
    }
  }
}
