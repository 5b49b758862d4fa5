package dev.weir.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every field of Tyk's classic API definition with its type, and the {@code grpc} object. A field
 * counts as acted on also when this build refuses to serve the API because of it, and when it only
 * refines such a field.
 */
final class ApiKeys {

  static final Shape.Fields ROOT =
      Shape.Fields.of(
          Stream.of(
                  identity(),
                  binding(),
                  target(),
                  authentication(),
                  tokens(),
                  access(),
                  processing(),
                  records(),
                  versions())
              .flatMap(List::stream)
              .toList());

  /** One entry of {@code version_data.versions}. */
  static final Shape.Fields VERSION = Shape.Fields.of(List.of(version()));

  /** One entry of the lists of {@code extended_paths} that say which paths may be called. */
  static final Shape.Fields PATH_ENTRY = Shape.Fields.of(List.of(pathEntry()));

  /** One entry of the lists of {@code extended_paths} that change heads. */
  static final Shape.Fields HEADERS_ENTRY = Shape.Fields.of(List.of(headersEntry()));

  /** One entry of {@code extended_paths.rate_limit}. */
  static final Shape.Fields RATE_ENTRY = Shape.Fields.of(List.of(rateEntry()));

  /** One entry of {@code hard_timeouts}. */
  static final Shape.Fields TIMEOUT_ENTRY = Shape.Fields.of(List.of(timeoutEntry()));

  /** One entry of {@code size_limits}. */
  static final Shape.Fields SIZE_ENTRY = Shape.Fields.of(List.of(sizeEntry()));

  /** What {@code method_actions} do by one method. */
  static final Shape.Fields METHOD_ACTION = Shape.Fields.of(List.of(methodAction()));

  /** One entry of {@code method_transforms}. */
  static final Shape.Fields METHOD_ENTRY = Shape.Fields.of(List.of(methodEntry()));

  /** One entry of {@code mock_response}. */
  static final Shape.Fields MOCK_ENTRY = Shape.Fields.of(List.of(mockEntry()));

  /** One entry of {@code url_rewrites}. */
  static final Shape.Fields REWRITE_ENTRY = Shape.Fields.of(List.of(rewriteEntry()));

  /** One of its {@code triggers}. */
  static final Shape.Fields TRIGGER = Shape.Fields.of(List.of(trigger()));

  /** What a trigger looks for. */
  static final Shape.Fields MATCH = Shape.Fields.of(List.of(text("match_rx"), flag("reverse")));

  private ApiKeys() {}

  private static List<Key> identity() {
    return List.of(
        text("id").acted(),
        text("name").acted(),
        text("slug").acted(),
        text("api_id").acted(),
        text("org_id").acted(),
        flag("active").acted(),
        flag("internal").acted(),
        text("expiration").acted(),
        flag("is_oas").acted(),
        texts("tags"),
        flag("tags_disabled").acted());
  }

  private static List<Key> binding() {
    return List.of(
        text("protocol").acted(),
        integer("listen_port").acted(),
        flag("enable_proxy_protocol"),
        text("json_rpc_version"),
        text("application_protocol"),
        text("domain").acted(),
        flag("domain_disabled").acted(),
        texts("certificates").acted());
  }

