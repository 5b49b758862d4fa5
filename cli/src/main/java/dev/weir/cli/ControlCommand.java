package dev.weir.cli;

import dev.weir.model.Json;
import java.io.PrintStream;
import java.util.List;

/**
 * A command that speaks with a running gateway: prints what came of it, and gives the exit code.
 */
record ControlCommand(Terminal terminal, ControlOptions options) {

  /** What a command does. */
  interface Work {
    void run(ControlClient client) throws ControlFailure;
  }

  int run(Work work) {
    try {
      work.run(options.client(terminal.environment()));
      return ExitCode.OK;
    } catch (ControlFailure failure) {
      failure.problems().forEach(terminal.err()::println);
      terminal.err().println("weir: " + failure.getMessage());
      return failure.exitCode();
    }
  }

  /** Prints a value in the form that is asked for, these lines for people. */
  void print(Json json, List<String> text) {
    PrintStream out = terminal.out();
    switch (options.form) {
      case TEXT -> text.forEach(out::println);
      case JSON -> out.println(JsonText.json(json));
      case YAML -> out.println(JsonText.yaml(json));
    }
  }
}
