package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One header field: a name, the value's bytes and whether a hop may index it. Name, value and flag
 * never change. The memo does: see {@link #memo}.
 */
public final class HeaderField {
  /** What an entry costs beyond its bytes (RFC 7541, 4.1). */
  static final int OVERHEAD = 32;

  private final HeaderName name;
  private final byte[] value;
  private final boolean neverIndexed;
  private final int hash;
  private @Nullable Object memo;

  private HeaderField(HeaderName name, byte[] value, boolean neverIndexed) {
    this.name = name;
    this.value = value;
    this.neverIndexed = neverIndexed;
    int h = name.textHash() * 31 + Arrays.hashCode(value);
    this.hash = h ^ (h >>> 16);
  }

  /** A field that keeps {@code value}, which must not be written to afterwards. */
  public static HeaderField of(HeaderName name, byte[] value) {
    return new HeaderField(name, value, false);
  }

  public static HeaderField of(HeaderName name, String value) {
    return new HeaderField(name, value.getBytes(ISO_8859_1), false);
  }

  public static HeaderField of(String name, String value) {
    return of(HeaderName.of(name), value);
  }

  /** A field that no hop may put in a compression table (RFC 7541, 6.2.3). */
  public static HeaderField neverIndexed(HeaderName name, byte[] value) {
    return new HeaderField(name, value, true);
  }

  public HeaderName name() {
    return name;
  }

  /** The value's bytes; shared, never to be written to. */
  public byte[] value() {
    return value;
  }

  public boolean isNeverIndexed() {
    return neverIndexed;
  }

  /** The size that HPACK tables and header list limits count (RFC 7541, 4.1). */
  public int size() {
    return name.length() + value.length + OVERHEAD;
  }

  /** Whether the value's bytes are exactly these. */
  public boolean hasValue(byte[] expected) {
    return Arrays.equals(value, expected);
  }

  /** The value as text, for people and for slow paths. */
  public String valueText() {
    return new String(value, ISO_8859_1);
  }

  /**
   * What the event loop that decoded this field has already worked out about it. A decoder gives
   * out the same instance again when a peer repeats a field, so the work is done once a connection.
   * Only for fields that a decoder made; those of the static table are shared between threads and
   * never carry a memo.
   */
  public @Nullable Object memo() {
    return memo;
  }

  /** Keeps a memo; see {@link #memo()}. Does nothing on a field of the static table. */
  public void memo(Object memo) {
    if (!StaticTable.holds(this)) {
      this.memo = memo;
    }
  }

  /** Whether both fields have the same name and value; the indexing flag does not count. */
  boolean sameText(HeaderField that) {
    return this == that
        || (hash == that.hash && name.sameText(that.name) && Arrays.equals(value, that.value));
  }

  /** A hash over name and value. */
  int textHash() {
    return hash;
  }

  @Override
  public String toString() {
    return name + ": " + (neverIndexed ? "(secret)" : valueText());
  }
}
