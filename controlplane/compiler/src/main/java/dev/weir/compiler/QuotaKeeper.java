package dev.weir.compiler;

import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.store.QuotaAppender;
import dev.weir.store.QuotaEntry;
import dev.weir.store.QuotaFile;
import dev.weir.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the quotas of keys are used: counted in memory, and kept in a file now and then, so that
 * a gateway that is killed forgets no more than what was used since.
 *
 * <p>Calls find their quota here when a key and a rule first come together on a connection, by a
 * look into a map of memory. A quota puts itself among the changed ones when it is used for the
 * first time since it was written, so that those of keys that do not call cost nothing. What is
 * written is for one thread, which waits for the disk.
 */
final class QuotaKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaKeeper.class);

  /** So many quotas are fetched at once. */
  private static final int TOGETHER = 16;

  private final Map<QuotaOwner, Map<QuotaRule, KeptQuota>> keys = new ConcurrentHashMap<>();
  private final Queue<KeptQuota> gone = new ConcurrentLinkedQueue<>();
  private final AtomicLong size = new AtomicLong();

  /** Those that have, since they were written. */
  private final ChangedQuotas changed = new ChangedQuotas();

  /** One for all: to find that of a quota would take longer than what it does. */
  private final Consumer<KeptQuota> changes = changed::add;

  /** What counts the calls of a key by a rule: the same for all that ask. For any thread. */
  Quota of(QuotaOwner key, QuotaRule rule) {
    KeptQuota quota = rules(key).computeIfAbsent(rule, made -> made(key, made, QuotaUse.NONE));
    if (key.isDeleted()) {
      end(quota);
      forget(key);
    }
    return quota;
  }

  /** Of most there is one. */
  private Map<QuotaRule, KeptQuota> rules(QuotaOwner key) {
    return keys.computeIfAbsent(key, _ -> new ConcurrentHashMap<>(1));
  }

  private KeptQuota made(QuotaOwner key, QuotaRule rule, QuotaUse stored) {
    size.incrementAndGet();
    return new KeptQuota(key, rule, stored, changes);
  }

  /** The key is deleted, and its quotas with it. For any thread. */
  void forget(QuotaOwner key) {
    Map<QuotaRule, KeptQuota> theirs = keys.remove(key);
    if (theirs != null) {
      theirs.values().forEach(this::end);
    }
  }

  private void end(KeptQuota quota) {
    if (quota.end()) {
      gone.add(quota);
      size.decrementAndGet();
    }
  }

  /** Whether one of a key's quotas is used in part until a time that is to come. For any thread. */
  boolean isUsed(QuotaOwner key, long epochSeconds) {
    return keys.getOrDefault(key, Map.of()).values().stream()
        .map(Quota::use)
        .anyMatch(use -> use.calls() > 0 && use.renews() > epochSeconds);
  }

  /** Has all quotas of a key be whole again. For any thread. */
  void reset(QuotaOwner key) {
    keys.getOrDefault(key, Map.of()).values().forEach(Quota::reset);
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
      if (rules(owner).put(rule, made(owner, rule, use)) != null) {
        size.decrementAndGet();
      }
    } else if (entry.used() > 0) {
      orphans.add(entry.whole());
    } else {
      orphans.remove(entry.whole());
    }
  }

  /**
   * Writes what has changed since the last time. Quotas of keys that have gone are whole then, and
   * come first: there may be other keys of the same names.
   */
  synchronized void keep(QuotaFile file) throws StoreException {
    // In this order: when a key is there anew, the one before it is known to be gone.
    ChangedQuotas.Taken taken = changed.take();
    List<KeptQuota> over = takeGone();
    if (taken.isEmpty() && over.isEmpty()) {
      return;
    }
    Changes written = new Changes(over, taken);
    try {
      file.write(written);
      if (file.isWorn(size.get())) {
        file.rewrite(this::current);
      }
    } catch (StoreException | RuntimeException e) {
      written.tryAgain();
      throw e;
    }
  }

  private List<KeptQuota> takeGone() {
    List<KeptQuota> taken = new ArrayList<>();
    for (KeptQuota quota = gone.poll(); quota != null; quota = gone.poll()) {
      taken.add(quota);
    }
    return taken;
  }

  /** What has changed. */
  private final class Changes implements QuotaFile.Entries {
    private final List<KeptQuota> over;
    private final ChangedQuotas.Taken taken;
    private final KeptQuota[] some = new KeptQuota[TOGETHER];

    private Changes(List<KeptQuota> over, ChangedQuotas.Taken taken) {
      this.over = over;
      this.taken = taken;
    }

    @Override
    public void addTo(QuotaAppender file) throws IOException {
      for (KeptQuota quota : over) {
        quota.store(file);
      }
      for (int count = taken.next(some); count > 0; count = taken.next(some)) {
        KeptQuota.look(some, count);
        for (int i = 0; i < count; i++) {
          // One that is gone is among those that are over, now or the next time.
          if (!some[i].isGone()) {
            some[i].store(file);
          }
        }
      }
    }

    /** The file has nothing of them. */
    private void tryAgain() {
      over.forEach(KeptQuota::tryAgain);
      gone.addAll(over);
      for (int count = taken.next(some); count > 0; count = taken.next(some)) {
        KeptQuota.look(some, count);
      }
      taken.rewind();
      for (int count = taken.next(some); count > 0; count = taken.next(some)) {
        for (int i = 0; i < count; i++) {
          some[i].tryAgain();
        }
      }
    }
  }

  /** All that are not whole. */
  private void current(QuotaAppender file) throws IOException {
    for (Map<QuotaRule, KeptQuota> theirs : keys.values()) {
      for (KeptQuota quota : theirs.values()) {
        quota.copy(file);
      }
    }
  }
}
