package dev.weir.model;

import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Go's text form of a duration, such as {@code 1m30s} or {@code 1.5h}. */
final class GoDuration {

  /** Go writes none that is half as long; matching calls itself for each part. */
  private static final int LONGEST = 64;

  private static final Pattern WHOLE =
      Pattern.compile("[-+]?(0|([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)");
  private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?)(ns|us|µs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /** Nanoseconds; empty when the text is not a duration or beyond 292 years. */
  static OptionalLong nanos(String text) {
    if (text.length() > LONGEST || !WHOLE.matcher(text).matches()) {
      return OptionalLong.empty();
    }
    BigDecimal sum = BigDecimal.ZERO;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      long unit = NANOS.getOrDefault(parts.group(2), 0L);
      sum = sum.add(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit)));
    }
    if (sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(text.startsWith("-") ? -sum.longValue() : sum.longValue());
  }
}
