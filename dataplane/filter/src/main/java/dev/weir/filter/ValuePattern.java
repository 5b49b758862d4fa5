package dev.weir.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.re2j.Pattern;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the value of a field, or the like, has to look like: a regular expression of RE2 that is
 * searched in it. One without a meaning of its own, with or without anchors, is compared, which
 * allocates nothing; others take time in proportion to the value. Immutable, for all threads.
 */
public final class ValuePattern {
  /** Bytes; what is longer does not match, in reverse neither. */
  static final int LONGEST_VALUE = 1024;

  private static final String SPECIAL = "\\.+*?()|[]{}^$";

  private final boolean reverse;
  private final boolean fromBegin;
  private final boolean toEnd;
  private final byte @Nullable [] literal;
  private final @Nullable Pattern pattern;

  private ValuePattern(
      boolean reverse,
      boolean fromBegin,
      boolean toEnd,
      byte @Nullable [] literal,
      @Nullable Pattern pattern) {
    this.reverse = reverse;
    this.fromBegin = fromBegin;
    this.toEnd = toEnd;
    this.literal = literal;
    this.pattern = pattern;
  }

  /**
   * An expression.
   *
   * @param reverse whether values match that do not match it
   * @throws IllegalArgumentException with a reason, when it is none
   */
  public static ValuePattern of(String regex, boolean reverse) {
    Pattern pattern = PathPattern.compile(regex, 0);
    boolean fromBegin = regex.startsWith("^");
    boolean toEnd = regex.endsWith("$") && !regex.endsWith("\\$");
    int end = regex.length() - (toEnd ? 1 : 0);
    int begin = Math.min(fromBegin ? 1 : 0, end);
    byte[] literal = literal(regex.substring(begin, end));
    return new ValuePattern(reverse, fromBegin, toEnd, literal, literal == null ? pattern : null);
  }

  /** The characters that stand for themselves; null where others are among them. */
  private static byte @Nullable [] literal(String regex) {
    var text = new StringBuilder();
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      boolean escapes =
          c == '\\' && i + 1 < regex.length() && SPECIAL.indexOf(regex.charAt(i + 1)) >= 0;
      if (escapes) {
        text.append(regex.charAt(++i));
      } else if (c < ' ' || c > '~' || SPECIAL.indexOf(c) >= 0) {
        return null;
      } else {
        text.append(c);
      }
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  /** Whether a value matches. */
  public boolean matches(byte[] value) {
    return value.length <= LONGEST_VALUE && isFound(value) != reverse;
  }

  private boolean isFound(byte[] value) {
    byte[] text = literal;
    if (text == null) {
      return pattern != null && pattern.matcher(value).find();
    }
    int last = value.length - text.length;
    if (last < 0 || (fromBegin && toEnd && last > 0)) {
      return false;
    }
    int from = toEnd ? last : 0;
    int to = fromBegin ? 0 : last;
    for (int at = from; at <= to; at++) {
      if (Arrays.equals(value, at, at + text.length, text, 0, text.length)) {
        return true;
      }
    }
    return false;
  }
}