  private static List<Key> target() {
    return List.of(
        object(
            "proxy",
            flag("preserve_host_header").acted(),
            text("listen_path").acted(),
            text("target_url").acted(),
            flag("disable_strip_slash"),
            flag("strip_listen_path").acted(),
            flag("enable_load_balancing").acted(),
            texts("target_list").acted(),
            flag("check_host_against_uptime_tests"),
            object(
                    "service_discovery",
                    flag("use_discovery_service"),
                    text("query_endpoint"),
                    flag("use_nested_query"),
                    text("parent_data_path"),
                    text("data_path"),
                    text("port_data_path"),
                    text("target_path"),
                    flag("use_target_list"),
                    flag("cache_disabled"),
                    integer("cache_timeout"),
                    flag("endpoint_returns_list"))
                .acted(),
            object(
                "transport",
                flag("ssl_insecure_skip_verify").acted(),
                texts("ssl_ciphers").acted(),
                uint16("ssl_min_version").acted(),
                uint16("ssl_max_version").acted(),
                flag("ssl_force_common_name_check").acted(),
                text("proxy_url"))),
        object(
            "uptime_tests",
            flag("disabled"),
            list(
                "check_list",
                text("url"),
                text("protocol"),
                nanos("timeout"),
                flag("enable_proxy_protocol"),
                list("commands", text("name"), text("message")),
                text("method"),
                textMap("headers"),
                text("body")),
            object(
                "config",
                integer("expire_utime_after"),
                object(
                    "service_discovery",
                    flag("use_discovery_service"),
                    text("query_endpoint"),
                    flag("use_nested_query"),
                    text("parent_data_path"),
                    text("data_path"),
                    text("port_data_path"),
                    text("target_path"),
                    flag("use_target_list"),
                    flag("cache_disabled"),
                    integer("cache_timeout"),
                    flag("endpoint_returns_list")),
                integer("recheck_wait"))),
        textMap("upstream_certificates").acted(),
        flag("upstream_certificates_disabled").acted(),
        textMap("pinned_public_keys").acted(),
        flag("certificate_pinning_disabled").acted(),
        object(
                "upstream_auth",
                flag("enabled"),
                object(
                    "basic_auth",
                    flag("enabled"),
                    text("username"),
                    text("password"),
                    object("header", flag("enabled"), text("name"))),
                object(
                    "oauth",
                    flag("enabled"),
                    texts("allowed_authorize_types"),
                    object(
                        "client_credentials",
                        text("client_id"),
                        text("client_secret"),
                        text("method"),
                        object("header", flag("enabled"), text("name")),
                        text("token_url"),
                        texts("scopes"),
                        texts("extra_metadata")),
                    object(
                        "password",
                        text("client_id"),
                        text("client_secret"),
                        text("method"),
                        object("header", flag("enabled"), text("name")),
                        text("username"),
                        text("password"),
                        text("token_url"),
                        texts("scopes"),
                        texts("extra_metadata"))))
            .acted(),
        object(
                "request_signing",
                flag("is_enabled"),
                text("secret"),
                text("key_id"),
                text("algorithm"),
                texts("header_list"),
                text("certificate_id"),
                text("signature_header"))
            .acted());
  }

  private static List<Key> authentication() {
    return List.of(
        flag("use_keyless").acted(),
        flag("use_standard_auth").acted(),
        object(
                "auth",
                text("name"),
                flag("use_param"),
                text("param_name"),
                flag("use_cookie"),
                text("cookie_name"),
                flag("disable_header"),
                text("auth_header_name"),
                flag("use_certificate"),
                flag("validate_signature"),
                object(
                    "signature",
                    text("algorithm"),
                    text("header"),
                    flag("use_param"),
                    text("param_name"),
                    text("secret"),
                    integer("allowed_clock_skew"),
                    integer("error_code"),
                    text("error_message")))
            .acted(),
        map(
                "auth_configs",
                text("name"),
                flag("use_param"),
                text("param_name"),
                flag("use_cookie"),
                text("cookie_name"),
                flag("disable_header"),
                text("auth_header_name"),
                flag("use_certificate"),
                flag("validate_signature"),
                object(
                    "signature",
                    text("algorithm"),
                    text("header"),
                    flag("use_param"),
                    text("param_name"),
                    text("secret"),
                    integer("allowed_clock_skew"),
                    integer("error_code"),
                    text("error_message")))
            .acted(),
        flag("use_basic_auth").acted(),
        object(
                "basic_auth",
                flag("disable_caching"),
                integer("cache_ttl"),
                flag("extract_from_body"),
                text("body_user_regexp"),
                text("body_password_regexp"))
            .acted(),
        flag("use_mutual_tls_auth").acted(),
        texts("client_certificates").acted(),
        flag("enable_signature_checking").acted(),
        decimal("hmac_allowed_clock_skew").acted(),
        texts("hmac_allowed_algorithms").acted(),
        flag("use_go_plugin_auth").acted(),
        flag("enable_coprocess_auth").acted(),
        flag("custom_plugin_auth_enabled").acted(),
        flag("strip_auth_data").acted(),
        text("base_identity_provided_by").acted(),
        object("auth_provider", text("name"), text("storage_engine"), free("meta")).acted(),
        object("session_provider", text("name"), text("storage_engine"), free("meta")).acted(),
        free("security_requirements").acted(),
        free("security_requirement_scopes").acted());
  }

