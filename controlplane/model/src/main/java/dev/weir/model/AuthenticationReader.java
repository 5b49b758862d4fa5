package dev.weir.model;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads how callers of an API say who they are. What is not read here is asked for in vain: see
 * {@link Unenforceable}.
 */
final class AuthenticationReader {
  private static final String DEFAULT_HEADER = "Authorization";
  private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final String TOKEN = "use_standard_auth";
  private static final String BASIC = "use_basic_auth";
  private static final List<String> OTHER_METHODS =
      List.of(
          "enable_jwt",
          "use_oauth2",
          "external_oauth.enabled",
          "use_openid",
          "enable_signature_checking",
          "use_go_plugin_auth",
          "enable_coprocess_auth",
          "custom_plugin_auth_enabled",
          "security_requirements");

  private final Settings settings;
  private final Checks checks;
  private final ApiAsks asks;

  AuthenticationReader(Settings settings, Checks checks, ApiAsks asks) {
    this.settings = settings;
    this.checks = checks;
    this.asks = asks;
  }

  /** As in Tyk, an API that is not keyless and names no method wants a token. */
  Authentication read() {
    boolean token = settings.flag(TOKEN);
    boolean basic = settings.flag(BASIC);
    boolean other = OTHER_METHODS.stream().anyMatch(settings::says);
    if (settings.flag("use_keyless") && !token && !basic) {
      return new Authentication.Keyless();
    }
    if (settings.flag("use_keyless")) {
      checks.warning(
          "use_keyless",
          "has no effect beside %s, callers have to show %s"
              .formatted(basic ? BASIC : TOKEN, basic ? "a name and a password" : "a token"),
          "set one of them only");
    }
    if (basic) {
      return basic(token);
    }
    return token || !other ? token() : new Authentication.Keyless();
  }

  private Authentication basic(boolean token) {
    if (token) {
      asks.feature(settings.origin(BASIC), BASIC, "several methods of authentication at once");
    }
    if (settings.flag("basic_auth.extract_from_body")) {
      asks.feature(
          settings.origin("basic_auth.extract_from_body"),
          "basic_auth.extract_from_body",
          "passwords in bodies");
    }
    String path = settings.members("auth_configs.basic").isEmpty() ? "auth" : "auth_configs.basic";
    return new Authentication.Basic(
        header(path + ".auth_header_name"), settings.flag("strip_auth_data"));
  }

  private Authentication token() {
    String path =
        settings.members("auth_configs.authToken").isEmpty() ? "auth" : "auth_configs.authToken";
    if (settings.flag(path + ".use_certificate")) {
      asks.feature(
          settings.origin(path + ".use_certificate"),
          path + ".use_certificate",
          "certificates in the place of tokens");
    }
    if (settings.flag(path + ".validate_signature")) {
      asks.feature(
          settings.origin(path + ".validate_signature"),
          path + ".validate_signature",
          "signatures of tokens");
    }
    if (settings.flag(path + ".disable_header")) {
      asks.reason(
          settings.origin(path + ".disable_header"),
          path + ".disable_header",
          "tokens outside of headers are not available in this build");
    }
    Stream.of("use_param", "use_cookie")
        .map(name -> path + "." + name)
        .filter(settings::flag)
        .forEach(name ->
            checks.warning(
                name, "is not available in this build", "tokens are taken from the header"));
    return new Authentication.Token(
        header(path + ".auth_header_name"), settings.flag("strip_auth_data"));
  }

  private String header(String path) {
    String name = settings.text(path);
    if (name.isEmpty()) {
      return DEFAULT_HEADER.toLowerCase(Locale.ROOT);
    }
    if (!FIELD_NAME.matcher(name).matches()) {
      checks.error(path, "\"" + name + "\" cannot be the name of a header");
    }
    return name.toLowerCase(Locale.ROOT);
  }
}
