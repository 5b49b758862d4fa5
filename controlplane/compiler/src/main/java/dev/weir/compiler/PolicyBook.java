package dev.weir.compiler;

import dev.weir.model.AccessRight;
import dev.weir.model.Fingerprint;
import dev.weir.model.PolicyDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The policies that count at a time. Immutable; compared by identity. */
public final class PolicyBook {
  /** There are none. */
  public static final PolicyBook EMPTY = new PolicyBook(Map.of());

  private final Map<String, PolicyDefinition> policies;

  /**
   * @param policies by their ids
   */
  public PolicyBook(Map<String, PolicyDefinition> policies) {
    this.policies = Map.copyOf(policies);
  }

  /** The policy with this id; null for none. */
  public @Nullable PolicyDefinition find(String id) {
    return policies.get(id);
  }

  /** The same for books that have the same policies, whatever the layout of their documents. */
  String fingerprint() {
    Map<String, String> fingerprints = new TreeMap<>();
    policies.forEach((id, policy) -> fingerprints.put(id, policy.settings().fingerprint()));
    return Fingerprint.of(fingerprints.toString());
  }

  /** What all of them allow. */
  List<AccessRight> rights() {
    return policies.values().stream().flatMap(policy -> policy.rights().values().stream()).toList();
  }

  Map<String, PolicyDefinition> all() {
    return policies;
  }

  /** Whether both have the same policies, whatever the layout of their documents. */
  boolean says(PolicyBook other) {
    return policies.keySet().equals(other.policies.keySet())
        && policies.values().stream()
            .allMatch(policy -> {
              PolicyDefinition that = other.find(policy.id());
              return that != null
                  && policy.settings().fingerprint().equals(that.settings().fingerprint());
            });
  }
}
