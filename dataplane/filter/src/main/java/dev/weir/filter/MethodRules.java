package dev.weir.filter;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which methods may be called: what Tyk calls {@code allowed_urls}.
 *
 * <pre>
 *   /pkg.Service/Method    this path, byte by byte
 *   /pkg.Service/*         every path that begins with /pkg.Service/
 *   anything else          a pattern of Tyk's, searched in the path
 * </pre>
 *
 * <p>Tyk takes all three for patterns, in which a dot is any character and which, unless its
 * switches say otherwise, may match anywhere in a path: {@code /pkg.Service/Say} permits {@code
 * /pkg.Service/SayAgain} as well. That is what {@link Matching#loose} is for.
 *
 * <p>Immutable, for all threads. The first two cost some ten nanoseconds for any number of rules
 * and allocate nothing. Patterns allocate and take microseconds each, so that a caller remembers
 * what was decided; they match no path of more than 1024 bytes.
 */
public final class MethodRules {

  /** Permits everything. */
  public static final MethodRules ALL = of(List.of(), Matching.TYK);

  private final boolean empty;
  private final PathRules[] rules;

  private MethodRules(PathRules[] rules, boolean empty) {
    this.empty = empty;
    this.rules = rules;
  }

  /**
   * Paths that may be called.
   *
   * @param url a path or pattern of paths, without a query
   * @param methods of HTTP, in upper case; gRPC is called by POST
   */
  public record Rule(String url, List<String> methods) {
    public Rule {
      methods = List.copyOf(methods);
    }
  }

  /**
   * How patterns are searched.
   *
   * @param prefix those that begin with a slash match from the begin of a path on: {@code
   *     enable_path_prefix_matching}
   * @param suffix all match up to its end: {@code enable_path_suffix_matching}
   * @param loose plain rules are patterns too, as they are for Tyk
   */
  public record Matching(boolean prefix, boolean suffix, boolean loose) {
    /** Tyk's switches are off, and plain rules are plain. */
    public static final Matching TYK = new Matching(false, false, false);

    /** The same, where plain rules are patterns too. */
    public Matching asTyk() {
      return new Matching(prefix, suffix, true);
    }
  }

  /**
   * The rules of a list; an empty one permits everything, as in Tyk.
   *
   * @throws IllegalArgumentException when one is none, for the reason that {@link #problem} gives
   */
  public static MethodRules of(List<Rule> list, Matching matching) {
    return of(list, matching, url -> PathPattern.of(url, matching));
  }

  /**
   * The same of patterns that are compiled already; compiles none itself.
   *
   * @param compiled gives the pattern with a text; may throw an {@link IllegalArgumentException}
   */
  public static MethodRules of(
      List<Rule> list, Matching matching, Function<String, PathPattern> compiled) {
    Map<String, Set<String>> urls = new LinkedHashMap<>();
    for (Rule rule : list) {
      for (String method : rule.methods()) {
        urls.computeIfAbsent(method, _ -> new LinkedHashSet<>()).add(rule.url());
      }
    }
    PathRules[] rules =
        urls.entrySet().stream()
            .map(entry -> PathRules.of(entry.getKey(), entry.getValue(), matching, compiled))
            .toArray(PathRules[]::new);
    return new MethodRules(rules, list.isEmpty());
  }

  /** Whether a rule is a path, or all below one, and no pattern unless {@link Matching#loose}. */
  public static boolean isPlain(String url) {
    return PathRules.isPlain(url);
  }

  /** Why a rule cannot be used, as a sentence about it; null when it can. */
  public static @Nullable String problem(String url, Matching matching) {
    try {
      PathRules.of("", Set.of(url), matching);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /**
   * A path that Tyk permits by this rule and that is not permitted here, for a warning; null when
   * there is none.
   */
  public static @Nullable String onlyInTyk(String url, Matching matching) {
    return matching.loose() || !PathRules.isPlain(url)
        ? null
        : PathPattern.alsoMatched(url, matching);
  }

  /** Whether there is no rule, thus nothing is refused. */
  public boolean permitsEverything() {
    return empty;
  }

  /**
   * Whether a call may be made.
   *
   * @param path without its query, in the bytes of {@code :path}; not changed, not kept
   * @param httpMethod in ASCII
   */
  public boolean allows(byte[] path, byte[] httpMethod) {
    if (empty) {
      return true;
    }
    for (PathRules ofMethod : rules) {
      if (ofMethod.isFor(httpMethod)) {
        return ofMethod.allow(path);
      }
    }
    return false;
  }
}
