package dev.weir.http2;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often something happened, by its kind, such as peers that went too far by what they did.
 * Counted on one event loop, and read anywhere; it also says which of these times deserve a line in
 * a log: one a second for each kind.
 *
 * @param <K> the kinds
 */
public final class Tallies<K extends Enum<K>> {
  /** What {@link #count} gives for a time that is not for the log. */
  public static final int UNLOGGED = -1;

  private static final long LINE_NANOS = 1_000_000_000L;

  private final Map<K, Tally> tallies;

  /** One kind. */
  private static final class Tally {
    private final AtomicLong times = new AtomicLong();
    private long loggedAtNanos;
    private int unlogged;
  }

  public Tallies(Class<K> kinds) {
    tallies = new EnumMap<>(kinds);
    for (K kind : kinds.getEnumConstants()) {
      tallies.put(kind, new Tally());
    }
  }

  /** Times so far. */
  public long count(K kind) {
    return tally(kind).times.get();
  }

  /**
   * Counts one more.
   *
   * @return how many went without a line since the last one, or {@link #UNLOGGED} if this goes
   *     without one too
   */
  public int count(K kind, long nowNanos) {
    Tally tally = tally(kind);
    boolean first = tally.times.getAndIncrement() == 0;
    if (!first && nowNanos - tally.loggedAtNanos < LINE_NANOS) {
      tally.unlogged++;
      return UNLOGGED;
    }
    int left = tally.unlogged;
    tally.unlogged = 0;
    tally.loggedAtNanos = nowNanos;
    return left;
  }

  private Tally tally(K kind) {
    return Objects.requireNonNull(tallies.get(kind));
  }
}
