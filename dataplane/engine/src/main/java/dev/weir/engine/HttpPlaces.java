package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where callers of HTTP may show a credential besides a field of its own: in a parameter of the
 * query and in a cookie. Immutable. For all threads.
 */
final class HttpPlaces {
  private static final HeaderName NAME = HeaderName.of("credential");

  private static final byte[] NOTHING = {};
  private static final byte[] SEPARATOR = {';'};

  private final byte[] parameter;
  private final byte[] cookie;

  /**
   * @param parameter its name; empty for none
   * @param cookie its name; empty for none
   */
  HttpPlaces(String parameter, String cookie) {
    this.parameter = parameter.getBytes(UTF_8);
    this.cookie = cookie.getBytes(UTF_8);
  }

  boolean areNone() {
    return parameter.length == 0 && cookie.length == 0;
  }

  /** What the query of a path has; {@link Credentials#SEVERAL} for more than one. */
  @Nullable HeaderField inQuery(byte[] path) {
    HeaderField found = null;
    for (int from = queryIn(path); parameter.length > 0 && from <= path.length; ) {
      int end = find(path, '&', from, path.length);
      int nameEnd = find(path, '=', from, end);
      if (isParameter(path, from, nameEnd)) {
        found = next(found, decoded(path, Math.min(nameEnd + 1, end), end));
      }
      from = end + 1;
    }
    return found;
  }

  /** What the value of a cookie field has; {@link Credentials#SEVERAL} for more than one. */
  @Nullable HeaderField inCookies(byte[] cookies) {
    HeaderField found = null;
    for (int from = 0; cookie.length > 0 && from <= cookies.length; ) {
      int end = find(cookies, ';', from, cookies.length);
      int nameEnd = find(cookies, '=', from, end);
      if (isCookie(cookies, from, nameEnd)) {
        found = next(found, unquoted(cookies, Math.min(nameEnd + 1, end), end));
      }
      from = end + 1;
    }
    return found;
  }

  private static HeaderField next(@Nullable HeaderField before, byte[] value) {
    return before == null ? HeaderField.neverIndexed(NAME, value) : Credentials.SEVERAL;
  }

  /** A path without the parameter. */
  byte[] withoutParameter(byte[] path) {
    int query = queryIn(path);
    if (parameter.length == 0 || query > path.length) {
      return path;
    }
    var kept = new ByteArrayOutputStream(path.length);
    kept.write(path, 0, query - 1);
    boolean whole = true;
    char before = '?';
    for (int from = query; from <= path.length; ) {
      int end = find(path, '&', from, path.length);
      if (isParameter(path, from, find(path, '=', from, end))) {
        whole = false;
      } else {
        kept.write(before);
        kept.write(path, from, end - from);
        before = '&';
      }
      from = end + 1;
    }
    return whole ? path : kept.toByteArray();
  }

  /** The value of a cookie field without the cookie. */
  byte[] withoutCookie(byte[] cookies) {
    var kept = new ByteArrayOutputStream(cookies.length);
    boolean whole = true;
    for (int from = 0; cookie.length > 0 && from <= cookies.length; ) {
      int end = find(cookies, ';', from, cookies.length);
      if (isCookie(cookies, from, find(cookies, '=', from, end))) {
        whole = false;
      } else {
        int begin = kept.size() == 0 ? skipBlanks(cookies, from, end) : from;
        kept.writeBytes(kept.size() == 0 ? NOTHING : SEPARATOR);
        kept.write(cookies, begin, end - begin);
      }
      from = end + 1;
    }
    return whole ? cookies : kept.toByteArray();
  }

  // ---- bytes -----------------------------------------------------------------------------------

  /** Where the query begins; behind the end where there is none. */
  private static int queryIn(byte[] path) {
    return find(path, '?', 0, path.length) + 1;
  }

  private static int find(byte[] text, char wanted, int from, int to) {
    int at = from;
    while (at < to && text[at] != wanted) {
      at++;
    }
    return at;
  }

  private boolean isParameter(byte[] path, int from, int nameEnd) {
    return Arrays.equals(decoded(path, from, nameEnd), parameter);
  }

  private boolean isCookie(byte[] cookies, int from, int nameEnd) {
    int begin = skipBlanks(cookies, from, nameEnd);
    int end = trimBlanks(cookies, begin, nameEnd);
    return Arrays.equals(cookies, begin, end, cookie, 0, cookie.length);
  }

  private static byte[] unquoted(byte[] cookies, int from, int to) {
    int begin = skipBlanks(cookies, from, to);
    int end = trimBlanks(cookies, begin, to);
    boolean quoted = end - begin >= 2 && cookies[begin] == '"' && cookies[end - 1] == '"';
    return quoted
        ? Arrays.copyOfRange(cookies, begin + 1, end - 1)
        : Arrays.copyOfRange(cookies, begin, end);
  }

  private static int skipBlanks(byte[] text, int from, int to) {
    int at = from;
    while (at < to && (text[at] == ' ' || text[at] == '\t')) {
      at++;
    }
    return at;
  }

  private static int trimBlanks(byte[] text, int from, int to) {
    int at = to;
    while (at > from && (text[at - 1] == ' ' || text[at - 1] == '\t')) {
      at--;
    }
    return at;
  }

  /**
   * As forms are encoded: {@code +} is a blank, {@code %} has two digits behind it. Where it has
   * not, it is what it is, and so is no credential that was ever given out.
   */
  private static byte[] decoded(byte[] text, int from, int to) {
    byte[] bytes = new byte[to - from];
    int size = 0;
    for (int at = from; at < to; at++) {
      int escaped = text[at] == '%' && at + 2 < to ? hex(text[at + 1], text[at + 2]) : -1;
      if (escaped >= 0) {
        bytes[size++] = (byte) escaped;
        at += 2;
      } else {
        bytes[size++] = text[at] == '+' ? (byte) ' ' : text[at];
      }
    }
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private static int hex(byte high, byte low) {
    int h = Character.digit(high, 16);
    int l = Character.digit(low, 16);
    return h < 0 || l < 0 ? -1 : h << 4 | l;
  }
}
