package dev.weir.app;

import dev.weir.cli.Cli;
import dev.weir.cli.Terminal;

/** The process. */
public final class Main {
  private Main() {}

  /** Carries out one command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Terminal terminal = Terminal.ofProcess();
    int code = Cli.execute(Weir.ofProcess(terminal), terminal, arguments);
    // Not exit: whatever hangs in a shutdown hook or a stuck pipe must not hold the process.
    terminal.out().flush();
    Runtime.getRuntime().halt(code);
  }
}
