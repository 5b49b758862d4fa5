package dev.weir.call;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The value of {@code grpc-timeout}: one to eight digits and a unit, {@code H M S m u n} (gRPC
 * document "PROTOCOL-HTTP2", Timeout).
 */
public final class GrpcTimeout {
  /** {@link #parseNanos} found no valid time-out. */
  public static final long INVALID = -1;

  private static final int MAX_DIGITS = 8;
  private static final long MAX_VALUE = 99_999_999;
  private static final byte[] UNITS = {'n', 'u', 'm', 'S', 'M', 'H'};
  private static final long[] UNIT_NANOS = {
    1, 1_000, 1_000_000, 1_000_000_000L, 60_000_000_000L, 3_600_000_000_000L
  };

  private GrpcTimeout() {}

  /** The time in nanoseconds, capped at {@link Long#MAX_VALUE}, or {@link #INVALID}. */
  public static long parseNanos(byte[] value) {
    int digits = value.length - 1;
    if (digits < 1 || digits > MAX_DIGITS) {
      return INVALID;
    }
    long amount = 0;
    for (int i = 0; i < digits; i++) {
      int digit = value[i] - '0';
      if (digit < 0 || digit > 9) {
        return INVALID;
      }
      amount = amount * 10 + digit;
    }
    long unit = unitNanos(value[digits]);
    if (unit == INVALID) {
      return INVALID;
    }
    return amount > Long.MAX_VALUE / unit ? Long.MAX_VALUE : amount * unit;
  }

  /** The finest value that fits in eight digits and is not longer than {@code nanos}. */
  public static byte[] format(long nanos) {
    long left = Math.max(nanos, 0);
    int unit = 0;
    while (left / UNIT_NANOS[unit] > MAX_VALUE && unit < UNITS.length - 1) {
      unit++;
    }
    long amount = Math.min(left / UNIT_NANOS[unit], MAX_VALUE);
    return (Long.toString(amount) + (char) UNITS[unit]).getBytes(US_ASCII);
  }

  private static long unitNanos(byte unit) {
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i] == unit) {
        return UNIT_NANOS[i];
      }
    }
    return INVALID;
  }
}
