package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "10s, 10000000000",
    "1m30s, 90000000000",
    "1.5h, 5400000000000",
    "250ms, 250000000",
    "3us, 3000",
    "3µs, 3000",
    "7ns, 7",
    "-2s, -2000000000",
    "0, 0"
  })
  void goTextIsRead(String text, long nanos) {
    assertThat(GoDuration.nanos(text)).isEqualTo(OptionalLong.of(nanos));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "1 s", "1d", "10s5", "9999999999999h", "1,5s"})
  void otherTextIsNot(String text) {
    assertThat(GoDuration.nanos(text)).isEmpty();
  }

  @Test
  void noTextIsTooLong() {
    assertThat(GoDuration.nanos("1s".repeat(100_000))).isEmpty();
    assertThat(GoDuration.nanos("9".repeat(100_000) + "s")).isEmpty();
    assertThat(GoDuration.nanos("2562047h47m16.854775807s"))
        .isEqualTo(OptionalLong.of(Long.MAX_VALUE));
  }
}