  private static List<Key> tokens() {
    return List.of(
        flag("enable_jwt").acted(),
        text("jwt_signing_method").acted(),
        text("jwt_source").acted(),
        list("jwt_jwks_uris", text("url"), text("cache_timeout")).acted(),
        text("jwt_identity_base_field").acted(),
        text("jwt_client_base_field").acted(),
        text("jwt_policy_field_name").acted(),
        texts("jwt_default_policies").acted(),
        uint64("jwt_issued_at_validation_skew").acted(),
        uint64("jwt_expires_at_validation_skew").acted(),
        uint64("jwt_not_before_validation_skew").acted(),
        flag("jwt_skip_kid").acted(),
        object(
                "scopes",
                object("jwt", text("scope_claim_name"), textMap("scope_to_policy")),
                object("oidc", text("scope_claim_name"), textMap("scope_to_policy")))
            .acted(),
        flag("idp_client_id_mapping_disabled").acted(),
        textMap("jwt_scope_to_policy_mapping").acted(),
        text("jwt_scope_claim_name").acted(),
        flag("use_oauth2").acted(),
        object(
                "external_oauth",
                flag("enabled"),
                list(
                    "providers",
                    object(
                        "jwt",
                        flag("enabled"),
                        text("signing_method"),
                        text("source"),
                        uint64("issued_at_validation_skew"),
                        uint64("not_before_validation_skew"),
                        uint64("expires_at_validation_skew"),
                        text("identity_base_field")),
                    object(
                        "introspection",
                        flag("enabled"),
                        text("url"),
                        text("client_id"),
                        text("client_secret"),
                        text("identity_base_field"),
                        object("cache", flag("enabled"), integer("timeout")))))
            .acted(),
        flag("use_openid").acted(),
        object(
                "openid_options",
                list("providers", text("issuer"), textMap("client_ids")),
                flag("segregate_by_client"))
            .acted(),
        object("notifications", text("shared_secret"), text("oauth_on_keychange_url")).acted(),
        object(
                "oauth_meta",
                texts("allowed_access_types"),
                texts("allowed_authorize_types"),
                text("auth_login_redirect"))
            .acted());
  }

  private static List<Key> access() {
    return List.of(
        flag("enable_ip_whitelisting").acted(),
        texts("allowed_ips").acted(),
        flag("enable_ip_blacklisting").acted(),
        texts("blacklisted_ips").acted(),
        flag("ip_access_control_disabled").acted(),
        object("global_rate_limit", flag("disabled"), decimal("rate"), decimal("per")).acted(),
        flag("disable_rate_limit").acted(),
        flag("disable_quota").acted(),
        integer("session_lifetime").acted(),
        flag("session_lifetime_respects_key_expiration").acted(),
        flag("dont_set_quota_on_create"),
        object(
            "CORS",
            flag("enable"),
            texts("allowed_origins"),
            texts("allowed_methods"),
            texts("allowed_headers"),
            texts("exposed_headers"),
            flag("allow_credentials"),
            integer("max_age"),
            flag("options_passthrough"),
            flag("debug")));
  }

