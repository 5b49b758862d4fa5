package dev.weir.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.JwtRules.ClaimNames;
import dev.weir.model.JwtRules.Clients;
import dev.weir.model.JwtRules.KeySet;
import dev.weir.model.JwtRules.Method;
import dev.weir.model.JwtRules.Skews;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads what an API believes of tokens that others have signed. */
final class JwtReader {
  private static final String METHOD = "jwt_signing_method";
  private static final String SOURCE = "jwt_source";
  private static final String KEY_SETS = "jwt_jwks_uris";
  private static final String CLIENT = "jwt_client_base_field";
  private static final String POLICY = "jwt_policy_field_name";
  private static final String DEFAULTS = "jwt_default_policies";
  private static final String MAPPING = "jwt_scope_to_policy_mapping";
  private static final String SCOPES = "scopes.jwt.scope_to_policy";

  /** What has no effect on tokens that clients sign. */
  private static final List<String> OF_ISSUERS = List.of(POLICY, CLIENT, DEFAULTS, SCOPES, MAPPING);

  /** As long as Tyk keeps a key set. */
  private static final Duration REFRESH = Duration.ofMinutes(4);

  private static final Duration LEAST_REFRESH = Duration.ofSeconds(10);

  /** By how much the clock of an issuer may be ahead if nothing is said of it. */
  private static final long AHEAD_SECONDS = 30;

  private final Settings settings;
  private final Checks checks;
  private final ApiAsks asks;

  JwtReader(Settings settings, Checks checks, ApiAsks asks) {
    this.settings = settings;
    this.checks = checks;
    this.asks = asks;
  }

  JwtRules read() {
    Method method = method();
    List<KeySet> keySets = keySets();
    String source = settings.text(SOURCE).strip();
    Secret key = Secret.NONE;
    if (!keySets.isEmpty() && !source.isEmpty()) {
      checks.warning(SOURCE, "has no effect beside " + KEY_SETS, "set one of them only");
    } else if (isAddress(source)) {
      keySet(SOURCE, source, REFRESH).ifPresent(keySets::add);
    } else if (!source.isEmpty()) {
      Optional<String> decoded = decoded(source);
      if (decoded.isPresent() && isAddress(decoded.get())) {
        keySet(SOURCE, decoded.get().strip(), REFRESH).ifPresent(keySets::add);
      } else if (decoded.isPresent()) {
        key = new Secret(source);
      }
    }
    checkSource(method, keySets);
    JwtRules rules = rules(method, key, keySets);
    if (rules.clients().sign()) {
      checkClients();
    } else {
      checkPolicies(rules);
    }
    return rules;
  }

  private JwtRules rules(Method method, Secret key, List<KeySet> keySets) {
    String scopeClaim = settings.text("jwt_scope_claim_name");
    if (scopeClaim.isEmpty()) {
      scopeClaim = settings.text("scopes.jwt.scope_claim_name");
    }
    return new JwtRules(
        settings.text("org_id"),
        method,
        key,
        keySets,
        new Skews(
            settings.number("jwt_expires_at_validation_skew"),
            ahead("jwt_issued_at_validation_skew"),
            ahead("jwt_not_before_validation_skew")),
        new ClaimNames(
            settings.text("jwt_identity_base_field"),
            settings.text(POLICY),
            scopeClaim.isEmpty() ? "scope" : scopeClaim),
        settings.texts(DEFAULTS),
        scopePolicies(),
        new Clients(
            !settings.says(SOURCE) && !settings.says(KEY_SETS),
            !settings.flag("jwt_skip_kid"),
            settings.text(POLICY).isEmpty() ? settings.text(CLIENT) : ""),
        ToldClaims.of(settings));
  }

  private long ahead(String path) {
    return settings.isSet(path) ? settings.number(path) : AHEAD_SECONDS;
  }

  private Method method() {
    String text = settings.text(METHOD);
    Optional<Method> method =
        Stream.of(Method.values())
            .filter(known -> known.label().equals(text.toLowerCase(Locale.ROOT)))
            .findFirst();
    if (method.isEmpty()) {
      List<String> labels = Stream.of(Method.values()).map(Method::label).toList();
      String near = NearestName.hint(text, labels);
      String all = "known are " + String.join(", ", labels);
      checks.error(
          METHOD,
          text.isEmpty()
              ? "is missing: a token is never asked how it is signed"
              : "\"" + text + "\" is unknown",
          near == null ? all : near);
    }
    return method.orElse(Method.RSA);
  }

  private static boolean isAddress(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    return lower.startsWith("http://") || lower.startsWith("https://");
  }

