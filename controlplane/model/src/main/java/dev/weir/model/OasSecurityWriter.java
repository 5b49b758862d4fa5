package dev.weir.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes how callers say who they are into an OAS document, in all three places. */
final class OasSecurityWriter {
  private static final Origin HERE = Origin.whole("");
  private static final String AUTHENTICATION = OasTranslator.EXTENSION + ".server.authentication.";
  private static final String SCHEMES = AUTHENTICATION + "securitySchemes.";
  private static final String DEFAULT_HEADER = "Authorization";

  /** What a signed token is judged by, under its other name. */
  private static final Map<String, String> JWT = new LinkedHashMap<>();

  static {
    JWT.put("jwt_source", "source");
    JWT.put("jwt_signing_method", "signingMethod");
    JWT.put("jwt_skip_kid", "skipKid");
    JWT.put("jwt_identity_base_field", "identityBaseField");
    JWT.put("jwt_client_base_field", "clientBaseField");
    JWT.put("jwt_policy_field_name", "policyFieldName");
    JWT.put("jwt_default_policies", "defaultPolicies");
    JWT.put("idp_client_id_mapping_disabled", "idpClientIdMappingDisabled");
    JWT.put("jwt_issued_at_validation_skew", "issuedAtValidationSkew");
    JWT.put("jwt_not_before_validation_skew", "notBeforeValidationSkew");
    JWT.put("jwt_expires_at_validation_skew", "expiresAtValidationSkew");
    JWT.put("scopes.jwt.scope_claim_name", "scopes.claimName");
  }

  private final Settings api;
  private final ClassicDraft document;
  private Json.Obj required = Json.Obj.empty(HERE);

  OasSecurityWriter(Settings api, ClassicDraft document) {
    this.api = api;
    this.document = document;
  }

  void write() {
    boolean basic = api.flag("use_basic_auth");
    boolean jwt = api.flag("enable_jwt");
    boolean token = api.flag("use_standard_auth") || (!basic && !jwt && !api.flag("use_keyless"));
    document.put(AUTHENTICATION + "enabled", HERE, token || basic || jwt);
    if (!token && !basic && !jwt) {
      return;
    }
    document.put(AUTHENTICATION + "stripAuthorizationData", OasWriter.said(api, "strip_auth_data"));
    document.put(
        AUTHENTICATION + "baseIdentityProvider", OasWriter.said(api, "base_identity_provided_by"));
    if (basic) {
      http("basic", "basic");
      copy("basic_auth.disable_caching", "basic.disableCaching");
      copy("basic_auth.cache_ttl", "basic.cacheTTL");
    }
    if (jwt) {
      http("jwt", "bearer");
      JWT.forEach((classic, name) -> copy(classic, "jwt." + name));
      keySets();
      scopes();
    }
    if (token) {
      token();
    }
    document.put("security", new Json.Arr(HERE, List.of(required)));
  }

  private void copy(String classic, String name) {
    document.put(SCHEMES + name, OasWriter.said(api, classic));
  }

  private void scheme(String name, Json.Obj twin) {
    required = required.with(name, new Json.Arr(HERE, List.of()));
    document.put("components.securitySchemes." + name, twin);
    document.put(SCHEMES + name + ".enabled", HERE, true);
  }

  private void http(String name, String scheme) {
    scheme(
        name,
        Json.Obj.empty(HERE)
            .with("type", OasWriter.text("http"))
            .with("scheme", OasWriter.text(scheme)));
    String config = "auth_configs." + name;
    if (!api.flag(config + ".disable_header")) {
      place(name, "header", text(config + ".auth_header_name", DEFAULT_HEADER));
    }
    others(name, config);
  }

  private void token() {
    String config = "auth_configs.authToken";
    boolean header = !api.flag(config + ".disable_header");
    boolean query = api.flag(config + ".use_param");
    String in = header ? "header" : query ? "query" : "cookie";
    String field = header ? ".auth_header_name" : query ? ".param_name" : ".cookie_name";
    scheme(
        "authToken",
        Json.Obj.empty(HERE)
            .with("type", OasWriter.text("apiKey"))
            .with("in", OasWriter.text(in))
            .with("name", OasWriter.text(text(config + field, DEFAULT_HEADER))));
    others("authToken", config);
    copy(config + ".use_certificate", "authToken.enableClientCertificate");
  }

  private void others(String name, String config) {
    if (api.flag(config + ".use_param")) {
      place(name, "query", api.text(config + ".param_name"));
    }
    if (api.flag(config + ".use_cookie")) {
      place(name, "cookie", api.text(config + ".cookie_name"));
    }
  }

  private void place(String scheme, String place, String name) {
    document.put(SCHEMES + scheme + "." + place + ".enabled", HERE, true);
    document.put(SCHEMES + scheme + "." + place + ".name", OasWriter.text(name));
  }

  private String text(String path, String otherwise) {
    String text = api.text(path);
    return text.isEmpty() ? otherwise : text;
  }

  private void keySets() {
    List<Json> sets = api.items("jwt_jwks_uris").stream().map(OasSecurityWriter::keySet).toList();
    document.put(SCHEMES + "jwt.jwksURIs", new Json.Arr(HERE, sets));
  }

  private static Json keySet(Json classic) {
    Json.Obj set = Json.Obj.empty(HERE);
    if (classic instanceof Json.Obj object) {
      Json url = object.get("url");
      Json timeout = object.get("cache_timeout");
      set = url == null ? set : set.with("url", url);
      set = timeout == null ? set : set.with("cacheTimeout", timeout);
    }
    return set;
  }

  private void scopes() {
    List<Json> mapping =
        api.textMap("scopes.jwt.scope_to_policy").entrySet().stream()
            .<Json>map(entry ->
                Json.Obj.empty(HERE)
                    .with("scope", OasWriter.text(entry.getKey()))
                    .with("policyId", OasWriter.text(entry.getValue())))
            .toList();
    if (!mapping.isEmpty()) {
      document.put(SCHEMES + "jwt.scopes.scopeToPolicyMapping", new Json.Arr(HERE, mapping));
    }
  }
}
