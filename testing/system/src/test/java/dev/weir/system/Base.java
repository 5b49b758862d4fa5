package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.Patience;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What has to hold for a gateway after every attack, as far as the gateway alone can tell: points
 * (b) to (e) of {@link Siege}.
 */
final class Base {

  private static final long MIB = 1 << 20;

  /**
   * Beyond what frames may cost: compiling what ran for the first time, and a tick of the clock.
   */
  private static final long CPU_SLACK_NANOS = 500_000_000;

  /** With the probe's period; code that runs for the first time is loaded and interpreted. */
  private static final Duration LONGEST_TASK = Duration.ofMillis(Siege.LONG ? 25 : 100);

  /** How often the gateway writes a line for one reason. */
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(1);

  /**
   * Connections to endpoints stay for calls to come, and objects that will be used again point to
   * the connection that had them last, which is one more for each attacker.
   */
  private static final int MAY_STAY = Siege.LONG ? 50 : 12;

  private static final Pattern FAULT =
      Pattern.compile(
          "LEAK|Exception|Error:|OutOfMemory|fault of the gateway|[\\p{Cntrl}&&[^\n\t]]");

  private final WeirProcess weir;
  private final Vitals vitals;
  private final int adminPort;
  private final long nanosPerCall;
  private Vitals.@Nullable Heap held;

  /**
   * Speaks of one process.
   *
   * @param adminPort where it serves its metrics
   * @param nanosPerCall what an honest call costs it, and a frame may
   */
  Base(WeirProcess weir, Vitals vitals, int adminPort, long nanosPerCall) {
    this.weir = weir;
    this.vitals = vitals;
    this.adminPort = adminPort;
    this.nanosPerCall = nanosPerCall;
    var _ = counted("any");
  }

  /** Reads what will be compared when an attack is over that is to be counted for this reason. */
  Toll begin(String reason, int calls) {
    double counted = counted(reason);
    long logged = new FaultLog(weir.output()).lines(reason);
    Vitals.Heap heap = held == null ? vitals.heap() : held;
    held = null;
    return new Toll(
        System.nanoTime(),
        vitals.probe(),
        heap,
        vitals.descriptors(),
        vitals.residentBytes(),
        calls,
        counted,
        logged);
  }

  private double counted(String reason) {
    Metrics metrics = Metrics.at(adminPort);
    return metrics.counted("client", reason) + metrics.counted("server", reason);
  }

  /** Tells a call that the gateway has not answered from one whose answer has not come. */
  String whatIsOpen() {
    Metrics metrics = Metrics.at(adminPort);
    return "the gateway has %.0f streams of %.0f clients and %.0f connections to endpoints"
        .formatted(
            metrics.get("weir_streams_open"),
            metrics.get("weir_connections_open"),
            metrics.get("weir_upstream_connections_open"));
  }

  /** (d) and (e): the process lives, and tells of the attack and of nothing else. */
  void checkLog(String reason, Toll before) {
    assertThat(weir.isAlive()).as("alive").isTrue();
    assertThat(weir.output()).as("log").doesNotContainPattern(FAULT);
    if (reason.equals(Siege.NO_FAULT)) {
      return;
    }
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() -> {
          assertThat(counted(reason)).as("times of %s", reason).isGreaterThan(before.counted());
          assertThat(new FaultLog(weir.output()).lines(reason)).as("lines").isPositive();
        });
    assertThat(new FaultLog(weir.output()).lines(reason) - before.logged())
        .as("lines for %s", reason)
        .isLessThanOrEqualTo(1 + before.age().dividedBy(LOG_INTERVAL));
  }

  /**
   * (c): a frame of an attacker, or a connection, may cost no more than a whole honest call of some
   * ten frames, or two where the machine is warm.
   */
  void checkCpu(Toll before, Vitals.Probe now, long calls, long hostile) {
    assertThat(now.cpuNanos() - before.probe().cpuNanos())
        .as("CPU time of %d hostile frames and connections, at %d ns each", hostile, nanosPerCall)
        .isLessThan(CPU_SLACK_NANOS + (calls + hostile) * nanosPerCall);
    assertThat(Duration.ofNanos(now.longestTaskNanos()))
        .as("longest task of the event loop")
        .isLessThan(LONGEST_TASK);
  }

  /** (b) and descriptors: what the attack took is given back. */
  void checkWhatIsHeld(Toll before, int attackers) {
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() ->
            assertThat(vitals.descriptors())
                .as("descriptors")
                .isLessThanOrEqualTo(before.descriptors() + MAY_STAY + attackers));
    assertThat(vitals.residentBytes() - before.residentBytes())
        .as("resident memory beyond the heap")
        .isLessThan(Math.max(16, 8 * attackers) * MIB);
    long mayStay = before.heap().bytes() / 10 + 4 * MIB;
    // A connection that was closed lingers for a second, so that the other side can read why.
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() -> {
          Vitals.Heap heap = vitals.heap();
          assertThat(heap.connections())
              .as("connections held")
              .isLessThanOrEqualTo(before.heap().connections() + MAY_STAY + attackers);
          assertThat(heap.bytes() - before.heap().bytes()).as("heap held").isLessThan(mayStay);
          held = heap;
        });
  }
}
