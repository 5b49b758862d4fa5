package dev.weir.engine;

import dev.weir.filter.KeyedHash;
import dev.weir.http2.HeaderField;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who has shown a credential lately, on whatever connection: calls of many callers may come over
 * one, and then hardly any field repeats itself there. A cache by a {@link KeyedHash} of the
 * field's value, in sets of eight places. It grows with its use up to a bound, and is empty each
 * time it has grown. Confined to one event loop.
 */
final class RecentCallers {
  private static final int WAYS = 8;
  private static final int FEWEST = 1 << 8;

  /**
   * Of all event loops together, some 20 MiB with what is remembered of each. What is remembered of
   * whoever is not known any more gives way to others first.
   */
  private static final int MOST_OF_ALL = 1 << 18;

  private final int most;
  private final KeyedHash hash = KeyedHash.random();

  /**
   * A part of each hash, so that a set is in one or two lines of the processor's caches; another
   * part is with the callers, who are looked at anyway. It takes 96 bits to be somebody else.
   */
  private int[] tags = new int[FEWEST];

  private @Nullable CallerMemo[] callers = new @Nullable CallerMemo[FEWEST];
  private int taken;

  /** What will be looked for, and the halves of its hashes. */
  private final @Nullable HeaderField[] expected = new @Nullable HeaderField[Arrivals.MOST];

  private final @Nullable CallerMemo[] candidates = new @Nullable CallerMemo[Arrivals.MOST];
  private final long[] lows = new long[Arrivals.MOST];
  private final long[] highs = new long[Arrivals.MOST];
  private int expecting;

  /** These have no meaning: what nobody uses is not read. */
  @SuppressWarnings("unused")
  private @Nullable CallerMemo nearby;

  @SuppressWarnings("unused")
  private long fetched;

  /**
   * @param loops among how many the room is shared
   */
  RecentCallers(int loops) {
    most = Math.max(FEWEST, Integer.highestOneBit(MOST_OF_ALL / loops));
  }

  /** Who has shown this value; null for nobody. */
  @Nullable CallerMemo find(byte[] value) {
    hash.hash(value);
    int set = set();
    // Both arrays are fetched at once, and not one behind the other.
    nearby = callers[set];
    for (int at = set; at < set + WAYS; at++) {
      CallerMemo caller = tags[at] == tag() ? callers[at] : null;
      if (caller != null && caller.half() == hash.low()) {
        fetched = caller.fetch();
        return caller;
      }
    }
    return null;
  }

  /** Somebody will be looked for by that field, unless there are many already. */
  void expect(HeaderField field) {
    if (expecting < Arrivals.MOST) {
      hash.hash(field.value());
      lows[expecting] = hash.low();
      highs[expecting] = hash.high();
      expected[expecting++] = field;
    }
  }

  /**
   * Keeps on the fields that are expected who has shown them. Each step reads one object of all of
   * them before the next one reads what is behind it: so the processor fetches them together.
   */
  void fetchExpected() {
    long sum = 0;
    for (int i = 0; i < expecting; i++) {
      int set = set(lows[i]);
      sum += tags[set] + (callers[set] == null ? 1 : 0);
    }
    for (int i = 0; i < expecting; i++) {
      CallerMemo caller = tagged(lows[i], highs[i]);
      candidates[i] = caller;
      sum += caller == null ? 0 : caller.touch();
    }
    for (int i = 0; i < expecting; i++) {
      CallerMemo caller = candidates[i];
      candidates[i] = null;
      if (caller != null && caller.half() == lows[i]) {
        sum += caller.fetch();
        Objects.requireNonNull(expected[i]).memo(caller);
      }
      expected[i] = null;
    }
    fetched = sum;
    expecting = 0;
  }

  /** The first whose tag it is; there may be others. */
  private @Nullable CallerMemo tagged(long low, long high) {
    int set = set(low);
    for (int at = set; at < set + WAYS; at++) {
      if (tags[at] == tag(high)) {
        return callers[at];
      }
    }
    return null;
  }

  /** Has the value that was looked for last stand for somebody. */
  void remember(CallerMemo caller) {
    if (taken > callers.length / 2 && callers.length < most) {
      tags = new int[2 * tags.length];
      callers = new @Nullable CallerMemo[2 * callers.length];
      taken = 0;
    }
    int at = place();
    taken += callers[at] == null ? 1 : 0;
    caller.half(hash.low());
    tags[at] = tag();
    callers[at] = caller;
  }

  /** Its own, a free one, or that of another, which no peer can foretell. */
  private int place() {
    int set = set();
    int free = set + (int) (hash.high() & (WAYS - 1));
    for (int at = set + WAYS - 1; at >= set; at--) {
      CallerMemo known = callers[at];
      if (known != null && tags[at] == tag() && known.half() == hash.low()) {
        return at;
      }
      free = known == null || !known.identity().isKnown() ? at : free;
    }
    return free;
  }

  private int tag() {
    return tag(hash.high());
  }

  private static int tag(long high) {
    return (int) (high >>> Integer.SIZE);
  }

  private int set() {
    return set(hash.low());
  }

  private int set(long low) {
    return (int) low & (callers.length - 1) & -WAYS;
  }
}
