package dev.weir.compiler;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
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
  private final boolean wantsAll;
  private volatile @Nullable Compiled compiled;

  /**
   * @param key see {@link KeyDefinition#rules}
   * @param matching how patterns of its methods are searched
   * @param wantsAll whether nothing is granted while one of the policies is not there; else it is
   *     left out, as in Tyk
   */
  KeyRules(KeyDefinition key, Matching matching, boolean wantsAll) {
    this.key = key;
    this.matching = matching;
    this.wantsAll = wantsAll;
  }

  /** The same object as long as the policies are. */
  Grants grants(PolicyBook policies) {
    Compiled now = compiled;
    if (now == null || now.policies() != policies) {
      now = new Compiled(policies, compile(policies));
      compiled = now;
    }
    return now.grants();
  }

  private Grants compile(PolicyBook policies) {
    if (wantsAll) {
      for (String id : key.policies()) {
        if (policies.find(id) == null) {
          return Grants.denied(
              new ProxyError(Kind.KEY_WITHOUT_POLICY, "policy not found: \"%s\"".formatted(id)));
        }
      }
    }
    return KeyGrants.of(key, AppliedPolicies.of(key, policies::find), matching);
  }
}
