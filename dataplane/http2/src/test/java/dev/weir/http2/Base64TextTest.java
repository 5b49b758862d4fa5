package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64TextTest {

  @Test
  void whateverIsEncodedIsValid() {
    var random = new Random(1);
    for (int length = 0; length < 300; length++) {
      var bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(isValid(Base64.getEncoder().encodeToString(bytes))).isTrue();
      assertThat(isValid(Base64.getEncoder().withoutPadding().encodeToString(bytes))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "AA,AA==", "q80,q80=,q80", "AAAA,"})
  void valuesMayBeJoined(String text) {
    assertThat(isValid(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!",
        "=",
        "==",
        "A",
        "AAAAA",
        "A=",
        "AA=",
        "AA=A",
        "AA===",
        "AAA==",
        "AAAA=",
        "A A",
        " AA",
        "AA, AA",
        "q8_-",
        "AA,A",
        "AA\u00ff",
        "\u00c1AAA",
        "@AAA",
        "[AAA",
        "AA.A",
        "AA-A"
      })
  void othersAreNot(String text) {
    assertThat(isValid(text)).isFalse();
  }

  private static boolean isValid(String text) {
    return Base64Text.isValid(text.getBytes(ISO_8859_1));
  }
}
