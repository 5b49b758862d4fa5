package dev.weir.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a value was written: a place in a file, or an environment variable.
 *
 * @param source file as the user named it, or the variable's name
 * @param line from 1; 0 when the source has no lines
 * @param column from 1, in UTF-16 units; 0 when the source has no lines
 */
public record Origin(String source, int line, int column) {

  static Origin whole(String source) {
    return new Origin(source, 0, 0);
  }

  boolean isVariable() {
    return line == 0;
  }

  Problem problem(Severity severity, String path, String message, @Nullable String hint) {
    return new Problem(severity, source, line, column, path, message, hint);
  }

  Problem error(String path, String message, @Nullable String hint) {
    return problem(Severity.ERROR, path, message, hint);
  }

  Problem warning(String path, String message, @Nullable String hint) {
    return problem(Severity.WARNING, path, message, hint);
  }

  Problem note(String path, String message) {
    return problem(Severity.NOTE, path, message, null);
  }
}
