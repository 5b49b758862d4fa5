package dev.weir.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What documents have changed, by their ids, in order. */
public record Changes(List<String> added, List<String> changed, List<String> removed) {
  /** None. */
  public static final Changes NONE = new Changes(List.of(), List.of(), List.of());

  public Changes {
    added = added.stream().sorted().toList();
    changed = changed.stream().sorted().toList();
    removed = removed.stream().sorted().toList();
  }

  /**
   * What is different between these.
   *
   * @param fingerprint the same for documents that say the same
   */
  static <T> Changes between(
      Map<String, T> before, Map<String, T> now, Function<T, String> fingerprint) {
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    now.forEach((id, document) -> {
      T last = before.get(id);
      if (last == null) {
        added.add(id);
      } else if (!fingerprint.apply(last).equals(fingerprint.apply(document))) {
        changed.add(id);
      }
    });
    return new Changes(
        added, changed, before.keySet().stream().filter(id -> !now.containsKey(id)).toList());
  }
}
