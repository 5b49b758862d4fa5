package dev.weir.filter;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.filter.MethodRules.Matching;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The rules of {@link MethodRules} that are for one method of HTTP. Immutable. */
final class PathRules {

  /** A path, or all below one; characters that mean themselves. */
  private static final Pattern PLAIN =
      Pattern.compile("/([A-Za-z0-9_./-]+/)?\\*|/[A-Za-z0-9_./-]*");

  private final byte[] httpMethod;
  private final PathSet paths;

  /** Each with its slash at the end. */
  private final PathSet parents;

  private final PathPattern[] patterns;
  private final boolean ignoresCase;

  private PathRules(
      String httpMethod,
      List<String> paths,
      List<String> parents,
      List<PathPattern> patterns,
      boolean ignoresCase) {
    this.ignoresCase = ignoresCase;
    this.httpMethod = httpMethod.getBytes(US_ASCII);
    this.paths = new PathSet(paths);
    this.parents = new PathSet(parents);
    this.patterns = patterns.toArray(PathPattern[]::new);
  }

  /**
   * Sorts the rules into what is compared and what is searched.
   *
   * @throws IllegalArgumentException when one is none
   */
  static PathRules of(String httpMethod, Collection<String> urls, Matching matching) {
    return of(httpMethod, urls, matching, false);
  }

  /** The same of those that are compiled already; compiles none itself. */
  static PathRules of(
      String httpMethod,
      Collection<String> urls,
      Matching matching,
      Function<String, PathPattern> compiled) {
    return of(httpMethod, urls, matching, false, compiled);
  }

  /**
   * The same.
   *
   * @param ignoresCase whether letters of either case are the same
   */
  static PathRules of(
      String httpMethod, Collection<String> urls, Matching matching, boolean ignoresCase) {
    return of(
        httpMethod, urls, matching, ignoresCase, url -> PathPattern.of(url, matching, ignoresCase));
  }

  private static PathRules of(
      String httpMethod,
      Collection<String> urls,
      Matching matching,
      boolean ignoresCase,
      Function<String, PathPattern> compiled) {
    var paths = new ArrayList<String>();
    var parents = new ArrayList<String>();
    var patterns = new ArrayList<PathPattern>();
    for (String url : urls) {
      if (matching.loose() || !isPlain(url)) {
        patterns.add(compiled.apply(url));
      } else {
        String plain = ignoresCase ? url.toLowerCase(Locale.ROOT) : url;
        if (plain.endsWith("*")) {
          parents.add(plain.substring(0, plain.length() - 1));
        } else {
          paths.add(plain);
        }
      }
    }
    return new PathRules(httpMethod, paths, parents, patterns, ignoresCase);
  }

  static boolean isPlain(String url) {
    return PLAIN.matcher(url).matches();
  }

  boolean isFor(byte[] httpMethod) {
    return Arrays.equals(this.httpMethod, httpMethod);
  }

  /** Whether they are for any method, which has no name then. */
  boolean isForAny() {
    return httpMethod.length == 0;
  }

  /** Whether one of these rules is for a path, or one of its other forms. */
  boolean allow(byte[] path, byte[][] others) {
    if (allow(path)) {
      return true;
    }
    for (byte[] other : others) {
      if (allow(other)) {
        return true;
      }
    }
    return false;
  }

  boolean allow(byte[] path) {
    return isListed(ignoresCase ? lowerCase(path) : path) || matchesPattern(path);
  }

  private static byte[] lowerCase(byte[] path) {
    byte[] lower = path.clone();
    for (int i = 0; i < lower.length; i++) {
      lower[i] += (byte) (lower[i] >= 'A' && lower[i] <= 'Z' ? 'a' - 'A' : 0);
    }
    return lower;
  }

  /** Looks no further than to the length of the longest rule, however long the path is. */
  private boolean isListed(byte[] path) {
    int end = Math.min(path.length, Math.max(paths.longest(), parents.longest()));
    int hash = 0;
    for (int length = 1; length <= end; length++) {
      byte last = path[length - 1];
      hash = PathSet.step(hash, last);
      if (last == '/' && length <= parents.longest() && parents.contains(path, length, hash)) {
        return true;
      }
    }
    return end == path.length && paths.contains(path, end, hash);
  }

  private boolean matchesPattern(byte[] path) {
    for (PathPattern pattern : patterns) {
      if (pattern.matches(path)) {
        return true;
      }
    }
    return false;
  }
}
