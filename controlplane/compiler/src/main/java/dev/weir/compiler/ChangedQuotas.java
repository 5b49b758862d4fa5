package dev.weir.compiler;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Quotas that have changed: all threads add, one takes all that there are. Who adds claims a place
 * with one step and waits for nobody; who takes waits for those who have claimed one and have yet
 * to fill it.
 *
 * <p>The places are side by side in chunks, and not behind each other in a list through the quotas,
 * so that who takes has the processor fetch many quotas at once. No chunk is used a second time: a
 * thread that comes to one late has to find no place there, and what is young costs the collector
 * less than what is not.
 */
final class ChangedQuotas {
  private static final int PLACES = 1 << 10;

  /** In nanoseconds, for a thread that has claimed a place to go on. */
  private static final long MOMENT = 10_000;

  /** The chunk that all add to. */
  private final AtomicReference<Chunk> last = new AtomicReference<>(new Chunk(null));

  /** For any thread; makes objects for each chunk alone. */
  void add(KeptQuota quota) {
    Chunk chunk = last.get();
    while (!chunk.add(quota)) {
      chunk = after(chunk);
    }
  }

  /** Where to go on when a chunk has no place: it is full, or taken. */
  private Chunk after(Chunk full) {
    if (last.get() == full) {
      last.compareAndSet(full, new Chunk(full));
    }
    return last.get();
  }

  /**
   * Takes all. What others add meanwhile is taken with them, or for the next time; what they add
   * after this has returned is for the next time. For one thread.
   */
  Taken take() {
    Chunk end = last.get();
    if (end.isUnused()) {
      return new Taken(null);
    }
    end = last.getAndSet(new Chunk(null));
    end.close();
    return new Taken(end);
  }

  /** Quotas that were taken. For one thread. */
  static final class Taken {
    private final @Nullable Chunk end;
    private @Nullable Chunk chunk;
    private int place;

    private Taken(@Nullable Chunk end) {
      this.end = end;
      this.chunk = end;
    }

    boolean isEmpty() {
      return end == null;
    }

    /** Begins with the first one again. */
    void rewind() {
      chunk = end;
      place = 0;
    }

    /** Has as many of the next ones as it has room for; answers how many, 0 after the last one. */
    int next(KeptQuota[] room) {
      int count = 0;
      while (chunk != null && count < room.length) {
        if (place < chunk.size()) {
          room[count++] = chunk.get(place++);
        } else {
          chunk = chunk.before;
          place = 0;
        }
      }
      return count;
    }
  }

  private static final class Chunk {
    private final @Nullable Chunk before;
    private final AtomicReferenceArray<@Nullable KeptQuota> places =
        new AtomicReferenceArray<>(PLACES);

    /** Places that are taken, or more: those who come then go on to the next chunk. */
    private final AtomicInteger claimed = new AtomicInteger();

    /** How many claimed a place before it was closed; a chunk that has one before is behind it. */
    private int size = PLACES;

    Chunk(@Nullable Chunk before) {
      this.before = before;
    }

    boolean add(KeptQuota quota) {
      int place = claimed.getAndIncrement();
      if (place >= PLACES) {
        return false;
      }
      places.setRelease(place, quota);
      return true;
    }

    boolean isUnused() {
      return before == null && claimed.get() == 0;
    }

    /** Nobody finds a place from now on. */
    void close() {
      size = Math.min(claimed.getAndAdd(PLACES), PLACES);
    }

    int size() {
      return size;
    }

    /** The one at a place that was claimed. */
    KeptQuota get(int place) {
      KeptQuota quota = places.getAcquire(place);
      while (quota == null) {
        LockSupport.parkNanos(MOMENT);
        quota = places.getAcquire(place);
      }
      return quota;
    }
  }
}
