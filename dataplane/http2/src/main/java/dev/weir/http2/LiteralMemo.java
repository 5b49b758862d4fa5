package dev.weir.http2;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a peer lately sent as literals, by name and encoded value. Many clients never
 * index {@code :path} or credentials and send them as literals in each call; those then cost one
 * comparison and are the same object each time, with all that was worked out about it.
 *
 * <p>Sixty-four places in sets of two. A field that is met again moves to the first place of its
 * set, a new one takes the second, and when that is taken only on its second sight: values that
 * come once do not displace those that come back. It belongs to one connection, so it tells nobody
 * what another client sent. Confined to one event loop.
 */
final class LiteralMemo {
  /** Longer encoded values are not kept: this bounds a connection's memory. */
  static final int MAX_BYTES = 512;

  private static final int PLACES = 64;
  private static final int NEVER_INDEXED = 1;
  private static final int HUFFMAN = 2;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

  private final SecondSight misses = new SecondSight();
  private @Nullable Place @Nullable [] places;
  private int missedTag;

  /**
   * The field with this name, this encoded value and this kind of literal, if it is kept. If not,
   * {@link #offer} may follow.
   */
  @Nullable HeaderField find(
      HeaderName name,
      boolean neverIndexed,
      boolean huffman,
      byte[] source,
      int offset,
      int length) {
    if (length > MAX_BYTES) {
      return null;
    }
    int kind = (neverIndexed ? NEVER_INDEXED : 0) | (huffman ? HUFFMAN : 0);
    int tag = tag(name, kind, source, offset, length);
    missedTag = tag;
    return places == null ? null : find(places, tag, name, source, offset, length);
  }

  private static @Nullable HeaderField find(
      @Nullable Place[] places, int tag, HeaderName name, byte[] source, int offset, int length) {
    int set = firstPlace(tag);
    Place first = places[set];
    if (first != null && first.isFor(tag, name, source, offset, length)) {
      return first.field;
    }
    Place second = places[set + 1];
    if (second != null && second.isFor(tag, name, source, offset, length)) {
      places[set] = second;
      places[set + 1] = first;
      return second.field;
    }
    return null;
  }

  /** Offers the field that {@link #find} has just not found, with the same encoded value. */
  void offer(HeaderField field, byte[] source, int offset, int length) {
    if (length > MAX_BYTES) {
      return;
    }
    @Nullable Place[] all = places;
    if (all == null) {
      all = new @Nullable Place[PLACES];
      places = all;
    }
    int set = firstPlace(missedTag);
    int free = all[set] == null ? set : set + 1;
    if (all[free] == null || misses.isSecond(missedTag)) {
      byte[] encoded = Arrays.copyOfRange(source, offset, offset + length);
      all[free] = new Place(missedTag, field, encoded);
    }
  }

  private static int firstPlace(int tag) {
    return (tag >>> 24) & (PLACES - 2);
  }

  /**
   * A hash whose low bits are exactly the kind: no literal of another kind is ever taken for it.
   */
  private static int tag(HeaderName name, int kind, byte[] source, int offset, int length) {
    long mixed = ((long) name.textHash() << 10) ^ length;
    if (length >= Long.BYTES) {
      mixed = mix(mixed, (long) LONGS.get(source, offset));
      mixed = mix(mixed, (long) LONGS.get(source, offset + (length - Long.BYTES) / 2));
      mixed = mix(mixed, (long) LONGS.get(source, offset + length - Long.BYTES));
    } else {
      for (int i = offset; i < offset + length; i++) {
        mixed = mix(mixed, source[i]);
      }
    }
    return ((int) (mixed >>> 32) & ~(NEVER_INDEXED | HUFFMAN)) | kind;
  }

  private static long mix(long hash, long value) {
    long product = (hash ^ value) * 0x9e3779b97f4a7c15L;
    return product ^ (product >>> 29);
  }

  private static final class Place {
    private final int tag;
    private final HeaderField field;
    private final byte[] encoded;

    Place(int tag, HeaderField field, byte[] encoded) {
      this.tag = tag;
      this.field = field;
      this.encoded = encoded;
    }

    boolean isFor(int wantedTag, HeaderName name, byte[] source, int offset, int length) {
      return tag == wantedTag
          && field.name().sameText(name)
          && Arrays.equals(encoded, 0, encoded.length, source, offset, offset + length);
    }
  }
}
