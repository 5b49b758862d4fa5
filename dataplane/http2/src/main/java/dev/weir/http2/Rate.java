package dev.weir.http2;

/**
 * How often something may happen: so many times at once, and so many a second in the long run.
 *
 * @param burst times at once, from a quiet beginning; 1 to 2^30
 * @param perSecond times a second that are given back; 1 to 2^30
 */
public record Rate(int burst, int perSecond) {
  private static final int MOST = 1 << 30;
  private static final long SECOND = 1_000_000_000L;

  /** As often as one likes. */
  public static final Rate UNLIMITED = new Rate(MOST, MOST);

  /** Checks that both numbers can be counted with. */
  public Rate {
    check("burst", burst);
    check("perSecond", perSecond);
  }

  private static void check(String name, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(name + ": " + value);
    }
  }

  /** How long it takes until one time is given back. */
  long nanosEach() {
    return Math.max(1, SECOND / perSecond);
  }

  @Override
  public String toString() {
    return burst + ", and " + perSecond + " a second";
  }
}
