package dev.weir.http2;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * How long the turns of an event loop took. All calls of a loop wait for as long as its longest
 * turn takes, so this is where one caller can be felt by others. Counted by one thread, and read by
 * any.
 */
public final class LoopTurns {
  /** Upper bounds of the counts, without the last, which has none. */
  public static final List<Double> SECONDS =
      List.of(0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0);

  private static final double NANOS = 1e9;
  private static final long[] BOUNDS =
      SECONDS.stream().mapToLong(seconds -> Math.round(seconds * NANOS)).toArray();

  private final AtomicLongArray turns = new AtomicLongArray(BOUNDS.length + 1);
  private final AtomicLong nanos = new AtomicLong();

  void count(long turnNanos) {
    int bound = 0;
    while (bound < BOUNDS.length && turnNanos > BOUNDS[bound]) {
      bound++;
    }
    turns.lazySet(bound, turns.getPlain(bound) + 1);
    nanos.lazySet(nanos.getPlain() + turnNanos);
  }

  /** How many turns were between each bound and the one before it, and how many beyond all. */
  public List<Long> turns() {
    return IntStream.rangeClosed(0, BOUNDS.length).mapToObj(turns::get).toList();
  }

  /** What all turns took together. */
  public double seconds() {
    return nanos.get() / NANOS;
  }
}
