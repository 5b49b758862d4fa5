package dev.weir.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each key, in memory, by the first 128 bits of its {@link KeyHash}: nobody who
 * does not have the secret of the store can make two tokens whose hashes begin alike.
 *
 * <p>Any thread may look up, without waiting and without allocating; one thread at a time writes.
 * What was written is found by whoever looks after the write has returned.
 */
public final class KeyTable<V> {
  private static final int SMALLEST = 16;

  /** Whoever looked up a removed key must go on: another one may have stepped over its place. */
  private static final Object REMOVED = new Object();

  private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(Object[].class);

  /**
   * Open addressing with linear probing. Once a place is taken its hash stays, so that a reader who
   * sees its value sees its hash.
   */
  private static final class Places {
    final long[] hashes;
    final @Nullable Object[] values;
    final int mask;
    int taken;

    Places(int count) {
      hashes = new long[2 * count];
      values = new @Nullable Object[count];
      mask = count - 1;
    }

    /** Reads a place once: what was free may be taken by another key a moment later. */
    @Nullable Object find(long high, long low) {
      for (int at = (int) low & mask; ; at = (at + 1) & mask) {
        Object value = VALUES.getAcquire(values, at);
        if (value == null || isOf(at, high, low)) {
          return value;
        }
      }
    }

    void put(long high, long low, Object value) {
      int at = (int) low & mask;
      while (values[at] != null && !isOf(at, high, low)) {
        at = (at + 1) & mask;
      }
      if (values[at] == null) {
        hashes[2 * at] = high;
        hashes[2 * at + 1] = low;
        taken++;
      }
      VALUES.setRelease(values, at, value);
    }

    private boolean isOf(int at, long high, long low) {
      return hashes[2 * at] == high && hashes[2 * at + 1] == low;
    }

    boolean isFull() {
      return taken >= values.length / 3 * 2;
    }
  }

  private volatile Places places = new Places(SMALLEST);
  private volatile int size;

  /** As the writer knows it. */
  private int count;

  /** What is known of a key; null for an unknown one. */
  @SuppressWarnings("unchecked")
  public @Nullable V find(long high, long low) {
    Object value = places.find(high, low);
    return value == REMOVED ? null : (V) value;
  }

  /** The same by the digits of a hash. */
  public @Nullable V find(String hash) {
    return find(KeyHash.high(hash), KeyHash.low(hash));
  }

  /** How many keys there are. */
  public int size() {
    return size;
  }

  /** All that is known of keys, in no order; of what is written meanwhile it may be either. */
  @SuppressWarnings("unchecked")
  public void forEach(Consumer<? super V> action) {
    Places now = places;
    for (int at = 0; at <= now.mask; at++) {
      Object value = VALUES.getAcquire(now.values, at);
      if (value != null && value != REMOVED) {
        action.accept((V) value);
      }
    }
  }

  /** Takes in a key, in place of what was known of it, by the digits of its hash. */
  public void put(String hash, V value) {
    put(KeyHash.high(hash), KeyHash.low(hash), value);
  }

  /** Forgets a key, by the digits of its hash. */
  public void remove(String hash) {
    remove(KeyHash.high(hash), KeyHash.low(hash));
  }

  void put(long high, long low, V value) {
    if (places.isFull()) {
      grow(); // first, since where memory is short nothing has happened
    }
    if (find(high, low) == null) {
      size = ++count;
    }
    places.put(high, low, value);
  }

  void remove(long high, long low) {
    if (find(high, low) != null) {
      size = --count;
      places.put(high, low, REMOVED);
    }
  }

  /** Into new places, without those that were removed; readers go on in the old ones. */
  private void grow() {
    Places old = places;
    Places wider = new Places(Math.max(SMALLEST, Integer.highestOneBit(count) * 4));
    for (int at = 0; at < old.values.length; at++) {
      Object value = old.values[at];
      if (value != null && value != REMOVED) {
        wider.put(old.hashes[2 * at], old.hashes[2 * at + 1], value);
      }
    }
    places = wider;
  }
}
