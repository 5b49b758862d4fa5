package dev.weir.filter;

import dev.weir.filter.MethodRules.Matching;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The paths of an API that nobody may call, that alone may be called, and that anybody may call:
 * what Tyk calls {@code black_list}, {@code white_list} and {@code ignored}. The last come first,
 * then those that are blocked, as in Tyk.
 *
 * <p>Entries are those of {@link MethodRules}, but what is blocked is always a pattern: a list that
 * was written for Tyk must not block less here. For the same reason a path that is too long for
 * patterns is blocked.
 *
 * <p>Immutable, for all threads. Asking allocates and may take microseconds, so that a caller
 * remembers the answer for a path.
 */
public final class PathLists {
  private final PathRuleSet ignored;
  private final PathRuleSet blocked;
  private final @Nullable PathRuleSet allowed;

  private PathLists(PathRuleSet ignored, PathRuleSet blocked, @Nullable PathRuleSet allowed) {
    this.ignored = ignored;
    this.blocked = blocked;
    this.allowed = allowed;
  }

  /**
   * An entry of a list.
   *
   * @param url a path or pattern of paths, without a query
   * @param methods of HTTP, in upper case; none for any
   * @param ignoresCase whether letters of either case are the same
   */
  public record Entry(String url, List<String> methods, boolean ignoresCase) {
    public Entry {
      methods = List.copyOf(methods);
    }

    /**
     * Refuses what is no pattern.
     *
     * @throws IllegalArgumentException with the reason, as a sentence about the url
     */
    public void check(Matching matching) {
      var loose = new Matching(matching.prefix(), matching.suffix(), true);
      PathRules.of(PathRuleSet.ANY_METHOD, List.of(url), loose, ignoresCase);
    }
  }

  /**
   * Lists whose entries have been checked.
   *
   * @param allowed nothing else may be called; null for no such list
   */
  public static PathLists of(
      List<Entry> ignored, List<Entry> blocked, @Nullable List<Entry> allowed, Matching matching) {
    var loose = new Matching(matching.prefix(), matching.suffix(), true);
    return new PathLists(
        PathRuleSet.of(ignored, matching),
        PathRuleSet.of(blocked, loose),
        allowed == null ? null : PathRuleSet.of(allowed, matching));
  }

  /**
   * What becomes of a call.
   *
   * @param path without its query, in the bytes of {@code :path}; not changed, not kept
   * @param by the listen path that was called
   * @param httpMethod in ASCII
   */
  public PathVerdict of(byte[] path, ListenPath by, byte[] httpMethod) {
    byte[][] others = by.others(path);
    if (ignored.has(path, others, httpMethod)) {
      return PathVerdict.IGNORED;
    }
    if (!blocked.isEmpty()
        && (by.longest(path) > PathPattern.LONGEST_PATH || blocked.has(path, others, httpMethod))) {
      return PathVerdict.BLOCKED;
    }
    return allowed == null || allowed.has(path, others, httpMethod)
        ? PathVerdict.PASSED
        : PathVerdict.UNLISTED;
  }

  /** Whether nothing is refused, so that it does not matter how a path is read. */
  public boolean onlyIgnore() {
    return blocked.isEmpty() && allowed == null;
  }
}
