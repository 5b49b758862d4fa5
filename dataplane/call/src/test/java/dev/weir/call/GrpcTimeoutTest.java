package dev.weir.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTimeoutTest {

  @ParameterizedTest
  @CsvSource({
    "1n, 1",
    "1u, 1000",
    "1m, 1000000",
    "1S, 1000000000",
    "1M, 60000000000",
    "1H, 3600000000000",
    "0S, 0",
    "00000001S, 1000000000",
    "99999999n, 99999999",
    "99999999H, 9223372036854775807",
  })
  void readsEveryUnitAndCapsWhatDoesNotFit(String value, long nanos) {
    assertThat(GrpcTimeout.parseNanos(value.getBytes(US_ASCII))).isEqualTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "S", "1", "1x", "-1S", "+1S", "1 S", " 1S", "123456789S", "1.5S", "1SS"})
  void refusesWhatIsNoTimeoutE16(String value) {
    assertThat(GrpcTimeout.parseNanos(value.getBytes(US_ASCII))).isEqualTo(GrpcTimeout.INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0n",
    "-5, 0n",
    "1, 1n",
    "99999999, 99999999n",
    "100000000, 100000u",
    "999999999999, 999999m",
    "99999999999999, 99999999m",
    "9223372036854775807, 2562047H",
  })
  void writesTheFinestUnitThatFitsInEightDigits(long nanos, String value) {
    assertThat(new String(GrpcTimeout.format(nanos), US_ASCII)).isEqualTo(value);
  }

  /** The time that is forwarded is never longer. */
  @Test
  void neverWritesALongerTimeP12() {
    Random random = new Random(20);
    for (int i = 0; i < 10_000; i++) {
      long nanos = random.nextLong() >>> (1 + random.nextInt(63));

      assertThat(GrpcTimeout.parseNanos(GrpcTimeout.format(nanos)))
          .isBetween(nanos - nanos / 100_000 - 1, nanos);
    }
  }
}
