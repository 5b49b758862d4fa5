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

  /** About what the objects of a field take on the heap beyond its {@link #size}. */
  static final int HEAP_OVERHEAD = 144;

  private final HeaderName name;
  private final byte[] value;
  private final boolean neverIndexed;
  private final boolean malformed;
  private final boolean wellFormedBinary;
  private final boolean controls;
  private final int staticIndex;
  private final int hash;
  private final int size;
  private @Nullable Object memo;
  private int tablePosition;

  private HeaderField(HeaderName name, byte[] value, boolean neverIndexed, int staticIndex) {
    this.name = name;
    this.value = value;
    this.neverIndexed = neverIndexed;
    this.controls = hasControls(value);
    this.malformed =
        name.isMalformed()
            || !(name.isPseudo()
                ? PseudoFieldRules.isValue(name, value)
                : isFieldValue(value, controls));
    this.wellFormedBinary = !name.isBinary() || Base64Text.isValid(value);
    this.staticIndex = staticIndex;
    int h = name.textHash() * 31 + Arrays.hashCode(value);
    this.hash = h ^ (h >>> 16);
    this.size = name.length() + value.length + OVERHEAD;
  }

  /**
   * A field that keeps {@code value}, which must not be written to afterwards. For an entry of
   * HPACK's static table it is the instance that the table has.
   */
  public static HeaderField of(HeaderName name, byte[] value) {
    HeaderField shared = StaticTable.find(name, value);
    return shared != null ? shared : new HeaderField(name, value, false, 0);
  }

  public static HeaderField of(HeaderName name, String value) {
    return of(name, value.getBytes(ISO_8859_1));
  }

  public static HeaderField of(String name, String value) {
    return of(HeaderName.of(name), value);
  }

  /** A field that no hop may put in a compression table (RFC 7541, 6.2.3). */
  public static HeaderField neverIndexed(HeaderName name, byte[] value) {
    return new HeaderField(name, value, true, 0);
  }

  /** An entry of the static table; for that table only. */
  static HeaderField ofStaticTable(HeaderName name, byte[] value, int index) {
    return new HeaderField(name, value, false, index);
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
    return size;
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

  /**
   * Where an encoder found this field in its table when it last looked: a hint, which may be wrong,
   * and for fields that threads share is anybody's.
   */
  int tablePosition() {
    return tablePosition;
  }

  void tablePosition(int position) {
    tablePosition = position;
  }

  /** This entry's index in HPACK's static table; 0 for all fields that are not part of it. */
  int staticIndex() {
    return staticIndex;
  }

  /**
   * Whether name or value break RFC 9113, 8.2.1, which makes their message malformed: the name is
   * not a lower case token, or the value has a NUL, CR or LF, or blanks at an end; a pseudo-field
   * has {@link PseudoFieldRules}. Found out once, when the field is made.
   */
  boolean isMalformed() {
    return malformed;
  }

  /**
   * Whether the value is base64 if the name says so: binary metadata of gRPC ends with {@code
   * -bin}. Found out once, when the field is made.
   */
  public boolean isWellFormedBinary() {
    return wellFormedBinary;
  }

  /**
   * Whether the value has control characters other than tabs, which RFC 9110, 5.5, has no room for.
   * Most of them are no fault of HTTP/2: see {@link #isMalformed}. Found out once, when the field
   * is made.
   */
  public boolean hasControls() {
    return controls;
  }

  @Override
  public String toString() {
    return name + ": " + (neverIndexed ? "(secret)" : valueText());
  }

  private static boolean hasControls(byte[] value) {
    for (byte b : value) {
      if (((b & 0xe0) == 0 && b != '\t') || b == 0x7f) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFieldValue(byte[] value, boolean controls) {
    if (value.length == 0) {
      return true;
    }
    return !isBlank(value[0])
        && !isBlank(value[value.length - 1])
        && !(controls && endsALine(value));
  }

  private static boolean endsALine(byte[] value) {
    for (byte b : value) {
      if (b == 0 || b == '\r' || b == '\n') {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