  private static List<Key> processing() {
    return List.of(
        object(
                "custom_middleware",
                list(
                    "pre",
                    flag("disabled"),
                    text("name"),
                    text("path"),
                    text("code"),
                    flag("require_session"),
                    flag("raw_body_only")),
                list(
                    "post",
                    flag("disabled"),
                    text("name"),
                    text("path"),
                    text("code"),
                    flag("require_session"),
                    flag("raw_body_only")),
                list(
                    "post_key_auth",
                    flag("disabled"),
                    text("name"),
                    text("path"),
                    text("code"),
                    flag("require_session"),
                    flag("raw_body_only")),
                object(
                    "auth_check",
                    flag("disabled"),
                    text("name"),
                    text("path"),
                    text("code"),
                    flag("require_session"),
                    flag("raw_body_only")),
                object(
                    "traffic_logs",
                    flag("disabled"),
                    text("name"),
                    text("path"),
                    text("code"),
                    flag("require_session"),
                    flag("raw_body_only")),
                list(
                    "response",
                    flag("disabled"),
                    text("name"),
                    text("path"),
                    text("code"),
                    flag("require_session"),
                    flag("raw_body_only")),
                text("driver"),
                object(
                    "id_extractor",
                    flag("disabled"),
                    text("extract_from"),
                    text("extract_with"),
                    free("extractor_config")))
            .acted(),
        text("custom_middleware_bundle").acted(),
        flag("custom_middleware_bundle_disabled").acted(),
        list("response_processors", text("name"), free("options")).acted(),
        object(
            "cache_options",
            integer("cache_timeout"),
            flag("enable_cache"),
            flag("cache_all_safe_requests"),
            integers("cache_response_codes"),
            flag("enable_upstream_cache_control"),
            text("cache_control_ttl_header"),
            texts("cache_by_headers")),
        flag("enable_batch_request_support"),
        flag("enable_context_vars"),
        free("config_data"),
        flag("config_data_disabled"),
        free("graphql").acted(),
        free("error_overrides"),
        flag("error_overrides_disabled"),
        free("event_handlers"),
        free("grpc").acted(),
        object("weir", flag("loose_path_matching")).acted());
  }

  private static List<Key> records() {
    return List.of(
        flag("do_not_track"),
        flag("enable_detailed_recording"),
        texts("tag_headers"),
        integer("expire_analytics_after"),
        object("analytics_plugin", flag("enable"), text("plugin_path"), text("func_name")),
        flag("detailed_tracing"));
  }

  private static List<Key> versions() {
    return List.of(
        object(
                "definition",
                flag("enabled"),
                text("name"),
                text("default"),
                text("location"),
                text("key"),
                flag("strip_path"),
                flag("strip_versioning_data"),
                text("url_versioning_pattern"),
                flag("fallback_to_default"),
                textMap("versions"))
            .acted(),
        object(
                "version_data",
                flag("not_versioned"),
                text("default_version"),
                map("versions", version()))
            .acted());
  }

  private static Key[] version() {
    return new Key[] {
      text("name").acted(),
      text("expires"),
      object("paths", texts("ignored"), texts("white_list"), texts("black_list")),
      flag("use_extended_paths"),
      textMap("global_headers"),
      texts("global_headers_remove"),
      flag("global_headers_disabled"),
      textMap("global_response_headers"),
      texts("global_response_headers_remove"),
      flag("global_response_headers_disabled"),
      flag("ignore_endpoint_case"),
      integer("global_size_limit"),
      flag("global_size_limit_disabled"),
      text("global_enforce_timeout"),
      flag("global_enforce_timeout_disabled"),
      text("override_target"),
      extendedPaths()
    };
  }

  private static Key[] pathEntry() {
    return new Key[] {
      flag("disabled"),
      text("path"),
      text("method"),
      flag("ignore_case"),
      map("method_actions", methodAction())
    };
  }

  private static Key[] headersEntry() {
    return new Key[] {
      flag("disabled"),
      texts("delete_headers"),
      textMap("add_headers"),
      text("path"),
      text("method"),
      flag("act_on")
    };
  }

  private static Key[] timeoutEntry() {
    return new Key[] {
      flag("disabled"), text("path"), text("method"), integer("timeout"), text("duration")
    };
  }

  private static Key[] sizeEntry() {
    return new Key[] {flag("disabled"), text("path"), text("method"), integer("size_limit")};
  }

  private static Key[] methodAction() {
    return new Key[] {text("action"), integer("code"), text("data"), textMap("headers")};
  }

  private static Key[] methodEntry() {
    return new Key[] {flag("disabled"), text("path"), text("method"), text("to_method")};
  }

  private static Key[] mockEntry() {
    return new Key[] {
      flag("disabled"),
      text("path"),
      text("method"),
      flag("ignore_case"),
      integer("code"),
      text("body"),
      textMap("headers")
    };
  }

  private static Key[] rewriteEntry() {
    return new Key[] {
      flag("disabled"),
      text("path"),
      text("method"),
      text("match_pattern"),
      text("rewrite_to"),
      list("triggers", trigger())
    };
  }

