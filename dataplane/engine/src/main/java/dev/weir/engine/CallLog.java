package dev.weir.engine;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Calls that have ended on one event loop, on their way to whoever writes them down: one thread
 * puts in, another takes out, and neither waits. What finds no room is counted and given up.
 */
public final class CallLog {
  private final AtomicReferenceArray<@Nullable EndedCall> slots;
  private final int mask;
  private final Tally lost = new Tally(1);
  private int in;
  private int out;

  /**
   * @param size a power of two
   */
  public CallLog(int size) {
    slots = new AtomicReferenceArray<>(size);
    mask = size - 1;
  }

  /** For the event loop. */
  void add(EndedCall call) {
    if (slots.getAcquire(in & mask) != null) {
      lost.add(0, 1);
    } else {
      slots.setRelease(in++ & mask, call);
    }
  }

  /** Takes as many as there is room for; answers how many. For one thread. */
  public int poll(@Nullable EndedCall[] room) {
    int count = 0;
    while (count < room.length) {
      int at = out + count & mask;
      EndedCall next = slots.getAcquire(at);
      if (next == null) {
        break;
      }
      slots.setRelease(at, null);
      room[count++] = next;
    }
    // Once for all: it may be beside what the event loop writes.
    out += count;
    return count;
  }

  /** How many found no room; for any thread. */
  public long lost() {
    return lost.get(0);
  }
}
