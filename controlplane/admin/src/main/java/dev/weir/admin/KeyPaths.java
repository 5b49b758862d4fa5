package dev.weir.admin;

import dev.weir.admin.StoredKeys.Name;
import dev.weir.model.AppliedDocument;
import dev.weir.model.GatewayConfig.KeyRules;
import dev.weir.model.JsonDocument;
import dev.weir.model.Problem;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import java.util.List;

/**
 * {@code /tyk/keys} and what is below it. A token is told in the answer to its creation and is
 * nowhere afterwards. For all threads.
 */
final class KeyPaths {
  private static final String MALFORMED = "Request malformed";

  private static final String PASSWORD = "basic_auth_data.password";

  private final KeyRules rules;
  private final StoredKeys keys;
  private final KeyChecks checks;
  private final KeyWrites writes;

  KeyPaths(KeyRules rules, StoredKeys keys, KeyChecks checks, KeyWrites writes) {
    this.rules = rules;
    this.keys = keys;
    this.checks = checks;
    this.writes = writes;
  }

  ControlAnswer answer(ControlRequest request) {
    List<String> path = request.path();
    return StoreAnswers.answer(() ->
        switch (path.size()) {
          case 1 -> all(request);
          case 2 -> one(request, path.get(1));
          case 3 -> path.get(1).equals("policy") ? apply(request) : ControlApi.notFound();
          default -> ControlApi.notFound();
        });
  }

  private ControlAnswer all(ControlRequest request) throws StoreException {
    return switch (request.method()) {
      case "GET" -> list(request.query().getOrDefault("filter", ""));
      case "POST" -> writes.create(request, "", MALFORMED);
      default -> ControlApi.methodNotAllowed();
    };
  }

  private ControlAnswer list(String prefix) throws StoreException {
    return rules.listsHashes()
        ? ControlAnswer.ok(keys.list(prefix))
        : ControlAnswer.error(
            404, "Hashed key listing is disabled in config (enable_hashed_keys_listing)");
  }

  private ControlAnswer one(ControlRequest request, String text) throws StoreException {
    boolean isPost = request.method().equals("POST");
    return switch (text) {
      case "create" ->
          isPost
              ? writes.create(request, "", "Unmarshalling failed")
              : ControlApi.methodNotAllowed();
      case "preview" -> isPost ? preview(request) : ControlApi.methodNotAllowed();
      case "policy" -> ControlApi.notFound();
      default -> named(request, text);
    };
  }

  private ControlAnswer named(ControlRequest request, String text) throws StoreException {
    Name name = Name.in(request, text);
    return switch (request.method()) {
      case "GET" -> get(name);
      case "POST" -> writes.create(request, text, MALFORMED);
      case "PUT" -> writes.change(request, name);
      case "DELETE" -> writes.delete(request, name);
      default -> ControlApi.methodNotAllowed();
    };
  }

  private ControlAnswer get(Name name) throws StoreException {
    StoredRecord record = keys.find(name);
    return record == null
        ? ControlAnswer.error(404, "Key not found")
        : shown(Old.document(record)).at(record.revision());
  }

  /** As in Tyk, without the password. */
  private static ControlAnswer shown(JsonDocument key) {
    return ControlAnswer.ok(
        (key.text(PASSWORD).isEmpty() ? key : key.with(PASSWORD, "")).document());
  }

  /** What a key would be with its policies, and what a write of it would be told. */
  private ControlAnswer preview(ControlRequest request) {
    return switch (checks.read(request.body(), MALFORMED)) {
      case KeyChecks.Refused(ControlAnswer answer) -> answer;
      case KeyChecks.Good good ->
          shown(warned(AppliedDocument.of(good.key(), good.applied()), good.warnings()));
    };
  }

  /** In the place of what the body may have under the same name: it is not part of a key. */
  private static JsonDocument warned(JsonDocument key, List<Problem> warnings) {
    return warnings.isEmpty()
        ? key
        : key.with("problems", warnings.stream().map(Problem::toString).toList());
  }

  /** The key is named by its hash, or else as everywhere. */
  private ControlAnswer apply(ControlRequest request) throws StoreException {
    if (!request.method().equals("POST")) {
      return ControlApi.methodNotAllowed();
    }
    String text = request.path().get(2);
    StoredRecord byHash = keys.get(text);
    StoredRecord record = byHash == null ? keys.find(Name.in(request, text)) : byHash;
    return record == null
        ? ControlAnswer.error(404, "Key not found")
        : writes.apply(request, record, text);
  }
}
