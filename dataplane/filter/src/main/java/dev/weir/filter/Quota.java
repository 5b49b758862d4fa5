package dev.weir.filter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Admits so many calls in a period, which begins with its first call; what comes after its end
 * begins the next one. Unlike a {@link RateLimit} it is large and renews seldom: who keeps it over
 * a restart asks for its {@link #use}.
 *
 * <p>For all threads, without a lock: a period counts its own calls, so that a thread whose time is
 * behind cannot add to the next one. An admission is one addition and allocates nothing; a period
 * allocates an object.
 */
public class Quota {
  /** When one renews that never does. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final VarHandle PERIOD = handle(Quota.class, "period", Period.class);
  private static final VarHandle USED = handle(Period.class, "used", long.class);
  private static final VarHandle CHANGED = handle(Quota.class, "changed", boolean.class);

  /** One from its first call until the quota renews. */
  private static final class Period {
    /** Seconds since 1970. */
    private final long end;

    /** Calls that asked while there was room: more than the quota when several did at once. */
    private volatile long used;

    Period(QuotaUse use) {
      this.end = use.renews();
      this.used = use.calls();
    }
  }

  private final QuotaRule rule;
  private volatile Period period;

  /** Whether whoever keeps it was told that it is used further than it was. */
  private volatile boolean changed;

  /**
   * One that is used so far.
   *
   * @param rule has calls
   */
  public Quota(QuotaRule rule, QuotaUse use) {
    if (rule.calls() <= 0) {
      throw new IllegalArgumentException("a quota of " + rule.calls() + " calls");
    }
    this.rule = rule;
    this.period = new Period(use);
  }

  private static VarHandle handle(Class<?> type, String field, Class<?> of) {
    try {
      return MethodHandles.lookup().findVarHandle(type, field, of);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Admits a call, or does not.
   *
   * @param now seconds since 1970
   */
  public final boolean admit(long now) {
    Period current = current(now);
    if (current.used >= rule.calls() || (long) USED.getAndAdd(current, 1L) >= rule.calls()) {
      return false;
    }
    change();
    return true;
  }

  /** Has {@link #changed} be called, unless it was since the last {@link #look}. */
  protected final void change() {
    if (!changed && CHANGED.compareAndSet(this, false, true)) {
      changed();
    }
  }

  /** It was used, or made whole, for the first time since the last {@link #look}. Any thread. */
  protected void changed() {}

  /** Has {@link #changed} be called for what is not in the {@link #use} that is asked for next. */
  protected final void look() {
    changed = false;
  }

  /** A part of its state, as it was some time, for who only wants to have it at hand. */
  public final long peek() {
    return (long) USED.get((Period) PERIOD.get(this));
  }

  private Period current(long now) {
    Period current = period;
    while (current.end <= now) {
      Period next = new Period(new QuotaUse(0, end(now)));
      if (PERIOD.compareAndSet(this, current, next)) {
        return next;
      }
      current = period;
    }
    return current;
  }

  private long end(long now) {
    return rule.seconds() <= 0 || rule.seconds() > NEVER - now ? NEVER : now + rule.seconds();
  }

  /** Has it be whole again, as if there had been no call. */
  public final void reset() {
    period = new Period(QuotaUse.NONE);
    change();
  }

  /** How far it is used in the period of its last call. */
  public final QuotaUse use() {
    Period current = period;
    return new QuotaUse(Math.min(current.used, rule.calls()), current.end);
  }

  /** How many calls are admitted until it renews. */
  public final long remaining(long now) {
    Period current = period;
    return current.end <= now ? rule.calls() : Math.max(0, rule.calls() - current.used);
  }

  /** Seconds since 1970 at which it renews, if the next call comes now; {@link #NEVER}. */
  public final long renews(long now) {
    long end = period.end;
    return end <= now ? end(now) : end;
  }

  /** What it admits. */
  public final QuotaRule rule() {
    return rule;
  }
}
