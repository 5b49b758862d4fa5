package dev.weir.system;

import dev.weir.engine.Activity;
import dev.weir.guard.LeakGuard;
import dev.weir.guard.Watch;
import java.util.Map;
import java.util.function.Supplier;

/** What no gateway may keep once its clients have gone. */
final class Leftovers {
  private Leftovers() {}

  /** Has a gateway watched, until just before it is closed. */
  static Watch watch(int port, Supplier<Activity> gateway) {
    return LeakGuard.watch("the gateway on port " + port, () -> counts(gateway.get()));
  }

  /** Connections to endpoints are kept for the next client, with their tables of fields. */
  private static Map<String, Long> counts(Activity activity) {
    return Map.of(
        "connections of clients",
        (long) activity.connections(),
        "streams of clients",
        activity.streams(),
        "waiting calls",
        (long) activity.waiting(),
        "streams to endpoints",
        (long) activity.endpointStreams(),
        "bytes of windows",
        activity.grownWindowBytes(),
        "bytes that wait",
        activity.endpointConnections() == 0 ? activity.bufferedBytes() : 0);
  }
}
