package dev.weir.cli;

import java.util.List;

/**
 * A command could not do with a gateway what it was to do; the message says what to do about it.
 */
final class ControlFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final transient List<String> problems;

  /**
   * @param exitCode see {@link ExitCode}
   * @param problems what is wrong in detail, a line each
   */
  ControlFailure(int exitCode, String message, List<String> problems) {
    super(message);
    this.exitCode = exitCode;
    this.problems = List.copyOf(problems);
  }

  /** It will not be done as it was asked for. */
  static ControlFailure refused(String message) {
    return new ControlFailure(ExitCode.REFUSED, message, List.of());
  }

  int exitCode() {
    return exitCode;
  }

  List<String> problems() {
    return problems;
  }
}
