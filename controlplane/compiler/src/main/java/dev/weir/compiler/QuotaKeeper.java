package dev.weir.compiler;

import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.store.QuotaEntry;
import dev.weir.store.QuotaFile;
import dev.weir.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the quotas of keys are used: counted in memory, and kept in a file now and then, so that
 * a gateway that is killed forgets no more than what was used since.
 *
 * <p>Calls find their quota here when a key and a rule first come together on a connection, by a
 * look into a map of memory. Everything else is for one thread, which waits for the disk.
 */
final class QuotaKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaKeeper.class);

  private final Map<QuotaOwner, Map<QuotaRule, Kept>> keys = new ConcurrentHashMap<>();

  /** A quota, and what the file has of it. */
  private static final class Kept {
    private final Quota quota;
    private QuotaUse stored;

    Kept(QuotaRule rule, QuotaUse stored) {
      this.quota = new Quota(rule, stored);
      this.stored = stored;
    }
  }

  /** What counts the calls of a key by a rule: the same for all that ask. For any thread. */
  Quota of(QuotaOwner key, QuotaRule rule) {
    return rules(key).computeIfAbsent(rule, made -> new Kept(made, QuotaUse.NONE)).quota;
  }

  private Map<QuotaRule, Kept> rules(QuotaOwner key) {
    return keys.computeIfAbsent(key, _ -> new ConcurrentHashMap<>());
  }

  /** Whether one of a key's quotas is used in part until a time that is to come. For any thread. */
  boolean isUsed(QuotaOwner key, long epochSeconds) {
    return keys.getOrDefault(key, Map.of()).values().stream()
        .map(kept -> kept.quota.use())
        .anyMatch(use -> use.calls() > 0 && use.renews() > epochSeconds);
  }

  /** Has all quotas of a key be whole again. For any thread. */
  void reset(QuotaOwner key) {
    keys.getOrDefault(key, Map.of()).values().forEach(kept -> kept.quota.reset());
  }

  /**
   * Takes up what a file has of keys that there are; of others it has nothing from now on, since
   * they may be made again. Before the first call.
   *
   * @param owners finds keys, and who else has quotas
   */
  void load(QuotaFile file, Owners owners) throws StoreException {
    Set<QuotaEntry> orphans = new LinkedHashSet<>();
    long lost = file.read(entry -> load(entry, owners, orphans));
    forget(file, orphans);
    if (lost > 0) {
      LOG.atWarn()
          .addKeyValue("bytes", lost)
          .log("the file of quotas has no sound end, what is behind it is forgotten");
    }
  }

  /** A disk that takes nothing more keeps nobody from being let in. */
  private static void forget(QuotaFile file, Set<QuotaEntry> orphans) {
    try {
      if (!orphans.isEmpty()) {
        file.write(orphans);
      }
    } catch (StoreException e) {
      LOG.atError()
          .addKeyValue("error", e.getMessage())
          .log(
              "quotas of keys that are gone stay, keys that are made again with their names have them");
    }
  }

  /** Finds whose quotas they are; null for one that is gone. */
  interface Owners {
    @Nullable QuotaOwner find(QuotaEntry entry);
  }

  private void load(QuotaEntry entry, Owners owners, Set<QuotaEntry> orphans) {
    QuotaOwner owner = owners.find(entry);
    if (owner != null) {
      String scope = entry.scope().substring(owner.mark().length());
      QuotaRule rule = new QuotaRule(scope, entry.calls(), entry.seconds());
      QuotaUse use = new QuotaUse(entry.used(), entry.renews());
      rules(owner).put(rule, new Kept(rule, use));
    } else if (entry.used() > 0) {
      orphans.add(entry.whole());
    } else {
      orphans.remove(entry.whole());
    }
  }

  private static QuotaEntry entry(QuotaOwner key, QuotaRule rule, QuotaUse use) {
    return new QuotaEntry(
        key.high(),
        key.low(),
        key.mark() + rule.scope(),
        rule.calls(),
        rule.seconds(),
        use.calls(),
        use.renews());
  }

  /**
   * Writes what has changed since the last time. Quotas of keys that have gone are whole then, and
   * come first: there may be other keys of the same names.
   */
  synchronized void keep(QuotaFile file) throws StoreException {
    List<QuotaEntry> gone = new ArrayList<>();
    List<QuotaEntry> used = new ArrayList<>();
    List<Runnable> done = new ArrayList<>();
    keys.forEach((key, rules) -> {
      boolean deleted = key.isDeleted();
      for (Kept kept : rules.values()) {
        QuotaUse use = deleted ? QuotaUse.NONE : kept.quota.use();
        if (!use.equals(kept.stored)) {
          (deleted ? gone : used).add(entry(key, kept.quota.rule(), use));
          done.add(() -> kept.stored = use);
        }
      }
      if (deleted) {
        done.add(() -> keys.remove(key));
      }
    });
    gone.addAll(used);
    write(file, gone);
    done.forEach(Runnable::run);
  }

  private void write(QuotaFile file, List<QuotaEntry> changed) throws StoreException {
    if (!changed.isEmpty()) {
      file.write(changed);
    }
    if (file.isWorn(keys.values().stream().mapToLong(Map::size).sum())) {
      file.rewrite(current());
    }
  }

  /** All that are not whole. */
  private List<QuotaEntry> current() {
    List<QuotaEntry> entries = new ArrayList<>();
    keys.forEach((key, rules) ->
        rules.values().stream()
            .filter(kept -> !key.isDeleted())
            .map(kept -> entry(key, kept.quota.rule(), kept.quota.use()))
            .filter(entry -> entry.used() > 0)
            .forEach(entries::add));
    return entries;
  }
}
