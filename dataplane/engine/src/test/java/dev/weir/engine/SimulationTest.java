package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of small worlds around the gateway, each decided by its seed. More of them with {@code
 * -Dweir.sim.runs=N}, others with {@code -Dweir.sim.seed=N}; a failure names its seed and tells
 * what went before.
 */
class SimulationTest {
  private static final int RUNS = Integer.getInteger("weir.sim.runs", 5000);
  private static final long SEED = Long.getLong("weir.sim.seed", 1);
  private static final int TOLD = 60;

  @Test
  void everySeedKeepsThePromises() {
    Outcomes outcomes = new Outcomes();
    long began = System.nanoTime();
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      try {
        new Simulation(seed, outcomes, false).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(describe(seed, e), e);
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    assertThat(outcomes.missing(RUNS)).as("ways to end that no call went").isEmpty();
    System.out.printf("%d seeds from %d in %.1f s, %s%n", RUNS, SEED, seconds, outcomes);
  }

  /** A refusal in a deadline's last millisecond; a time-out of nine digits. */
  @ParameterizedTest
  @ValueSource(longs = {92_935, 986_936})
  void aSeedThatFoundSomethingFindsNothing(long seed) {
    new Simulation(seed, new Outcomes(), false).run();
  }

  @Test
  void seedPlaysTheSameAgain() {
    for (long seed = 1; seed <= 50; seed++) {
      Simulation once = new Simulation(seed, new Outcomes(), false);
      Simulation again = new Simulation(seed, new Outcomes(), true);
      once.run();
      again.run();
      assertThat(again.fingerprint()).as("seed %d", seed).isEqualTo(once.fingerprint());
    }
  }

  private static String describe(long seed, Throwable failure) {
    Simulation again = new Simulation(seed, new Outcomes(), true);
    try {
      again.run();
    } catch (RuntimeException | AssertionError e) {
      again.note("fails: " + e);
    }
    List<String> trace = again.trace();
    return "seed %d: %s%nreplay: testing/simulation/run 1 %d%n... %s"
        .formatted(
            seed,
            failure.getMessage(),
            seed,
            String.join("\n", trace.subList(Math.max(0, trace.size() - TOLD), trace.size())));
  }
}
