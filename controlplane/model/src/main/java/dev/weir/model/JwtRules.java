package dev.weir.model;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What an API believes of the tokens that others have signed (RFC 7519), and what those who show
 * them may do. Equal for APIs that say the same.
 *
 * @param orgId whose policies count
 * @param method {@code jwt_signing_method}, from which tokens cannot depart
 * @param key {@code jwt_source} where it is a key: base64; not set where key sets are
 * @param keySets {@code jwt_jwks_uris}, or {@code jwt_source} where it is an address
 * @param skews by how much clocks may differ
 * @param claims where a token tells whose it is
 * @param defaultPolicies {@code jwt_default_policies}, for tokens that name none
 * @param scopePolicies {@code jwt_scope_to_policy_mapping} or {@code scopes.jwt.scope_to_policy}
 * @param clients what keys of clients are for
 * @param told names of claims that the API tells its servers, or decides by, as {@code
 *     $tyk_context.jwt_claims_NAME}
 */
public record JwtRules(
    String orgId,
    Method method,
    Secret key,
    List<KeySet> keySets,
    Skews skews,
    ClaimNames claims,
    List<String> defaultPolicies,
    Map<String, List<String>> scopePolicies,
    Clients clients,
    Set<String> told) {

  public JwtRules {
    keySets = List.copyOf(keySets);
    defaultPolicies = List.copyOf(defaultPolicies);
    scopePolicies = Map.copyOf(new LinkedHashMap<>(scopePolicies));
    told = Set.copyOf(told);
  }

  /** How tokens are signed. */
  public enum Method {
    HMAC,
    RSA,
    ECDSA,
    /** Beyond what Tyk has. */
    EDDSA;

    /** As it is written. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where an issuer publishes its keys.
   *
   * @param refresh after how long they are fetched again
   */
  public record KeySet(URI address, Duration refresh) {}

  /**
   * Seconds.
   *
   * @param expires {@code jwt_expires_at_validation_skew}
   * @param issued {@code jwt_issued_at_validation_skew}
   * @param notBefore {@code jwt_not_before_validation_skew}
   */
  public record Skews(long expires, long issued, long notBefore) {}

  /**
   * What keys of clients are for.
   *
   * @param sign each has its secret, {@code jwt_data.secret}, and its rights, since there is no
   *     {@code jwt_source} and no {@code jwt_jwks_uris}
   * @param byKeyId the {@code kid} of a token names the key, before a claim: no {@code
   *     jwt_skip_kid}
   * @param policyClaim {@code jwt_client_base_field}, which names the key whose policy a token has;
   *     empty for none
   */
  public record Clients(boolean sign, boolean byKeyId, String policyClaim) {}

  /**
   * Names of claims.
   *
   * @param identity {@code jwt_identity_base_field}, before {@code sub}; empty for {@code sub}
   *     alone
   * @param policy {@code jwt_policy_field_name}; empty for none
   * @param scope {@code jwt_scope_claim_name} or {@code scopes.jwt.scope_claim_name}
   */
  public record ClaimNames(String identity, String policy, String scope) {}
}
