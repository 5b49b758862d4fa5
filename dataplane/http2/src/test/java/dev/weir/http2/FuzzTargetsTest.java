package dev.weir.http2;

import dev.weir.fuzz.ShortRun;
import org.junit.jupiter.api.Test;

/** A second of each fuzz target; {@code testing/fuzz/run} goes on for as long as one likes. */
class FuzzTargetsTest {

  @Test
  void framesAreReadTheSameHoweverTheyAreCut() {
    ShortRun.of("frames", new FrameReaderTarget()).play(1_000);
  }

  @Test
  void blocksAreDecodedAsPlainly() {
    ShortRun.of("hpack", new HpackDecoderTarget()).play(10_000);
  }

  @Test
  void blocksAreDecodedAsByNetty() {
    ShortRun.of("hpack", new HpackPeerTarget()).play(10_000);
  }

  @Test
  void blocksPassThroughUnchanged() {
    ShortRun.of("hpack", new HpackTranscodingTarget()).play(10_000);
  }

  @Test
  void headsAreHeldToTheGrammar() {
    ShortRun.of("head", new HeadTarget()).play(20_000);
  }

  @Test
  void base64IsWhatJavaDecodes() {
    ShortRun.of("base64", new Base64Target()).play(50_000);
  }

  @Test
  void schedulesKeepTheirPromises() {
    ShortRun.of("schedule", new ScheduleTarget()).play(150);
  }
}
