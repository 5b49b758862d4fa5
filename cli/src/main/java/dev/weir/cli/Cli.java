package dev.weir.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/** The command line: turns arguments into one command and its exit code. */
public final class Cli {
  private Cli() {}

  /** Carries out one command line and gives back its {@link ExitCode}. */
  public static int execute(Launcher launcher, Terminal terminal, String... arguments) {
    String[] whole = withVerb(arguments);
    CommandLine weir = new CommandLine(new WeirCommand());
    commands(launcher, terminal, whole.length == 0 ? "" : whole[0]).forEach(weir::addSubcommand);
    return weir.setOut(writer(terminal.out()))
        .setErr(writer(terminal.err()))
        .setColorScheme(Help.defaultColorScheme(terminal.colouredOut() ? Ansi.ON : Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Cli::report)
        .execute(whole);
  }

  /** Only the command that is asked for: to read the annotations of all takes longer. */
  private static List<Object> commands(Launcher launcher, Terminal terminal, String verb) {
    return switch (verb) {
      case "run", "start" -> List.of(new RunCommand(launcher));
      case "demo" -> List.of(new DemoCommand(launcher));
      case "version" -> List.of(new VersionCommand(terminal));
      case "cert" -> List.of(new CertCommand(launcher));
      case "store" -> List.of(new StoreCommand(launcher));
      case "status" -> List.of(new StatusCommand(terminal));
      case "reload" -> List.of(new ReloadCommand(terminal));
      case "api" -> List.of(new ApiCommand(terminal));
      case "key" -> List.of(new KeyCommand(terminal));
      case "policy" -> List.of(new PolicyCommand(terminal));
      case "config" -> List.of(new ConfigCommand(terminal));
      case "validate", "lint" -> List.of(new ValidateCommand(launcher, terminal));
      default ->
          List.of(
              new RunCommand(launcher),
              new DemoCommand(launcher),
              new ValidateCommand(launcher, terminal),
              new ConfigCommand(terminal),
              new StatusCommand(terminal),
              new ReloadCommand(terminal),
              new ApiCommand(terminal),
              new KeyCommand(terminal),
              new PolicyCommand(terminal),
              new CertCommand(launcher),
              new StoreCommand(launcher),
              new CompletionCommand(terminal),
              new VersionCommand(terminal));
    };
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
