package dev.weir.filter;

import dev.weir.filter.MethodRules.Matching;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The entries of one list of {@link PathLists}. Immutable, for all threads. */
final class PathRuleSet {
  static final String ANY_METHOD = "";

  private final PathRules[] rules;

  private PathRuleSet(PathRules[] rules) {
    this.rules = rules;
  }

  /** Entries that are asked together. */
  private record Group(String method, boolean ignoresCase) {}

  /** Entries that have been checked. */
  static PathRuleSet of(List<PathLists.Entry> entries, Matching matching) {
    var urls = new LinkedHashMap<Group, Set<String>>();
    for (PathLists.Entry entry : entries) {
      List<String> methods = entry.methods().isEmpty() ? List.of(ANY_METHOD) : entry.methods();
      for (String method : methods) {
        urls.computeIfAbsent(new Group(method, entry.ignoresCase()), _ -> new LinkedHashSet<>())
            .add(entry.url());
      }
    }
    return new PathRuleSet(
        urls.entrySet().stream()
            .map(entry ->
                PathRules.of(
                    entry.getKey().method(),
                    entry.getValue(),
                    matching,
                    entry.getKey().ignoresCase()))
            .toArray(PathRules[]::new));
  }

  boolean isEmpty() {
    return rules.length == 0;
  }

  /** Whether a path is on the list, or one of its {@link ListenPath#others other forms}. */
  boolean has(byte[] path, byte[][] others, byte[] httpMethod) {
    for (PathRules ofMethod : rules) {
      if ((ofMethod.isFor(httpMethod) || ofMethod.isForAny()) && ofMethod.allow(path, others)) {
        return true;
      }
    }
    return false;
  }
}
