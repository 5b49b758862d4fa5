package dev.weir.admin;

import static dev.weir.model.KeyDefinition.IMPORTED_TOKEN;

import dev.weir.admin.KeyChecks.Good;
import dev.weir.admin.KeyChecks.Refused;
import dev.weir.admin.StoredKeys.Name;
import dev.weir.model.GatewayConfig.KeyRules;
import dev.weir.model.JsonDocument;
import dev.weir.model.KeyDefinition;
import dev.weir.model.Problem;
import dev.weir.model.Secret;
import dev.weir.model.Severity;
import dev.weir.store.Condition;
import dev.weir.store.KeyHash;
import dev.weir.store.PasswordHash;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import dev.weir.store.TykHash;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes keys: the document as it came, with its dates, with an end where a policy says so, and
 * with the hash of a password in place of it. For all threads.
 */
final class KeyWrites {
  private static final String CREATED = "date_created";
  private static final String EXPIRES = "expires";
  private static final String PASSWORD = "basic_auth_data.password";
  private static final String HASH_TYPE = "basic_auth_data.hash_type";
  private static final String ONLY_BY_NAME =
      "A key with a password, a certificate or a secret is made by its name, not by a hash of that";

  private final KeyRules rules;
  private final StoredKeys keys;
  private final KeyChecks checks;
  private final KeyTokens tokens;
  private final SessionLifetimes lifetimes;
  private final Consumer<String> quotas;
  private final InstantSource clock;
  private final PasswordHash passwords = new PasswordHash();

