package dev.weir.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/** The command line: turns arguments into one command and its exit code. */
public final class Cli {
  private Cli() {}

  /** Carries out one command line and gives back its {@link ExitCode}. */
  public static int execute(Launcher launcher, Terminal terminal, String... arguments) {
    return commands(launcher, terminal).execute(withVerb(arguments));
  }

  private static CommandLine commands(Launcher launcher, Terminal terminal) {
    return new CommandLine(new WeirCommand())
        .addSubcommand(new RunCommand(launcher))
        .addSubcommand(new DemoCommand(launcher))
        .addSubcommand(new ValidateCommand(terminal))
        .addSubcommand(new VersionCommand(terminal))
        .setOut(writer(terminal.out()))
        .setErr(writer(terminal.err()))
        .setColorScheme(Help.defaultColorScheme(terminal.colouredOut() ? Ansi.ON : Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Cli::report);
  }

  /** {@code tyk --conf FILE}, without a verb, is how Tyk's service units start it. */
  private static String[] withVerb(String[] arguments) {
    if (arguments.length == 0 || !arguments[0].startsWith("--conf")) {
      return arguments;
    }
    String[] run = new String[arguments.length + 1];
    run[0] = "run";
    System.arraycopy(arguments, 0, run, 1, arguments.length);
    return run;
  }

  private static int report(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("weir: " + failure);
    failure.printStackTrace(err);
    err.flush();
    return ExitCode.FAILED;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }
}
