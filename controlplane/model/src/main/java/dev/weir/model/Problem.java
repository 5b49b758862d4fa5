package dev.weir.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One finding about a document that a user wrote. Its text form is {@code file:line:col: error:
 * path: message, hint}, with the parts left out that do not apply.
 *
 * @param severity whether the document is refused for it
 * @param file file as the user named it, or the name of an environment variable
 * @param line from 1; 0 when the finding has no position
 * @param column from 1; 0 when the finding has no position
 * @param path key inside the document such as {@code proxy.target_url}; empty for the whole
 *     document
 * @param message what is wrong and why, lower-case start, no final stop, never a secret
 * @param hint what to do about it
 */
public record Problem(
    Severity severity,
    String file,
    int line,
    int column,
    String path,
    String message,
    @Nullable String hint) {

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** Whether it is the same that is wrong, wherever in the file that stands. */
  public boolean isSameAs(Problem other) {
    return path.equals(other.path) && message.equals(other.message);
  }

  /** The same where it is refused for that, or is not served. */
  public Problem asError() {
    return new Problem(Severity.ERROR, file, line, column, path, message, hint);
  }

  @Override
  public String toString() {
    var text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line).append(':').append(column);
    }
    text.append(": ").append(severity.label()).append(": ");
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    text.append(message);
    if (hint != null) {
      text.append(", ").append(hint);
    }
    return oneLine(text.toString());
  }

  /** Names come from the user's document, and must not be able to forge a line of the log. */
  private static String oneLine(String text) {
    return text.chars().anyMatch(Character::isISOControl)
        ? text.replaceAll("\\p{Cntrl}", "?")
        : text;
  }

  /** Last line of a listing, such as {@code 2 errors, 1 warning}; {@code no problems} for none. */
  public static String summary(List<Problem> problems) {
    long errors = count(problems, Severity.ERROR);
    long warnings = count(problems, Severity.WARNING);
    if (errors == 0 && warnings == 0) {
      return "no problems";
    }
    if (errors == 0) {
      return counted(warnings, "warning");
    }
    return counted(errors, "error") + (warnings == 0 ? "" : ", " + counted(warnings, "warning"));
  }

  private static long count(List<Problem> problems, Severity severity) {
    return problems.stream().filter(problem -> problem.severity() == severity).count();
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
