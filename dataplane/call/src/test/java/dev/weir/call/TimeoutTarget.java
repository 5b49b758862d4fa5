package dev.weir.call;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * F-7: a {@code grpc-timeout} is read as its grammar says, and what is written is read again as no
 * longer than it was and less than a thousandth of it shorter, as long as eight digits hold it.
 */
final class TimeoutTarget implements FuzzTarget {
  private static final Pattern GRAMMAR = Pattern.compile("[0-9]{1,8}[HMSmun]");
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final Map<Character, Long> UNITS =
      Map.of(
          'n',
          1L,
          'u',
          1_000L,
          'm',
          1_000_000L,
          'S',
          1_000_000_000L,
          'M',
          60_000_000_000L,
          'H',
          3_600_000_000_000L);

  @Override
  public void run(byte[] input) {
    assertThat(GrpcTimeout.parseNanos(input)).isEqualTo(expected(new String(input, ISO_8859_1)));
    checkWritten(ByteBuffer.wrap(Arrays.copyOf(input, 8)).getLong());
  }

  private static long expected(String text) {
    if (!GRAMMAR.matcher(text).matches()) {
      return GrpcTimeout.INVALID;
    }
    int digits = text.length() - 1;
    long unit = UNITS.getOrDefault(text.charAt(digits), 0L);
    return new BigInteger(text.substring(0, digits))
        .multiply(BigInteger.valueOf(unit))
        .min(MOST)
        .longValueExact();
  }

  private static void checkWritten(long nanos) {
    byte[] written = GrpcTimeout.format(nanos);
    assertThat(new String(written, ISO_8859_1)).matches(GRAMMAR);
    long again = GrpcTimeout.parseNanos(written);
    long left = Math.max(nanos, 0);
    assertThat(again).isLessThanOrEqualTo(left);
    assertThat(left - again).isLessThanOrEqualTo(left / 1_000);
  }
}
