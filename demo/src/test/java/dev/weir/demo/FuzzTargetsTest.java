package dev.weir.demo;

import dev.weir.fuzz.ShortRun;
import org.junit.jupiter.api.Test;

/** A second of each fuzz target; {@code testing/fuzz/run} goes on for as long as one likes. */
class FuzzTargetsTest {

  @Test
  void messagesComeTogetherHoweverTheyAreCut() {
    ShortRun.of("messages", new DeframerTarget()).play(20_000);
  }
}
