package dev.weir.app;

import dev.weir.cli.LogFormat;
import dev.weir.cli.LogLevel;
import dev.weir.cli.LogOptions;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How to log, after the flag, the environment and the configuration file were asked in this order.
 *
 * @param format the shape of the lines
 * @param level how much
 */
record LogSettings(LogFormat format, LogLevel level) {

  /**
   * Chooses among the flags, {@code TYK_LOGFORMAT} and {@code TYK_LOGLEVEL}, and the file's values;
   * a value that nobody knows counts as absent, as it does for Tyk.
   *
   * @param fileFormat the configuration's {@code log_format}, may be empty
   * @param fileLevel the configuration's {@code log_level}, may be empty
   */
  static LogSettings choose(
      LogOptions flags, Map<String, String> environment, String fileFormat, String fileLevel) {
    return new LogSettings(
        first(flags.format(), LogFormat::of, environment.get("TYK_LOGFORMAT"), fileFormat)
            .orElse(LogFormat.AUTO),
        first(flags.level(), LogLevel::of, environment.get("TYK_LOGLEVEL"), fileLevel)
            .orElse(LogLevel.INFO));
  }

  private static <T> Optional<T> first(
      @Nullable T flag, Function<String, Optional<T>> parse, @Nullable String... texts) {
    Optional<T> chosen = Optional.ofNullable(flag);
    for (String text : texts) {
      if (text != null) {
        chosen = chosen.or(() -> parse.apply(text));
      }
    }
    return chosen;
  }
}
