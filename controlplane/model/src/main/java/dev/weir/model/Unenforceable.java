package dev.weir.model;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds everything in an API definition that restricts access or changes calls and that this build
 * does not do. In doubt a feature counts as asked for: an API is rather not served than served
 * open.
 */
final class Unenforceable {

  /**
   * A field that asks for a feature by being on or not empty.
   *
   * @param offSwitch field that takes the request back; empty when there is none
   */
  private record Ask(String path, String feature, String offSwitch) {

    Ask(String path, String feature) {
      this(path, feature, "");
    }
  }

  private static final String PLUGIN_AUTHENTICATION = "custom authentication";
  private static final String MIDDLEWARE = "custom middleware";

  /** Any of these on means that the API is not open, whatever else it takes. */
  private static final List<Ask> AUTHENTICATION =
      List.of(
          new Ask("use_oauth2", "OAuth 2"),
          new Ask("external_oauth.enabled", "external OAuth"),
          new Ask("use_openid", "OpenID Connect"),
          new Ask("enable_signature_checking", "HTTP signatures"),
          new Ask("use_go_plugin_auth", PLUGIN_AUTHENTICATION),
          new Ask("enable_coprocess_auth", PLUGIN_AUTHENTICATION),
          new Ask("custom_plugin_auth_enabled", PLUGIN_AUTHENTICATION),
          new Ask("security_requirements", "security requirements"));

  private static final List<Ask> OTHERS =
      List.of(
          new Ask(
              "client_certificates",
              "client certificates without use_mutual_tls_auth",
              "use_mutual_tls_auth"),
          new Ask("request_signing.is_enabled", "request signing"),
          new Ask("upstream_auth.enabled", "upstream authentication"),
          new Ask(
              "custom_middleware.auth_check.name",
              MIDDLEWARE,
              "custom_middleware.auth_check.disabled"),
          new Ask(
              "custom_middleware.auth_check.path",
              MIDDLEWARE,
              "custom_middleware.auth_check.disabled"),
          new Ask("custom_middleware_bundle", MIDDLEWARE, "custom_middleware_bundle_disabled"),
          new Ask("graphql.enabled", "GraphQL"),
          new Ask("grpc.circuit_breaker", "grpc.circuit_breaker"));

  /**
   * Response processors that do nothing on their own: what they would apply is looked for
   * elsewhere.
   */
  private static final Set<String> CARRIERS =
      Set.of("header_injector", "response_body_transform", "response_body_transform_jq");

  /** Parts of {@code grpc} that this build does. */
  private static final Set<String> DONE =
      Set.of("grpc.tls", "grpc.deadline", "grpc.stream", "grpc.message", "grpc.methods");

  private final Settings settings;
  private final ApiAsks asks;

  Unenforceable(Settings settings, ApiAsks asks) {
    this.settings = settings;
    this.asks = asks;
  }

  void collect() {
    AUTHENTICATION.stream().filter(this::isAsked).forEach(this::ask);
    OTHERS.stream().filter(this::isAsked).forEach(this::ask);
    if (settings.says("is_oas") && settings.oasDocument().isEmpty()) {
      ask(new Ask("is_oas", "the rules of its OAS document"));
    }
    middleware();
    responseProcessors();
    new UnenforceableVersions(settings, asks).collect();
  }

  private boolean isAsked(Ask ask) {
    return settings.says(ask.path())
        && (ask.offSwitch().isEmpty() || !settings.says(ask.offSwitch()));
  }

  private void ask(Ask ask) {
    asks.feature(settings.origin(ask.path()), ask.path(), ask.feature());
  }

  private void middleware() {
    Stream.of("pre", "post", "post_key_auth", "response")
        .map("custom_middleware."::concat)
        .filter(path -> !settings.live(path).isEmpty())
        .forEach(path -> ask(new Ask(path, MIDDLEWARE)));
  }

  private void responseProcessors() {
    for (Json item : settings.items("response_processors")) {
      boolean carrier =
          item instanceof Json.Obj processor
              && processor.get("name") instanceof Json.Text(_, String name)
              && CARRIERS.contains(name);
      if (!carrier) {
        asks.feature(item.origin(), "response_processors", "response processors");
      }
    }
  }

  /** Parts of {@code grpc} that say something and that neither restrict nor do anything. */
  static Stream<String> notActedOn(Settings settings) {
    return settings.members("grpc").entrySet().stream()
        .filter(member -> !member.getValue().isZero())
        .map(member -> "grpc." + member.getKey())
        .filter(path -> !DONE.contains(path))
        .filter(path -> OTHERS.stream().noneMatch(ask -> ask.path().equals(path)));
  }

  /** Tyk writes -1 for never. */
  static boolean isDate(String text) {
    return !text.isEmpty() && !text.equals("-1");
  }
}
