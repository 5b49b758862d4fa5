package dev.weir.listener;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.Random;

/**
 * The first bytes of a connection and what is HTTP/1 behind them: what is served is the same
 * however the network cuts the bytes behind the first line, each request gets one answer, and no
 * buffer is kept. A request with two faults is refused for either.
 */
final class Http1Target implements FuzzTarget {
  private static final String REFUSED = "HTTP/1.1 400";

  @Override
  public void run(byte[] input) {
    String whole = play(input);
    Random random = new Random(Arrays.hashCode(input));
    int line = new String(input, ISO_8859_1).indexOf('\n') + 1;
    int first = line == 0 ? input.length : line;
    int[] cuts = random.ints(4, first, input.length + 1).sorted().toArray();
    assertThat(play(input, cuts)).as("cut at %s", Arrays.toString(cuts)).isEqualTo(whole);
    assertThat(play(input, bytewise(first, input.length))).as("byte by byte").isEqualTo(whole);
  }

  private static int[] bytewise(int from, int to) {
    int[] cuts = new int[Math.min(to - from, 300)];
    Arrays.setAll(cuts, i -> from + i);
    return cuts;
  }

  /** What came of it, as text. */
  private static String play(byte[] input, int... cuts) {
    try (Http1Scene scene = new Http1Scene()) {
      int from = 0;
      for (int cut : cuts) {
        scene.receive(Arrays.copyOfRange(input, from, cut));
        from = cut;
      }
      scene.receive(Arrays.copyOfRange(input, from, input.length));
      scene.check();
      return served(scene.toString());
    }
  }

  private static String served(String heardAndSent) {
    int refusal = heardAndSent.indexOf(REFUSED);
    return refusal < 0 ? heardAndSent : heardAndSent.substring(0, refusal) + REFUSED;
  }
}
