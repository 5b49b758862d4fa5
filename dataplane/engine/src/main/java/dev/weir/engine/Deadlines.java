package dev.weir.engine;

import dev.weir.http2.ConnectionLoop;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When something has to happen to the calls of one event loop: to be over, as their callers said in
 * {@code grpc-timeout} (gRPC document "PROTOCOL-HTTP2", Requests), or what their {@link CallLimits}
 * say. A heap with the earliest on top, and one timer for all of them. Calls that end in time,
 * which are nearly all, set no timer of their own: it goes off for one that is gone by then, and is
 * set anew for the earliest that is left. Confined to that event loop.
 */
final class Deadlines {
  /** Who allows that long, 73 years, does not mind. */
  static final long FOREVER_NANOS = Long.MAX_VALUE / 4;

  /** What gets lost of a time-out that is told to an endpoint, and more. */
  private static final long SLACK_NANOS = 1_000_000;

  private static final int FIRST_SIZE = 64;
  private static final int AT_ONCE = 16;
  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  private final ConnectionLoop loop;
  private final ScheduledExecutorService eventLoop;
  private @Nullable Deadline[] heap = new @Nullable Deadline[FIRST_SIZE];
  private int size;
  private @Nullable ScheduledFuture<?> timer;
  private long timerNanos;

  /** A deadline of one call at a time: made with what runs when it has passed. */
  static final class Deadline {
    private static final int NOWHERE = -1;

    private final Runnable onPassed;
    private long nanos;
    private int at = NOWHERE;

    Deadline(Runnable onPassed) {
      this.onPassed = onPassed;
    }

    private boolean isBefore(Deadline other) {
      return nanos - other.nanos < 0;
    }
  }

  /**
   * @param eventLoop runs the timer, on the loop that all of this is confined to
   */
  Deadlines(ConnectionLoop loop, ScheduledExecutorService eventLoop) {
    this.loop = loop;
    this.eventLoop = eventLoop;
  }

  /** The time of the event loop. */
  long nowNanos() {
    return loop.nowNanos();
  }

  /** How many deadlines are set. */
  int size() {
    return size;
  }

  /**
   * Sets a deadline that is not set.
   *
   * @param begunNanos when the call began, on the clock of the loop
   * @param timeoutNanos how long it may take
   */
  void set(Deadline deadline, long begunNanos, long timeoutNanos) {
    if (timeoutNanos > FOREVER_NANOS) {
      return;
    }
    deadline.nanos = begunNanos + timeoutNanos;
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    rise(deadline, size++);
    if (deadline.at == 0) {
      setTimer(deadline.nanos);
    }
  }

  /** Takes a deadline back, if it is set. */
  void clear(Deadline deadline) {
    int at = deadline.at;
    if (at == Deadline.NOWHERE) {
      return;
    }
    deadline.at = Deadline.NOWHERE;
    Deadline last = at(--size);
    heap[size] = null;
    if (last != deadline) {
      sink(last, at);
      rise(last, last.at);
    }
  }

  /** Whether a deadline is set and as good as passed, though nothing has run for it yet. */
  boolean hasPassed(Deadline deadline) {
    return deadline.at != Deadline.NOWHERE && deadline.nanos - loop.nowNanos() <= SLACK_NANOS;
  }

  private Deadline at(int index) {
    return Objects.requireNonNull(heap[index]);
  }

  private void put(Deadline deadline, int at) {
    heap[at] = deadline;
    deadline.at = at;
  }

  /** Puts a deadline there or above, below all that are not later. */
  private void rise(Deadline deadline, int from) {
    int at = from;
    while (at > 0 && deadline.isBefore(at((at - 1) / 2))) {
      put(at((at - 1) / 2), at);
      at = (at - 1) / 2;
    }
    put(deadline, at);
  }

  /** Puts a deadline there or below, above all that are not earlier. */
  private void sink(Deadline deadline, int from) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && at(child + 1).isBefore(at(child))) {
        child++;
      }
      if (!at(child).isBefore(deadline)) {
        break;
      }
      put(at(child), at);
      at = child;
    }
    put(deadline, at);
  }

  // ---- the timer -------------------------------------------------------------------------------

  /** There is one timer at most: a caller cannot pile them up. */
  private void setTimer(long nanos) {
    if (timer != null) {
      if (timerNanos - nanos <= 0) {
        return;
      }
      timer.cancel(false);
    }
    timerNanos = nanos;
    long delay = Math.max(nanos - loop.nowNanos(), 0);
    timer = eventLoop.schedule(this::onTimer, delay, TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    timer = null;
    endLate();
  }

  /** Thousands of calls may have begun, and be over, in the same moment. */
  private void endLate() {
    loop.paced().perform(this::endSome, eventLoop);
  }

  private void endSome() {
    try {
      for (int i = 0; i < AT_ONCE && isFirstLate(); i++) {
        Deadline passed = at(0);
        clear(passed);
        passed.onPassed.run();
      }
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a fault of the gateway while it looked after a call in time");
    } finally {
      if (isFirstLate()) {
        endLate();
      } else if (size > 0) {
        setTimer(at(0).nanos);
      }
    }
  }

  private boolean isFirstLate() {
    return size > 0 && at(0).nanos - loop.nowNanos() <= 0;
  }
}
