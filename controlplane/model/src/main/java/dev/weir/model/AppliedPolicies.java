package dev.weir.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a key may do together with its policies. Made anew whenever either changes, so that a
 * changed policy counts for the keys that there are.
 *
 * @param inactive the key or one of its policies is
 * @param allowance what counts for APIs without a limit of their own
 * @param rights by the id of the API; empty for every API, where such keys are allowed
 * @param tags the key's own, then those of the policies
 * @param metaData the key's own, with that of the policies over it
 * @param endsStreams whether open streams end when what allowed them is taken away
 * @param unenforceable features that the key or a policy asks for and this build cannot enforce
 * @param problems errors, with which the key counts as not there, and warnings
 */
public record AppliedPolicies(
    boolean inactive,
    Allowance allowance,
    Map<String, AccessRight> rights,
    List<String> tags,
    Map<String, String> metaData,
    boolean endsStreams,
    List<String> unenforceable,
    List<Problem> problems) {

  public AppliedPolicies {
    rights = Collections.unmodifiableMap(new LinkedHashMap<>(rights));
    tags = List.copyOf(tags);
    metaData = Collections.unmodifiableMap(new LinkedHashMap<>(metaData));
    unenforceable = List.copyOf(unenforceable);
    problems = List.copyOf(problems);
  }

  /**
   * Applies the policies that a key names.
   *
   * @param policies by their ids; null for one that is not there
   */
  public static AppliedPolicies of(
      KeyDefinition key, Function<String, @Nullable PolicyDefinition> policies) {
    return new PolicyApplication(key).apply(policies);
  }

  /** Whether the key must not be let in. */
  public boolean isRefused() {
    return problems.stream().anyMatch(Problem::isError);
  }

  /** Why calls with this key must end with UNAVAILABLE; empty when it can be served. */
  public Optional<String> refusal() {
    return Refusal.of("the key", unenforceable);
  }

  /** What counts for calls of an API: its own limit, or that of the key. */
  public Allowance allowance(String apiId) {
    AccessRight right = rights.get(apiId);
    return right == null || right.limit().isEmpty() ? allowance : right.limit();
  }

  /** What calls of an API are counted for; empty for the whole key. */
  public String scope(String apiId) {
    AccessRight right = rights.get(apiId);
    return right == null ? "" : right.scope();
  }

  /** Without what may be secret. */
  @Override
  public String toString() {
    return "policies applied, problems " + problems;
  }
}
