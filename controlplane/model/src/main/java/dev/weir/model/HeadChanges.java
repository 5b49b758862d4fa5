package dev.weir.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an API changes on the heads of its calls.
 *
 * @param request on the head that servers get
 * @param response on the head that callers get
 */
public record HeadChanges(Side request, Side response) {
  static final HeadChanges NONE =
      new HeadChanges(new Side(Change.NONE, List.of()), new Side(Change.NONE, List.of()));

  /**
   * The changes of one side.
   *
   * @param all made on every head, before others
   * @param paths of which the first that a path is on is made besides
   */
  public record Side(Change all, List<PathChange> paths) {
    public Side {
      paths = List.copyOf(paths);
    }

    /** Whether nothing is changed. */
    public boolean isEmpty() {
      return all.isEmpty() && paths.isEmpty();
    }
  }

  /** A change that is made for some paths. */
  public record PathChange(PathLists.Entry paths, Change change) {}

  /**
   * Fields that go, and then fields that are set.
   *
   * @param removed names in lower case
   * @param set by their names in lower case
   */
  public record Change(List<String> removed, Map<String, HeaderValue> set) {
    static final Change NONE = new Change(List.of(), Map.of());

    public Change {
      removed = List.copyOf(removed);
      set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    }

    boolean isEmpty() {
      return removed.isEmpty() && set.isEmpty();
    }
  }
}
