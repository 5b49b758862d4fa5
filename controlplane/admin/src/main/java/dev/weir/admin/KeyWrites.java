package dev.weir.admin;

import dev.weir.admin.KeyChecks.Good;
import dev.weir.admin.KeyChecks.Refused;
import dev.weir.admin.StoredKeys.Name;
import dev.weir.model.GatewayConfig.KeyRules;
import dev.weir.model.JsonDocument;
import dev.weir.model.KeyDefinition;
import dev.weir.model.Problem;
import dev.weir.store.Condition;
import dev.weir.store.KeyHash;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes keys: the document as it came, with its dates, and an end where a policy says so. For all
 * threads.
 */
final class KeyWrites {
  private static final String CREATED = "date_created";
  private static final String EXPIRES = "expires";

  private final KeyRules rules;
  private final StoredKeys keys;
  private final KeyChecks checks;
  private final KeyTokens tokens;
  private final InstantSource clock;

  KeyWrites(
      KeyRules rules, StoredKeys keys, KeyChecks checks, KeyTokens tokens, InstantSource clock) {
    this.rules = rules;
    this.keys = keys;
    this.checks = checks;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * What is to be written.
   *
   * @param told what the answer calls the key
   * @param old what is there; null for nothing
   */
  private record Write(
      String told,
      String hash,
      JsonDocument document,
      @Nullable StoredRecord old,
      List<Problem> warnings) {

    /** That nothing was written since. */
    Condition condition() {
      return old == null ? Condition.absent() : Condition.at(old.revision());
    }

    List<String> changes() {
      return document.changesFrom(old == null ? null : KeyWrites.document(old));
    }
  }

  /** The document of a record, which was checked when it was written. */
  static JsonDocument document(StoredRecord record) {
    return JsonDocument.of(record.document())
        .orElseThrow(() -> new IllegalStateException(record + " is no object"));
  }

  /**
   * Makes a key, in place of one that has the name.
   *
   * @param name that somebody chose; empty for a token that nobody can guess
   * @param malformed what is answered to a body that is no key
   */
  ControlAnswer create(ControlRequest request, String name, String malformed)
      throws StoreException {
    boolean isHash = request.isOn("hashed") && !name.isEmpty();
    if (isHash && !KeyHash.is(name)) {
      return ControlAnswer.error(
          400, "Not the hash of a token of this gateway, which has 64 hexadecimal digits");
    }
    if (!name.isEmpty() && name.length() < rules.leastTokenLength()) {
      return ControlAnswer.error(
          400,
          "Token key length is %d, it has to be at least %d (min_token_length)"
              .formatted(name.length(), rules.leastTokenLength()));
    }
    return switch (checks.read(request.body(), malformed)) {
      case Refused(ControlAnswer answer) -> answer;
      case Good good when isHash -> create(request, good, name, name);
      case Good good when name.isEmpty() -> createUnnamed(request, good);
      case Good good -> createNamed(request, good, name);
    };
  }

  private ControlAnswer createNamed(ControlRequest request, Good good, String name)
      throws StoreException {
    String orgId = good.key().orgId();
    if (KeyTokens.isOfAnother(orgId, name)) {
      return ControlAnswer.error(400, "The token is of another organisation than org_id");
    }
    String token = tokens.of(orgId, name);
    return create(request, good, token, keys.hash(token));
  }

  /** As in Tyk, a key for a certificate has its id as the name, and there is one of it. */
  private ControlAnswer createUnnamed(ControlRequest request, Good good) throws StoreException {
    KeyDefinition key = good.key();
    String certificate = key.credentials().certificate();
    String token =
        certificate.isEmpty() ? tokens.next(key.orgId()) : tokens.of(key.orgId(), certificate);
    String hash = keys.hash(token);
    return keys.get(hash) == null
        ? create(request, good, token, hash)
        : ControlAnswer.error(
            400, "Failed to create key - Key with given certificate already found:" + certificate);
  }

  private ControlAnswer create(ControlRequest request, Good good, String told, String hash)
      throws StoreException {
    StoredRecord old = keys.get(hash);
    JsonDocument document = stamped(good.key()).with(CREATED, clock.instant().toString());
    if (old == null && good.life() > 0) {
      document = document.with(EXPIRES, clock.instant().getEpochSecond() + good.life());
    }
    var write = new Write(told, hash, document, old, good.warnings());
    if (request.asksFor("dry_run")) {
      return ControlAnswer.planned("added", write.changes(), write.warnings());
    }
    store(write);
    return ControlAnswer.added(told, hash);
  }

  private JsonDocument stamped(KeyDefinition key) {
    return JsonDocument.of(key.settings())
        .with("last_updated", Long.toString(clock.instant().getEpochSecond()));
  }

  private void store(Write write) throws StoreException {
    keys.put(write.hash(), write.document().document(), write.condition());
  }

  /** Replaces a key; it stays as old as it is. */
  ControlAnswer change(ControlRequest request, Name name) throws StoreException {
    return switch (checks.read(request.body(), "Request malformed")) {
      case Refused(ControlAnswer answer) -> answer;
      case Good good -> {
        StoredRecord old = keys.find(name.of(good.key().orgId()));
        yield old == null
            ? ControlAnswer.error(404, "Key is not found")
            : change(request, good, old, name.text());
      }
    };
  }

  private ControlAnswer change(ControlRequest request, Good good, StoredRecord old, String told)
      throws StoreException {
    ControlAnswer refusal = checks.refusal(good.key(), document(old));
    return refusal == null ? replace(request, good, old, told, "modified") : refusal;
  }

  /** As in Tyk, an end in the past leaves the one that there is. */
  private ControlAnswer replace(
      ControlRequest request, Good good, StoredRecord old, String told, String action)
      throws StoreException {
    JsonDocument before = document(old);
    JsonDocument document = stamped(good.key()).with(CREATED, before);
    long expires = good.key().expires();
    if (expires > 0 && expires < clock.instant().getEpochSecond()) {
      document = document.with(EXPIRES, before);
    }
    var write = new Write(told, old.id(), document, old, good.warnings());
    if (request.asksFor("dry_run")) {
      return ControlAnswer.planned(action, write.changes(), write.warnings());
    }
    store(write);
    return ControlAnswer.done(told, action);
  }

  /** Gives a key other policies, and leaves all else. */
  ControlAnswer apply(ControlRequest request, StoredRecord old, String told) throws StoreException {
    List<String> ids = JsonDocument.of(request.body()).map(KeyWrites::policies).orElse(List.of());
    if (ids.isEmpty()) {
      return ControlAnswer.error(400, "Request malformed");
    }
    JsonDocument document = document(old).without("apply_policy_id").with("apply_policies", ids);
    return switch (checks.read(document.document(), "Request malformed")) {
      case Refused(ControlAnswer answer) -> answer;
      case Good good -> replace(request, good, old, told, "updated");
    };
  }

  private static List<String> policies(JsonDocument choice) {
    String one = choice.text("policy");
    return one.isEmpty() ? choice.texts("apply_policies") : List.of(one);
  }

  /** Deletes a key for good. */
  ControlAnswer delete(ControlRequest request, Name name) throws StoreException {
    StoredRecord old = keys.find(name);
    if (old == null) {
      return ControlAnswer.error(404, "There is no such key found");
    }
    if (request.asksFor("dry_run")) {
      return ControlAnswer.planned("deleted", List.of(), List.of());
    }
    return keys.delete(old, Condition.any())
        ? ControlAnswer.done(name.text(), "deleted")
        : ControlAnswer.error(404, "There is no such key found");
  }
}
