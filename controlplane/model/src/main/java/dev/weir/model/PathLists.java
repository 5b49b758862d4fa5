package dev.weir.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which paths of an API may be called.
 *
 * @param allowed {@code white_list}, which alone may be called; empty where there is no such list
 * @param blocked {@code black_list}, which may not
 * @param ignored {@code ignored}, which may be called by anybody
 */
public record PathLists(Optional<List<Entry>> allowed, List<Entry> blocked, List<Entry> ignored) {

  static final PathLists NONE = new PathLists(Optional.empty(), List.of(), List.of());

  public PathLists {
    allowed = allowed.map(List::copyOf);
    blocked = List.copyOf(blocked);
    ignored = List.copyOf(ignored);
  }

  /**
   * An entry of a list.
   *
   * @param path a path, or a pattern of Tyk's
   * @param methods of HTTP, in upper case; none for any
   * @param ignoresCase whether letters of either case are the same
   * @param origin where it was written
   * @param place the entry's path in the document
   */
  public record Entry(
      String path, List<String> methods, boolean ignoresCase, Origin origin, String place) {
    public Entry {
      methods = List.copyOf(methods);
    }

    /** A problem with the path, for checks that need more than the document. */
    public Problem error(String message, @Nullable String hint) {
      return origin.error(place, message, hint);
    }

    /** A warning about the path. */
    public Problem warning(String message, @Nullable String hint) {
      return origin.warning(place, message, hint);
    }
  }

  /** Whether all may be called by whoever may call the API. */
  public boolean isEmpty() {
    return allowed.isEmpty() && blocked.isEmpty() && ignored.isEmpty();
  }
}