  private static Key[] trigger() {
    return new Key[] {
      text("on"),
      object(
          "options",
          map("header_matches", text("match_rx"), flag("reverse")),
          map("query_val_matches", text("match_rx"), flag("reverse")),
          map("path_part_matches", text("match_rx"), flag("reverse")),
          map("session_meta_matches", text("match_rx"), flag("reverse")),
          map("request_context_matches", text("match_rx"), flag("reverse")),
          object("payload_matches", text("match_rx"), flag("reverse"))),
      text("rewrite_to")
    };
  }

  private static Key extendedPaths() {
    return object(
        "extended_paths",
        list("ignored", pathEntry()),
        list("white_list", pathEntry()),
        list("black_list", pathEntry()),
        list("mock_response", mockEntry()),
        texts("cache"),
        list(
            "advance_cache_config",
            flag("disabled"),
            text("method"),
            text("path"),
            text("cache_key_regex"),
            integers("cache_response_codes"),
            integer("timeout")),
        list(
            "transform",
            flag("disabled"),
            object(
                "template_data",
                text("input_type"),
                text("template_mode"),
                flag("enable_session"),
                text("template_source")),
            text("path"),
            text("method")),
        list(
            "transform_response",
            flag("disabled"),
            object(
                "template_data",
                text("input_type"),
                text("template_mode"),
                flag("enable_session"),
                text("template_source")),
            text("path"),
            text("method")),
        list("transform_jq", text("filter"), text("path"), text("method")),
        list("transform_jq_response", text("filter"), text("path"), text("method")),
        list("transform_headers", headersEntry()),
        list("transform_response_headers", headersEntry()),
        list("hard_timeouts", timeoutEntry()),
        list(
            "circuit_breakers",
            flag("disabled"),
            text("path"),
            text("method"),
            decimal("threshold_percent"),
            integer("samples"),
            integer("return_to_service_after"),
            flag("disable_half_open_state")),
        list("url_rewrites", rewriteEntry()),
        list(
            "virtual",
            flag("disabled"),
            text("response_function_name"),
            text("function_source_type"),
            text("function_source_uri"),
            text("path"),
            text("method"),
            flag("use_session"),
            flag("proxy_on_error")),
        list("size_limits", sizeEntry()),
        list("method_transforms", methodEntry()),
        list("track_endpoints", flag("disabled"), text("path"), text("method")),
        list("do_not_track_endpoints", flag("disabled"), text("path"), text("method")),
        list(
            "validate_json",
            flag("disabled"),
            text("path"),
            text("method"),
            free("schema"),
            text("schema_b64"),
            integer("error_response_code")),
        list(
            "validate_request",
            flag("enabled"),
            text("path"),
            text("method"),
            integer("error_response_code")),
        list("internal", flag("disabled"), text("path"), text("method")).acted(),
        list(
            "go_plugin",
            flag("disabled"),
            text("path"),
            text("method"),
            text("plugin_path"),
            text("func_name")),
        list("persist_graphql", text("path"), text("method"), text("operation"), free("variables")),
        list("rate_limit", rateEntry()));
  }

  private static Key[] rateEntry() {
    return new Key[] {
      flag("disabled"), text("path"), text("method"), decimal("rate"), decimal("per")
    };
  }

  private static Key text(String name) {
    return Key.text(name, "");
  }

  private static Key flag(String name) {
    return Key.flag(name, "");
  }

  private static Key integer(String name) {
    return Key.integer(name, "");
  }

  private static Key uint16(String name) {
    return Key.uint16(name, "");
  }

  private static Key uint64(String name) {
    return Key.uint64(name, "");
  }

  private static Key decimal(String name) {
    return Key.decimal(name, "");
  }

  private static Key nanos(String name) {
    return Key.nanos(name, "");
  }

  private static Key texts(String name) {
    return Key.texts(name, "");
  }

  private static Key integers(String name) {
    return Key.of(name, "", new Shape.ListOf(Shape.Scalar.INT));
  }

  private static Key textMap(String name) {
    return Key.textMap(name, "");
  }

  private static Key free(String name) {
    return Key.free(name, "");
  }

  private static Key object(String name, Key... keys) {
    return Key.object(name, "", keys);
  }

  private static Key list(String name, Key... keys) {
    return Key.list(name, "", keys);
  }

  private static Key map(String name, Key... keys) {
    return Key.map(name, "", keys);
  }
}
