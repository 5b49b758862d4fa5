package dev.weir.http2;

import java.util.ArrayDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Work that comes in heaps, such as the ends of connections that were all made in one moment and go
 * beyond the same time limit. What fits into a small part of a turn of the event loop is done at
 * once and the rest in the turns that follow, in order: sockets are served in between. Confined to
 * that event loop.
 */
public final class PacedWork {
  /** What such work may take of a turn; what comes of it may take as much again. */
  static final long TURN_NANOS = 2_000_000;

  private final ConnectionLoop loop;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private long leftNanos = TURN_NANOS;
  private boolean scheduled;
  private boolean working;

  PacedWork(ConnectionLoop loop) {
    this.loop = loop;
  }

  /**
   * Does {@code work}, now or later. It has to look at the state of what it is for: that may have
   * changed by then.
   *
   * @param eventLoop the loop that all of this is confined to
   */
  public void perform(Runnable work, ScheduledExecutorService eventLoop) {
    waiting.add(work);
    scheduleTurn(eventLoop);
    if (!working) {
      goOn();
    }
  }

  /** By a timer: the loop runs all tasks that there are, and only then turns to the sockets. */
  private void scheduleTurn(ScheduledExecutorService eventLoop) {
    if (!scheduled) {
      scheduled = true;
      var _ = eventLoop.schedule(() -> turn(eventLoop), 0, TimeUnit.NANOSECONDS);
    }
  }

  private void turn(ScheduledExecutorService eventLoop) {
    scheduled = false;
    leftNanos = TURN_NANOS;
    if (!waiting.isEmpty()) {
      // Also when one of them fails: the others must not be forgotten.
      scheduleTurn(eventLoop);
      goOn();
    }
  }

  private void goOn() {
    working = true;
    long begun = loop.tick();
    long left = leftNanos;
    try {
      while (leftNanos > 0 && !waiting.isEmpty()) {
        waiting.remove().run();
        leftNanos = left - (loop.tick() - begun);
      }
    } finally {
      working = false;
    }
  }
}
