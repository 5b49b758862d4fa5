package dev.weir.filter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Admits so many calls in so much time: in every span of that length, wherever it begins, never
 * more, and after a pause that many at once.
 *
 * <p>Admissions are numbered off into as many blocks as there are calls, or 128 of equal size where
 * there are more, around and around:
 *
 * <pre>
 *   block     0     1     2   ...  127         a block is used again once the span is over since
 *   time    10.1  10.2  10.9  ...   9.8        the last admission of its round before
 *                  ^
 *                  the next admission goes here
 * </pre>
 *
 * <p>So up to 128 calls are counted one by one; of more, a load over the limit gets 99 of 100.
 *
 * <p>For all threads, without a lock: one word says where the next admission goes, and who moves it
 * on is admitted. A time that is not written yet counts as now. Takes up to 1.3 KiB, of which it
 * allocates a part when calls come to use it: most callers are far from their limits.
 */
public final class RateLimit {

  private static final int MOST_BLOCKS = 128;
  private static final int INDEX_BITS = 7;
  private static final int COUNT_BITS = 32;
  private static final long ONE_ROUND = 1L << (INDEX_BITS + COUNT_BITS);
  private static final long ONE_BLOCK = 1L << COUNT_BITS;
  private static final long MOST_CALLS = 1L << (INDEX_BITS + COUNT_BITS - 1);
  private static final double LONGEST_SPAN = 1L << 60;
  private static final double NANOS = 1e9;

  private static final VarHandle NEXT = handle("next");
  private static final VarHandle LATEST = handle("latest");
  private static final VarHandle LAST = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle PARTS = MethodHandles.arrayElementVarHandle(long[][].class);

  /** Blocks whose times are allocated together. */
  private static final int PART = 16;

  private final long calls;
  private final long span;
  private final long origin;

  /** Calls of a block; the first few have one more. */
  private final long blockSize;

  private final int largerBlocks;
  private final int blocks;

  /** Round, block and how many of its calls are used: where the next admission goes. */
  private volatile long next;

  /** The latest time of an admission: those of threads whose time is behind count as then. */
  private volatile long latest;

  /**
   * Of each block, when its last call was admitted, and by the lowest bit in which round; null
   * where that has never happened.
   */
  private final long[] @Nullable [] last;

  /**
   * A limit that is not used yet. One with a fraction is the next whole number of calls in as much
   * more time, so that half a call in a second is one in two.
   *
   * @param rate calls, above 0
   * @param per seconds, above 0
   * @param now as for {@link #admit}
   */
  public RateLimit(double rate, double per, long now) {
    if (!(rate > 0 && per > 0)) {
      throw new IllegalArgumentException("a limit of " + rate + " calls in " + per + " s");
    }
    this.calls = (long) Math.min(Math.ceil(rate), MOST_CALLS);
    this.span = Math.round(Math.clamp(NANOS * per * (calls / rate), 1, LONGEST_SPAN));
    this.origin = now;
    this.blocks = (int) Math.min(calls, MOST_BLOCKS);
    this.last = new long[(blocks + PART - 1) / PART] @Nullable [];
    this.blockSize = calls / blocks;
    this.largerBlocks = (int) (calls % blocks);
  }

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(RateLimit.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Admits a call, or does not.
   *
   * @param now nanoseconds as of {@link System#nanoTime}; may be some time behind, as the time of
   *     an event loop is
   */
  public boolean admit(long now) {
    while (true) {
      long at = next;
      long time = Math.max(now - origin, latest);
      // Where a block is in use, its span was over at a time before this one.
      if (count(at) == 0 && !isFree(at, time)) {
        if (at == next) {
          return false;
        }
      } else if (admit(at, advance(time))) {
        return true;
      }
    }
  }

  /** Whether the block's admissions of the round before have been so long ago. */
  private boolean isFree(long at, long time) {
    long stamp = last(index(at));
    return isOfRoundBefore(stamp, at) && isOver(stamp, time);
  }

  /** Whether no other call was admitted in the meantime. */
  private boolean admit(long at, long time) {
    boolean isLast = count(at) + 1 == size(index(at));
    if (!NEXT.compareAndSet(this, at, isLast ? blockAfter(at) : at + 1)) {
      return false;
    }
    if (isLast) {
      LAST.setRelease(part(index(at) / PART), index(at) % PART, stamp(time, round(at)));
    }
    return true;
  }

  private long last(int block) {
    long[] part = (long[]) PARTS.getAcquire(last, block / PART);
    return part == null ? unused() : (long) LAST.getAcquire(part, block % PART);
  }

  private long[] part(int number) {
    long[] known = (long[]) PARTS.getAcquire(last, number);
    if (known != null) {
      return known;
    }
    long[] made = new long[Math.min(PART, blocks - number * PART)];
    Arrays.fill(made, unused());
    long[] before = (long[]) PARTS.compareAndExchange(last, number, (long[]) null, made);
    return before == null ? made : before;
  }

  /** Of a block whose last call there has never been. */
  private long unused() {
    return stamp(-span, -1);
  }

  /** Says that it is this time, or later; before the admission, so that the next one knows. */
  private long advance(long time) {
    long seen = latest;
    while (seen < time && !LATEST.compareAndSet(this, seen, time)) {
      seen = latest;
    }
    return Math.max(seen, time);
  }

  /** A part of its state, as it was some time, for who only wants to have it at hand. */
  public long peek() {
    return (long) NEXT.get(this) ^ origin ^ blocks;
  }

  /** Nanoseconds until a call is admitted if no other comes first; 0 for at once. */
  public long waitNanos(long now) {
    long end = time(last(index(next))) + span;
    return Math.max(0, end - (now - origin));
  }

  /** How many calls are admitted at once if no others come. */
  public long remaining(long now) {
    long time = Math.max(now - origin, latest);
    long at = next;
    int block = index(at);
    long free = -count(at);
    for (int i = 0; i < blocks && isOver(last(block), time); i++) {
      free += size(block);
      block = block + 1 < blocks ? block + 1 : 0;
    }
    return Math.max(0, free);
  }

  private boolean isOver(long stamp, long time) {
    return time - time(stamp) >= span;
  }

  /** The most calls that are admitted in {@link #spanNanos}. */
  public long calls() {
    return calls;
  }

  public long spanNanos() {
    return span;
  }

  private long size(int block) {
    return block < largerBlocks ? blockSize + 1 : blockSize;
  }

  private long blockAfter(long at) {
    return index(at) + 1 < blocks ? (at & -ONE_BLOCK) + ONE_BLOCK : (at & -ONE_ROUND) + ONE_ROUND;
  }

  private static long round(long at) {
    return at >>> (INDEX_BITS + COUNT_BITS);
  }

  private static int index(long at) {
    return (int) (at >>> COUNT_BITS) & (MOST_BLOCKS - 1);
  }

  private static long count(long at) {
    return at & (ONE_BLOCK - 1);
  }

  /** No block gets further than one round ahead of its time, so a bit tells the rounds apart. */
  private static long stamp(long time, long round) {
    return (time << 1) | (round & 1);
  }

  private static long time(long stamp) {
    return stamp >> 1;
  }

  private static boolean isOfRoundBefore(long stamp, long at) {
    return (stamp & 1) != (round(at) & 1);
  }
}
