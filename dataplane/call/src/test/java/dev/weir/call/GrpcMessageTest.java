package dev.weir.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcMessageTest {

  @ParameterizedTest
  @CsvSource({
    "plain text ~, plain text ~",
    "50%, 50%25",
    "a\tb, a%09b",
    "ü, %C3%BC",
    "😈, %F0%9F%98%88"
  })
  void encodesWhatIsNotPrintableAsciiAndThePercentSignP8(String message, String encoded) {
    assertThat(new String(GrpcMessage.encode(message), US_ASCII)).isEqualTo(encoded);
  }

  @Test
  void anyTextSurvivesP8() {
    Random random = new Random(8);
    for (int i = 0; i < 1_000; i++) {
      String message =
          random
              .ints(20, 0, 0xD800)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();

      String encoded = new String(GrpcMessage.encode(message), US_ASCII);

      assertThat(encoded).matches("[ -~]*");
      assertThat(URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8)).isEqualTo(message);
    }
  }
}
