package dev.weir.balance;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The picker that deals calls out in turn, by weight and without bursts.
 *
 * <p>Two levels, one counter. The upper level is an order of turns, made once: a member of weight
 * three has three turns in it, as far apart as possible (smooth weighted round robin). The lower
 * level is the member's own endpoints, over which its turns rotate. Both follow from the number of
 * the call alone:
 *
 * <pre>
 *   members a, a, b; a has addresses 1 and 2      order of turns: a b a
 *
 *   call      0   1   2   3   4   5   6
 *   turn      a   b   a   a   b   a   a
 *   endpoint  a1  b   a2  a1  b   a2  a1
 * </pre>
 *
 * <p>A turn whose endpoints all rest or were tried is passed over by drawing the next number, so
 * what it would have taken is spread over all the others and does not fall on its neighbour.
 */
final class RoundRobin implements Picker {

  private final Turn[] order;
  private final List<Endpoint> endpoints;
  private final AtomicLong calls;

  /**
   * A place in the order.
   *
   * @param share whose it is
   * @param index which of the turns of that share in one round
   */
  record Turn(Share share, int index) {}

  /**
   * Makes a picker.
   *
   * @param shares at least one
   * @param calls the counter of the group, which outlives its pickers
   */
  RoundRobin(List<Share> shares, AtomicLong calls) {
    this.order = SmoothOrder.of(shares);
    this.endpoints =
        shares.stream().flatMap(share -> share.endpoints().stream()).distinct().toList();
    this.calls = calls;
  }

  @Override
  public @Nullable Endpoint pick(long nowNanos, @Nullable Set<Endpoint> tried) {
    for (int draw = 0; draw < order.length; draw++) {
      Endpoint endpoint = draw(calls.getAndIncrement(), nowNanos, tried);
      if (endpoint != null) {
        return endpoint;
      }
    }
    return soonest(nowNanos, tried);
  }

  private @Nullable Endpoint draw(long call, long nowNanos, @Nullable Set<Endpoint> tried) {
    long round = call / order.length;
    Turn turn = order[(int) (call % order.length)];
    return turn.share.pick(round * turn.share.weight() + turn.index, nowNanos, tried);
  }

  /** The untried endpoint whose rest ends first. */
  private @Nullable Endpoint soonest(long nowNanos, @Nullable Set<Endpoint> tried) {
    Endpoint soonest = null;
    long least = Long.MAX_VALUE;
    for (Endpoint endpoint : endpoints) {
      long left = endpoint.restLeftNanos(nowNanos);
      if (left < least && !isTried(endpoint, tried)) {
        soonest = endpoint;
        least = left;
      }
    }
    return soonest;
  }

  static boolean isOpen(Endpoint endpoint, long nowNanos, @Nullable Set<Endpoint> tried) {
    return !isTried(endpoint, tried) && endpoint.admits(nowNanos);
  }

  private static boolean isTried(Endpoint endpoint, @Nullable Set<Endpoint> tried) {
    return tried != null && tried.contains(endpoint);
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints;
  }
}
