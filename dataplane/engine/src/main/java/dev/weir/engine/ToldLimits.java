package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.filter.Quota;
import dev.weir.filter.RateLimit;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import org.jspecify.annotations.Nullable;

/** Which of a caller's limits the answers to its calls tell: {@code x-ratelimit-*}, as Tyk has. */
public enum ToldLimits {
  /** None: what changes with each call costs bytes that no table of HPACK saves. */
  NONE,
  /** Calls until the quota renews. */
  QUOTAS,
  /** Calls in the span of the rate. */
  RATES;

  private static final HeaderName LIMIT = HeaderName.of("x-ratelimit-limit");
  private static final HeaderName REMAINING = HeaderName.of("x-ratelimit-remaining");
  private static final HeaderName RESET = HeaderName.of("x-ratelimit-reset");
  private static final long SECOND_NANOS = 1_000_000_000;

  /**
   * What is left after a call that was let through; nothing where there is no limit.
   *
   * @param epochSeconds now, since 1970
   * @param nowNanos as of {@link System#nanoTime}
   */
  void tell(
      FieldList fields,
      @Nullable Quota quota,
      @Nullable RateLimit rate,
      long epochSeconds,
      long nowNanos) {
    if (this == QUOTAS && quota != null) {
      long renews = quota.renews(epochSeconds);
      tell(
          fields,
          quota.rule().calls(),
          quota.remaining(epochSeconds),
          renews == Quota.NEVER ? 0 : renews);
    } else if (this == RATES && rate != null) {
      long whole = epochSeconds + rate.spanNanos() / SECOND_NANOS + 1;
      tell(fields, rate.calls(), rate.remaining(nowNanos), whole);
    }
  }

  private static void tell(FieldList fields, long limit, long remaining, long reset) {
    fields.add(HeaderField.of(LIMIT, Long.toString(limit)));
    fields.add(volatileField(REMAINING, remaining));
    fields.add(volatileField(RESET, reset));
  }

  private static HeaderField volatileField(HeaderName name, long number) {
    return HeaderField.neverIndexed(name, Long.toString(number).getBytes(US_ASCII));
  }
}
