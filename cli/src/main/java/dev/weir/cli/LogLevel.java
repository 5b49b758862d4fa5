package dev.weir.cli;

import java.util.Locale;
import java.util.Optional;

/** How much is logged; each level includes the ones above it. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG;

  /** The level with this name, in any case. */
  public static Optional<LogLevel> of(String name) {
    for (LogLevel level : values()) {
      if (level.toString().equals(name.toLowerCase(Locale.ROOT))) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
