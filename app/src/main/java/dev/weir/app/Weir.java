package dev.weir.app;

import dev.weir.cli.DemoOptions;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Launcher;
import dev.weir.cli.RunOptions;
import dev.weir.cli.Terminal;

/** Everything that the command line can start. */
final class Weir implements Launcher {
  private final Terminal terminal;

  Weir(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int run(RunOptions options) {
    terminal.err().println("weir: the data plane is not wired up yet");
    return ExitCode.FAILED;
  }

  @Override
  public int demo(DemoOptions options) {
    terminal.err().println("weir: the data plane is not wired up yet");
    return ExitCode.FAILED;
  }
}
