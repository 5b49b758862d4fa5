package dev.weir.compiler;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.compiler.KeyPatterns.KeyPattern;
import dev.weir.filter.EndpointRates;
import dev.weir.filter.EndpointRates.Entry;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.MethodRules;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.MethodRules.Rule;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateRule;
import dev.weir.model.AccessRight;
import dev.weir.model.AccessRight.AllowedUrl;
import dev.weir.model.Allowance;
import dev.weir.model.AppliedPolicies;
import dev.weir.model.Fingerprint;
import dev.weir.model.KeyDefinition;
import dev.weir.model.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a key and its policies say into what calls ask for. In doubt nothing is granted. Event
 * loops do this, at the first call of a key, so that no pattern is compiled here.
 */
final class KeyGrants {
  private static final int MOST_SCOPE = 128;

  /** Hexadecimal digits of a SHA-256. */
  private static final int FINGERPRINT = 64;

  private final AppliedPolicies applied;
  private final Matching matching;
  private final RightsBasis basis;
  private final Function<String, @Nullable KeyPattern> patterns;

  /**
   * @param basis has the APIs in which plain paths are patterns, too
   * @param patterns by their texts; null for one that nobody has read
   */
  KeyGrants(
      AppliedPolicies applied,
      Matching matching,
      RightsBasis basis,
      Function<String, @Nullable KeyPattern> patterns) {
    this.applied = applied;
    this.matching = matching;
    this.basis = basis;
    this.patterns = patterns;
  }

  Grants of(KeyDefinition key) {
    Set<String> fingerprints =
        key.credentials().bindings().stream()
            .map(KeyGrants::fingerprint)
            .flatMap(Optional::stream)
            .collect(toUnmodifiableSet());
    Grants granted = granted(key).with(applied.metaData()).boundTo(fingerprints);
    return applied.endsStreams() ? granted : granted.withoutEnd();
  }

  private Grants granted(KeyDefinition key) {
    if (applied.isRefused()) {
      return Grants.denied(new ProxyError(Kind.KEY_WITHOUT_POLICY, errors(applied)));
    }
    if (applied.inactive()) {
      return Grants.denied(new ProxyError(Kind.KEY_INACTIVE, "the key is inactive"));
    }
    List<String> unenforceable = unenforceable(key);
    if (!unenforceable.isEmpty()) {
      return Grants.denied(
          new ProxyError(
              Kind.KEY_NOT_SERVED,
              "the key asks for %s, which this build of Weir cannot enforce"
                  .formatted(String.join(", ", unenforceable))));
    }
    if (applied.rights().isEmpty()) {
      return Grants.ofAll(
          new Grant(
              MethodRules.ALL,
              rate(applied.allowance(), ""),
              quota(applied.allowance(), ""),
              null));
    }
    Map<String, Grant> apis = new HashMap<>();
    applied
        .rights()
        .forEach((id, right) ->
            apis.put(
                id,
                new Grant(
                        methods(right),
                        rate(applied.allowance(id), scope(id)),
                        quota(applied.allowance(id), scope(id)),
                        endpoints(right, scope(id)))
                    .ofVersions(right.versions())));
    return Grants.of(apis);
  }

  private static String errors(AppliedPolicies applied) {
    return applied.problems().stream()
        .filter(Problem::isError)
        .map(Problem::message)
        .collect(joining(", "));
  }

  private List<String> unenforceable(KeyDefinition key) {
    Collection<AccessRight> rights = applied.rights().values();
    var features = new ArrayList<>(applied.unenforceable());
    key.credentials().bindings().stream()
        .filter(id -> fingerprint(id).isEmpty())
        .forEach(id -> features.add("%s, which is no id of a certificate".formatted(id)));
    rights.stream()
        .flatMap(right -> right.allowedUrls().stream())
        .map(AllowedUrl::url)
        .filter(url -> !MethodRules.isPlain(url) && pattern(url).pattern() == null)
        .forEach(url -> features.add("%s, which %s".formatted(url, pattern(url).problem())));
    return features;
  }

  private KeyPattern pattern(String url) {
    KeyPattern known = patterns.apply(url);
    return known == null ? new KeyPattern(url, null, "was not read yet") : known;
  }

  /** The end of a certificate's id; empty where it is none. */
  private static Optional<String> fingerprint(String id) {
    int from = id.length() - FINGERPRINT;
    return from >= 0 && id.chars().skip(from).allMatch(KeyGrants::isDigit)
        ? Optional.of(id.substring(from))
        : Optional.empty();
  }

  private static boolean isDigit(int c) {
    return HexFormat.isHexDigit(c) && !Character.isUpperCase(c);
  }

  /** A path that is too long for a pattern stays plain, with its neighbours. */
  private MethodRules methods(AccessRight right) {
    List<Rule> rules =
        right.allowedUrls().stream().map(url -> new Rule(url.url(), url.methods())).toList();
    boolean asTyk =
        basis.loose().contains(right.apiId())
            && rules.stream().allMatch(rule -> pattern(rule.url()).pattern() != null);
    Matching how = asTyk ? matching.asTyk() : matching;
    return basis.methods(
        rules,
        how,
        () -> MethodRules.of(rules, how, url -> Objects.requireNonNull(pattern(url).pattern())));
  }

  private static @Nullable RateRule rate(Allowance allowance, String scope) {
    return allowance.limitsRate() ? new RateRule(scope, allowance.rate(), allowance.per()) : null;
  }

  private static @Nullable QuotaRule quota(Allowance allowance, String scope) {
    return allowance.hasQuota()
        ? new QuotaRule(scope, allowance.quotaMax(), allowance.quotaRenewal())
        : null;
  }

  /** Those are paths, not patterns: a key with another one is not served. */
  private static @Nullable EndpointRates endpoints(AccessRight right, String scope) {
    List<Entry> entries =
        right.endpoints().stream()
            .filter(endpoint -> endpoint.limit().rate() != 0)
            .map(endpoint ->
                new Entry(
                    endpoint.path(),
                    endpoint.method(),
                    false,
                    rate(
                        endpoint.limit(),
                        "%s %s %s %s"
                            .formatted(scope, right.apiId(), endpoint.method(), endpoint.path()))))
            .toList();
    return entries.isEmpty() ? null : EndpointRates.ofPaths(entries);
  }

  /** As it is part of the id of a record, a long one is a hash. */
  private String scope(String apiId) {
    String scope = applied.scope(apiId);
    return scope.length() > MOST_SCOPE ? Fingerprint.of(scope) : scope;
  }
}
