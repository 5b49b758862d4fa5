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

  private final AlikeKeys<Lasting> keys;
  private final SharedRules rules;

  KeyDocuments(KeyReader reader, SharedRules rules) {
    this.keys = new AlikeKeys<>(reader, this::lasting);
    this.rules = rules;
  }

  /** What a key's document comes to, without the document. */
  record Said(Lasting lasting, long expires) {}

  /** The same for keys that say the same, but for their dates. */
  record Lasting(KeyRules rules, Credentials credentials) {}

  /**
   * A change, read.
   *
   * @param said null for a document that cannot be read or has no hash for its id, and where the
   *     change has none of a key
   */
  record Read(Change change, @Nullable Said said) {}

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
   * processors, since that takes longest at a start.
   *
   * @return the revision from which on a follower has to be told
   */
  long past(Store store, Consumer<Read> follower) throws StoreException {
    Queue<CompletableFuture<ReadPage>> reading = new ArrayDeque<>();
    int readers = Runtime.getRuntime().availableProcessors();
    long told = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(readers)) {
      for (ChangePage page = store.page(told, PAGE);
          page.size() == PAGE;
          page = store.page(told, PAGE)) {
        ChangePage now = page;
        reading.add(CompletableFuture.supplyAsync(() -> read(now), threads));
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

  private ReadPage read(ChangePage page) {
    try {
      return new ReadPage(page.open().stream().map(this::read).toList(), null);
    } catch (StoreException e) {
      return new ReadPage(List.of(), e);
    }
  }

  Read read(Change change) {
    return new Read(
        change,
        change instanceof Change.Written(StoredRecord record) && record.kind() == RecordKind.KEY
            ? said(record)
            : null);
  }

  private @Nullable Said said(StoredRecord record) {
    AlikeKeys.Said<Lasting> read = KeyHash.is(record.id()) ? keys.read(record.document()) : null;
    if (read == null) {
      return null;
    }
    return new Said(read.value(), read.expires() > 0 ? read.expires() : Identity.NEVER);
  }

  private Lasting lasting(KeyDefinition key) {
    return new Lasting(rules.of(key.rules()), key.credentials());
  }
}
