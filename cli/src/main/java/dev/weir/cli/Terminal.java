package dev.weir.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * Where a command prints, and what it knows about the place.
 *
 * @param out results
 * @param err progress, problems and the log
 * @param outIsTerminal a person reads {@code out}
 * @param errIsTerminal a person reads {@code err}
 * @param environment the process's environment variables
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Map<String, String> environment) {
  private static final String TERMINALS = "weir.terminals";

  /**
   * The terminal of this process. The start script tests the descriptors, which is cheaper than to
   * ask the JVM, and names those that are terminals in {@code weir.terminals}.
   */
  public static Terminal ofProcess() {
    String terminals = System.getProperty(TERMINALS, "");
    return new Terminal(
        System.out, System.err, terminals.contains("1"), terminals.contains("2"), System.getenv());
  }

  /** Whether {@code out} gets colours. */
  public boolean colouredOut() {
    return coloured(outIsTerminal);
  }

  /** Whether {@code err} gets colours. */
  public boolean colouredErr() {
    return coloured(errIsTerminal);
  }

  private boolean coloured(boolean terminal) {
    if (isSet("NO_COLOR")) {
      return false;
    }
    return terminal || isSet("FORCE_COLOR");
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }
}
