package dev.weir.call;

import dev.weir.fuzz.ShortRun;
import org.junit.jupiter.api.Test;

/** A second of each fuzz target; {@code testing/fuzz/run} goes on for as long as one likes. */
class FuzzTargetsTest {

  @Test
  void timeoutsAreReadAndWrittenAsTheirGrammarSays() {
    ShortRun.of("timeout", new TimeoutTarget()).play(50_000);
  }

  @Test
  void messagesArePrintableAndComeBack() {
    ShortRun.of("message-text", new MessageTextTarget()).play(30_000);
  }
}
