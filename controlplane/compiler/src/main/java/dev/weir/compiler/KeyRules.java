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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What some keys may do: all those whose definitions say the same. What their policies make of it
 * is found out when one of them calls, and again when the policies have changed. For all threads.
 */
final class KeyRules {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRules.class);
  private static final Grants NO_POLICY =
      Grants.denied(
          new ProxyError(Kind.KEY_WITHOUT_POLICY, "the key of the token's client has no policy"));

  private static final Grants NOT_SERVED =
      Grants.denied(
          new ProxyError(
              Kind.KEY_NOT_SERVED,
              "the key asks for what this build of Weir cannot enforce, the gateway's log says what"));

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

  /**
   * The same object as long as the basis is.
   *
   * @param whose the key that asks, for the log; null for who comes without one
   */
  Grants grants(RightsBasis basis, @Nullable KnownKey whose) {
    Compiled now = compiled;
    if (now == null || now.basis() != basis) {
      now = new Compiled(basis, compile(basis, whose));
      compiled = now;
    }
    return now.grants();
  }

  /**
   * What the first policy of the key grants to others of an organisation: nothing where there is
   * none, where the key is inactive, or of another organisation.
   *
   * @param whose the key that asks, for the log
   */
  Grants ofFirstPolicy(String orgId, RightsBasis basis, KnownKey whose) {
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
    return known.grants(basis, whose);
  }

  /** Tells of those that the key names and that are not there; of most keys none is. */
  void missing(PolicyBook policies, Consumer<String> told) {
    for (String id : key.policies()) {
      if (policies.find(id) == null) {
        told.accept(id);
      }
    }
  }

  /**
   * What is thrown here would end calls of others on the event loop of the one that asks: no
   * document is worth that, whatever was overlooked when it was read.
   */
  private Grants compile(RightsBasis basis, @Nullable KnownKey whose) {
    try {
      return made(basis);
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("key_hash", whose == null ? "" : whose.firstDigits())
          .addKeyValue("org_id", key.orgId())
          .addKeyValue("policies", String.join(", ", key.policies()))
          .addKeyValue("error", e.getMessage())
          .setCause(e)
          .log("what a key may do cannot be made out, it is not served");
      return NOT_SERVED;
    }
  }

  /** Nothing is granted while a policy is not there: it may have been what limited the key. */
  private Grants made(RightsBasis basis) {
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
