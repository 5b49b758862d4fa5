package dev.weir.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about the log, the same on every command that serves. */
public final class LogOptions {
  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; auto is text on a terminal and json elsewhere.")
  @Nullable LogFormat format;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "${COMPLETION-CANDIDATES}; info when nothing else says.")
  @Nullable LogLevel level;

  /** No option was given. */
  public LogOptions() {}

  /** The options as given. */
  public LogOptions(@Nullable LogFormat format, @Nullable LogLevel level) {
    this.format = format;
    this.level = level;
  }

  /** The format that was asked for, or null. */
  public @Nullable LogFormat format() {
    return format;
  }

  /** The level that was asked for, or null. */
  public @Nullable LogLevel level() {
    return level;
  }
}
