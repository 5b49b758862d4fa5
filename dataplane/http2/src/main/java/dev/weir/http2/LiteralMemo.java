package dev.weir.http2;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The literals that a peer lately sent, by their bytes in the header block. Many clients never
 * index {@code :path} or credentials, and some none of their metadata: they send the same literals
 * in each call. Those are then the same object each time, with all that was worked out about it.
 *
 * <p>Clients write their fields in the same order again and again, so each literal remembers which
 * one came behind it: to find that it came again takes one comparison. What comes out of order is
 * looked up by a hash, in sets of four. A new literal takes a free place of its set; when there is
 * none, it has to come twice to take the last one's, and a long one has to come twice in any case:
 * values that come once do not displace those that come back. It belongs to one connection, so it
 * tells nobody what another client sent. Confined to one event loop.
 */
final class LiteralMemo {
  /**
   * The most bytes of literals that are kept; then all of them go. Bounds a connection's memory.
   */
  static final int MAX_BYTES = 16_384;

  /** Longer ones are not kept. */
  static final int MAX_LITERAL = MAX_BYTES / 2;

  /** Longer ones have to come twice to be kept: a few of them fill the memo. */
  private static final int SHORT_LITERAL = 256;

  private static final int SETS = 32;
  private static final int WAYS = 4;

  /** What their places take on the heap. */
  private static final int PLACES_HEAP_BYTES = SETS * WAYS * 4;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

  private final SecondSight misses = new SecondSight();

  /** Stands before the first literal of each block. */
  private final Literal start = new Literal(0, new byte[0], HeaderField.of(HeaderName.TE, ""));

  private Literal before = start;
  private @Nullable Literal @Nullable [] places;
  private int bytes;
  private int literals;
  private int missed;

  /** A literal field, as it was written and as it was understood. */
  static final class Literal {
    private final int hash;
    private final byte[] bytes;
    private final HeaderField field;
    private @Nullable Literal next;

    Literal(int hash, byte[] bytes, HeaderField field) {
      this.hash = hash;
      this.bytes = bytes;
      this.field = field;
    }

    /** All of it, from the octet that tells its kind on. */
    byte[] bytes() {
      return bytes;
    }

    HeaderField field() {
      return field;
    }

    boolean is(int wantedHash, byte[] source, int from, int end) {
      return hash == wantedHash && Arrays.equals(bytes, 0, bytes.length, source, from, end);
    }
  }

  /** About what this takes on the heap: the bytes of each literal are there twice. */
  int heapBytes() {
    int kept = 2 * bytes + literals * HeaderField.HEAP_OVERHEAD;
    return kept + misses.heapBytes() + (places == null ? 0 : PLACES_HEAP_BYTES);
  }

  void beginBlock() {
    before = start;
  }

  /** The literal that is likely to come next, if one is. */
  @Nullable Literal expected() {
    return before.next;
  }

  /** The expected literal came. */
  void advance(Literal expected) {
    before = expected;
  }

  /** The literal with these bytes, if it is kept. If not, {@link #offer} may follow. */
  @Nullable Literal find(byte[] block, int from, int end) {
    missed = hash(block, from, end);
    @Nullable Literal[] all = places;
    int set = set(missed);
    for (int i = set; all != null && i < set + WAYS; i++) {
      Literal literal = all[i];
      if (literal == null) {
        return null;
      }
      if (literal.is(missed, block, from, end)) {
        if (i > set) {
          all[i] = all[i - 1];
          all[i - 1] = literal;
        }
        follow(literal);
        return literal;
      }
    }
    return null;
  }

  /** Offers the field that {@link #find} has just not found, with the same bytes. */
  void offer(HeaderField field, byte[] block, int from, int end) {
    int length = end - from;
    if (length > MAX_LITERAL || (length > SHORT_LITERAL && !misses.isSecond(missed))) {
      return;
    }
    int place = place();
    if (place < 0) {
      return;
    }
    if (bytes + length > MAX_BYTES) {
      clear();
      place = set(missed);
    }
    keep(place, new Literal(missed, Arrays.copyOfRange(block, from, end), field));
  }

  /** Where the literal that was missed may go; -1 if nowhere yet. */
  private int place() {
    int set = set(missed);
    if (places == null) {
      return set;
    }
    for (int i = set; i < set + WAYS; i++) {
      if (places[i] == null) {
        return i;
      }
    }
    return misses.isSecond(missed) ? set + WAYS - 1 : -1;
  }

  /** Counts what gives way as kept until all go: another literal may still lead to it. */
  private void keep(int place, Literal literal) {
    @Nullable Literal[] all = places;
    if (all == null) {
      all = new @Nullable Literal[SETS * WAYS];
      places = all;
    }
    Literal displaced = all[place];
    if (displaced != null) {
      displaced.next = null;
    }
    all[place] = literal;
    bytes += literal.bytes.length;
    literals++;
    follow(literal);
  }

  private void follow(Literal literal) {
    before.next = literal;
    before = literal;
  }

  private void clear() {
    places = null;
    bytes = 0;
    literals = 0;
    start.next = null;
    before = start;
  }

  private static int set(int hash) {
    return (hash >>> 24) % SETS * WAYS;
  }

  /** Looks at three words of the bytes at most: whoever makes them collide slows down himself. */
  private static int hash(byte[] source, int from, int end) {
    int length = end - from;
    long mixed = length;
    if (length >= Long.BYTES) {
      mixed = mix(mixed, (long) LONGS.get(source, from));
      mixed = mix(mixed, (long) LONGS.get(source, from + (length - Long.BYTES) / 2));
      mixed = mix(mixed, (long) LONGS.get(source, end - Long.BYTES));
    } else {
      for (int i = from; i < end; i++) {
        mixed = mix(mixed, source[i]);
      }
    }
    return (int) (mixed >>> 32);
  }

  private static long mix(long hash, long value) {
    long product = (hash ^ value) * 0x9e3779b97f4a7c15L;
    return product ^ (product >>> 29);
  }
}
