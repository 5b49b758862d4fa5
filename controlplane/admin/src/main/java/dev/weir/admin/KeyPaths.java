package dev.weir.admin;

import dev.weir.admin.StoredKeys.Name;
import dev.weir.model.GatewayConfig.KeyRules;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import java.util.List;
import java.util.Set;

/**
 * {@code /tyk/keys} and what is below it. A token is told in the answer to its creation and is
 * nowhere afterwards. For all threads.
 */
final class KeyPaths {
  private static final String MALFORMED = "Request malformed";

  /** Paths of Tyk's that this build does not have; nobody shall make keys by their names. */
  private static final Set<String> NOT_NAMES = Set.of("preview", "policy");

  private final KeyRules rules;
  private final StoredKeys keys;
  private final KeyWrites writes;

  KeyPaths(KeyRules rules, StoredKeys keys, KeyWrites writes) {
    this.rules = rules;
    this.keys = keys;
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
        ? ControlAnswer.ok("{\"keys\":" + ControlAnswer.texts(keys.list(prefix)) + "}")
        : ControlAnswer.error(
            404, "Hashed key listing is disabled in config (enable_hashed_keys_listing)");
  }

  private ControlAnswer one(ControlRequest request, String text) throws StoreException {
    if (text.equals("create")) {
      return request.method().equals("POST")
          ? writes.create(request, "", "Unmarshalling failed")
          : ControlApi.methodNotAllowed();
    }
    if (NOT_NAMES.contains(text)) {
      return ControlApi.notFound();
    }
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
        : ControlAnswer.ok(record.document());
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
