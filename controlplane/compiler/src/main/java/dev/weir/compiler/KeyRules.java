package dev.weir.compiler;

import dev.weir.filter.Grants;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.AppliedPolicies;
import dev.weir.model.KeyDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What some keys may do: all those whose definitions say the same. What their policies make of it
 * is found out when one of them calls, and again when the policies have changed. For all threads.
 */
final class KeyRules {
  private record Compiled(PolicyBook policies, Grants grants) {}

  private final KeyDefinition key;
  private final Matching matching;
  private volatile @Nullable Compiled compiled;

  /**
   * @param key see {@link KeyDefinition#rules}
   * @param matching how patterns of its methods are searched
   */
  KeyRules(KeyDefinition key, Matching matching) {
    this.key = key;
    this.matching = matching;
  }

  /** The same object as long as the policies are. */
  Grants grants(PolicyBook policies) {
    Compiled now = compiled;
    if (now == null || now.policies() != policies) {
      AppliedPolicies applied = AppliedPolicies.of(key, policies::find);
      now = new Compiled(policies, KeyGrants.of(key, applied, matching));
      compiled = now;
    }
    return now.grants();
  }
}
