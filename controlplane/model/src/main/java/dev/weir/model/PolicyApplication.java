package dev.weir.model;

import dev.weir.model.AccessRight.AllowedUrl;
import dev.weir.model.AccessRight.EndpointLimit;
import dev.weir.model.PolicyDefinition.Parts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Applies policies to one key, as Tyk does. The result is {@link AppliedPolicies}. */
final class PolicyApplication {

  private final KeyDefinition key;
  private final List<Problem> problems = new ArrayList<>();
  private final List<PolicyDefinition> found = new ArrayList<>();
  private final Map<String, AccessRight> rights = new LinkedHashMap<>();

  /** The APIs that a policy grants, and which policy was the last to. */
  private final Map<String, String> grantedBy = new LinkedHashMap<>();

  private final Set<String> rated = new LinkedHashSet<>();
  private final Set<String> quotas = new LinkedHashSet<>();
  private Allowance root;

  PolicyApplication(KeyDefinition key) {
    this.key = key;
    this.root = key.allowance();
  }

  AppliedPolicies apply(Function<String, @Nullable PolicyDefinition> policies) {
    key.policies().forEach(id -> find(id, policies.apply(id)));
    if (key.policies().isEmpty()) {
      return result(ownRights());
    }
    if (found.isEmpty() && !isBroken()) {
      error("key has no valid policies to be applied");
    }
    check();
    clear();
    found.forEach(this::add);
    Map<String, AccessRight> effective = grantedBy.isEmpty() ? limitedRights() : granted();
    if (effective.isEmpty() && !isBroken()) {
      error("key has no valid policies to be applied");
    }
    return result(effective);
  }

  private void find(String id, @Nullable PolicyDefinition policy) {
    if (policy != null) {
      found.add(policy);
    } else if (key.policies().size() == 1) {
      error("policy not found: " + JsonWriter.quoted(id));
    } else {
      problems.add(
          key.policyWarning(
              "policy not found: " + JsonWriter.quoted(id),
              "nothing is granted until it is there"));
    }
  }

  private void check() {
    if (found.stream().anyMatch(policy -> !policy.orgId().equals(key.orgId()))) {
      error("attempting to apply policy from different organisation to key");
    }
    List<Parts> parts = found.stream().map(PolicyDefinition::parts).toList();
    if (parts.stream().anyMatch(Parts::perApi) && parts.stream().anyMatch(Parts::isSome)) {
      error("cannot apply multiple policies when some have per_api set and some are partitioned");
    }
  }

  private boolean isBroken() {
    return problems.stream().anyMatch(Problem::isError);
  }

  private void error(String message) {
    problems.add(key.policyWarning(message, null).asError());
  }

  /** A key's own values would otherwise win over policies that set less. */
  private void clear() {
    for (PolicyDefinition policy : found) {
      if (policy.parts().setsRate()) {
        root = root.withRate(0, 0).withThrottle(0, 0);
      }
      if (policy.parts().setsQuota()) {
        root = root.withQuota(0, 0);
      }
    }
  }

  private void add(PolicyDefinition policy) {
    if (policy.rights().isEmpty()) {
      addToRoot(policy);
    } else if (policy.parts().perApi()) {
      policy.rights().values().forEach(right -> addPerApi(policy, right));
    } else {
      policy.rights().values().forEach(right -> addParts(policy, right));
    }
  }

  /** The last policy without an API sets what holds for all, larger or not. */
  private void addToRoot(PolicyDefinition policy) {
    Allowance set = policy.allowance();
    if (policy.parts().setsRate()) {
      root =
          root.withRate(set.rate(), set.per())
              .withThrottle(set.throttleInterval(), set.throttleRetries());
    }
    if (policy.parts().setsQuota()) {
      root = root.withQuota(set.quotaMax(), set.quotaRenewal());
    }
  }

