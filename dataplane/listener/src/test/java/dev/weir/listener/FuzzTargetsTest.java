package dev.weir.listener;

import dev.weir.fuzz.ShortRun;
import org.junit.jupiter.api.Test;

/** A second of each fuzz target; {@code testing/fuzz/run} goes on for as long as one likes. */
class FuzzTargetsTest {

  @Test
  void http1IsServedTheSameHoweverItIsCut() {
    ShortRun.of("http1", new Http1Target()).play(500);
  }
}
