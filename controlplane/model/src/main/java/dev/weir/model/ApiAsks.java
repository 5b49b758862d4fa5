package dev.weir.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an API asks for and this build cannot give, with a warning at the place of each. */
final class ApiAsks {

  private static final String CONSEQUENCE = "its calls end with UNAVAILABLE";

  private final Set<String> unenforceable = new LinkedHashSet<>();
  private final Set<String> unsupported = new LinkedHashSet<>();
  private final List<Problem> told = new ArrayList<>();
  private final List<Problem> problems;

  ApiAsks(List<Problem> problems) {
    this.problems = problems;
  }

  /** A feature that restricts access or changes calls. */
  void feature(Origin at, String path, String name) {
    if (unenforceable.add(name)) {
      tell(at.warning(path, name + " cannot be enforced by this build", CONSEQUENCE));
    }
  }

  /** A protocol, a target or the like. */
  void reason(Origin at, String path, String reason) {
    if (unsupported.add(reason)) {
      tell(at.warning(path, reason, CONSEQUENCE));
    }
  }

  private void tell(Problem problem) {
    told.add(problem);
    problems.add(problem);
  }

  /** What a version asks for; its warnings are there already. */
  void addAll(ApiDefinition version) {
    unenforceable.addAll(version.unenforceable());
    unsupported.addAll(version.unsupported());
    told.addAll(version.obstacles());
  }

  /** The warnings. */
  List<Problem> told() {
    return List.copyOf(told);
  }

  List<String> unenforceable() {
    return List.copyOf(unenforceable);
  }

  List<String> unsupported() {
    return List.copyOf(unsupported);
  }
}
