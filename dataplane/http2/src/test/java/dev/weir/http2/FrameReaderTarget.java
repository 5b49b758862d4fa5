package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.Random;

/**
 * F-1: whatever a peer sends, and however the network cuts it, the connection hears and answers the
 * same, never fails by itself, and keeps no buffer. Input that begins with a P is a client's, other
 * input a server's.
 */
final class FrameReaderTarget implements FuzzTarget {
  private static final int FEW_BYTES = 200;

  /** Small enough to be reached; answers are taken at once, so these do not count. */
  private static final Http2Limits TIGHT =
      new Http2Limits(3, 2000, 20, 4, 1000, 100_000, Integer.MAX_VALUE);

  private static final Http2Limits WIDE =
      new Http2Limits(100, 64 << 10, 128, 8, 128 << 10, 1 << 20, Integer.MAX_VALUE);

  @Override
  public void run(byte[] input) {
    boolean client = input.length == 0 || input[0] != 'P';
    Random random = new Random(Arrays.hashCode(input));
    Http2Limits limits = random.nextBoolean() ? TIGHT : WIDE;
    SplitInput whole = SplitInput.play(client, limits, input, input.length);
    assertThat(whole.heard()).noneMatch(event -> event.startsWith("failure"));
    int[] cuts = random.ints(5, 0, input.length + 1).sorted().toArray();
    assertThat(SplitInput.play(client, limits, input, cuts))
        .as("cut at %s", Arrays.toString(cuts))
        .isEqualTo(whole);
    if (input.length <= FEW_BYTES) {
      int[] everywhere = new int[input.length];
      Arrays.setAll(everywhere, i -> i);
      assertThat(SplitInput.play(client, limits, input, everywhere))
          .as("byte by byte")
          .isEqualTo(whole);
    }
  }
}
