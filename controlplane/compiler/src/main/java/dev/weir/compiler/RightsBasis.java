package dev.weir.compiler;

import dev.weir.compiler.KeyPatterns.KeyPattern;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rights of all keys come from besides their own documents. Immutable; compared by
 * identity.
 */
final class RightsBasis {
  static final RightsBasis NOTHING = new RightsBasis(PolicyBook.EMPTY, Set.of(), Map.of());

  private final PolicyBook policies;
  private final Set<String> loose;
  private final Map<String, KeyPattern> patterns;

  private RightsBasis(PolicyBook policies, Set<String> loose, Map<String, KeyPattern> patterns) {
    this.policies = policies;
    this.loose = loose;
    this.patterns = patterns;
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
}
