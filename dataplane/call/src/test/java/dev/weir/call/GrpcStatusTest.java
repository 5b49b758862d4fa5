package dev.weir.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcStatusTest {

  @Test
  void everyNumberIsItsStatus() {
    for (GrpcStatus status : GrpcStatus.values()) {
      byte[] decimal = Integer.toString(status.code()).getBytes(US_ASCII);
      assertThat(GrpcStatus.of(decimal)).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "17", "99999999999", "-1", "1x", " 1", "OK"})
  void anythingElseIsUnknown(String text) {
    assertThat(GrpcStatus.of(text.getBytes(US_ASCII))).isEqualTo(GrpcStatus.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "0, INTERNAL",
    "1, INTERNAL",
    "2, INTERNAL",
    "3, INTERNAL",
    "4, INTERNAL",
    "5, UNKNOWN",
    "6, INTERNAL",
    "7, UNAVAILABLE",
    "8, CANCELLED",
    "9, INTERNAL",
    "10, INTERNAL",
    "11, RESOURCE_EXHAUSTED",
    "12, PERMISSION_DENIED",
    "13, UNKNOWN"
  })
  void everyResetHasAStatusP14(int errorCode, GrpcStatus status) {
    assertThat(GrpcStatus.ofReset(errorCode)).isEqualTo(status);
  }
}
