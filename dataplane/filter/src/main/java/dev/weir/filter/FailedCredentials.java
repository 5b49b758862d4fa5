package dev.weir.filter;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often credentials that came from an address were no good: whoever guesses is slowed down. A
 * table of fixed size for the whole process, in which an address has one place of each of two rows,
 * by its salted hash; it counts as one that has failed too often when both places say so. An
 * address that shares one place with another is not taken for it. Who has a site of IPv6 has 65536
 * networks: they count one by one, and all together as {@value #NETWORKS} of them, so that nobody
 * fills the table.
 *
 * <pre>
 *   place    when all failures that were counted would be forgotten, in nanoseconds
 * </pre>
 *
 * <p>Time is passed in. Allocates nothing, takes no lock; for all threads.
 */
public final class FailedCredentials {
  /** Failures are not counted. */
  public static final FailedCredentials UNCOUNTED = new FailedCredentials(0, 1, 0, 0);

  private static final int PLACES = 1 << 13;

  /** So many networks of a site may fail as often as one may. */
  private static final int NETWORKS = 8;

  /** The bits of a network that are those of its place in the site. */
  private static final int SITE = 16;

  private static final long SECOND = 1_000_000_000;

  private final AtomicLongArray rows;
  private final long spanNanos;
  private final long everyNanos;
  private final long salt;

  /**
   * A table in which nobody has failed.
   *
   * @param burst failures at once; 0 for any number
   * @param perSecond so many are forgotten
   * @param salt that nobody knows
   * @param nowNanos as for the others
   */
  public FailedCredentials(int burst, int perSecond, long salt, long nowNanos) {
    this.everyNanos = SECOND / perSecond;
    this.spanNanos = burst * everyNanos;
    this.salt = salt;
    this.rows = new AtomicLongArray(burst == 0 ? 0 : 2 * PLACES);
    for (int i = 0; i < rows.length(); i++) {
      rows.setPlain(i, nowNanos);
    }
  }

  /**
   * After how long another credential of this address may fail; 0 for at once.
   *
   * @param network bits of the address: of IPv6 the first 64, those of its network; of IPv4 all,
   *     after as many that are set
   */
  public long waitNanos(long network, long nowNanos) {
    if (spanNanos == 0) {
      return 0;
    }
    long wait = waitNanos(hash(network), everyNanos, nowNanos);
    return isIpv4(network)
        ? wait
        : Math.max(wait, waitNanos(hash(site(network)), everyNanos / NETWORKS, nowNanos));
  }

  /** One has failed. */
  public void count(long network, long nowNanos) {
    move(network, 1, nowNanos);
  }

  /** One that was counted has not failed. */
  public void takeBack(long network, long nowNanos) {
    move(network, -1, nowNanos);
  }

  private void move(long network, int failures, long nowNanos) {
    if (spanNanos != 0) {
      move(hash(network), failures * everyNanos, nowNanos);
      if (!isIpv4(network)) {
        move(hash(site(network)), failures * (everyNanos / NETWORKS), nowNanos);
      }
    }
  }

  private void move(long hash, long nanos, long nowNanos) {
    moveAt(first(hash), nanos, nowNanos);
    moveAt(second(hash), nanos, nowNanos);
  }

  private void moveAt(int place, long nanos, long nowNanos) {
    long known = rows.get(place);
    while (!rows.compareAndSet(place, known, later(known, nanos, nowNanos))) {
      known = rows.get(place);
    }
  }

  private long later(long known, long nanos, long nowNanos) {
    long left = Math.max(0, known - nowNanos) + nanos;
    return nowNanos + Math.clamp(left, 0, spanNanos);
  }

  private long waitNanos(long hash, long everyNanos, long nowNanos) {
    long forgotten = Math.min(rows.get(first(hash)) - nowNanos, rows.get(second(hash)) - nowNanos);
    return Math.max(0, forgotten - spanNanos + everyNanos);
  }

  private static boolean isIpv4(long network) {
    return network >> Integer.SIZE == -1;
  }

  /** Those of a site are no bits of a network that anybody has. */
  private static long site(long network) {
    return network >>> SITE;
  }

  private static int first(long hash) {
    return (int) hash & (PLACES - 1);
  }

  private static int second(long hash) {
    return PLACES + ((int) (hash >>> Integer.SIZE) & (PLACES - 1));
  }

  /** Of "Fast splittable pseudorandom number generators", figure 16. */
  private long hash(long network) {
    long mixed = network + salt;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27) ^ salt) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