  private void addPerApi(PolicyDefinition policy, AccessRight right) {
    boolean own = !right.limit().isEmpty();
    Allowance limit = own ? right.limit() : policy.allowance();
    String scope = own ? right.apiId() : policy.id();
    AccessRight old = rights.get(right.apiId());
    rights.put(
        right.apiId(),
        old == null
            ? right.withLimit(limit).withScope(scope)
            : union(old, right).withLimit(most(old.limit(), limit)).withScope(scope));
    rated.add(right.apiId());
    quotas.add(right.apiId());
    grantedBy.put(right.apiId(), scope);
  }

  private static Allowance most(Allowance one, Allowance other) {
    return one.withMoreRate(other).withMoreThrottle(other).withMoreQuota(other);
  }

  /**
   * In a policy that does not grant, an API only tells for what its limits are. They are those of
   * the policy: a {@code limit} of the API counts by {@code per_api} alone, as in Tyk.
   */
  private void addParts(PolicyDefinition policy, AccessRight right) {
    Parts parts = policy.parts();
    Allowance limit = policy.allowance();
    String id = right.apiId();
    AccessRight old = rights.get(id);
    AccessRight now =
        old == null
            ? new AccessRight(id, List.of(), List.of(), Allowance.NONE, List.of(), "")
            : old;
    if (parts.setsAcl()) {
      boolean first = grantedBy.put(id, policy.id()) == null;
      now = first ? granting(right, now) : unionOfAccess(now, right);
    }
    if (parts.setsRate()) {
      now =
          now.withLimit(now.limit().withMoreRate(limit).withMoreThrottle(limit))
              .withEndpoints(unionOfEndpoints(now.endpoints(), right.endpoints()));
      root = root.withMoreRate(limit).withMoreThrottle(limit);
      rated.add(id);
    }
    if (parts.setsQuota()) {
      now = now.withLimit(now.limit().withMoreQuota(limit));
      root = root.withMoreQuota(limit);
      quotas.add(id);
    }
    rights.put(id, now);
  }

  /** The access of one, the limits of the other. */
  private static AccessRight granting(AccessRight access, AccessRight limits) {
    return new AccessRight(
        access.apiId(),
        access.versions(),
        access.allowedUrls(),
        limits.limit(),
        limits.endpoints(),
        access.scope());
  }

  private static AccessRight union(AccessRight one, AccessRight other) {
    return unionOfAccess(one, other)
        .withEndpoints(unionOfEndpoints(one.endpoints(), other.endpoints()));
  }

  private static AccessRight unionOfAccess(AccessRight one, AccessRight other) {
    return new AccessRight(
        one.apiId(),
        union(one.versions(), other.versions()),
        unionOfUrls(one.allowedUrls(), other.allowedUrls()),
        one.limit(),
        one.endpoints(),
        one.scope());
  }

  private static List<String> union(List<String> one, List<String> other) {
    var all = new LinkedHashSet<>(one);
    all.addAll(other);
    return List.copyOf(all);
  }

  /**
   * As in Tyk, a policy that permits some methods takes away from one that permits all by saying
   * nothing.
   */
  private static List<AllowedUrl> unionOfUrls(List<AllowedUrl> one, List<AllowedUrl> other) {
    var all = new LinkedHashMap<String, AllowedUrl>();
    for (List<AllowedUrl> urls : List.of(one, other)) {
      for (AllowedUrl url : urls) {
        all.merge(
            url.url(),
            url,
            (old, more) -> new AllowedUrl(old.url(), union(old.methods(), more.methods())));
      }
    }
    return List.copyOf(all.values());
  }

  private static List<EndpointLimit> unionOfEndpoints(
      List<EndpointLimit> one, List<EndpointLimit> other) {
    var all = new ArrayList<>(one);
    for (EndpointLimit limit : other) {
      int same = 0;
      while (same < all.size() && !all.get(same).isOfSame(limit)) {
        same++;
      }
      if (same == all.size()) {
        all.add(limit);
      } else {
        Allowance most = all.get(same).limit().withMoreRate(limit.limit());
        all.set(same, new EndpointLimit(limit.path(), limit.method(), most));
      }
    }
    return all;
  }

