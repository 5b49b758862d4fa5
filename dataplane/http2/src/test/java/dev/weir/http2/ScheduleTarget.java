package dev.weir.http2;

import dev.weir.fuzz.FuzzTarget;

/**
 * F-14: a client's and a server's connection under any schedule of actions of their users and of
 * the network keep the promises of {@link FuzzedPair}: no credit and no stream is lost, each stream
 * ends once on each side, payload arrives whole or not to its end.
 */
final class ScheduleTarget implements FuzzTarget {
  private static final int MOST_STEPS = 400;

  @Override
  public void run(byte[] input) {
    new FuzzedPair(new DecisionBytes(input)).run(Math.min(MOST_STEPS, 20 + input.length / 4));
  }
}
