package dev.weir.filter;

import dev.weir.filter.MethodRules.Matching;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
  private static final String ANY_METHOD = "";

  private final PathRules[] ignored;
  private final PathRules[] blocked;
  private final PathRules @Nullable [] allowed;

  private PathLists(PathRules[] ignored, PathRules[] blocked, PathRules @Nullable [] allowed) {
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
      PathRules.of(ANY_METHOD, List.of(url), loose, ignoresCase);
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
        rules(ignored, matching),
        rules(blocked, loose),
        allowed == null ? null : rules(allowed, matching));
  }

  /** Entries that are asked together. */
  private record Group(String method, boolean ignoresCase) {}

  private static PathRules[] rules(List<Entry> entries, Matching matching) {
    var urls = new LinkedHashMap<Group, Set<String>>();
    for (Entry entry : entries) {
      List<String> methods = entry.methods().isEmpty() ? List.of(ANY_METHOD) : entry.methods();
      for (String method : methods) {
        urls.computeIfAbsent(new Group(method, entry.ignoresCase()), _ -> new LinkedHashSet<>())
            .add(entry.url());
      }
    }
    return urls.entrySet().stream()
        .map(entry ->
            PathRules.of(
                entry.getKey().method(), entry.getValue(), matching, entry.getKey().ignoresCase()))
        .toArray(PathRules[]::new);
  }

  /**
   * What becomes of a call.
   *
   * @param path without its query, in the bytes of {@code :path}; not changed, not kept
   * @param listenBytes how many bytes of it lie before that of the method, which entries may leave
   *     out
   * @param httpMethod in ASCII
   */
  public PathVerdict of(byte[] path, int listenBytes, byte[] httpMethod) {
    byte @Nullable [] rest =
        listenBytes > 0 && listenBytes < path.length
            ? Arrays.copyOfRange(path, listenBytes, path.length)
            : null;
    if (has(ignored, path, rest, httpMethod)) {
      return PathVerdict.IGNORED;
    }
    if (blocked.length > 0
        && (path.length > PathPattern.LONGEST_PATH || has(blocked, path, rest, httpMethod))) {
      return PathVerdict.BLOCKED;
    }
    return allowed == null || has(allowed, path, rest, httpMethod)
        ? PathVerdict.PASSED
        : PathVerdict.UNLISTED;
  }

  /** Whether nothing is refused, so that it does not matter how a path is read. */
  public boolean onlyIgnore() {
    return blocked.length == 0 && allowed == null;
  }

  private static boolean has(
      PathRules[] list, byte[] path, byte @Nullable [] rest, byte[] httpMethod) {
    for (PathRules rules : list) {
      if ((rules.isFor(httpMethod) || rules.isForAny())
          && (rules.allow(path) || (rest != null && rules.allow(rest)))) {
        return true;
      }
    }
    return false;
  }
}
