package dev.weir.compiler;

import dev.weir.filter.Identity;
import dev.weir.model.AlikeKeys;
import dev.weir.model.KeyDefinition;
import dev.weir.model.KeyDefinition.Credentials;
import dev.weir.model.KeyReader;
import dev.weir.store.Change;
import dev.weir.store.ChangePage;
import dev.weir.store.KeyHash;
import dev.weir.store.RecordKind;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the documents of keys come to. For all threads. */
final class KeyDocuments {
  /** Changes that are read at once. */
  private static final int PAGE = 256;

  private final KeyReader reader;
  private final SharedRules rules;

  KeyDocuments(KeyReader reader, SharedRules rules) {
    this.reader = reader;
    this.rules = rules;
  }

  /**
   * What a key's document comes to, without the document.
   *
   * @param imported null for a key that is found by the hash of its token
   */
  record Said(Lasting lasting, long expires, @Nullable ImportedState imported) {

    /** See {@link KnownKey#goesAt}. */
    long goesAt() {
      return lasting.rules().postExpiry().goesAt(expires);
    }
  }

  /** The same for keys that say the same, but for their dates. */
  record Lasting(KeyRules rules, Credentials credentials) {}

  /**
   * A change, read, without its document.
   *
   * @param isDeleted whether it is there no more
   * @param said null for a document that cannot be read or has no hash for its id, and where the
   *     change has none of a key
   */
  record Read(RecordKind kind, String id, boolean isDeleted, @Nullable Said said) {}

  /**
   * @param failure why there are none; null when there are
   */
  private record ReadPage(List<Read> changes, @Nullable StoreException failure) {

    List<Read> orFailure() throws StoreException {
      if (failure != null) {
        throw failure;
      }
      return changes;
    }
  }

  /**
   * Tells most of what has happened, in its order. Documents are decrypted and read by all
   * processors, since that takes longest at a start; what is found out about those that are alike
   * is forgotten at its end.
   *
   * @return the revision from which on a follower has to be told
   */
  long past(Store store, Consumer<Read> follower) throws StoreException {
    AlikeKeys<Lasting> keys = alike();
    Queue<CompletableFuture<ReadPage>> reading = new ArrayDeque<>();
    int readers = Runtime.getRuntime().availableProcessors();
    long told = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(readers)) {
      for (ChangePage page = store.page(told, PAGE);
          page.size() == PAGE;
          page = store.page(told, PAGE)) {
        ChangePage now = page;
        reading.add(CompletableFuture.supplyAsync(() -> read(now, keys), threads));
        told = page.last();
        if (reading.size() > readers) {
          reading.remove().join().orFailure().forEach(follower);
        }
      }
      for (CompletableFuture<ReadPage> page : reading) {
        page.join().orFailure().forEach(follower);
      }
    }
    return told;
  }

  private ReadPage read(ChangePage page, AlikeKeys<Lasting> keys) {
    try {
      return new ReadPage(page.open().stream().map(change -> read(change, keys)).toList(), null);
    } catch (StoreException e) {
      return new ReadPage(List.of(), e);
    }
  }

  Read read(Change change) {
    return read(change, alike());
  }

  private AlikeKeys<Lasting> alike() {
    return new AlikeKeys<>(reader, this::lasting);
  }

  private static Read read(Change change, AlikeKeys<Lasting> keys) {
    return switch (change) {
      case Change.Deleted(RecordKind kind, String id, long _) -> new Read(kind, id, true, null);
      case Change.Written(StoredRecord record) ->
          new Read(
              record.kind(),
              record.id(),
              false,
              record.kind() == RecordKind.KEY ? said(record, keys) : null);
    };
  }

  private static @Nullable Said said(StoredRecord record, AlikeKeys<Lasting> keys) {
    AlikeKeys.Said<Lasting> read = KeyHash.is(record.id()) ? keys.read(record.document()) : null;
    if (read == null) {
      return null;
    }
    long expires = read.expires() > 0 ? read.expires() : Identity.NEVER;
    if (read.importedToken().isEmpty()) {
      return new Said(read.value(), expires, null);
    }
    ImportedState imported = ImportedState.parse(read.importedToken());
    return imported == null ? null : new Said(read.value(), expires, imported);
  }

  private Lasting lasting(KeyDefinition key) {
    return new Lasting(rules.of(key.rules()), key.credentials());
  }
}
