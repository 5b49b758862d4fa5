package dev.weir.compiler;

import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.store.QuotaAppender;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A quota, and what the file has of it. It says by itself when it has something new for the file,
 * since of very many few may. All that a look at it needs is in this object, not behind others:
 * fetching those takes longer than all the rest.
 */
final class KeptQuota extends Quota {
  private static final long UNKNOWN = -1;

  private static final VarHandle GONE = goneHandle();

  private final long high;
  private final long low;
  private final String scope;
  private final Consumer<KeptQuota> changes;
  private volatile boolean gone;

  /** The one before it in the list of those that have changed; nobody has it in hand meanwhile. */
  @Nullable KeptQuota next;

  /** These two are for the thread that writes the file. */
  private long storedCalls;

  private long storedRenews;

  private static VarHandle goneHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(KeptQuota.class, "gone", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * @param stored what the file has
   * @param changes hears of it, on any thread, once until it was {@link #differs asked}
   */
  KeptQuota(QuotaOwner owner, QuotaRule rule, QuotaUse stored, Consumer<KeptQuota> changes) {
    super(rule, stored);
    this.high = owner.high();
    this.low = owner.low();
    // The rule's own where it can be: the file knows those again.
    this.scope = owner.mark().isEmpty() ? rule.scope() : owner.mark() + rule.scope();
    this.changes = changes;
    stored(stored);
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
   * Whether there is something that the file does not have. One that is gone may still be in the
   * list of those that have changed, and must not come into it a second time.
   */
  boolean differs() {
    if (!isGone()) {
      look();
    }
    return !isStored(useNow());
  }

  private boolean isStored(QuotaUse use) {
    return use.calls() == storedCalls && use.renews() == storedRenews;
  }

  /** Adds how far it is used to the file, which is told to have it. */
  void store(QuotaAppender file) throws IOException {
    QuotaUse use = useNow();
    stored(use);
    add(use, file);
  }

  /**
   * Adds how far it is used to a file that begins anew, unless it is whole. What has come since the
   * last time is told again, whatever becomes of it until then.
   */
  void copy(QuotaAppender file) throws IOException {
    QuotaUse use = useNow();
    if (!isStored(use)) {
      storedCalls = UNKNOWN;
    }
    if (use.calls() > 0) {
      add(use, file);
    }
  }

  private QuotaUse useNow() {
    return isGone() ? QuotaUse.NONE : use();
  }

  private void add(QuotaUse use, QuotaAppender file) throws IOException {
    QuotaRule rule = rule();
    file.add(high, low, scope, rule.calls(), rule.seconds(), use.calls(), use.renews());
  }

  /** The file does not have it after all, and is to the next time. */
  void tryAgain() {
    storedCalls = UNKNOWN;
    if (!isGone()) {
      change();
    }
  }

  private void stored(QuotaUse use) {
    storedCalls = use.calls();
    storedRenews = use.renews();
  }
}
