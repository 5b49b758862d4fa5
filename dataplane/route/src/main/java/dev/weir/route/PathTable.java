package dev.weir.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private final int size;

  private PathTable(List<byte[]> paths, List<A> actions) {
    this.table = new ByteTable<>(paths, actions, false);
    this.size = paths.size();
  }

  /** A table without a path. */
  static <A> PathTable<A> empty() {
    return new PathTable<>(List.of(), List.of());
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

  /**
   * Collects the paths of one port and host; for one thread. What is there of a table before is
   * used again, since a collection would copy each new object of thousands while no call goes on.
   */
  static final class Builder<A> {
    private static final int FIRST_PLACES = 8;

    private final @Nullable PathTable<A> before;
    private final List<byte[]> paths = new ArrayList<>();
    private final List<String> owners = new ArrayList<>();
    private final List<A> actions = new ArrayList<>();

    /** Open addressing: one more than where a path is in the lists; 0 for a free place. */
    private int[] places = new int[FIRST_PLACES];

    Builder(@Nullable PathTable<A> before) {
      this.before = before;
    }

    /** Whose a path is; null for nobody's. */
    @Nullable String owner(byte[] path) {
      int at = places[place(path)] - 1;
      return at < 0 ? null : owners.get(at);
    }

    /** Adds a path that is nobody's. */
    void add(byte[] path, String owner, A action) {
      paths.add(before == null ? path : before.table.kept(path));
      owners.add(owner);
      actions.add(action);
      if (2 * paths.size() > places.length) {
        grow();
      } else {
        places[place(path)] = paths.size();
      }
    }

    private void grow() {
      places = new int[2 * places.length];
      for (int i = 0; i < paths.size(); i++) {
        places[place(paths.get(i))] = i + 1;
      }
    }

    /** Where a path is, or would be. */
    private int place(byte[] path) {
      int mask = places.length - 1;
      int hash = ByteTable.hash(path, 0, path.length);
      int place = (hash ^ (hash >>> 15)) & mask;
      while (places[place] != 0 && !Arrays.equals(paths.get(places[place] - 1), path)) {
        place = (place + 1) & mask;
      }
      return place;
    }

    /** Gives a path that was added another action. */
    void replace(byte[] path, A action) {
      int at = places[place(path)] - 1;
      if (at >= 0) {
        actions.set(at, action);
      }
    }

    List<A> actions() {
      return actions;
    }

    PathTable<A> build() {
      return before != null && isSame(before) ? before : new PathTable<>(paths, actions);
    }

    @SuppressWarnings("ReferenceEquality") // what is equal may have a state of its own
    private boolean isSame(PathTable<A> other) {
      if (other.size != paths.size()) {
        return false;
      }
      for (int i = 0; i < paths.size(); i++) {
        if (actions.get(i) != other.table.get(paths.get(i))) {
          return false;
        }
      }
      return true;
    }
  }
}
