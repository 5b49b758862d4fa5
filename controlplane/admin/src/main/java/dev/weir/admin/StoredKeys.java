package dev.weir.admin;

import dev.weir.model.JsonWriter;
import dev.weir.store.Condition;
import dev.weir.store.KeyHash;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys in the store, each by the hash of its whole token. For all threads. */
final class StoredKeys {
  private static final int PAGE = 1000;

  private final KeyVault source;
  private final KeyTokens tokens;

  StoredKeys(KeyVault source, KeyTokens tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  /**
   * What a request calls a key.
   *
   * @param text a token, the part of it after the organisation, or the hash of it
   * @param isHash whether it is the hash
   * @param orgId the organisation; empty when not told
   */
  record Name(String text, boolean isHash, String orgId) {

    static Name in(ControlRequest request, String text) {
      return new Name(text, request.isOn("hashed"), request.query().getOrDefault("org_id", ""));
    }

    /** The same of an organisation, if none was told. */
    Name of(String organisation) {
      return orgId.isEmpty() ? new Name(text, isHash, organisation) : this;
    }
  }

  String hash(String token) throws StoreException {
    return source.open().hash().of(token);
  }

  /** Null where there is none. */
  @Nullable StoredRecord find(Name name) throws StoreException {
    if (name.isHash()) {
      return get(name.text());
    }
    for (String token : tokens.all(name.orgId(), name.text())) {
      StoredRecord record = get(hash(token));
      if (record != null) {
        return record;
      }
    }
    return null;
  }

  /** Null where there is none. */
  @Nullable StoredRecord get(String hash) throws StoreException {
    return KeyHash.is(hash) ? store().get(RecordKind.KEY, hash) : null;
  }

  /** Writes a key for good; returns its revision. */
  long put(String hash, String document, Condition condition) throws StoreException {
    return store().put(RecordKind.KEY, hash, document, condition);
  }

  /** Says whether there was one. */
  boolean delete(StoredRecord record, Condition condition) throws StoreException {
    return store().delete(RecordKind.KEY, record.id(), condition);
  }

  /** Hashes that begin with a text, as a list of JSON. */
  String list(String prefix) throws StoreException {
    var list = new StringBuilder("[");
    String after = "";
    List<String> page;
    do {
      page = store().ids(RecordKind.KEY, prefix, after, PAGE);
      for (String hash : page) {
        after = hash;
        list.append(list.length() == 1 ? "" : ",").append(JsonWriter.quoted(hash));
      }
    } while (page.size() == PAGE);
    return list.append(']').toString();
  }

  private Store store() throws StoreException {
    return source.open().store();
  }
}
