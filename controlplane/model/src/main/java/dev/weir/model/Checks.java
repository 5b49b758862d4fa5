package dev.weir.model;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
  private final String place;
  private final List<Problem> problems;

  Checks(Settings settings, List<Problem> problems) {
    this(settings, "", problems);
  }

  /**
   * Checks of a part of a document.
   *
   * @param place of the part in the document
   */
  Checks(Settings settings, String place, List<Problem> problems) {
    this.settings = settings;
    this.place = place;
    this.problems = problems;
  }

  /** The path in the document of a path in the part. */
  String full(String path) {
    return ShapeReader.join(place, path);
  }

  void error(String path, String message) {
    error(path, message, null);
  }

  /**
   * Says nothing where the type was wrong already, which made the value look as if it were not set.
   */
  void error(String path, String message, @Nullable String hint) {
    String full = full(path);
    if (problems.stream().anyMatch(problem -> problem.isError() && covers(problem, full))) {
      return;
    }
    add(settings.origin(path).error(full, message, hint));
  }

  private static boolean covers(Problem problem, String path) {
    return path.equals(problem.path()) || path.startsWith(problem.path() + ".");
  }

  void warning(String path, String message) {
    warning(path, message, null);
  }

  void warning(String path, String message, @Nullable String hint) {
    add(settings.origin(path).warning(full(path), message, hint));
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

  /** A file or folder, see {@link Settings#path}. */
  Path path(String path) {
    try {
      return settings.path(path);
    } catch (InvalidPathException e) {
      error(path, "cannot be the name of a file or folder");
      return Path.of("");
    }
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