  /** What a key in base64 says, as far as it is text; empty when it is no base64. */
  private Optional<String> decoded(String source) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(source), UTF_8));
    } catch (IllegalArgumentException e) {
      checks.error(
          SOURCE,
          "is neither an address nor base64",
          source.startsWith("-----BEGIN ")
              ? "write the base64 of the whole PEM file"
              : "write https://…, or the base64 of a secret or a PEM file");
      return Optional.empty();
    }
  }

  private List<KeySet> keySets() {
    List<KeySet> keySets = new ArrayList<>();
    List<Json> items = settings.items(KEY_SETS);
    for (int i = 0; i < items.size(); i++) {
      String path = "%s[%d]".formatted(KEY_SETS, i);
      if (items.get(i) instanceof Json.Obj item) {
        String address = item.get("url") instanceof Json.Text(_, String text) ? text : "";
        String timeout = item.get("cache_timeout") instanceof Json.Text(_, String text) ? text : "";
        keySet(KEY_SETS, address.strip(), refresh(path, timeout)).ifPresent(keySets::add);
      }
    }
    return keySets;
  }

  private Duration refresh(String path, String text) {
    if (text.isEmpty()) {
      return REFRESH;
    }
    OptionalLong nanos = GoDuration.nanos(text);
    if (nanos.isEmpty() || nanos.getAsLong() < 0) {
      checks.error(
          KEY_SETS,
          "%s: \"%s\" is no span of time".formatted(path + ".cache_timeout", text),
          "write it as 5m or 90s");
      return REFRESH;
    }
    Duration refresh = Duration.ofNanos(nanos.getAsLong());
    return refresh.compareTo(LEAST_REFRESH) < 0 ? LEAST_REFRESH : refresh;
  }

  private Optional<KeySet> keySet(String path, String text, Duration refresh) {
    try {
      URI address = new URI(text);
      if (address.getHost() != null && isAddress(text)) {
        if (address.getUserInfo() != null) {
          checks.error(path, "has a user in its address, which is not sent");
          return Optional.empty();
        }
        if (text.toLowerCase(Locale.ROOT).startsWith("http://")) {
          checks.warning(
              path,
              "fetches keys in clear text: who can change them on the way lets anybody in",
              "write https://");
        }
        return Optional.of(new KeySet(address, refresh));
      }
    } catch (URISyntaxException e) {
      // As one without a host.
    }
    checks.error(path, "is no address of a key set", "write https://host/path");
    return Optional.empty();
  }

  private void checkSource(Method method, List<KeySet> keySets) {
    if (method == Method.HMAC && !keySets.isEmpty()) {
      checks.error(
          METHOD,
          "is hmac, and a secret cannot be published at an address",
          "set jwt_source to it");
    }
  }

  private Map<String, List<String>> scopePolicies() {
    Map<String, String> mapping = settings.textMap(MAPPING);
    Map<String, List<String>> policies = new HashMap<>();
    (mapping.isEmpty() ? settings.textMap(SCOPES) : mapping)
        .forEach((scope, ids) ->
            policies.put(
                scope,
                Stream.of(ids.split(",", -1))
                    .map(String::strip)
                    .filter(id -> !id.isEmpty())
                    .toList()));
    return policies;
  }

  /** Where the address of an issuer got lost, clients must not vouch for themselves unnoticed. */
  private void checkClients() {
    for (String path : OF_ISSUERS) {
      if (settings.says(path)) {
        checks.error(
            path,
            "is for tokens of an issuer, and neither %s nor %s names one"
                .formatted(SOURCE, KEY_SETS),
            "set one of them, or leave this out for tokens that clients sign");
      }
    }
    for (String path : List.of(SOURCE, KEY_SETS)) {
      if (settings.isSet(path)) {
        checks.warning(
            path,
            "is empty: clients sign tokens themselves, with the secrets of their keys",
            "leave it out if that is meant");
      }
    }
  }

  private void checkPolicies(JwtRules rules) {
    boolean byClient = !rules.clients().policyClaim().isEmpty();
    if (byClient && !rules.scopePolicies().isEmpty()) {
      asks.feature(
          settings.origin(CLIENT),
          CLIENT,
          "policies of a token's client beside those of its scopes");
    }
    if (!byClient
        && rules.claims().policy().isEmpty()
        && rules.defaultPolicies().isEmpty()
        && rules.scopePolicies().isEmpty()) {
      checks.warning(
          "enable_jwt",
          "lets nobody in: nothing says which policy a token has",
          "set " + String.join(", ", DEFAULTS, POLICY, CLIENT) + " or " + SCOPES);
    }
  }
}
