package dev.weir.filter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Admits so many calls in a period, which begins with its first call; what comes after its end
 * begins the next one. Unlike a {@link RateLimit} it is large and renews seldom: who keeps it over
 * a restart asks for its {@link #use}.
 *
 * <p>For all threads, without a lock. Two words, both with the number of the period:
 *
 * <pre>
 *   state   7 | 41 calls     a thread whose time is behind cannot add to the next period
 *   end     7 | 1796083200   8 here says that period 8 begins: whoever sees that has the state follow
 * </pre>
 *
 * <p>Allocates nothing, and has nothing behind other objects: of many quotas, fetching that takes
 * longer than all the rest.
 */
public class Quota {
  /** When one renews that never does. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int BITS = 48;
  private static final long ONE_PERIOD = 1L << BITS;

  /** Of calls, and of seconds since 1970, where it stands for {@link #NEVER}. */
  private static final long MOST = ONE_PERIOD - 1;

  private static final VarHandle STATE = handle("state", long.class);
  private static final VarHandle END = handle("end", long.class);
  private static final VarHandle CHANGED = handle("changed", boolean.class);

  /** The period, and how many of its calls are used. */
  private volatile long state;

  /** The period, and the second since 1970 from which on it is over. */
  private volatile long end;

  private final QuotaRule rule;

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
    this.state = Math.clamp(use.calls(), 0, MOST);
    this.end = Math.clamp(use.renews(), 0, MOST);
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Quota.class, field, type);
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
    while (true) {
      long used = state;
      long until = end;
      if (!isSamePeriod(used, until)) {
        follow(used, until);
      } else if (isOver(until, now)) {
        begin(until, end(now));
      } else if (number(used) >= Math.min(rule.calls(), MOST)) {
        return false;
      } else if (STATE.compareAndSet(this, used, used + 1)) {
        change();
        return true;
      }
    }
  }

  /** Begins the period after that of the state, which has this end, unless somebody else does. */
  private boolean begin(long before, long renews) {
    return END.compareAndSet(this, before, (period(before) + ONE_PERIOD) | Math.min(renews, MOST));
  }

  /** The end is that of a period that has no calls yet; the state may be known to be so already. */
  private void follow(long used, long until) {
    if (period(used) + ONE_PERIOD == period(until)) {
      STATE.compareAndSet(this, used, period(until));
    }
  }

  /** Has {@link #changed} be called, unless it was since the last {@link #look}. */
  protected final void change() {
    if (!changed && CHANGED.compareAndSet(this, false, true)) {
      changed();
    }
  }

  /** It was used, or made whole, for the first time since the last {@link #look}. Any thread. */
  protected void changed() {}

  /**
   * Has {@link #changed} be called for what is not in the {@link #use} that is asked for next, with
   * a full fence in between, which may be one for many of them.
   */
  protected final void look() {
    CHANGED.setOpaque(this, false);
  }

  /** A part of its state, as it was some time, for who only wants to have it at hand. */
  public final long peek() {
    return (long) STATE.get(this);
  }

  private long end(long now) {
    return rule.seconds() <= 0 || rule.seconds() > NEVER - now ? NEVER : now + rule.seconds();
  }

  /** Has it be whole again, as if there had been no call. */
  public final void reset() {
    long used = state;
    long until = end;
    while (!isSamePeriod(used, until) || !begin(until, QuotaUse.NONE.renews())) {
      follow(used, until);
      used = state;
      until = end;
    }
    change();
  }

  /** How far it is used in the period of its last call. */
  public final QuotaUse use() {
    while (true) {
      long used = state;
      long until = end;
      if (isSamePeriod(used, until)) {
        return new QuotaUse(Math.min(number(used), rule.calls()), seconds(until));
      }
      follow(used, until);
    }
  }

  /** How many calls are admitted until it renews. */
  public final long remaining(long now) {
    QuotaUse use = use();
    return use.renews() <= now ? rule.calls() : rule.calls() - use.calls();
  }

  /** Seconds since 1970 at which it renews, if the next call comes now; {@link #NEVER}. */
  public final long renews(long now) {
    long until = seconds(end);
    return until <= now ? end(now) : until;
  }

  private static boolean isOver(long until, long now) {
    return number(until) != MOST && number(until) <= now;
  }

  private static boolean isSamePeriod(long used, long until) {
    return period(used) == period(until);
  }

  private static long period(long word) {
    return word & -ONE_PERIOD;
  }

  private static long number(long word) {
    return word & MOST;
  }

  private static long seconds(long word) {
    long number = number(word);
    return number == MOST ? NEVER : number;
  }

  /** What it admits. */
  public final QuotaRule rule() {
    return rule;
  }
}