  /** APIs that a policy grants; what their policies do not limit is limited as for the key. */
  private Map<String, AccessRight> granted() {
    boolean apart = Set.copyOf(grantedBy.values()).size() > 1;
    var granted = new LinkedHashMap<String, AccessRight>();
    grantedBy.forEach((id, policy) -> {
      AccessRight right = rights.get(id);
      if (right != null) {
        AccessRight whole = right.withLimit(completed(right));
        granted.put(id, apart && right.scope().isEmpty() ? whole.withScope(policy) : whole);
      }
    });
    return granted;
  }

  private Allowance completed(AccessRight right) {
    Allowance limit = right.limit();
    if (!rated.contains(right.apiId())) {
      limit =
          limit
              .withRate(root.rate(), root.per())
              .withThrottle(root.throttleInterval(), root.throttleRetries());
    }
    return quotas.contains(right.apiId())
        ? limit
        : limit.withQuota(root.quotaMax(), root.quotaRenewal());
  }

  /**
   * Where no policy grants, those of the key; what policies limit, as they say. What a policy does
   * not say takes nothing away from what the key itself is limited to, and an API that it does not
   * name is none of its business.
   */
  private Map<String, AccessRight> limitedRights() {
    root = key.allowance();
    for (PolicyDefinition policy : found) {
      if (policy.rights().isEmpty()) {
        root = limited(root, limits(policy));
      }
    }
    var limited = new LinkedHashMap<String, AccessRight>();
    key.rights()
        .forEach((id, own) -> {
          AccessRight part = rights.get(id);
          limited.put(id, part == null ? own : limited(own, part));
        });
    return limited;
  }

  /** Of the parts that a policy sets. */
  private static Allowance limits(PolicyDefinition policy) {
    Allowance set = policy.allowance();
    Allowance rate = policy.parts().setsRate() ? set : set.withRate(0, 0).withThrottle(0, 0);
    return policy.parts().setsQuota() ? rate : rate.withQuota(0, 0);
  }

  private AccessRight limited(AccessRight own, AccessRight part) {
    AccessRight now =
        own.withLimit(limited(own.limit().isEmpty() ? root : own.limit(), part.limit()));
    return part.endpoints().isEmpty() ? now : now.withEndpoints(part.endpoints());
  }

  private static Allowance limited(Allowance own, Allowance set) {
    Allowance limit = own;
    if (set.rate() != 0) {
      limit = limit.withRate(set.rate(), set.per());
    }
    if (set.throttleInterval() > 0 || set.throttleRetries() > 0) {
      limit = limit.withThrottle(set.throttleInterval(), set.throttleRetries());
    }
    return set.quotaMax() == 0 ? limit : limit.withQuota(set.quotaMax(), set.quotaRenewal());
  }

  /** Of a key without policies, an API with a limit of its own is counted by itself. */
  private Map<String, AccessRight> ownRights() {
    var own = new LinkedHashMap<String, AccessRight>();
    key.rights()
        .forEach((id, right) -> own.put(id, right.limit().isEmpty() ? right : right.withScope(id)));
    return own;
  }

  private AppliedPolicies result(Map<String, AccessRight> effective) {
    boolean inactive = key.inactive();
    List<String> tags = key.tags();
    List<String> unenforceable = key.unenforceable();
    var metaData = new LinkedHashMap<>(key.metaData());
    for (PolicyDefinition policy : found) {
      inactive |= policy.inactive();
      tags = union(tags, policy.tags());
      unenforceable = union(unenforceable, policy.unenforceable());
      metaData.putAll(policy.metaData());
    }
    return new AppliedPolicies(
        inactive, root, effective, tags, metaData, endsStreams(), unenforceable, problems);
  }

  /** What the key says; else they end, unless all of its policies say that they do not. */
  private boolean endsStreams() {
    return key.endsStreams()
        .orElse(
            found.isEmpty()
                || found.stream().anyMatch(policy -> policy.endsStreams().orElse(true)));
  }
}
