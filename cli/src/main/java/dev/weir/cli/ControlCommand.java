package dev.weir.cli;

import dev.weir.model.Json;
import dev.weir.model.Severity;
import java.io.PrintStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command that speaks with a running gateway: prints what came of it, and gives the exit code.
 * For one use.
 */
final class ControlCommand {
  /** In the text of a problem, behind the file that it is about. */
  private static final Pattern SEVERITY = Pattern.compile(": (error|warning|note): ");

  private final Terminal terminal;
  private final ControlOptions options;
  private boolean inPart;

  ControlCommand(Terminal terminal, ControlOptions options) {
    this.terminal = terminal;
    this.options = options;
  }

  /** What a command does. */
  interface Work {
    void run(ControlClient client) throws ControlFailure;
  }

  int run(Work work) {
    try {
      work.run(options.client(terminal.environment()));
    } catch (ControlFailure failure) {
      failure.problems().forEach(terminal.err()::println);
      terminal.err().println("weir: " + failure.getMessage());
      return failure.exitCode();
    }
    if (inPart) {
      terminal.err().println("weir: not all is served as it is written, see the errors above");
      return ExitCode.REFUSED;
    }
    return ExitCode.OK;
  }

  /** What a gateway has done, when the problems that it tells of are printed. */
  Json done(ControlClient.Answer answer) throws ControlFailure {
    Json done = ControlOptions.parsed(answer);
    List<String> problems = JsonText.texts(done, "problems");
    problems.forEach(terminal.err()::println);
    inPart |= problems.stream().anyMatch(ControlCommand::isError);
    return done;
  }

  private static boolean isError(String problem) {
    Matcher severity = SEVERITY.matcher(problem);
    return severity.find() && severity.group(1).equals(Severity.ERROR.label());
  }

  /** The same of a write, with what it changes, or would change. */
  void written(String name, ControlClient.Answer answer) throws ControlFailure {
    Json done = done(answer);
    print(done, JsonText.texts(done, "changes"));
    tell(name, done);
  }

  /** Says that a thing is as it is to be. */
  void tellWritten(String name) {
    terminal.err().println(name + " is written already");
  }

  /** Says what was done to a thing, or would be. */
  void tell(String name, Json done) {
    boolean dryRun = JsonText.text(done, "dry_run").equals("true");
    terminal.err().println(name + (dryRun ? " would be " : " ") + JsonText.text(done, "action"));
  }

  /** Prints a value in the form that is asked for, these lines for people. */
  void print(Json json, List<String> text) {
    PrintStream out = terminal.out();
    switch (options.form) {
      case TEXT -> print(text);
      case JSON -> out.println(JsonText.json(json));
      case YAML -> out.println(JsonText.yaml(json));
    }
  }

  /** Prints lines for people. */
  void print(List<String> text) {
    text.forEach(terminal.out()::println);
  }

  /** Prints a value for programs alone. */
  void printForPrograms(Json json) {
    print(json, List.of());
  }

  /** Prints a value that is told with all its fields. */
  void print(Json json) {
    print(json, List.of(JsonText.json(json)));
  }
}
