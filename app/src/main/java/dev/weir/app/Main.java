package dev.weir.app;

import dev.weir.cli.Cli;
import dev.weir.cli.Terminal;

/** The process. */
public final class Main {
  private static final String ONE_HANDSHAKE = "jdk.tls.rejectClientInitiatedRenegotiation";

  private Main() {}

  /** Carries out one command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    refuseSecondHandshakes();
    Terminal terminal = Terminal.ofProcess();
    int code = Cli.execute(Weir.ofProcess(terminal), terminal, arguments);
    // Not exit: whatever hangs in a shutdown hook or a stuck pipe must not hold the process.
    terminal.out().flush();
    Runtime.getRuntime().halt(code);
  }

  /**
   * Where BoringSSL cannot be had, Java refuses what BoringSSL does (RFC 9113, 9.2.1). It looks for
   * this when it makes its first engine.
   */
  private static void refuseSecondHandshakes() {
    if (System.getProperty(ONE_HANDSHAKE) == null) {
      System.setProperty(ONE_HANDSHAKE, "true");
    }
  }
}
