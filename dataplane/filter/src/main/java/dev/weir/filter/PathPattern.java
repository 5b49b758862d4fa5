package dev.weir.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weir.filter.MethodRules.Matching;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * A path that is written as a pattern in the way of Tyk: a regular expression of RE2, in which
 * {@code {name}} is a segment, {@code /*} is whatever follows, and {@code /*}{@code /} is one
 * segment on the way. Matching takes time in proportion to the path; making one takes much longer,
 * and is not for event loops. Immutable, for all threads.
 */
public final class PathPattern {

  /** The longest path that is looked at: time grows with the length, and a method's is short. */
  static final int LONGEST_PATH = 1024;

  /** Time also grows with the pattern. */
  private static final int LONGEST_PATTERN = 512;

  /** The parser calls itself for each. */
  private static final int MOST_GROUPS = 100;

  /** Repetitions are written out: what is repeated, and what is repeated in that. */
  private static final int LONGEST_WRITTEN_OUT = 2048;

  private static final java.util.regex.Pattern REPEATED =
      java.util.regex.Pattern.compile("[{]([0-9]+)(?:,([0-9]*))?[}]");

  private static final String SEGMENT = "[^/]+";

  private final Pattern pattern;

  private PathPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * A pattern that is searched in a path, from its begin or up to its end as {@code matching} says.
   *
   * @throws IllegalArgumentException with a reason, as a sentence about it, when it is none
   */
  public static PathPattern of(String text, Matching matching) {
    return of(text, matching, false);
  }

  /**
   * The same.
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
    if (writtenOut(regex) > LONGEST_WRITTEN_OUT) {
      throw new IllegalArgumentException(
          "is longer than "
              + LONGEST_WRITTEN_OUT
              + " characters with its repetitions written out, such as {100} of a group");
    }
    try {
      return Pattern.compile(regex, flags);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("is no regular expression: " + e.getDescription(), e);
    }
  }

  /**
   * No less than the length of an expression in which what braces repeat stands that often. Those
   * behind a group, and behind a quotation, which may be empty, are taken to repeat all the others.
   * What stands for itself is counted too, unless a backslash says so.
   */
  private static double writtenOut(String regex) {
    double length = regex.length();
    double groups = 1;
    Matcher repeated = REPEATED.matcher(regex);
    while (repeated.find()) {
      String most = repeated.group(2);
      double count =
          Math.max(1, Double.parseDouble(repeated.group(most == null || most.isEmpty() ? 1 : 2)));
      String before = regex.substring(0, repeated.start());
      if (before.endsWith(")") || before.endsWith("\\E")) {
        groups *= count;
      } else if (!isEscaped(before)) {
        length += count;
      }
    }
    return length * groups;
  }

  /** Whether what follows is no repetition: a backslash is before it, or the x of a character. */
  private static boolean isEscaped(String before) {
    String escape = before.endsWith("\\x") ? before.substring(0, before.length() - 1) : before;
    int backslashes = 0;
    while (backslashes < escape.length()
        && escape.charAt(escape.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
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
