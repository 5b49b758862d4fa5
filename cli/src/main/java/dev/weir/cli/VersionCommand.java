package dev.weir.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code weir version}: what runs, on what. */
@Command(
    name = "version",
    description = "Prints the version, and the Java that runs it.",
    footerHeading = "%nExamples:%n",
    footer = {"  weir version", "  weir --version"})
final class VersionCommand implements Callable<Integer> {
  private final Terminal terminal;

  VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().println(Version.line());
    return ExitCode.OK;
  }
}
