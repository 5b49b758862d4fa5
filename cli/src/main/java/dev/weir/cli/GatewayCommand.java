package dev.weir.cli;

import picocli.CommandLine.Mixin;

/** A command about a gateway that runs, or a group of them. */
abstract class GatewayCommand {
  private final Terminal terminal;

  @Mixin ControlOptions options = new ControlOptions();

  GatewayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** To be used once. */
  final ControlCommand command() {
    return new ControlCommand(terminal, options);
  }
}