  /**
   * @param quotas has the quotas of a key be whole again, by its hash
   */
  KeyWrites(
      KeyRules rules,
      StoredKeys keys,
      KeyChecks checks,
      KeyTokens tokens,
      SessionLifetimes lifetimes,
      Consumer<String> quotas,
      InstantSource clock) {
    this.rules = rules;
    this.keys = keys;
    this.checks = checks;
    this.tokens = tokens;
    this.lifetimes = lifetimes;
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * What is to be written.
   *
   * @param good what came
   * @param document what comes of it
   */
  private record Write(Good good, String hash, Old old, JsonDocument document) {}

  /**
   * Makes a key, in place of one that has the name.
   *
   * @param name that somebody chose; empty for a token that nobody can guess
   * @param malformed what is answered to a body that is no key
   */
  ControlAnswer create(ControlRequest request, String name, String malformed)
      throws StoreException {
    if (request.isOn("hashed") && !name.isEmpty()) {
      return switch (checks.read(request.body(), malformed)) {
        case Refused(ControlAnswer answer) -> answer;
        case Good good -> createHashed(request, good, name);
      };
    }
    if (!name.isEmpty() && name.length() < rules.leastTokenLength()) {
      return ControlAnswer.error(
          400,
          "Token key length is %d, it has to be at least %d (min_token_length)"
              .formatted(name.length(), rules.leastTokenLength()));
    }
    return switch (checks.read(request.body(), malformed)) {
      case Refused(ControlAnswer answer) -> answer;
      case Good good when name.isEmpty() -> createUnnamed(request, good);
      case Good good -> createNamed(request, good, name);
    };
  }

  /** A key by the hash of its token, which whoever has it has still. */
  private ControlAnswer createHashed(ControlRequest request, Good good, String name)
      throws StoreException {
    TykHash imported = TykHash.parse(name);
    if (imported != null) {
      return good.key().credentials().isSet()
          ? ControlAnswer.error(400, ONLY_BY_NAME)
          : importHashed(request, good, name, imported);
    }
    String ours = StoredKeys.ofThisGateway(name);
    if (!KeyHash.is(ours)) {
      return ControlAnswer.error(
          400,
          "Not the hash of a token: this gateway's have 64 hexadecimal digits, Tyk's are "
              + TykHash.forms());
    }
    boolean mayBeTyks = rules.hashFunction().equals(TykHash.Function.SHA256.label());
    return mayBeTyks && ours.equals(name) && keys.get(ours) == null
        ? ControlAnswer.error(
            400, "Whose hash is it? Say hmac:DIGITS for this gateway's, sha256:DIGITS for Tyk's")
        : create(request, good, ours, ours);
  }

  /** One that is there already, its token known or not, stays found as it is. */
  private ControlAnswer importHashed(
      ControlRequest request, Good good, String told, TykHash imported) throws StoreException {
    String id = keys.hash(imported);
    var old = new Old(keys.get(id));
    JsonDocument before =
        old.record() == null
            ? JsonDocument.EMPTY.with(IMPORTED_TOKEN, imported.function().label())
            : Old.document(old.record());
    JsonDocument document =
        stamped(good).with(CREATED, clock.instant().toString()).with(IMPORTED_TOKEN, before);
    Good warned = imported.function().isOneWay() ? good : good.with(weak(imported));
    var write = new Write(warned, id, old, lasting(good, document));
    return reset(request, id, store(request, write, "added", ControlAnswer.added(told, id)));
  }

  private static Problem weak(TykHash imported) {
    return new Problem(
        Severity.WARNING,
        "key",
        0,
        0,
        "",
        imported.function().label()
            + " is no hash that keeps a token secret: until the token is first shown, whoever finds another one with this hash has the key",
        null);
  }

  private ControlAnswer createNamed(ControlRequest request, Good good, String name)
      throws StoreException {
    String orgId = good.key().orgId();
    if (KeyTokens.isOfAnother(orgId, name)) {
      return ControlAnswer.error(400, "The token is of another organisation than org_id");
    }
    String token = tokens.of(orgId, name);
    // Whoever has a password shows that and the name, as in Tyk.
    String told = good.key().credentials().password().isSet() ? "" : token;
    String hash = keys.hash(token);
    StoredRecord record = keys.get(hash);
    // Else the old one would come back when this one is gone.
    StoredRecord imported =
        record == null && !good.key().credentials().isSet() ? keys.imported(token) : null;
    return imported == null
        ? create(request, good, told, hash, new Old(record))
        : create(request, good, told, imported.id(), new Old(keys.shown(imported, token)));
  }

  /** As in Tyk, a key for a certificate has its id as the name, and there is one of it. */
  private ControlAnswer createUnnamed(ControlRequest request, Good good) throws StoreException {
    KeyDefinition key = good.key();
    String certificate = key.credentials().certificate();
    if (certificate.isEmpty()) {
      // Nobody has a token that was never there, so that there is nothing to look for.
      String token = tokens.next(key.orgId());
      return create(request, good, token, keys.hash(token), new Old(null));
    }
    String token = KeyTokens.ofCertificate(key.orgId(), certificate);
    String hash = keys.hash(token);
    return keys.get(hash) == null
        ? create(request, good, token, hash, new Old(null))
        : ControlAnswer.error(
            400, "Failed to create key - Key with given certificate already found:" + certificate);
  }

  private ControlAnswer create(ControlRequest request, Good good, String told, String hash)
      throws StoreException {
    return create(request, good, told, hash, new Old(keys.get(hash)));
  }

  private ControlAnswer create(ControlRequest request, Good good, String told, String hash, Old old)
      throws StoreException {
    JsonDocument document = stamped(good).with(CREATED, clock.instant().toString());
    if (old.record() == null && good.life().seconds() > 0) {
      document = document.with(EXPIRES, clock.instant().getEpochSecond() + good.life().seconds());
    }
    JsonDocument before = old.record() == null ? JsonDocument.EMPTY : Old.document(old.record());
    document = withPassword(document.with(IMPORTED_TOKEN, before), good.key(), before);
    var write = new Write(good, hash, old, lasting(good, document));
    return reset(request, hash, store(request, write, "added", ControlAnswer.added(told, hash)));
  }

  /** With an end, if it has none and has to have one. */
  private JsonDocument lasting(Good good, JsonDocument document) {
    long seconds = lifetimes.seconds(document, good.applied().rights().keySet());
    long told = good.key().expires();
    // What was told may have been left out: an end in the past.
    boolean hasEnd = document.number(EXPIRES) > 0 || (told > 0 && !isOver(told));
    return seconds == 0 || hasEnd
        ? document
        : document.with(EXPIRES, clock.instant().getEpochSecond() + seconds);
  }

  private boolean isOver(long expires) {
    return expires < clock.instant().getEpochSecond();
  }

  /** As in Tyk, what is written anew may call as much as it says, unless that is suppressed. */
  private ControlAnswer reset(ControlRequest request, String hash, ControlAnswer answer) {
    if (answer.status() == 200 && !request.isDryRun() && !request.isOn("suppress_reset")) {
      quotas.accept(hash);
    }
    return answer;
  }

  private JsonDocument stamped(Good good) {
    return good.life()
        .inheritedBy(JsonDocument.of(good.key().settings()))
        .with("last_updated", Long.toString(clock.instant().getEpochSecond()));
  }

  /** What comes back as it was told, without a password, keeps the one that there is. */
  private JsonDocument withPassword(JsonDocument document, KeyDefinition key, JsonDocument before) {
    Secret password = key.credentials().password();
    String old = before.text(PASSWORD);
    if (!old.isEmpty() && (!password.isSet() || password.text().equals(old))) {
      return document.with(PASSWORD, before).with(HASH_TYPE, before);
    }
    return password.isSet()
        ? document.with(PASSWORD, passwords.of(password.text())).with(HASH_TYPE, PasswordHash.TYPE)
        : document;
  }

  private ControlAnswer store(
      ControlRequest request, Write write, String action, ControlAnswer done)
      throws StoreException {
    Old old = write.old();
    if (!old.isMeantBy(request)) {
      return Old.changed(request);
    }
    ControlAnswer unreadable = Old.unreadable(write.document());
    if (unreadable != null) {
      return unreadable;
    }
    if (request.isDryRun()) {
      return ControlAnswer.planned(action, old.changes(write.document()), write.good().warnings());
    }
    return done.with(write.good().warnings())
        .at(keys.put(write.hash(), write.document().document(), old.condition()));
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
    ControlAnswer refusal = checks.refusal(good.key(), Old.document(old));
    return refusal == null
        ? reset(request, old.id(), replace(request, good, old, told, "modified"))
        : refusal;
  }

  /** As in Tyk, an end in the past leaves the one that there is. */
  private ControlAnswer replace(
      ControlRequest request, Good good, StoredRecord old, String told, String action)
      throws StoreException {
    JsonDocument before = Old.document(old);
    if (!before.text(IMPORTED_TOKEN).isEmpty() && good.key().credentials().isSet()) {
      return ControlAnswer.error(400, ONLY_BY_NAME);
    }
    JsonDocument document = stamped(good).with(CREATED, before).with(IMPORTED_TOKEN, before);
    long expires = good.key().expires();
    if (expires > 0 && isOver(expires)) {
      document = document.with(EXPIRES, before);
    }
    document = lasting(good, withPassword(document, good.key(), before));
    var write = new Write(good, old.id(), new Old(old), document);
    return store(request, write, action, ControlAnswer.done(told, action));
  }

  /** Gives a key other policies, and leaves all else. */
  ControlAnswer apply(ControlRequest request, StoredRecord old, String told) throws StoreException {
    List<String> ids = JsonDocument.of(request.body()).map(KeyWrites::policies).orElse(List.of());
    if (ids.isEmpty()) {
      return ControlAnswer.error(400, "Request malformed");
    }
    JsonDocument document =
        Old.document(old).without("apply_policy_id").with("apply_policies", ids);
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
    StoredRecord record = keys.find(name);
    if (record == null) {
      return ControlAnswer.error(404, "There is no such key found");
    }
    var old = new Old(record);
    if (!old.isMeantBy(request)) {
      return Old.changed(request);
    }
    if (request.isDryRun()) {
      return ControlAnswer.wouldDelete(record.id());
    }
    StoredRecord behind = keys.behind(record, name);
    Condition condition = request.preconditions().areThere() ? old.condition() : Condition.any();
    boolean isDeleted = keys.delete(record, condition);
    // It would let the same token in from now on.
    if (behind != null) {
      isDeleted |= keys.delete(behind, Condition.any());
    }
    return isDeleted
        ? ControlAnswer.done(name.text(), "deleted")
        : ControlAnswer.error(404, "There is no such key found");
  }
}
