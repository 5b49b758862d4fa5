package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However the network cuts a peer's bytes, the connection hears and answers the same. */
class SplitInputTest {
  private static final int RANDOM_CUTS = 300;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REQUEST 1, DATA 1 70 +pad=5, DATA 1 0, DATA 1 0 +pad=3, DATA 1 40 +end, PING",
        "REQUEST 1 +split=11 +end, REQUEST 3 +pad=9, TRAILERS 3 +split=6, WINDOW_UPDATE 0 5",
        "SETTINGS 4=3 5=20000, REQUEST 1 +prio=0, DATA 1 9 +end +pad=1, RAW 0xb 1 7 30, PRIORITY 1"
            + " 0",
        "REQUEST 1, DATA 1 20, RST_STREAM 1 8, REQUEST 3 +end, WINDOW_UPDATE 1 7, GOAWAY 0 0",
        "REQUEST 1 content-length=30, DATA 1 20, DATA 1 11, DATA 1 30, REQUEST 3 +end",
        "REQUEST 1, DATA 1 990, DATA 1 20 +end, REQUEST 3 a=b +end, PING",
        "REQUEST 1 A=b, DATA 1 20, REQUEST 3, REQUEST 5, REQUEST 7, REQUEST 9, DATA 9 3 +end",
        "REQUEST 1, DATA 1 50 +claim=60, REQUEST 3",
        "REQUEST 1, DATA 1 0 +flags=8, REQUEST 3",
        "REQUEST 1, DATA 3 50, REQUEST 3",
        "REQUEST 1 +end, PING +cut=7, PING",
        "REQUEST 1 +end, RAW 1 0 3 17000",
        "PING, REQUEST 2 +end, PING",
        "REQUEST 1 +part, PING, PING"
      })
  void server(String script) {
    compare(
        false,
        Frame.concat(
            Http2Connection.PREFACE,
            Frame.bytes(Script.frames("SETTINGS, SETTINGS +ack, " + script))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEADERS 1 :status=103 +split=4, RESPONSE 1 +pad=4, DATA 1 50 +pad=0, TRAILERS 1, PING",
        "RESPONSE 3 content-length=5, DATA 3 5 +end +pad=7, RESPONSE 1 +end, RST_STREAM 1 0",
        "DATA 1 20 +end, RESPONSE 3, DATA 3 60, GOAWAY 1 0, DATA 3 5, PING",
        "SETTINGS 3=1 4=100, RESPONSE 1 +split=1, DATA 1 20, DATA 1 991, RESPONSE 3 +end",
        "RESPONSE 1, DATA 1 10, RAW 5 4 1 10, DATA 1 10"
      })
  void client(String script) {
    compare(true, Frame.bytes(Script.frames("SETTINGS, SETTINGS +ack, " + script)));
  }

  private static SplitInput play(boolean client, byte[] input, int... cuts) {
    return SplitInput.play(client, Wire.LIMITS, input, cuts);
  }

  private static void compare(boolean client, byte[] input) {
    SplitInput whole = play(client, input, input.length);
    for (int cut = 1; cut < input.length; cut++) {
      assertThat(play(client, input, cut)).as("cut at %d", cut).isEqualTo(whole);
    }
    int[] everywhere = new int[input.length];
    Arrays.setAll(everywhere, i -> i);
    assertThat(play(client, input, everywhere)).as("byte by byte").isEqualTo(whole);
    for (int seed = 0; seed < RANDOM_CUTS; seed++) {
      int[] cuts = new Random(seed).ints(4, 0, input.length).sorted().toArray();
      assertThat(play(client, input, cuts)).as("cut at %s", Arrays.toString(cuts)).isEqualTo(whole);
    }
  }
}
