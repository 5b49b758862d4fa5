package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The static table of HPACK (RFC 7541, appendix A). Its fields are shared by all threads. */
final class StaticTable {
  /** The number of entries; the indices are 1 to this. */
  static final int SIZE = Text.ENTRIES.length;

  private static final HeaderField[] FIELDS = new HeaderField[SIZE];

  static {
    for (int i = 0; i < SIZE; i++) {
      byte[] value = Text.ENTRIES[i][1].getBytes(ISO_8859_1);
      FIELDS[i] = HeaderField.ofStaticTable(HeaderName.of(Text.ENTRIES[i][0]), value, i + 1);
    }
  }

  private StaticTable() {}

  /** The field at an index from 1 to {@link #SIZE}. */
  static HeaderField get(int index) {
    return FIELDS[index - 1];
  }

  /** Whether this very object is an entry of the table. */
  static boolean holds(HeaderField field) {
    return field.staticIndex() != 0;
  }

  /** The entry with this name and value, or null. */
  static @Nullable HeaderField find(HeaderName name, byte[] value) {
    int first = name.staticIndex();
    if (first == 0) {
      return null;
    }
    for (int i = first - 1; i < SIZE && FIELDS[i].name() == name; i++) {
      if (Arrays.equals(FIELDS[i].value(), value)) {
        return FIELDS[i];
      }
    }
    return null;
  }

  /**
   * The table as text. A class of its own, which needs no other to initialise: header names take
   * their numbers from it, and the table's fields are made of header names.
   */
  static final class Text {
    static final String[][] ENTRIES = {
      {":authority", ""},
      {":method", "GET"},
      {":method", "POST"},
      {":path", "/"},
      {":path", "/index.html"},
      {":scheme", "http"},
      {":scheme", "https"},
      {":status", "200"},
      {":status", "204"},
      {":status", "206"},
      {":status", "304"},
      {":status", "400"},
      {":status", "404"},
      {":status", "500"},
      {"accept-charset", ""},
      {"accept-encoding", "gzip, deflate"},
      {"accept-language", ""},
      {"accept-ranges", ""},
      {"accept", ""},
      {"access-control-allow-origin", ""},
      {"age", ""},
      {"allow", ""},
      {"authorization", ""},
      {"cache-control", ""},
      {"content-disposition", ""},
      {"content-encoding", ""},
      {"content-language", ""},
      {"content-length", ""},
      {"content-location", ""},
      {"content-range", ""},
      {"content-type", ""},
      {"cookie", ""},
      {"date", ""},
      {"etag", ""},
      {"expect", ""},
      {"expires", ""},
      {"from", ""},
      {"host", ""},
      {"if-match", ""},
      {"if-modified-since", ""},
      {"if-none-match", ""},
      {"if-range", ""},
      {"if-unmodified-since", ""},
      {"last-modified", ""},
      {"link", ""},
      {"location", ""},
      {"max-forwards", ""},
      {"proxy-authenticate", ""},
      {"proxy-authorization", ""},
      {"range", ""},
      {"referer", ""},
      {"refresh", ""},
      {"retry-after", ""},
      {"server", ""},
      {"set-cookie", ""},
      {"strict-transport-security", ""},
      {"transfer-encoding", ""},
      {"user-agent", ""},
      {"vary", ""},
      {"via", ""},
      {"www-authenticate", ""},
    };

    private Text() {}
  }
}
