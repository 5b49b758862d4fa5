package dev.weir.cli;

import dev.weir.model.Problem;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weir validate}: checks the files without starting, and never writes. */
@Command(
    name = "validate",
    aliases = "lint",
    description = {
      "Checks a configuration file and every API definition that it names; starts and writes"
          + " nothing. Ends with 1 when there is an error."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  weir validate --conf /etc/tyk/tyk.conf", "  weir validate -c tyk.conf -o json"})
final class ValidateCommand implements Callable<Integer> {
  private final Launcher launcher;
  private final Terminal terminal;

  @Option(
      names = {"-c", "--conf"},
      paramLabel = "FILE",
      description = "The configuration file. Without it: " + Documents.PLACES + ".")
  @Nullable Path conf;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}: for people or for editors.")
  OutputForm output = OutputForm.TEXT;

  ValidateCommand(Launcher launcher, Terminal terminal) {
    this.launcher = launcher;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Problem> problems = problems();
    PrintStream out = terminal.out();
    switch (output) {
      case TEXT -> {
        problems.forEach(out::println);
        out.println(Problem.summary(problems));
      }
      case JSON, YAML -> out.println(output.of(ProblemJson.of(problems)));
    }
    return problems.stream().anyMatch(Problem::isError) ? ExitCode.REFUSED : ExitCode.OK;
  }

  private List<Problem> problems() {
    Documents documents = Documents.read(conf, null, terminal.environment());
    List<Problem> problems = new ArrayList<>(documents.problems());
    if (documents.config() != null && documents.apis() != null) {
      problems.addAll(launcher.check(documents.config(), documents.apis().definitions()));
    }
    return problems;
  }
}
