package dev.weir.engine;

import dev.weir.fuzz.ShortRun;
import org.junit.jupiter.api.Test;

/** A second of each fuzz target; {@code testing/fuzz/run} goes on for as long as one likes. */
class FuzzTargetsTest {

  @Test
  void callsEndOnceWhateverPeersSend() {
    ShortRun.of("engine", new EngineTarget()).play(1_000);
  }

  @Test
  void messagesAreFoundHoweverTheyAreCut() {
    ShortRun.of("messages", new MessageReaderTarget()).play(20_000);
  }
}
