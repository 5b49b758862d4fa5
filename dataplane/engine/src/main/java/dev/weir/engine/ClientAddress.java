package dev.weir.engine;

import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a client calls from, worked out once a connection. Confined to the event loop of the
 * connection.
 *
 * @param trusted whether it is a proxy that is believed when it says whom it calls for
 * @param field the address as endpoints get it; null where they do not
 * @param stripped names of further fields that only such a proxy may set
 */
record ClientAddress(boolean trusted, @Nullable HeaderField field, FoldedNames stripped) {

  /**
   * What came of a proxy's field, kept on the field.
   *
   * @param proxy the address that was put behind the field's own
   */
  private record Longer(HeaderField proxy, HeaderField whole) {}

  /** Whether only proxies that are trusted may set this field. */
  boolean isForProxies(HeaderName name) {
    return name.isForwarded() || stripped.has(name);
  }

  /**
   * Whether what this field says of who calls is passed on. No proxy writes such a name with {@code
   * _}: it has overlooked that of its own client then.
   */
  boolean isBelieved(HeaderField forwarded) {
    return trusted && !forwarded.name().hasUnderscore();
  }

  /** Whether this field of a head counts for where its call goes: endpoints get no other. */
  boolean mayName(HeaderField field) {
    return !isForProxies(field.name()) || isBelieved(field);
  }

  /**
   * The addresses that a call came by, this one last.
   *
   * @param before those that a trusted proxy named; null for none
   * @return null when endpoints get none
   */
  @Nullable HeaderField behind(@Nullable HeaderField before) {
    if (before == null || before.value().length == 0) {
      return field;
    }
    if (field == null) {
      return before;
    }
    if (before.memo() instanceof Longer longer && longer.proxy == field) {
      return longer.whole;
    }
    HeaderField whole = join(before, field);
    before.memo(new Longer(field, whole));
    return whole;
  }

  /** Two fields of one name as one (RFC 9110, 5.3). */
  static HeaderField join(HeaderField first, HeaderField second) {
    byte[] start = first.value();
    byte[] end = second.value();
    byte[] value = Arrays.copyOf(start, start.length + 2 + end.length);
    value[start.length] = ',';
    value[start.length + 1] = ' ';
    System.arraycopy(end, 0, value, start.length + 2, end.length);
    return first.isNeverIndexed() || second.isNeverIndexed()
        ? HeaderField.neverIndexed(first.name(), value)
        : HeaderField.of(first.name(), value);
  }
}
