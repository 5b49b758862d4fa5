package dev.weir.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weir.filter.MethodRules.Matching;
import org.jspecify.annotations.Nullable;

/**
 * A path that is written as a pattern in the way of Tyk: a regular expression of RE2, in which
 * {@code {name}} is a segment, {@code /*} is whatever follows, and {@code /*}{@code /} is one
 * segment on the way. Matching takes time in proportion to the path.
 */
final class PathPattern {

  /** The longest path that is looked at: time grows with the length, and a method's is short. */
  static final int LONGEST_PATH = 1024;

  /** Time also grows with the pattern. */
  private static final int LONGEST_PATTERN = 512;

  /** The parser calls itself for each. */
  private static final int MOST_GROUPS = 100;

  private static final String SEGMENT = "[^/]+";

  private final Pattern pattern;

  private PathPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * A pattern that is searched in a path, from its begin or up to its end as {@code matching} says.
   *
   * @param ignoresCase whether letters of either case are the same
   * @throws IllegalArgumentException with a reason, when it is none
   */
  static PathPattern of(String text, Matching matching, boolean ignoresCase) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is empty, which would be every path");
    }
    return new PathPattern(
        compile(regex(text, matching), ignoresCase ? Pattern.CASE_INSENSITIVE : 0));
  }

  /**
   * A regular expression that costs no more than it may.
   *
   * @throws IllegalArgumentException with a reason, when it is none
   */
  static Pattern compile(String regex, int flags) {
    if (regex.length() > LONGEST_PATTERN) {
      throw new IllegalArgumentException("is longer than " + LONGEST_PATTERN + " characters");
    }
    if (regex.chars().filter(c -> c == '(').count() > MOST_GROUPS) {
      throw new IllegalArgumentException("has more than " + MOST_GROUPS + " groups");
    }
    try {
      return Pattern.compile(regex, flags);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("is no regular expression: " + e.getDescription(), e);
    }
  }

  /**
   * Braces with a number are a name as well. Tyk does the same, and it leaves no repetition whose
   * repetition would fill the memory.
   */
  private static String regex(String text, Matching matching) {
    String regex =
        text.replaceAll("\\{[^}]+\\}", "(" + SEGMENT + ")")
            .replace("/*/", "/" + SEGMENT + "/")
            .replace("/*", "/.*");
    String begin = matching.prefix() && regex.startsWith("/") ? "^" : "";
    String end = matching.suffix() && !regex.endsWith("$") ? "$" : "";
    return begin + regex + end;
  }

  /** A path that a plain rule matches when it is taken for a pattern, and not when it is plain. */
  static @Nullable String alsoMatched(String url, Matching matching) {
    boolean open = url.endsWith("*");
    String path = open ? url.substring(0, url.length() - 1) + "Any" : url;
    if (!open && !matching.suffix()) {
      return path + "Again";
    }
    if (!matching.prefix()) {
      return "/any" + path;
    }
    String anyDot = path.replace('.', '_');
    return anyDot.equals(path) ? null : anyDot;
  }

  boolean matches(byte[] path) {
    return path.length <= LONGEST_PATH && pattern.matcher(path).find();
  }
}
