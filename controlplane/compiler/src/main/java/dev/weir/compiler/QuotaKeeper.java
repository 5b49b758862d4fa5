package dev.weir.compiler;

import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.model.JsonDocument;
import dev.weir.store.Edit;
import dev.weir.store.RecordKind;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How far the quotas of keys are used: counted in memory, and kept in the store now and then, so
 * that a gateway that is killed forgets no more than what was used since.
 *
 * <p>Calls find their quota here when a key and a rule first come together on a connection, by a
 * look into a map of memory. Everything else is for one thread, which waits for the store.
 */
final class QuotaKeeper {
  /** Records of a transaction: others who write wait for it. */
  private static final int MOST_TOGETHER = 1000;

  private static final int RULE_PARTS = 4;

  private final Map<KnownKey, Map<QuotaRule, Kept>> keys = new ConcurrentHashMap<>();

  /** A quota, and what the store has of it. */
  private static final class Kept {
    private final Quota quota;
    private @Nullable QuotaUse stored;

    Kept(QuotaRule rule, @Nullable QuotaUse stored) {
      this.quota = new Quota(rule, stored == null ? QuotaUse.NONE : stored);
      this.stored = stored;
    }

    /** Whether it was ever used, or was before it was reset. */
    boolean isToBeStored() {
      QuotaUse use = quota.use();
      return !use.equals(stored == null ? QuotaUse.NONE : stored);
    }
  }

  /** What counts the calls of a key by a rule: the same for all that ask. For any thread. */
  Quota of(KnownKey key, QuotaRule rule) {
    return keys.computeIfAbsent(key, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(rule, made -> new Kept(made, null))
        .quota;
  }

  /** Has all quotas of a key be whole again. For any thread. */
  void reset(KnownKey key) {
    keys.getOrDefault(key, Map.of()).values().forEach(kept -> kept.quota.reset());
  }

  /**
   * Takes up what a store has; what it has of keys that are gone is removed. Before the first call.
   *
   * @param owners finds keys by the begin of an id; null for one that is gone
   */
  void load(Store store, Function<String, @Nullable KnownKey> owners) throws StoreException {
    List<Edit> orphans = new ArrayList<>();
    String after = "";
    List<StoredRecord> page;
    do {
      page = store.list(RecordKind.QUOTA, after, MOST_TOGETHER);
      for (StoredRecord record : page) {
        after = record.id();
        if (!load(record, owners)) {
          orphans.add(new Edit(RecordKind.QUOTA, record.id(), null));
        }
      }
    } while (page.size() == MOST_TOGETHER);
    write(store, orphans);
  }

  private boolean load(StoredRecord record, Function<String, @Nullable KnownKey> owners) {
    String[] parts = record.id().split("/", RULE_PARTS);
    KnownKey owner = parts.length == RULE_PARTS ? owners.apply(parts[0]) : null;
    QuotaUse use = use(record.document());
    if (owner == null || use == null) {
      return false;
    }
    QuotaRule rule = new QuotaRule(parts[3], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    keys.computeIfAbsent(owner, _ -> new ConcurrentHashMap<>()).put(rule, new Kept(rule, use));
    return true;
  }

  private static @Nullable QuotaUse use(String document) {
    Optional<JsonDocument> json = JsonDocument.of(document);
    try {
      return json.isEmpty()
          ? null
          : new QuotaUse(
              Long.parseLong(json.get().text("used")), Long.parseLong(json.get().text("renews")));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String id(KnownKey key, QuotaRule rule) {
    return "%s/%d/%d/%s".formatted(key.id(), rule.calls(), rule.seconds(), rule.scope());
  }

  private static String document(QuotaUse use) {
    return "{\"used\":\"%d\",\"renews\":\"%d\"}".formatted(use.calls(), use.renews());
  }

  /** Writes what has changed since the last time, and removes what is of keys that have gone. */
  void keep(Store store) throws StoreException {
    List<Edit> gone = new ArrayList<>();
    List<Edit> used = new ArrayList<>();
    List<Runnable> done = new ArrayList<>();
    keys.forEach((key, rules) -> {
      if (key.isDeleted()) {
        rules.values().stream()
            .filter(kept -> kept.stored != null)
            .forEach(
                kept -> gone.add(new Edit(RecordKind.QUOTA, id(key, kept.quota.rule()), null)));
        done.add(() -> keys.remove(key));
        return;
      }
      for (Kept kept : rules.values()) {
        if (kept.isToBeStored()) {
          QuotaUse use = kept.quota.use();
          used.add(new Edit(RecordKind.QUOTA, id(key, kept.quota.rule()), document(use)));
          done.add(() -> kept.stored = use);
        }
      }
    });
    gone.addAll(used);
    write(store, gone);
    done.forEach(Runnable::run);
  }

  private static void write(Store store, List<Edit> edits) throws StoreException {
    for (int from = 0; from < edits.size(); from += MOST_TOGETHER) {
      store.write(edits.subList(from, Math.min(edits.size(), from + MOST_TOGETHER)));
    }
  }
}
