package dev.weir.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of RE2 that is searched in a path and its query, for what its groups find.
 * Takes time in proportion to the path. Immutable, for all threads.
 */
public final class PathCapture {
  /** Bytes; what is longer is not looked at. */
  public static final int LONGEST = 2048;

  private final Pattern pattern;

  private PathCapture(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * An expression.
   *
   * @throws IllegalArgumentException with a reason, when it is none
   */
  public static PathCapture of(String regex) {
    return new PathCapture(PathPattern.compile(regex, 0));
  }

  /** How many groups there are, besides the whole match, which is group 0. */
  public int groups() {
    return pattern.groupCount();
  }

  /**
   * What is found first; null for nothing.
   *
   * @param path of {@link #LONGEST} bytes at most
   */
  public @Nullable Found in(byte[] path) {
    String text = new String(path, ISO_8859_1);
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return null;
    }
    String[] groups = new String[matcher.groupCount() + 1];
    boolean[] ofQuery = new boolean[groups.length];
    int query = text.indexOf('?');
    for (int i = 0; i < groups.length; i++) {
      String group = matcher.group(i);
      groups[i] = group == null ? "" : group;
      ofQuery[i] = query >= 0 && matcher.start(i) > query;
    }
    return new Found(groups, ofQuery);
  }

  /** What the groups of an expression have found in a path. Immutable. */
  public static final class Found {
    private final String[] groups;
    private final boolean[] ofQuery;

    private Found(String[] groups, boolean[] ofQuery) {
      this.groups = groups;
      this.ofQuery = ofQuery;
    }

    /** What a group found; empty for nothing. */
    public String group(int number) {
      return groups[number];
    }

    /** Whether it was found behind the path's end. */
    public boolean isOfQuery(int number) {
      return ofQuery[number];
    }
  }
}
