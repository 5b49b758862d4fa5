package dev.weir.balance;

import dev.weir.balance.RoundRobin.Turn;
import java.util.List;

/**
 * The order of one round in which each share has as many turns as it has weight, as evenly apart as
 * the weights allow: {@code a a a b c} becomes {@code a b a c a}.
 *
 * <p>nginx's algorithm: at each step every share gains its weight in credit, the one with the most
 * has the turn and pays the sum of all weights.
 */
final class SmoothOrder {

  private final List<Share> shares;
  private final long[] credits;
  private final int[] turns;
  private final int length;

  private SmoothOrder(List<Share> shares) {
    this.shares = shares;
    this.credits = new long[shares.size()];
    this.turns = new int[shares.size()];
    this.length = shares.stream().mapToInt(Share::weight).sum();
  }

  static Turn[] of(List<Share> shares) {
    SmoothOrder order = new SmoothOrder(shares);
    Turn[] turns = new Turn[order.length];
    for (int i = 0; i < turns.length; i++) {
      turns[i] = order.next();
    }
    return turns;
  }

  private Turn next() {
    int richest = 0;
    for (int i = 0; i < credits.length; i++) {
      credits[i] += shares.get(i).weight();
      if (credits[i] > credits[richest]) {
        richest = i;
      }
    }
    credits[richest] -= length;
    return new Turn(shares.get(richest), turns[richest]++);
  }
}
