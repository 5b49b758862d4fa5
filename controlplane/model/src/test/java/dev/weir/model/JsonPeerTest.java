package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Jackson is the peer: what it reads is read alike, what it refuses is refused. */
class JsonPeerTest {

  private static final long SEED = 20261125;
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"b\"",
    "\"\\u00e9\\n\"",
    "1",
    "-0",
    "1.5e-3",
    "01",
    "true",
    "false",
    "null",
    "nul",
    " ",
    "\n",
    "\"",
    "\\",
    "/",
    "-",
    ".",
    "e",
    "\t",
    "é"
  };

  @Test
  void randomTextsAreJudgedAlike() {
    var random = new Random(SEED);
    int accepted = 0;
    for (int i = 0; i < 200_000; i++) {
      accepted += compare(randomText(random));
    }
    assertThat(accepted).as("texts that were JSON").isGreaterThan(1_000);
  }

  @Test
  void damagedDocumentsAreJudgedAlike() {
    String whole =
        "{\"a\": [1, -2.5e10, true, null], \"b\": {\"c\": \"x\\\\\\u0041\", \"d\": []}, \"e\":"
            + " \"\"}";
    var random = new Random(SEED);
    assertThat(compare(whole)).isOne();
    for (int i = 0; i < 50_000; i++) {
      var damaged = new StringBuilder(whole);
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int at = random.nextInt(damaged.length());
        damaged.replace(at, at + random.nextInt(2), PIECES[random.nextInt(PIECES.length)]);
      }
      compare(damaged.toString());
    }
  }

  private static String randomText(Random random) {
    var text = new StringBuilder();
    for (int n = 1 + random.nextInt(9); n > 0; n--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  /** 1 when both accept the text. */
  private static int compare(String text) {
    return JsonTarget.compare(text) ? 1 : 0;
  }
}
