package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Patience;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * More connections than the gateway takes (row C15). {@code -Dweir.flood.connects=20000
 * -Dweir.flood.per_second=2000} play it in full.
 */
class ConnectionFloodTest {

  private static final int CONNECTS = Integer.getInteger("weir.flood.connects", 400);
  private static final int PER_SECOND = Integer.getInteger("weir.flood.per_second", 2000);
  private static final int MOST = CONNECTS / 4;
  private static final int ADDRESSES = 8;

  @Test
  void c15ConnectionsAboveTheLimitAreRefusedAndTheOthersServed() {
    Map<String, Object> limits = Map.of("limits", Map.of("max_connections", MOST));
    try (Siege siege = Siege.with(limits)) {
      siege.betrayal(
          "connections",
          () -> {
            flood(siege, ADDRESSES).close();
            expectServed(siege);
          });
    }
  }

  @Test
  void c15OneAddressLeavesRoomForOthers() {
    Map<String, Object> limits = Map.of("limits", Map.of("max_connections_per_address", MOST));
    try (Siege siege = Siege.with(limits)) {
      siege.betrayal(
          "connections_per_address",
          () -> {
            try (Crowd _ = flood(siege, 1)) {
              expectServed(siege);
            }
          });
    }
  }

  /** Those that are let in say nothing and are closed for it, too, but only after seconds. */
  private static Crowd flood(Siege siege, int addresses) {
    siege.countBareConnections(CONNECTS);
    Crowd crowd = new Crowd(siege.port());
    for (int from = 0; from < addresses; from++) {
      crowd.connect("127.0.0." + (2 + from), CONNECTS / addresses, PER_SECOND);
    }
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() -> assertThat(crowd.closed()).isGreaterThanOrEqualTo(CONNECTS - MOST));
    return crowd;
  }

  private static void expectServed(Siege siege) {
    try (var newcomer = EchoClient.to(siege.port())) {
      await().atMost(Patience.LIMIT).until(() -> newcomer.unary("hi").status().isOk());
    }
  }
}
