package dev.weir.model;

import dev.weir.model.Authentication.Basic;
import dev.weir.model.Authentication.Certificate;
import dev.weir.model.Authentication.Jwt;
import dev.weir.model.Authentication.Method;
import dev.weir.model.Authentication.Places;
import dev.weir.model.Authentication.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads how callers of an API say who they are. What is not read here is asked for in vain: see
 * {@link Unenforceable}.
 */
final class AuthenticationReader {
  private static final String DEFAULT_HEADER = "Authorization";
  private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final String TOKEN = "use_standard_auth";
  private static final String BASIC = "use_basic_auth";
  private static final String JWT = "enable_jwt";
  private static final String BASE = "base_identity_provided_by";
  private static final List<String> OTHER_METHODS =
      List.of(
          "use_oauth2",
          "external_oauth.enabled",
          "use_openid",
          "enable_signature_checking",
          "use_go_plugin_auth",
          "enable_coprocess_auth",
          "custom_plugin_auth_enabled",
          "security_requirements");

  /** Tyk's names for who has the key that counts. */
  private static final List<String> IDENTITIES =
      List.of(
          "auth_token",
          "basic_auth_user",
          "jwt_claim",
          "hmac_key",
          "oidc_user",
          "oauth_key",
          "custom_auth");

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
    boolean jwt = settings.flag(JWT);
    boolean none = !token && !basic && !jwt;
    if (none && (settings.flag("use_keyless") || other)) {
      return Authentication.KEYLESS;
    }
    List<Method> methods = new ArrayList<>();
    if (basic) {
      methods.add(basic(token || jwt));
    }
    if (jwt) {
      methods.add(jwt(token));
    }
    if (token || none) {
      methods.add(token());
    }
    warnOfKeyless(methods.getFirst());
    checkPlaces(methods);
    return new Authentication(methods, base(methods), settings.flag("strip_auth_data"));
  }

  private void warnOfKeyless(Method first) {
    if (settings.flag("use_keyless")) {
      String shown =
          switch (first) {
            case Basic _ -> "a name and a password";
            case Jwt _, Token _ -> "a token";
            case Certificate _ -> "a certificate";
          };
      checks.warning(
          "use_keyless",
          "has no effect beside %s, callers have to show %s".formatted(first.flag(), shown),
          "set one of them only");
    }
  }

  /** One place has one credential. */
  private void checkPlaces(List<Method> methods) {
    for (int i = 1; i < methods.size(); i++) {
      Method method = methods.get(i);
      methods.subList(0, i).stream()
          .filter(before -> !method.places().shared(before.places()).isEmpty())
          .findFirst()
          .ifPresent(before ->
              checks.error(
                  method.flag(),
                  "takes what callers show from %s, as %s does, and a call has one of it"
                      .formatted(method.places().shared(before.places()), before.flag()),
                  "give one of them another name in auth_configs"));
    }
  }

  /** As in Tyk, the last method has the key that counts if nothing is said. */
  private int base(List<Method> methods) {
    String name = settings.text(BASE);
    boolean others = OTHER_METHODS.stream().anyMatch(settings::says);
    if (name.isEmpty() || others) {
      return methods.size() - 1;
    }
    List<String> on = methods.stream().map(AuthenticationReader::identity).toList();
    int index = on.indexOf(name);
    if (index < 0 && !IDENTITIES.contains(name)) {
      checks.error(BASE, "\"" + name + "\" is unknown", known(name));
    } else if (index < 0) {
      checks.error(
          BASE,
          "\"" + name + "\" is the key of a method that callers are not asked for",
          "callers are asked for " + String.join(", ", on));
    }
    return Math.max(index, 0);
  }

  private static String known(String name) {
    String near = NearestName.hint(name, IDENTITIES);
    return near == null ? "known are " + String.join(", ", IDENTITIES) : near;
  }

  private static String identity(Method method) {
    return switch (method) {
      case Token(Places _), Certificate(String _) -> "auth_token";
      case Basic(Places _) -> "basic_auth_user";
      case Jwt _ -> "jwt_claim";
    };
  }

  /** The old single form is for a token where there are both, as in Tyk. */
  private Basic basic(boolean besideToken) {
    if (settings.flag("basic_auth.extract_from_body")) {
      asks.feature(
          settings.origin("basic_auth.extract_from_body"),
          "basic_auth.extract_from_body",
          "passwords in bodies");
    }
    boolean old = settings.members("auth_configs.basic").isEmpty() && !besideToken;
    return new Basic(places(old ? "auth" : "auth_configs.basic"));
  }

  private Jwt jwt(boolean besideToken) {
    boolean old = settings.members("auth_configs.jwt").isEmpty() && !besideToken;
    String path = old ? "auth" : "auth_configs.jwt";
    return new Jwt(places(path), new JwtReader(settings, checks, asks).read());
  }

  private Method token() {
    String path =
        settings.members("auth_configs.authToken").isEmpty() ? "auth" : "auth_configs.authToken";
    if (settings.flag(path + ".validate_signature")) {
      asks.feature(
          settings.origin(path + ".validate_signature"),
          path + ".validate_signature",
          "signatures of tokens");
    }
    if (settings.flag(path + ".use_certificate")) {
      return new Certificate(path + ".use_certificate");
    }
    return new Token(places(path));
  }

  /** As in Tyk, what has no name of its own has that of the header. */
  private Places places(String path) {
    boolean off = settings.flag(path + ".disable_header");
    String name = off ? DEFAULT_HEADER : text(path + ".auth_header_name", DEFAULT_HEADER);
    String parameter = settings.flag(path + ".use_param") ? text(path + ".param_name", name) : "";
    String cookie = settings.flag(path + ".use_cookie") ? text(path + ".cookie_name", name) : "";
    checkName(path + ".auth_header_name", name, "a header");
    checkName(path + ".cookie_name", cookie, "a cookie");
    if (off && parameter.isEmpty() && cookie.isEmpty()) {
      checks.error(
          path + ".disable_header",
          "leaves no place where callers could show anything",
          "set use_param or use_cookie");
    } else if (off) {
      checks.warning(
          path + ".disable_header", "keeps calls of gRPC out, which have no query and no cookies");
    }
    return new Places(off ? "" : name.toLowerCase(Locale.ROOT), parameter, cookie);
  }

  private String text(String path, String otherwise) {
    String text = settings.text(path);
    return text.isEmpty() ? otherwise : text;
  }

  private void checkName(String path, String name, String of) {
    if (!name.isEmpty() && !FIELD_NAME.matcher(name).matches()) {
      checks.error(path, "\"" + name + "\" cannot be the name of " + of);
    }
  }
}
