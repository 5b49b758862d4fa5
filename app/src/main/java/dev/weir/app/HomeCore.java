package dev.weir.app;

/**
 * Whether an event loop is to stay on the core that it is on, by what it has had of it since the
 * last look. A thread that stays finds its caches warm and is woken for less, but waits where it
 * could have run elsewhere, when something else stays on that core, too. So how long it waits is
 * measured while it is free to move, and it stays for as long as that does not get much worse.
 *
 * <pre>
 *   free     for some looks that it was busy in, then home
 *   home     until it waits too long in two looks, or after a minute for another measure: free
 * </pre>
 *
 * <p>For one thread.
 */
final class HomeCore {
  /** Less of a second says nothing, and is not worth a core. */
  static final long BUSY_NANOS = 20_000_000;

  /** So much of a second's waiting is borne in any case. */
  static final long LEAST_WAIT_NANOS = 20_000_000;

  private static final int LOOKS_AT_HOME = 60;
  private static final int LOOKS_TO_LEAVE = 2;
  private static final int MOST_FREE_LOOKS = 64;

  private boolean home;

  /** Busy looks to come until it is free, or home. */
  private int looks = 1;

  /** How many are free after it has left. */
  private int freeLooks = 1;

  private int bad;

  /** For each nanosecond that it runs. */
  private double waitedFree;

  /**
   * Looks again.
   *
   * @param ran nanoseconds since the last look
   * @param waited nanoseconds for which it could have run, and others did
   * @return whether it is to be where it is now and stay there, or stays there already
   */
  boolean look(long ran, long waited) {
    if (ran >= BUSY_NANOS) {
      if (home) {
        lookAtHome(ran, waited);
      } else {
        lookFree(ran, waited);
      }
    }
    return home;
  }

  private void lookFree(long ran, long waited) {
    waitedFree = (double) waited / ran;
    if (--looks <= 0) {
      isHome(true, LOOKS_AT_HOME);
    }
  }

  private void lookAtHome(long ran, long waited) {
    bad = isBearable(ran, waited) ? 0 : bad + 1;
    if (bad == LOOKS_TO_LEAVE) {
      freeLooks = Math.min(2 * freeLooks, MOST_FREE_LOOKS);
      isHome(false, freeLooks);
    } else if (--looks <= 0) {
      freeLooks = Math.max(freeLooks / 2, 1);
      isHome(false, 1);
    }
  }

  private boolean isBearable(long ran, long waited) {
    return waited <= LEAST_WAIT_NANOS || waited <= ran * (2 * waitedFree + 0.5);
  }

  /** It found no core for itself. Tries again soon. */
  void stayedFree() {
    isHome(false, freeLooks);
  }

  private void isHome(boolean now, int looksToCome) {
    home = now;
    looks = looksToCome;
    bad = 0;
  }
}
