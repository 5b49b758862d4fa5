package dev.weir.cli;

import java.util.Locale;
import java.util.Optional;

/** The shape of log lines. */
public enum LogFormat {
  /** Text on a terminal, JSON anywhere else. */
  AUTO,
  TEXT,
  JSON;

  /** The format with this name, in any case. */
  public static Optional<LogFormat> of(String name) {
    for (LogFormat format : values()) {
      if (format.toString().equals(name.toLowerCase(Locale.ROOT))) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
