package dev.weir.engine;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the calls of many runs ended, to see that every way was gone. */
final class Outcomes {
  private static final int ENOUGH_RUNS = 1000;
  private static final List<String> EXPECTED =
      List.of(
          "status 0 of the upstream",
          "status 14 of the upstream",
          "HTTP answer of the upstream",
          "HTTP status 403 of the gateway",
          "HTTP status 500 of the gateway",
          "HTTP status 502 of the gateway",
          "HTTP status 503 of the gateway",
          "status 2 of the gateway",
          "status 4 of the gateway",
          "status 7 of the gateway",
          "status 8 of the gateway",
          "status 12 of the gateway",
          "status 13 of the gateway",
          "status 14 of the gateway",
          "status 16 of the gateway",
          "reset",
          "cancelled",
          "above GOAWAY",
          "connection lost",
          "tried again");

  private final Map<String, Integer> counts = new TreeMap<>();
  private long calls;
  private long bytes;

  void count(SimulatedCall call) {
    calls++;
    bytes += call.sent() + call.received();
    counts.merge(call.outcome(), 1, Integer::sum);
    if (call.wasRetried()) {
      counts.merge("tried again", 1, Integer::sum);
    }
  }

  /** Ways to end that so many runs must have shown. */
  List<String> missing(int runs) {
    return runs < ENOUGH_RUNS
        ? List.of()
        : EXPECTED.stream().filter(outcome -> !counts.containsKey(outcome)).toList();
  }

  @Override
  public String toString() {
    return calls + " calls, " + bytes + " bytes: " + counts;
  }
}
