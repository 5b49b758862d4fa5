package dev.weir.route;

import dev.weir.fuzz.ShortRun;
import org.junit.jupiter.api.Test;

/** A second of each fuzz target; {@code testing/fuzz/run} goes on for as long as one likes. */
class FuzzTargetsTest {

  @Test
  void plainPathsMeanTheSameToEveryReader() {
    ShortRun.of("path", new PathTarget()).play(50_000);
  }
}
