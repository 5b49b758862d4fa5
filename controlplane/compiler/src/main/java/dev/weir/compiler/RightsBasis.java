package dev.weir.compiler;

import dev.weir.compiler.KeyPatterns.KeyPattern;
import dev.weir.filter.MethodRules;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.MethodRules.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the rights of all keys come from besides their own documents. Immutable, but for what is
 * made once; compared by identity. For all threads.
 */
final class RightsBasis {
  /** What keys that are gone have left is forgotten with all others when there are so many. */
  private static final int MOST_SHARED = 1_000;

  /** Longer ones are their key's alone: they would stay for as long as the policies do. */
  private static final int MOST_RULES = 1_000;

  private record Listed(List<Rule> rules, Matching matching) {}

  private final Map<Listed, MethodRules> shared = new ConcurrentHashMap<>();
  private final PolicyBook policies;
  private final Set<String> loose;
  private final Map<String, KeyPattern> patterns;

  private RightsBasis(PolicyBook policies, Set<String> loose, Map<String, KeyPattern> patterns) {
    this.policies = policies;
    this.loose = loose;
    this.patterns = patterns;
  }

  /** No policies. */
  static RightsBasis nothing() {
    return new RightsBasis(PolicyBook.EMPTY, Set.of(), Map.of());
  }

  static RightsBasis of(PolicyBook policies, Set<String> loose, KeyPatterns compiled) {
    return new RightsBasis(policies, loose, compiled.of(policies.rights(), loose));
  }

  PolicyBook policies() {
    return policies;
  }

  /** The ids of APIs in which plain paths are patterns, see {@link LoosePaths}. */
  Set<String> loose() {
    return loose;
  }

  /** One that the policies name; null for none. */
  @Nullable KeyPattern pattern(String text) {
    return patterns.get(text);
  }

  /** What was made of the same list before, if it was: then paths are not judged by it again. */
  MethodRules methods(List<Rule> rules, Matching matching, Supplier<MethodRules> made) {
    Listed listed = new Listed(rules, matching);
    MethodRules known = shared.get(listed);
    if (known != null) {
      return known;
    }
    MethodRules now = made.get();
    if (rules.size() > MOST_RULES) {
      return now;
    }
    if (shared.size() >= MOST_SHARED) {
      shared.clear();
    }
    MethodRules before = shared.putIfAbsent(listed, now);
    return before == null ? now : before;
  }
}
