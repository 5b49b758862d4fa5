package dev.weir.compiler;

import dev.weir.jwt.Claims;
import dev.weir.model.JwtRules;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Which policies the claims of a token come to, as in Tyk, and whose it is. */
final class TokenPolicies {
  private TokenPolicies() {}

  /** The claim that the API names, or else {@code sub}; empty where there is neither. */
  static Optional<String> identity(JwtRules rules, Claims claims) {
    String field = rules.claims().identity();
    Optional<String> named = field.isEmpty() ? Optional.empty() : claims.text(field);
    return named.isPresent() ? named : claims.text("sub");
  }

  /** Whether the claim that is to name a policy is there and names none. */
  static boolean areUnclear(JwtRules rules, Claims claims) {
    String field = rules.claims().policy();
    return !field.isEmpty() && claims.isThere(field) && claims.text(field).isEmpty();
  }

  /**
   * The policy that a claim names, or else those by default, and those of its scopes. Where scopes
   * are told, those by default do not count. None at all grants nothing.
   */
  static List<String> of(JwtRules rules, Claims claims) {
    String field = rules.claims().policy();
    Optional<String> named = field.isEmpty() ? Optional.empty() : claims.text(field);
    String scopeClaim = rules.claims().scope();
    if (rules.scopePolicies().isEmpty() || !claims.has(scopeClaim)) {
      return named.map(List::of).orElse(rules.defaultPolicies());
    }
    var scoped = new LinkedHashSet<String>();
    for (String scope : claims.words(scopeClaim)) {
      scoped.addAll(rules.scopePolicies().getOrDefault(scope, List.of()));
    }
    if (scoped.isEmpty()) {
      return List.of();
    }
    var all = new LinkedHashSet<String>();
    named.ifPresent(all::add);
    all.addAll(scoped);
    return new ArrayList<>(all);
  }
}
