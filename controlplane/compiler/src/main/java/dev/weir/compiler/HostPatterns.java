package dev.weir.compiler;

import dev.weir.filter.ValuePattern;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Problem;
import dev.weir.route.HostLabel;
import java.util.Optional;

/**
 * Patterns for the first label of a host, as Tyk has them in templates: the whole label matches.
 */
final class HostPatterns {

  private HostPatterns() {}

  /**
   * What an expression means; hosts are the same in any case.
   *
   * @throws IllegalArgumentException with a reason, when it is none
   */
  static HostLabel label(String expression) {
    return ValuePattern.of("(?i)^(?:" + expression + ")$", false)::matches;
  }

  /** What is wrong with the pattern of an API's domain. */
  static Optional<Problem> fault(ApiDefinition api) {
    return api.binding().labelPattern().flatMap(expression -> fault(api, expression));
  }

  private static Optional<Problem> fault(ApiDefinition api, String expression) {
    try {
      label(expression);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      String hint = "write {name}.example.com for any one label";
      return Optional.of(api.settings().error("domain", String.valueOf(e.getMessage()), hint));
    }
  }
}
