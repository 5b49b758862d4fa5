package dev.weir.compiler;

import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.store.QuotaEntry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A quota, and what the file has of it. It says by itself when it has something new for the file,
 * since of very many few may. All that a look at it needs is in this object, not behind others:
 * fetching those takes longer than all the rest.
 */
final class KeptQuota extends Quota {
  private final long high;
  private final long low;
  private final String scope;
  private final Consumer<KeptQuota> changes;
  private final AtomicBoolean gone = new AtomicBoolean();

  /** The one before it in the list of those that have changed; nobody has it in hand meanwhile. */
  @Nullable KeptQuota next;

  /** These two are for the thread that writes the file. */
  private long storedCalls;

  private long storedRenews;

  /**
   * @param stored what the file has
   * @param changes hears of it, on any thread, once until it was {@link #unstored asked}
   */
  KeptQuota(QuotaOwner owner, QuotaRule rule, QuotaUse stored, Consumer<KeptQuota> changes) {
    super(rule, stored);
    this.high = owner.high();
    this.low = owner.low();
    this.scope = owner.mark() + rule.scope();
    this.changes = changes;
    stored(stored);
  }

  @Override
  protected void changed() {
    changes.accept(this);
  }

  /** Its owner is gone, and it with him; true for who says so first. */
  boolean end() {
    return gone.compareAndSet(false, true);
  }

  boolean isGone() {
    return gone.get();
  }

  /**
   * What the file does not have yet; null for nothing. One that is gone may still be in the list of
   * those that have changed, and must not come into it a second time.
   */
  @Nullable QuotaEntry unstored() {
    boolean over = isGone();
    if (!over) {
      look();
    }
    QuotaUse use = over ? QuotaUse.NONE : use();
    return use.calls() == storedCalls && use.renews() == storedRenews ? null : entry(use);
  }

  /** It was not written, and is to be the next time. */
  void tryAgain() {
    change();
  }

  QuotaEntry entry(QuotaUse use) {
    return new QuotaEntry(
        high, low, scope, rule().calls(), rule().seconds(), use.calls(), use.renews());
  }

  /** The file has that now. */
  void stored(QuotaEntry entry) {
    storedCalls = entry.used();
    storedRenews = entry.renews();
  }

  private void stored(QuotaUse use) {
    storedCalls = use.calls();
    storedRenews = use.renews();
  }
}
