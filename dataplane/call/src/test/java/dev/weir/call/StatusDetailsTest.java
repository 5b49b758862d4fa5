package dev.weir.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads with the classes that clients read with. */
class StatusDetailsTest {

  @Test
  void aStatusHasACodeAndAMessage() throws Exception {
    Status status = decode(new StatusDetails(GrpcStatus.PERMISSION_DENIED, "not for you"));

    assertThat(status).isEqualTo(Status.newBuilder().setCode(7).setMessage("not for you").build());
  }

  @Test
  void detailsComeInTheirOrder() throws Exception {
    Status status =
        decode(
            new StatusDetails(GrpcStatus.RESOURCE_EXHAUSTED, "100 calls in 1 s are permitted")
                .errorInfo("RATE_LIMIT_EXCEEDED", Map.of("api", "greeter"))
                .retryInfo(1_250_000_000)
                .quotaFailure("key:alias", "100 calls in 1 s"));

    assertThat(status.getCode()).isEqualTo(8);
    assertThat(status.getDetailsCount()).isEqualTo(3);
    assertThat(status.getDetails(0).unpack(ErrorInfo.class))
        .isEqualTo(
            ErrorInfo.newBuilder()
                .setReason("RATE_LIMIT_EXCEEDED")
                .setDomain("weir.dev")
                .putMetadata("api", "greeter")
                .build());
    assertThat(status.getDetails(1).unpack(RetryInfo.class).getRetryDelay())
        .isEqualTo(Duration.newBuilder().setSeconds(1).setNanos(250_000_000).build());
    assertThat(status.getDetails(2).unpack(QuotaFailure.class).getViolationsList())
        .containsExactly(
            QuotaFailure.Violation.newBuilder()
                .setSubject("key:alias")
                .setDescription("100 calls in 1 s")
                .build());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "-1, 0, 0",
    "999999999, 0, 999999999",
    "1000000000, 1, 0",
    "9223372036854775807, 9223372036, 854775807"
  })
  void delaysAreSecondsAndNanoseconds(long nanos, long seconds, int rest) throws Exception {
    Status status = decode(new StatusDetails(GrpcStatus.UNAVAILABLE, "").retryInfo(nanos));

    assertThat(status.getDetails(0).unpack(RetryInfo.class).getRetryDelay())
        .isEqualTo(Duration.newBuilder().setSeconds(seconds).setNanos(rest).build());
  }

  @Test
  void textsOfAnyLengthAndLanguageSurvive() throws Exception {
    Random random = new Random(8);
    for (int length = 0; length < 400; length++) {
      String message = text(random, length);
      Map<String, String> metadata = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        metadata.put(text(random, i), text(random, length));
      }
      StatusDetails details = new StatusDetails(GrpcStatus.UNAUTHENTICATED, message);

      Status status = decode(details.errorInfo("R", metadata));

      assertThat(status.getMessage()).isEqualTo(message);
      assertThat(status.getDetails(0).unpack(ErrorInfo.class).getMetadataMap()).isEqualTo(metadata);
    }
  }

  private static String text(Random random, int length) {
    return random
        .ints(length, 0, 0xD800)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Status decode(StatusDetails details) throws InvalidProtocolBufferException {
    String value = new String(details.encode(), US_ASCII);
    assertThat(value).matches("[A-Za-z0-9+/]*");
    return Status.parseFrom(Base64.getDecoder().decode(value));
  }
}
