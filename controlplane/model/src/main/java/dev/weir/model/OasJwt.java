package dev.weir.model;

import java.util.ArrayList;
import java.util.List;

/** Translates a scheme of signed tokens of an OAS document. */
final class OasJwt {
  private final OasObject jwt;
  private final ClassicDraft draft;

  OasJwt(OasObject jwt, ClassicDraft draft) {
    this.jwt = jwt;
    this.draft = draft;
  }

  void translate() {
    draft.put("enable_jwt", jwt, "enabled");
    new OasPlaces(jwt, "jwt", draft).unnamed();
    draft.put("jwt_source", jwt, "source");
    keySets();
    draft.put("jwt_signing_method", jwt, "signingMethod");
    draft.put("jwt_skip_kid", jwt, "skipKid");
    draft.put("jwt_client_base_field", jwt, "clientBaseField");
    draft.put("jwt_default_policies", jwt, "defaultPolicies");
    draft.put("idp_client_id_mapping_disabled", jwt, "idpClientIdMappingDisabled");
    draft.put("jwt_issued_at_validation_skew", jwt, "issuedAtValidationSkew");
    draft.put("jwt_not_before_validation_skew", jwt, "notBeforeValidationSkew");
    draft.put("jwt_expires_at_validation_skew", jwt, "expiresAtValidationSkew");
    oneClaim("identityBaseField", "subjectClaims", "jwt_identity_base_field");
    oneClaim("policyFieldName", "basePolicyClaims", "jwt_policy_field_name");
    scopes(jwt.object("scopes"));
    jwt.refuse("allowedIssuers", "a list of issuers");
    jwt.refuse("allowedAudiences", "a list of audiences");
    jwt.refuse("allowedSubjects", "a list of subjects");
    jwt.refuse("jtiValidation", "tokens that count once");
    jwt.refuse("customClaimValidation", "checks of other claims");
  }

  private void keySets() {
    List<Json> sets = new ArrayList<>();
    for (OasObject set : jwt.objects("jwksURIs")) {
      Json.Obj classic = Json.Obj.empty(set.origin());
      Json url = set.get("url");
      Json timeout = set.get("cacheTimeout");
      classic = url == null ? classic : classic.with("url", url);
      sets.add(timeout == null ? classic : classic.with("cache_timeout", timeout));
      set.end();
    }
    draft.put("jwt_jwks_uris", new Json.Arr(jwt.origin(), sets));
    if (sets.isEmpty() && jwt.text("source").isBlank()) {
      jwt.error("source", "is missing, nothing says whose tokens are good", "or set jwksURIs");
    }
  }

  /** Newer documents have a list of claims, of which the classic format has the first. */
  private void oneClaim(String name, String list, String classic) {
    Json claim = jwt.get(name);
    List<Json> claims = jwt.items(list);
    boolean other =
        claim != null
            && !claim.isZero()
            && !claims.isEmpty()
            && !JsonWriter.text(claims.getFirst()).equals(JsonWriter.text(claim));
    if (claims.size() > 1 || other) {
      jwt.error(list, "has more than one claim, which is not available in this build", null);
    }
    draft.put(classic, claims.isEmpty() ? claim : claims.getFirst());
  }

  private void scopes(OasObject scopes) {
    String at = "scopes.jwt.";
    List<Json> claims = scopes.items("claims");
    if (claims.size() > 1) {
      scopes.error("claims", "has more than one claim, which is not available in this build", null);
    }
    Json claim = scopes.get("claimName");
    draft.put(at + "scope_claim_name", claims.isEmpty() ? claim : claims.getFirst());
    var policies = new OasMap(scopes.origin());
    for (OasObject entry : scopes.objects("scopeToPolicyMapping")) {
      policies.put(entry, "scope", entry.get("policyId"));
      entry.end();
    }
    draft.put(at + "scope_to_policy", policies.isEmpty() ? null : policies.json());
    scopes.end();
  }
}
