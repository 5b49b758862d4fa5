package dev.weir.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Translates how callers say who they are: {@code server.authentication} of an OAS document, with
 * {@code security} and {@code components.securitySchemes} of OpenAPI, which have to agree. Tyk
 * takes a scheme that one of the three lacks as not asked for; here that is an error.
 */
final class OasAuthentication {
  private static final String SECURITY = "security";
  private static final String SCHEMES = "securitySchemes";

  private final OasObject root;
  private final OasObject authentication;
  private final OasObject components;
  private final ClassicDraft draft;
  private final Set<String> kinds = new HashSet<>();

  OasAuthentication(OasObject root, OasObject server, ClassicDraft draft) {
    this.root = root;
    this.authentication = server.object("authentication");
    this.components = root.object("components").object(SCHEMES);
    this.draft = draft;
  }

  void translate() {
    if (authentication.get("enabled") == null) {
      authentication.error(
          "enabled",
          "is missing, and without it everybody might call",
          "write {\"enabled\": false} for an API that everybody may call");
      return;
    }
    if (authentication.isOn()) {
      methods();
    } else {
      keyless();
    }
    authentication.end();
  }

  private void keyless() {
    if (root.has(SECURITY) && !root.items(SECURITY).isEmpty()) {
      root.error(
          SECURITY,
          "asks callers who they are, and server.authentication is off",
          "leave one of them out");
    }
    draft.put("use_keyless", authentication.origin(), true);
  }

  private void methods() {
    draft.put("use_keyless", authentication.origin(), false);
    draft.put("strip_auth_data", authentication, "stripAuthorizationData");
    draft.put("base_identity_provided_by", authentication, "baseIdentityProvider");
    others();
    List<String> required = required();
    OasObject schemes = authentication.object(SCHEMES);
    for (String name : required) {
      if (!schemes.has(name)) {
        schemes.error(name, "is missing, security asks for it", "add it, enabled");
      } else if (!components.has(name)) {
        components.error(name, "is missing, security asks for it", "add its type");
      } else {
        scheme(name, schemes.object(name), components.object(name));
      }
    }
    unasked(schemes, required, "is not asked for by security");
    unasked(components, required, "is not asked for by security");
    schemes.end();
  }

  /** A scheme that is on is one that callers are meant to show something for. */
  private static void unasked(OasObject schemes, List<String> required, String message) {
    for (String name : schemes.names()) {
      Json scheme = schemes.get(name);
      if (scheme != null && !required.contains(name) && !OasObject.isOff(scheme)) {
        schemes.error(name, message, "name it in security, or leave it out");
      }
    }
  }

  private void others() {
    authentication.refuse("hmac", "HTTP signatures");
    authentication.refuse("oidc", "OpenID Connect");
    authentication.refuse("custom", "custom authentication");
    authentication.refuse("certificateAuth", "authentication by certificates of this kind");
    authentication.refuse(SECURITY, "security of the extension");
    authentication.refuse("protectedResourceMetadata", "metadata of protected resources");
    authentication.refuse("customKeyLifetime", "a lifetime of keys");
    String mode = authentication.text("securityProcessingMode");
    if (!mode.isEmpty() && !mode.equals("legacy")) {
      authentication.error(
          "securityProcessingMode", "\"" + mode + "\" is not available in this build", null);
    }
  }

  /** The names of the schemes, all of which callers show something for. */
  private List<String> required() {
    List<OasObject> choices = root.objects(SECURITY);
    if (choices.size() != 1 || choices.getFirst().names().isEmpty()) {
      root.error(
          SECURITY,
          choices.size() > 1
              ? "has alternatives, which are not available in this build"
              : "names no scheme, and server.authentication is on",
          "write one object with all schemes, [{\"authToken\": []}]");
      return List.of();
    }
    OasObject choice = choices.getFirst();
    for (String name : choice.names()) {
      if (!choice.items(name).isEmpty()) {
        choice.error(name, "asks for scopes, which security cannot do in this build", "write []");
      }
    }
    return choice.names();
  }

  private void scheme(String name, OasObject scheme, OasObject twin) {
    if (!scheme.isOn()) {
      scheme.error("enabled", "is not true, and security asks for " + name, "set it to true");
      return;
    }
    String kind = kind(twin);
    if (!kind.isEmpty() && !kinds.add(kind)) {
      scheme.error("enabled", "is true for a second scheme of this kind", "there is room for one");
    }
    switch (kind) {
      case "apiKey" -> token(scheme, twin);
      case "basic" -> basic(scheme);
      case "bearer" -> new OasJwt(scheme, draft).translate();
      default ->
          twin.error(
              "type",
              "is none that this build can ask for",
              "apiKey, and http with the scheme basic or bearer are");
    }
    scheme.end();
  }

  private static String kind(OasObject twin) {
    return switch (twin.text("type")) {
      case "apiKey" -> "apiKey";
      case "http" ->
          switch (twin.text("scheme")) {
            case "basic", "Basic" -> "basic";
            case "bearer", "Bearer" -> "bearer";
            default -> "";
          };
      default -> "";
    };
  }

  private void token(OasObject scheme, OasObject twin) {
    draft.put("use_standard_auth", scheme, "enabled");
    var places = new OasPlaces(scheme, "authToken", draft);
    places.named(twin.text("in"), twin);
    draft.put("auth_configs.authToken.use_certificate", scheme, "enableClientCertificate");
    scheme.refuse("signatureValidation", "signatures of tokens");
  }

  private void basic(OasObject scheme) {
    draft.put("use_basic_auth", scheme, "enabled");
    new OasPlaces(scheme, "basic", draft).unnamed();
    scheme.refuse("extractCredentialsFromBody", "passwords in bodies");
    draft.put("basic_auth.disable_caching", scheme, "disableCaching");
    draft.put("basic_auth.cache_ttl", scheme, "cacheTTL");
  }
}
