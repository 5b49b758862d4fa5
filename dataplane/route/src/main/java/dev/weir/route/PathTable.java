package dev.weir.route;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The listen paths of one port and host: an immutable table that finds the longest one that a path
 * begins with.
 *
 * <p>A listen path counts only where it ends at a segment border of the path:
 *
 * <pre>
 *   /pkg.Greeter/Say?q=1
 *    ^          ^   ^        prefixes that are looked up: "/", "/pkg.Greeter",
 *    1         12 13  16      "/pkg.Greeter/", "/pkg.Greeter/Say"
 * </pre>
 *
 * <p>The walk ends at the query, or at the length of the longest listen path if that comes first,
 * so a hostile path costs no more than an honest one.
 */
final class PathTable<A> {

  private final ByteTable<A> table;

  PathTable(Map<String, RouteTable.Owned<A>> actions) {
    this.table = new ByteTable<>(actions, RouteTable.Owned::action, false);
  }

  /** The action of the longest listen path that {@code path} begins with. */
  @Nullable A longestMatch(byte[] path) {
    int end = Math.min(path.length, table.longestKey());
    int hash = 0;
    A longest = null;
    for (int length = 1; length <= end && path[length - 1] != '?'; length++) {
      hash = ByteTable.step(hash, path[length - 1]);
      if (isBorder(path, length)) {
        A found = table.get(path, 0, length, hash);
        longest = found != null ? found : longest;
      }
    }
    return longest;
  }

  private static boolean isBorder(byte[] path, int length) {
    return path[length - 1] == '/'
        || length == path.length
        || path[length] == '/'
        || path[length] == '?';
  }
}
