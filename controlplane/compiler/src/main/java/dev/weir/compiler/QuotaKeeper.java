package dev.weir.compiler;

import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.store.QuotaAppender;
import dev.weir.store.QuotaEntry;
import dev.weir.store.QuotaFile;
import dev.weir.store.StoreException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
 * look into a map of memory. A quota puts itself into a list when it is used for the first time
 * since it was written, so that those of keys that do not call cost nothing. What is written is for
 * one thread, which waits for the disk.
 */
final class QuotaKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaKeeper.class);

  private static final VarHandle CHANGED = changedHandle();

  private final Map<QuotaOwner, Map<QuotaRule, KeptQuota>> keys = new ConcurrentHashMap<>();
  private final Queue<KeptQuota> gone = new ConcurrentLinkedQueue<>();
  private final AtomicLong size = new AtomicLong();

  /** One for all: to find that of a quota would take longer than what it does. */
  private final Consumer<KeptQuota> changes = this::hasChanged;

  /** The last that has changed since they were written; each has the one before it. */
  private volatile @Nullable KeptQuota changed;

  private static VarHandle changedHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(QuotaKeeper.class, "changed", KeptQuota.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What counts the calls of a key by a rule: the same for all that ask. For any thread. */
  Quota of(QuotaOwner key, QuotaRule rule) {
    KeptQuota quota = rules(key).computeIfAbsent(rule, made -> made(key, made, QuotaUse.NONE));
    if (key.isDeleted()) {
      end(quota);
      forget(key);
    }
    return quota;
  }

  private Map<QuotaRule, KeptQuota> rules(QuotaOwner key) {
    return keys.computeIfAbsent(key, _ -> new ConcurrentHashMap<>());
  }

  private KeptQuota made(QuotaOwner key, QuotaRule rule, QuotaUse stored) {
    size.incrementAndGet();
    return new KeptQuota(key, rule, stored, changes);
  }

  private void hasChanged(KeptQuota quota) {
    KeptQuota before;
    do {
      before = changed;
      quota.next = before;
    } while (!CHANGED.compareAndSet(this, before, quota));
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
    KeptQuota last = (KeptQuota) CHANGED.getAndSet(this, null);
    List<KeptQuota> over = takeGone();
    if (last == null && over.isEmpty()) {
      return;
    }
    Changes changes = new Changes(over, last);
    try {
      file.write(changes);
      if (file.isWorn(size.get())) {
        file.rewrite(this::current);
      }
    } catch (StoreException e) {
      changes.tryAgain();
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

  /** What has changed, each looked at once: fetching it is what takes the time. */
  private final class Changes implements QuotaFile.Entries {
    private final List<KeptQuota> over;
    private final List<KeptQuota> written = new ArrayList<>();
    private @Nullable KeptQuota last;

    private Changes(List<KeptQuota> over, @Nullable KeptQuota last) {
      this.over = over;
      this.last = last;
    }

    @Override
    public void addTo(QuotaAppender file) throws IOException {
      for (KeptQuota quota : over) {
        store(quota, file);
      }
      for (KeptQuota quota = takeLast(); quota != null; quota = takeLast()) {
        if (!quota.isGone()) {
          store(quota, file);
        }
      }
    }

    private void store(KeptQuota quota, QuotaAppender file) throws IOException {
      if (quota.differs()) {
        written.add(quota);
        quota.store(file);
      }
    }

    private @Nullable KeptQuota takeLast() {
      KeptQuota taken = last;
      if (taken != null) {
        last = taken.next;
        taken.next = null;
      }
      return taken;
    }

    /** The file has nothing of it. */
    private void tryAgain() {
      gone.addAll(over);
      written.forEach(KeptQuota::tryAgain);
      for (KeptQuota quota = takeLast(); quota != null; quota = takeLast()) {
        hasChanged(quota);
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
