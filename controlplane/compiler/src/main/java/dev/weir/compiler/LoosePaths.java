package dev.weir.compiler;

import dev.weir.filter.MethodRules;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Where paths that are written plainly are patterns, searched in the path of a call as in Tyk:
 * {@code weir.loose_path_matching} of a definition. Else they are what they say, and what is let
 * through by Tyk alone is worth a warning.
 */
final class LoosePaths {
  private static final String SWITCH = "weir.loose_path_matching";

  private LoosePaths() {}

  /** Entries that let less through than in Tyk, each at its place. */
  static List<Problem> warnings(ApiDefinition api, Matching matching) {
    var warnings = new ArrayList<Problem>();
    if (!api.loosePaths()) {
      Stream.concat(
              api.paths().allowed().stream().flatMap(List::stream), api.paths().ignored().stream())
          .forEach(entry -> warn(entry.path(), matching, entry::warning, warnings));
    }
    return warnings;
  }

  /**
   * Warns of a path that lets less through than in Tyk.
   *
   * @param warning makes one of a message and a hint
   */
  static void warn(
      String path,
      Matching matching,
      BiFunction<String, String, Problem> warning,
      List<Problem> warnings) {
    String more = MethodRules.onlyInTyk(path, matching);
    if (more != null) {
      warnings.add(
          warning.apply(
              "does not have " + more + " called, which Tyk would let through",
              "set " + SWITCH + " if that is meant"));
    }
  }
}
