package dev.weir.app;

/**
 * Whether an event loop is to stay on the core that it is on, by what it has had of it since the
 * last look. A thread that stays finds its caches warm and is woken for less. Where it waits for
 * its core for almost as long as it runs, there are more threads than cores or something else stays
 * on that one, and it finds room sooner by moving.
 *
 * <pre>
 *   free     until it has been busy without much waiting for some looks in a row: home
 *   home     until it waits too long in two looks in a row, or for a minute: free
 * </pre>
 *
 * <p>For one thread.
 */
final class HomeCore {
  /** Less of a second says nothing, and is not worth a core. */
  static final long BUSY_NANOS = 20_000_000;

  /** So much of a second's waiting is borne in any case. */
  private static final long LEAST_WAIT_NANOS = 20_000_000;

  /** Of how long it runs. */
  private static final double MOST_WAITING = 0.75;

  private static final int LOOKS_AT_HOME = 60;
  private static final int LOOKS_TO_LEAVE = 2;
  private static final int MOST_FREE_LOOKS = 64;

  private boolean home;

  /** Until it is home; until it leaves. */
  private int looks = 1;

  /** How many it takes once it has left. */
  private int freeLooks = 1;

  private int bad;

  /**
   * Looks again.
   *
   * @param ran nanoseconds since the last look
   * @param waited nanoseconds for which it could have run, and others did
   * @return whether it is to stay where it is now, or stays there already
   */
  boolean look(long ran, long waited) {
    boolean good = waited <= Math.max(LEAST_WAIT_NANOS, ran * MOST_WAITING);
    if (home) {
      lookAtHome(good);
    } else if (ran >= BUSY_NANOS) {
      lookFree(good);
    }
    return home;
  }

  private void lookFree(boolean good) {
    looks = good ? looks - 1 : freeLooks;
    if (looks == 0) {
      isHome(true, LOOKS_AT_HOME);
    }
  }

  private void lookAtHome(boolean good) {
    bad = good ? 0 : bad + 1;
    looks--;
    if (bad == LOOKS_TO_LEAVE) {
      freeLooks = Math.min(2 * freeLooks, MOST_FREE_LOOKS);
      isHome(false, freeLooks);
    } else if (looks <= 0) {
      freeLooks = Math.max(freeLooks / 2, 1);
      isHome(false, 1);
    }
  }

  /** It found no core for itself, or gave it to another one. */
  void stayedFree() {
    isHome(false, freeLooks);
  }

  private void isHome(boolean now, int looksToCome) {
    home = now;
    looks = looksToCome;
    bad = 0;
  }
}
