package dev.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.weir.model.JsonDocument;
import dev.weir.model.JsonWriter;
import dev.weir.model.KeyDefinition;
import dev.weir.store.Condition;
import dev.weir.store.KeyHash;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import dev.weir.store.TykHash;
import dev.weir.store.TykHash.Function;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys in the store, each by the hash of its whole token. For all threads. */
final class StoredKeys {
  private static final int PAGE = 1000;

  /** In front of a hash of this gateway, where there might be doubt. */
  private static final String OURS = "hmac:";

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

  /** The id of a key that comes with a hash of Tyk's. */
  String hash(TykHash imported) throws StoreException {
    return source.open().hash().of(imported);
  }

  /** Whether it came with a hash or not; null where there is none. */
  @Nullable StoredRecord find(Name name) throws StoreException {
    if (name.isHash()) {
      return get(name.text());
    }
    for (String token : tokens.all(name.orgId(), name.text())) {
      StoredRecord record = get(hash(token));
      StoredRecord found = record == null ? imported(token) : record;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The one that came with Tyk's hash of a token, and is not another token's; null for none. */
  @Nullable StoredRecord imported(String token) throws StoreException {
    byte[] bytes = token.getBytes(UTF_8);
    StoredRecord record = store().get(RecordKind.KEY, hash(Function.by(bytes).of(bytes)));
    if (record == null) {
      return null;
    }
    String said = importedToken(record);
    boolean isShown = said.indexOf(':') >= 0;
    return said.isEmpty() || (isShown && !said.endsWith(":" + hash(token))) ? null : record;
  }

  private static String importedToken(StoredRecord record) {
    return JsonDocument.of(record.document())
        .map(key -> key.text(KeyDefinition.IMPORTED_TOKEN))
        .orElse("");
  }

  /** What {@link #imported} found, as it is once its token was shown. */
  StoredRecord shown(StoredRecord imported, String token) throws StoreException {
    String said = importedToken(imported);
    if (said.indexOf(':') >= 0) {
      return imported;
    }
    JsonDocument document =
        Old.document(imported).with(KeyDefinition.IMPORTED_TOKEN, said + ":" + hash(token));
    return new StoredRecord(
        imported.kind(), imported.id(), document.document(), imported.revision());
  }

  /** The one that came with a hash of the token by which another one was found; null for none. */
  @Nullable StoredRecord behind(StoredRecord found, Name name) throws StoreException {
    if (name.isHash()) {
      return null;
    }
    for (String token : tokens.all(name.orgId(), name.text())) {
      if (hash(token).equals(found.id())) {
        return imported(token);
      }
    }
    return null;
  }

  /**
   * The one that a hash stands for: this gateway's, or the one of Tyk's that it came with; null
   * where there is none.
   */
  @Nullable StoredRecord get(String hash) throws StoreException {
    TykHash imported = TykHash.parse(hash);
    String id = imported == null ? ofThisGateway(hash) : hash(imported);
    return KeyHash.is(id) ? store().get(RecordKind.KEY, id) : null;
  }

  /** Without what says whose hash it is, where that is this gateway. */
  static String ofThisGateway(String hash) {
    return hash.startsWith(OURS) ? hash.substring(OURS.length()) : hash;
  }

  /** Writes a key for good; returns its revision. */
  long put(String hash, String document, Condition condition) throws StoreException {
    return store().put(RecordKind.KEY, hash, document, condition);
  }

  /** Says whether there was one. */
  boolean delete(StoredRecord record, Condition condition) throws StoreException {
    return store().delete(RecordKind.KEY, record.id(), condition);
  }

  /**
   * Hashes that begin with a text, as JSON: a page is read when the one before has left.
   *
   * @throws StoreException when not even the first can be read
   */
  ControlAnswer.Pieces list(String prefix) throws StoreException {
    Store store = store();
    List<String> first = store.ids(RecordKind.KEY, prefix, "", PAGE);
    return out -> {
      String before = "{\"keys\":[";
      List<String> page = first;
      while (page.size() == PAGE) {
        write(out, before + quoted(page));
        page = next(store, prefix, page.getLast());
        before = page.isEmpty() ? "" : ",";
      }
      write(out, before + quoted(page) + "]}");
    };
  }

  private static List<String> next(Store store, String prefix, String after) throws IOException {
    try {
      return store.ids(RecordKind.KEY, prefix, after, PAGE);
    } catch (StoreException e) {
      throw new IOException(e);
    }
  }

  private static String quoted(List<String> hashes) {
    return hashes.stream().map(JsonWriter::quoted).collect(joining(","));
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
  }

  private Store store() throws StoreException {
    return source.open().store();
  }
}
