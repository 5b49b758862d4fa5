package dev.weir.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reports what a document's types alone cannot say, each finding at the place where the value was
 * written.
 */
final class Checks {

  static final int MAX_PORT = 65535;

  private final Settings settings;
  private final List<Problem> problems;

  Checks(Settings settings, List<Problem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  void error(String path, String message) {
    error(path, message, null);
  }

  void error(String path, String message, @Nullable String hint) {
    add(settings.origin(path).problem(Severity.ERROR, path, message, hint));
  }

  void warning(String path, String message) {
    warning(path, message, null);
  }

  void warning(String path, String message, @Nullable String hint) {
    add(settings.origin(path).problem(Severity.WARNING, path, message, hint));
  }

  void add(Problem problem) {
    problems.add(problem);
  }

  /** A port, where 0 has a meaning of its own. */
  int port(String path) {
    long port = settings.number(path);
    if (port < 0 || port > MAX_PORT) {
      error(path, port + " is not a port, 0 to " + MAX_PORT + " is needed");
      return 0;
    }
    return (int) port;
  }

  /** A count that cannot be negative; cut to what fits into an int. */
  int count(String path) {
    notNegative(path, settings.decimal(path));
    return settings.integer(path);
  }

  /** A span of time written in seconds, with or without a fraction. */
  Duration seconds(String path) {
    double seconds = settings.decimal(path);
    notNegative(path, seconds);
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private void notNegative(String path, double value) {
    if (value < 0) {
      error(path, "is negative, 0 or more is needed");
    }
  }
}
