package dev.weir.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir completion}: what makes a shell complete commands and options. */
@Command(
    name = "completion",
    description = "Prints a script that has bash or zsh complete commands and options.",
    footerHeading = "%nExamples:%n",
    footer = {"  source <(weir completion)", "  weir completion > /etc/bash_completion.d/weir"})
final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec CommandSpec spec = CommandSpec.create();

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().println(AutoComplete.bash("weir", spec.root().commandLine()));
    return ExitCode.OK;
  }
}
