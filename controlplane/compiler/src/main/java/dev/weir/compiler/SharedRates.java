package dev.weir.compiler;

import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import java.util.HashMap;
import java.util.Map;

/** What counts the calls of APIs: a rate that stays goes on counting over a reload. For one use. */
final class SharedRates {
  private final Map<RateRule, RateLimit> before;
  private final Map<RateRule, RateLimit> made = new HashMap<>();

  /**
   * @param before those of the compilation before this one
   */
  SharedRates(Map<RateRule, RateLimit> before) {
    this.before = before;
  }

  RateLimit of(RateRule rule) {
    return made.computeIfAbsent(rule, this::find);
  }

  private RateLimit find(RateRule rule) {
    RateLimit known = before.get(rule);
    return known == null ? new RateLimit(rule.calls(), rule.seconds(), System.nanoTime()) : known;
  }

  /** Those that were asked for. */
  Map<RateRule, RateLimit> made() {
    return made;
  }
}
