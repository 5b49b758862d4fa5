package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.Base64;

/** F-9: the base64 of {@code -bin} is what Java's decoder can read, in each value of a list. */
final class Base64Target implements FuzzTarget {

  @Override
  public void run(byte[] input) {
    String text = new String(input, ISO_8859_1);
    boolean expected = Arrays.stream(text.split(",", -1)).allMatch(Base64Target::isDecoded);
    assertThat(Base64Text.isValid(input)).as("%s", text).isEqualTo(expected);
    assertThat(HeaderField.of("a-bin", text).isWellFormedBinary()).isEqualTo(expected);
    assertThat(HeaderField.of("a", text).isWellFormedBinary()).isTrue();
  }

  private static boolean isDecoded(String value) {
    try {
      Base64.getDecoder().decode(value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
