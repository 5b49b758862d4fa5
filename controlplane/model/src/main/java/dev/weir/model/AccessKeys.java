package dev.weir.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every field of Tyk's keys (session objects) and policies with its type. A field counts as acted
 * on also when what asks for it is refused, and when this build keeps it for others to read.
 */
final class AccessKeys {

  /** One entry of {@code access_rights}. */
  static final Shape.Fields RIGHT = Shape.Fields.of(right());

  /** One entry of {@code access_rights.ID.allowed_urls}. */
  static final Shape.Fields ALLOWED_URL =
      Shape.Fields.of(List.of(text("url").acted(), texts("methods").acted()));

  /** One entry of {@code access_rights.ID.endpoints}. */
  static final Shape.Fields ENDPOINT = Shape.Fields.of(endpoint());

  /** One entry of {@code access_rights.ID.endpoints.methods}. */
  static final Shape.Fields ENDPOINT_METHOD = Shape.Fields.of(endpointMethod());

  static final Shape.Fields KEY =
      Shape.Fields.of(
          Stream.of(keyIdentity(), root(), access(), credentials(), keyLife(), keyIdle())
              .flatMap(List::stream)
              .toList());

  static final Shape.Fields POLICY =
      Shape.Fields.of(
          Stream.of(policyIdentity(), root(), access(), policyParts(), policyIdle())
              .flatMap(List::stream)
              .toList());

  private AccessKeys() {}

  private static List<Key> keyIdentity() {
    return List.of(
        text("org_id").acted(),
        text("alias").acted(),
        flag("is_inactive").acted(),
        integer("expires").acted(),
        texts("apply_policies").acted(),
        text("apply_policy_id").acted());
  }

  private static List<Key> policyIdentity() {
    return List.of(
        Key.free("_id", "").acted(),
        text("id").acted(),
        text("name").acted(),
        text("org_id").acted(),
        flag("active").acted(),
        flag("is_inactive").acted());
  }

  /** What counts for all APIs together. */
  private static List<Key> root() {
    return List.of(
        decimal("rate").acted(),
        decimal("per").acted(),
        decimal("throttle_interval").acted(),
        integer("throttle_retry_limit").acted(),
        integer("quota_max").acted(),
        integer("quota_renewal_rate").acted(),
        smoothing(),
        integer("max_query_depth"));
  }

  private static Key smoothing() {
    return Key.object(
        "smoothing",
        "",
        flag("enabled").acted(),
        integer("threshold"),
        decimal("trigger"),
        integer("step"),
        integer("delay"));
  }

  private static List<Key> access() {
    return List.of(
        Key.of("access_rights", "", new Shape.MapOf(Shape.Fields.of(right()))).acted(),
        texts("tags").acted(),
        Key.of("meta_data", "", new Shape.MapOf(new Shape.Free())).acted(),
        Key.object("weir", "", flag("end_streams_on_revoke").acted()),
        text("last_updated").acted());
  }

  private static List<Key> right() {
    return List.of(
        text("api_id").acted(),
        text("api_name").acted(),
        texts("versions").acted(),
        Key.list("allowed_urls", "", text("url").acted(), texts("methods").acted()).acted(),
        Key.object("limit", "", limit()),
        Key.list("endpoints", "", endpoint().toArray(Key[]::new)).acted(),
        text("allowance_scope").acted(),
        Key.free("restricted_types", ""),
        Key.free("allowed_types", ""),
        Key.free("field_access_rights", ""),
        flag("disable_introspection"));
  }

  private static Key[] limit() {
    return Stream.concat(
            root().stream(), Stream.of(integer("quota_renews"), integer("quota_remaining")))
        .toArray(Key[]::new);
  }

  private static List<Key> endpoint() {
    return List.of(
        text("path").acted(),
        Key.list("methods", "", endpointMethod().toArray(Key[]::new)).acted());
  }

  private static List<Key> endpointMethod() {
    return List.of(
        text("name").acted(),
        Key.object("limit", "", decimal("rate").acted(), decimal("per").acted(), smoothing()));
  }

  private static List<Key> credentials() {
    return List.of(
        Key.object("basic_auth_data", "", text("password").acted(), text("hash_type").acted()),
        Key.object("jwt_data", "", text("secret").acted()),
        text("hmac_string").acted(),
        text("certificate").acted(),
        texts("mtls_static_certificate_bindings").acted());
  }

  private static List<Key> keyLife() {
    return List.of(
        text("date_created").acted(),
        text(KeyDefinition.IMPORTED_TOKEN).acted(),
        text("post_expiry_action").acted(),
        integer("post_expiry_grace_period").acted());
  }

  private static List<Key> policyParts() {
    return List.of(
        integer("key_expires_in").acted(),
        text("post_expiry_action").acted(),
        integer("post_expiry_grace_period").acted(),
        Key.object(
            "partitions",
            "",
            flag("quota").acted(),
            flag("rate_limit").acted(),
            flag("acl").acted(),
            flag("per_api").acted(),
            flag("complexity").acted()));
  }

  private static List<Key> policyIdle() {
    return List.of(
        flag("hmac_enabled"),
        flag("enable_http_signature_validation"),
        Key.free("graphql_access_rights", ""));
  }

  private static List<Key> keyIdle() {
    return List.of(
        flag("hmac_enabled"),
        flag("enable_http_signature_validation"),
        text("rsa_certificate_id"),
        integer("last_check"),
        decimal("allowance"),
        integer("quota_renews"),
        integer("quota_remaining"),
        integer("data_expires"),
        integer("session_lifetime").acted(),
        Key.object(
            "monitor", "", Key.of("trigger_limits", "", new Shape.ListOf(Shape.Scalar.DECIMAL))),
        flag("enable_detail_recording"),
        flag("enable_detailed_recording"),
        text("oauth_client_id"),
        Key.textMap("oauth_keys", ""),
        integer("id_extractor_deadline"),
        text("key_id"));
  }

  private static Key text(String name) {
    return Key.text(name, "");
  }

  private static Key texts(String name) {
    return Key.texts(name, "");
  }

  private static Key flag(String name) {
    return Key.flag(name, "");
  }

  private static Key integer(String name) {
    return Key.integer(name, "");
  }

  private static Key decimal(String name) {
    return Key.decimal(name, "");
  }
}
