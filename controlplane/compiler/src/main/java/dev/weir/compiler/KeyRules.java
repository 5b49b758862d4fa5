package dev.weir.compiler;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.compiler.KeyPatterns.KeyPattern;
import dev.weir.filter.Grants;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.AppliedPolicies;
import dev.weir.model.KeyDefinition;
import dev.weir.model.KeyDefinition.PostExpiry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What some keys may do: all those whose definitions say the same. What their policies make of it
 * is found out when one of them calls, and again when the policies have changed. For all threads.
 */
final class KeyRules {
  private static final Grants NO_POLICY =
      Grants.denied(
          new ProxyError(Kind.KEY_WITHOUT_POLICY, "the key of the token's client has no policy"));

  private record Compiled(RightsBasis basis, Grants grants) {}

  private final KeyDefinition key;
  private final Matching matching;

  /** Those that the key itself names: what is found out when it calls compiles nothing. */
  private volatile Map<String, KeyPattern> patterns = Map.of();

  private volatile @Nullable Compiled compiled;

  /** Those of whoever comes by the first policy; null before somebody has. */
  private volatile @Nullable KeyRules ofPolicy;

  /**
   * @param key see {@link KeyDefinition#rules}
   * @param matching how patterns of its methods are searched
   */
  KeyRules(KeyDefinition key, Matching matching) {
    this.key = key;
    this.matching = matching;
  }

  /**
   * Takes the patterns that the key itself names. Before its first call, and before more APIs have
   * plain paths be patterns; not for event loops.
   */
  void take(KeyPatterns compiled, Set<String> loose) {
    patterns = compiled.of(key.rights().values(), loose);
  }

  /** Whose they are; empty for nobody's. */
  String orgId() {
    return key.orgId();
  }

  /** What becomes of those that have expired. */
  PostExpiry postExpiry() {
    return key.postExpiry();
  }

  /** The same object as long as the basis is. */
  Grants grants(RightsBasis basis) {
    Compiled now = compiled;
    if (now == null || now.basis() != basis) {
      now = new Compiled(basis, compile(basis));
      compiled = now;
    }
    return now.grants();
  }

  /**
   * What the first policy of the key grants to others of an organisation: nothing where there is
   * none, where the key is inactive, or of another organisation.
   */
  Grants ofFirstPolicy(String orgId, RightsBasis basis) {
    // A definition without any policy would be good for all APIs.
    if (key.policies().isEmpty() || key.inactive() || !key.orgId().equals(orgId)) {
      return NO_POLICY;
    }
    KeyRules known = ofPolicy;
    if (known == null) {
      List<String> first = List.of(key.policies().getFirst());
      known = new KeyRules(KeyDefinition.ofPolicies(orgId, first), matching);
      ofPolicy = known;
    }
    return known.grants(basis);
  }

  /** Tells of those that the key names and that are not there; of most keys none is. */
  void missing(PolicyBook policies, Consumer<String> told) {
    for (String id : key.policies()) {
      if (policies.find(id) == null) {
        told.accept(id);
      }
    }
  }

  /** Nothing is granted while a policy is not there: it may have been what limited the key. */
  private Grants compile(RightsBasis basis) {
    PolicyBook policies = basis.policies();
    for (String id : key.policies()) {
      if (policies.find(id) == null) {
        return Grants.denied(
            new ProxyError(Kind.KEY_WITHOUT_POLICY, "policy not found: \"%s\"".formatted(id)));
      }
    }
    return new KeyGrants(AppliedPolicies.of(key, policies::find), matching, basis, pattern(basis))
        .of(key);
  }

  private Function<String, @Nullable KeyPattern> pattern(RightsBasis basis) {
    Map<String, KeyPattern> own = patterns;
    return text -> {
      KeyPattern pattern = own.get(text);
      return pattern == null ? basis.pattern(text) : pattern;
    };
  }
}
