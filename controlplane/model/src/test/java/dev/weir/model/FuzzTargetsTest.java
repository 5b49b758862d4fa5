package dev.weir.model;

import dev.weir.fuzz.ShortRun;
import org.junit.jupiter.api.Test;

/**
 * A second of each fuzz target; {@code testing/fuzz/run} goes on for as long as one likes. What
 * keeps the JSON whole and changes its values is {@link DocumentFuzzTest}.
 */
class FuzzTargetsTest {

  @Test
  void jsonIsReadAsByJackson() {
    ShortRun.of("documents", new JsonTarget()).play(3_000);
  }

  @Test
  void configurationIsReadOrRefused() {
    ShortRun.of("documents", new ConfigTarget()).play(100);
  }

  @Test
  void definitionIsReadOrRefused() {
    ShortRun.of("documents", new ApiTarget()).play(200);
  }
}
