package dev.weir.compiler;

import dev.weir.store.Change;
import dev.weir.store.Condition;
import dev.weir.store.KeyTable;
import dev.weir.store.RecordKind;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoreException.Reason;
import dev.weir.store.StoredRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes keys that have expired for as long as they may stay ({@code post_expiry_action}), a look
 * at what is in memory each minute. For all threads.
 */
final class ExpiredKeys implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiredKeys.class);
  private static final Duration PACE = Duration.ofMinutes(1);

  /** What no other key fares better with. */
  private static final Set<Reason> OF_ALL =
      Set.of(Reason.LOCKED, Reason.CLOSED, Reason.FULL, Reason.READ_ONLY);

  private final KeyTable<KnownKey> keys;
  private final KeyDocuments documents;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weir-expired-keys").factory());
  private boolean failing;

  ExpiredKeys(KeyTable<KnownKey> keys, KeyDocuments documents) {
    this.keys = keys;
    this.documents = documents;
  }

  /** Looks each minute from now on. */
  void start(Store store, InstantSource clock) {
    thread.scheduleWithFixedDelay(
        () -> look(store, clock), PACE.toSeconds(), PACE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Whatever fails, it looks again. */
  private void look(Store store, InstantSource clock) {
    try {
      sweep(store, clock.instant().getEpochSecond());
    } catch (RuntimeException | Error e) {
      tell(e);
    }
  }

  /** Deletes those that are to be gone at a time, but for what fails; one thread at a time. */
  void sweep(Store store, long epochSeconds) {
    List<KnownKey> over = new ArrayList<>();
    keys.forEach(key -> {
      if (key.goesAt() <= epochSeconds) {
        over.add(key);
      }
    });
    int deleted = 0;
    @Nullable Throwable failure = null;
    for (KnownKey key : over) {
      try {
        deleted += isDeleted(store, key, epochSeconds) ? 1 : 0;
      } catch (StoreException e) {
        failure = e;
        if (OF_ALL.contains(e.reason())) {
          break;
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }
    if (failure == null) {
      failing = false;
    } else {
      tell(failure);
    }
    if (deleted > 0) {
      LOG.atInfo().addKeyValue("keys", deleted).log("expired keys were deleted");
    }
  }

  /** What is in memory may be older than the record: that decides. */
  private boolean isDeleted(Store store, KnownKey key, long epochSeconds) throws StoreException {
    List<StoredRecord> next = store.list(RecordKind.KEY, key.firstDigits(), 1);
    if (next.isEmpty() || !next.getFirst().id().startsWith(key.firstDigits())) {
      return false;
    }
    StoredRecord record = next.getFirst();
    KeyDocuments.Said said = documents.read(new Change.Written(record)).said();
    if (said == null || said.goesAt() > epochSeconds) {
      return false;
    }
    try {
      return store.delete(RecordKind.KEY, record.id(), Condition.at(record.revision()));
    } catch (StoreException e) {
      if (e.reason() == Reason.CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private void tell(Throwable failure) {
    boolean isClosed = failure instanceof StoreException e && e.reason() == Reason.CLOSED;
    if (!failing && !isClosed) {
      LOG.atWarn()
          .addKeyValue("error", failure.toString())
          .log("expired keys cannot be deleted, it is tried again each minute");
    }
    failing = true;
  }

  /** Looks no more; what is being deleted may be. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
