package dev.weir.compiler;

import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.store.QuotaAppender;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * A quota, and whether the file has something of it. It says by itself when it has something new
 * for the file, since of very many few may. All that a look at it needs is in this object, not
 * behind others: fetching those takes longer than all the rest.
 */
final class KeptQuota extends Quota {
  private static final VarHandle GONE = goneHandle();

  private final long high;
  private final long low;
  private final String scope;
  private final Consumer<KeptQuota> changes;
  private volatile boolean gone;

  /** Whether the file may say that it is used. For the thread that writes the file. */
  private boolean filed;

  private static VarHandle goneHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(KeptQuota.class, "gone", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * @param stored what the file has
   * @param changes hears of it, on any thread, once until it is {@link #look looked} at
   */
  KeptQuota(QuotaOwner owner, QuotaRule rule, QuotaUse stored, Consumer<KeptQuota> changes) {
    super(rule, stored);
    this.high = owner.high();
    this.low = owner.low();
    // The rule's own where it can be: the file knows those again.
    this.scope = owner.mark().isEmpty() ? rule.scope() : owner.mark() + rule.scope();
    this.changes = changes;
    this.filed = stored.calls() > 0;
  }

  @Override
  protected void changed() {
    changes.accept(this);
  }

  /** Its owner is gone, and it with him; true for who says so first. */
  boolean end() {
    return GONE.compareAndSet(this, false, true);
  }

  boolean isGone() {
    return gone;
  }

  /**
   * Has each of the first ones tell of what is not in what is {@link #store stored} of it after
   * this.
   */
  static void look(KeptQuota[] quotas, int count) {
    // Nothing here waits for a quota, so that the processor fetches them together.
    for (int i = 0; i < count; i++) {
      quotas[i].look();
    }
    VarHandle.fullFence();
  }

  /** Adds how far it is used to the file, unless it is whole and the file has nothing of it. */
  void store(QuotaAppender file) throws IOException {
    if (gone) {
      store(0, 0, file);
    } else {
      QuotaUse use = use();
      store(use.calls(), use.renews(), file);
    }
  }

  private void store(long calls, long renews, QuotaAppender file) throws IOException {
    if (calls > 0 || filed) {
      add(calls, renews, file);
      filed = calls > 0;
    }
  }

  /** Adds how far it is used to a file that begins anew, unless it is whole. */
  void copy(QuotaAppender file) throws IOException {
    if (!gone) {
      QuotaUse use = use();
      if (use.calls() > 0) {
        filed = true; // and stays so, since the file so far may be the one that stays
        add(use.calls(), use.renews(), file);
      }
    }
  }

  private void add(long calls, long renews, QuotaAppender file) throws IOException {
    QuotaRule rule = rule();
    file.add(high, low, scope, rule.calls(), rule.seconds(), calls, renews);
  }

  /** What was stored of it is not in the file after all: it tells of it again. */
  void tryAgain() {
    filed = true; // perhaps
    if (!gone) {
      change();
    }
  }
}
