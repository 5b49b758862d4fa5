package dev.weir.admin;

import dev.weir.model.JsonDocument;
import dev.weir.model.KeyDefinition;
import dev.weir.model.KeyReader;
import dev.weir.model.Reading;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code /tyk/org/keys} and {@code /tyk/org/keys/ID}: what is kept about an organisation, in the
 * shape of a key. Nothing limits one as a whole, so what would is refused. For all threads.
 */
final class OrgKeyPaths {
  private static final int PAGE = 1000;

  /** What shuts an organisation out, or holds it back, in Tyk, and does not here. */
  private static final List<String> LIMITS =
      List.of(
          "is_inactive",
          "expires",
          "rate",
          "quota_max",
          "throttle_interval",
          "access_rights",
          "apply_policies",
          "apply_policy_id");

  /** Of these, those that are none at 0 and below. */
  private static final Set<String> AMOUNTS =
      Set.of("expires", "rate", "quota_max", "throttle_interval");

  private final KeyVault source;
  private final InstantSource clock;
  private final KeyReader reader = new KeyReader(true);

  OrgKeyPaths(KeyVault source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  ControlAnswer answer(ControlRequest request) {
    List<String> path = request.path();
    if (path.size() < 2 || path.size() > 3 || !path.get(1).equals("keys")) {
      return ControlApi.notFound();
    }
    return StoreAnswers.answer(() -> path.size() == 2 ? all(request) : one(request, path.get(2)));
  }

  private ControlAnswer all(ControlRequest request) throws StoreException {
    return request.method().equals("GET")
        ? ControlAnswer.ok("{\"keys\":" + ControlAnswer.texts(list()) + "}")
        : ControlApi.methodNotAllowed();
  }

  private List<String> list() throws StoreException {
    var ids = new ArrayList<String>();
    List<String> page;
    do {
      String after = ids.isEmpty() ? "" : ids.getLast();
      page = source.open().store().ids(RecordKind.ORG_KEY, "", after, PAGE);
      ids.addAll(page);
    } while (page.size() == PAGE);
    return ids;
  }

  private ControlAnswer one(ControlRequest request, String id) throws StoreException {
    if (id.length() > Store.MOST_ID) {
      return ControlAnswer.error(400, "The id of the organisation is too long");
    }
    var old = new Old(source.open().store().get(RecordKind.ORG_KEY, id));
    return switch (request.method()) {
      case "GET" -> get(old);
      case "POST" -> write(request, id, old, "added");
      case "PUT" -> write(request, id, old, "modified");
      case "DELETE" -> delete(request, id, old);
      default -> ControlApi.methodNotAllowed();
    };
  }

  private static ControlAnswer get(Old old) {
    StoredRecord record = old.record();
    return record == null ? unknown() : ControlAnswer.ok(record.document()).at(record.revision());
  }

  private static ControlAnswer unknown() {
    return ControlAnswer.error(404, "Org not found");
  }

  /** As in Tyk, both ways of writing make one where there is none. */
  private ControlAnswer write(ControlRequest request, String id, Old old, String action)
      throws StoreException {
    Reading<KeyDefinition> reading = reader.read("key", request.body());
    KeyDefinition key = reading.value();
    if (key == null) {
      return ControlAnswer.error(400, "Request malformed", reading.problems());
    }
    if (key.credentials().password().isSet()) {
      return ControlAnswer.error(400, "basic_auth_data.password: an organisation has none");
    }
    List<String> idle = LIMITS.stream().filter(name -> says(key, name)).toList();
    if (!idle.isEmpty()) {
      return ControlAnswer.error(
          400,
          "%s: nothing here limits an organisation as a whole, give its keys a policy"
              .formatted(String.join(", ", idle)));
    }
    if (!old.isMeantBy(request)) {
      return Old.changed(request);
    }
    String now = Long.toString(clock.instant().getEpochSecond());
    JsonDocument document = JsonDocument.of(key.settings()).with("last_updated", now);
    ControlAnswer unreadable = Old.unreadable(document);
    if (unreadable != null) {
      return unreadable;
    }
    if (request.isDryRun()) {
      return ControlAnswer.planned(action, old.changes(document), reading.problems());
    }
    Store store = source.open().store();
    return ControlAnswer.done(id, action)
        .with(reading.problems())
        .at(store.put(RecordKind.ORG_KEY, id, document.document(), old.condition()));
  }

  /** An amount of -1 is none. */
  private static boolean says(KeyDefinition key, String name) {
    return key.settings().says(name)
        && !(AMOUNTS.contains(name) && key.settings().decimal(name) <= 0);
  }

  private ControlAnswer delete(ControlRequest request, String id, Old old) throws StoreException {
    if (old.record() == null) {
      return unknown();
    }
    if (!old.isMeantBy(request)) {
      return Old.changed(request);
    }
    if (request.isDryRun()) {
      return ControlAnswer.wouldDelete(id);
    }
    return source.open().store().delete(RecordKind.ORG_KEY, id, old.condition())
        ? ControlAnswer.done(id, "deleted")
        : unknown();
  }
}
