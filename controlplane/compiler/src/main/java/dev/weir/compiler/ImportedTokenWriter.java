package dev.weir.compiler;

import dev.weir.model.JsonDocument;
import dev.weir.model.KeyDefinition;
import dev.weir.store.Condition;
import dev.weir.store.RecordKind;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Reason;
import dev.weir.store.StoredRecord;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into keys which tokens are theirs, one after the other, on a thread of its own that is
 * there while there is something to do: whoever has found it out waits for nothing. For all
 * threads.
 */
final class ImportedTokenWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ImportedTokenWriter.class);

  /** How often somebody else may change a key meanwhile. */
  private static final int MOST_TRIES = 8;

  private final Store store;
  private final Queue<Found> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean working = new AtomicBoolean();
  private final RareLines failures = new RareLines(System::nanoTime);

  private record Found(ImportedToken token, String id, String tokenHash) {}

  ImportedTokenWriter(Store store) {
    this.store = store;
  }

  /**
   * @param id of the key's record
   */
  void write(ImportedToken token, String id, String tokenHash) {
    queue.add(new Found(token, id, tokenHash));
    start();
  }

  private void start() {
    if (!working.compareAndSet(false, true)) {
      return;
    }
    boolean isStarted = false;
    try {
      Thread.ofVirtual().name("weir-imports").start(this::work);
      isStarted = true;
    } finally {
      if (!isStarted) {
        working.set(false);
      }
    }
  }

  /** Whatever becomes of one, the next ones are written. */
  private void work() {
    try {
      for (Found found = queue.poll(); found != null; found = queue.poll()) {
        write(found);
      }
    } finally {
      working.set(false);
      if (!queue.isEmpty()) {
        start();
      }
    }
  }

  private void write(Found found) {
    try {
      boolean written = false;
      for (int tries = 0; !written && tries < MOST_TRIES; tries++) {
        written = isWritten(found);
      }
      if (!written) {
        found.token().isNotKept();
      }
    } catch (StoreException | RuntimeException | Error e) {
      // Such as for want of memory: the next one to show the token has it tried again.
      found.token().isNotKept();
      tell(e);
    }
  }

  /** False when somebody else was faster. */
  private boolean isWritten(Found found) throws StoreException {
    StoredRecord record = store.get(RecordKind.KEY, found.id());
    JsonDocument key =
        record == null ? JsonDocument.EMPTY : JsonDocument.of(record.document()).orElseThrow();
    ImportedState state = ImportedState.parse(key.text(KeyDefinition.IMPORTED_TOKEN));
    if (record == null || state == null || !state.tokenHash().isEmpty()) {
      return true;
    }
    String said = new ImportedState(state.function(), found.tokenHash()).text();
    String document = key.with(KeyDefinition.IMPORTED_TOKEN, said).document();
    try {
      store.put(RecordKind.KEY, found.id(), document, Condition.at(record.revision()));
      return true;
    } catch (StoreException e) {
      if (e.reason() == Reason.CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private void tell(Throwable failure) {
    boolean isClosed = failure instanceof StoreException e && e.reason() == Reason.CLOSED;
    if (!isClosed && failures.untold() != RareLines.NONE) {
      LOG.atWarn()
          .addKeyValue("error", failure.toString())
          .log("hashes of imported keys cannot be replaced, it is tried again");
    }
  }
}
