package dev.weir.model;

import static java.time.ZoneOffset.UTC;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;

/** Reads when something is served no more, in the way of Tyk, by UTC. */
final class Expiry {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private Expiry() {}

  /** Empty for never, which Tyk writes as -1 too. */
  static Optional<Instant> read(Settings settings, Checks checks, String path) {
    String text = settings.text(path);
    if (!Unenforceable.isDate(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.parse(text, FORM).toInstant(UTC));
    } catch (DateTimeParseException e) {
      checks.error(path, "\"" + text + "\" is no time", "write it as 2030-12-31 23:59, in UTC");
      return Optional.empty();
    }
  }
}
