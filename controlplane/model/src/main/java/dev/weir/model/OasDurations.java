package dev.weir.model;

import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Spans of time as OAS documents have them, {@code 1m30s}, in seconds as the classic format has.
 */
final class OasDurations {
  private static final int NANO_DIGITS = 9;

  private OasDurations() {}

  /** Null where there is none. */
  static @Nullable Json seconds(OasObject object, String name) {
    if (!object.has(name)) {
      return null;
    }
    String text = object.text(name);
    OptionalLong nanos = GoDuration.nanos(text);
    if (nanos.isEmpty() || nanos.getAsLong() <= 0) {
      object.error(name, "is no span of time", "write it as 1m30s");
      return null;
    }
    BigDecimal seconds = BigDecimal.valueOf(nanos.getAsLong(), NANO_DIGITS).stripTrailingZeros();
    return new Json.Num(object.origin(), seconds.toPlainString());
  }
}
