package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, false",
    "1, 0, true",
    "9, 0, true",
    "9, 1, true",
    "9, 8, true",
    "9, 9, false",
    "10, 9, true",
    "19, 18, true",
    "007, 7, false",
    "1x, 100, true",
    "-1, 100, true",
    "9223372036854775807, 9223372036854775807, false",
    "9223372036854775808, 9223372036854775807, true",
  })
  void aNumberIsMoreThanALimit(String digits, long most, boolean more) {
    assertThat(Fields.isMoreThan(digits.getBytes(US_ASCII), most)).isEqualTo(more);
  }
}
