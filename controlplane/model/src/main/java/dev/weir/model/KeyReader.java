package dev.weir.model;

import dev.weir.model.KeyDefinition.Credentials;
import dev.weir.model.KeyDefinition.PostExpiry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys in Tyk's format. Texts in them are taken as they stand, {@code env://} too: who may
 * write a key may not read what the gateway knows.
 */
public final class KeyReader {

  private final boolean allowsMasterKeys;

  /**
   * @param allowsMasterKeys whether a key may name neither an API nor a policy, which lets it call
   *     every API
   */
  public KeyReader(boolean allowsMasterKeys) {
    this.allowsMasterKeys = allowsMasterKeys;
  }

  /** Reads a key from its file. */
  public Reading<KeyDefinition> read(Path file) {
    return read(DocumentFile.readRegular(file));
  }

  /**
   * Reads a key from its text.
   *
   * @param name what problems call it
   */
  public Reading<KeyDefinition> read(String name, String text) {
    return read(JsonReader.read(name, text));
  }

  private Reading<KeyDefinition> read(Reading<Json> document) {
    var problems = new ArrayList<>(document.problems());
    Json json = document.value();
    KeyDefinition key = json == null ? null : definition(json, problems);
    boolean broken = problems.stream().anyMatch(Problem::isError);
    return new Reading<>(broken ? null : key, problems);
  }

  private @Nullable KeyDefinition definition(Json json, List<Problem> problems) {
    Json.Obj values = new ShapeReader(problems).fields("", json, AccessKeys.KEY);
    return values == null ? null : definition(new Settings(values, AccessKeys.KEY, null), problems);
  }

  private KeyDefinition definition(Settings settings, List<Problem> problems) {
    var checks = new Checks(settings, problems);
    var asks = new ApiAsks(problems);
    var rights = new RightsReader(settings, "", problems, asks);
    List<String> policies = policies(settings, checks);
    if (!allowsMasterKeys && policies.isEmpty() && settings.members("access_rights").isEmpty()) {
      checks.error(
          "access_rights",
          "is empty and there is no policy, which would open every API",
          "name the APIs, a policy, or set allow_master_keys in tyk.conf");
    }
    return new KeyDefinition(
        settings.text("org_id"),
        settings.text("alias"),
        settings.flag("is_inactive"),
        settings.number("expires"),
        new AllowanceReader(settings, "", checks, asks).read(),
        rights.rights(),
        policies,
        credentials(settings),
        postExpiry(settings, checks),
        settings.texts("tags"),
        rights.metaData(),
        RightsReader.endsStreams(settings),
        asks.unenforceable(),
        settings);
  }

  /** As in Tyk, the old single form counts only where the list is empty. */
  private static List<String> policies(Settings settings, Checks checks) {
    List<String> policies = settings.texts("apply_policies");
    String single = settings.text("apply_policy_id");
    if (policies.contains("")) {
      checks.error("apply_policies", "has an empty id in it");
    }
    if (!policies.isEmpty() && !single.isEmpty() && !policies.contains(single)) {
      checks.warning("apply_policy_id", "has no effect beside apply_policies");
    }
    return policies.isEmpty() && !single.isEmpty() ? List.of(single) : policies;
  }

  private static Credentials credentials(Settings settings) {
    return new Credentials(
        new Secret(settings.text("basic_auth_data.password")),
        settings.text("basic_auth_data.hash_type"),
        new Secret(settings.text("jwt_data.secret")),
        new Secret(settings.text("hmac_string")),
        settings.text("certificate"),
        settings.texts("mtls_static_certificate_bindings"));
  }

  static PostExpiry postExpiry(Settings settings, Checks checks) {
    String action = settings.text("post_expiry_action");
    if (!List.of("", "retain", "delete").contains(action)) {
      checks.error(
          "post_expiry_action", "\"" + action + "\" is unknown", "known are retain, delete");
    }
    return new PostExpiry(action.equals("delete"), settings.number("post_expiry_grace_period"));
  }
}
