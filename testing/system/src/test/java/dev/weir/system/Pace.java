package dev.weir.system;

import java.time.Duration;

/**
 * How fast a bystander's calls were for a while (B-a).
 *
 * @param p99 within which 99 of 100 of them ended
 * @param directP99 the same of calls to the same server, in the same while, that did not go through
 *     the gateway: what attackers, server and whatever else shares the machine's cores made of them
 */
record Pace(Duration p99, Duration directP99) {

  private static final Duration FAST = Duration.ofMillis(50);
  private static final int TIMES = 2;

  /** A call through the gateway waits for a core four times, a direct one twice. */
  private static final int TIMES_DIRECT = 2 * TIMES;

  /**
   * The most that {@link #p99} may be: 50 ms, or twice what it was when nobody attacked, or four
   * times what direct calls took meanwhile.
   */
  Duration most(Pace quiet) {
    long twice = TIMES * quiet.p99.toNanos();
    long direct = TIMES_DIRECT * directP99.toNanos();
    return Duration.ofNanos(Math.max(FAST.toNanos(), Math.max(twice, direct)));
  }
}
