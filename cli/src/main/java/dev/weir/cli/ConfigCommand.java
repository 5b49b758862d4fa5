package dev.weir.cli;

import dev.weir.model.Explanation;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Json;
import dev.weir.model.JsonReader;
import dev.weir.model.JsonWriter;
import dev.weir.model.Problem;
import dev.weir.model.Reading;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir config}: what a configuration comes to. */
@Command(
    name = "config",
    description = "Tells what a configuration comes to, with the environment; starts nothing.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  weir config explain listen_port", "  weir config explain weir -o yaml"})
final class ConfigCommand {
  private static final List<String> HEADINGS = List.of("KEY", "VALUE", "FROM", "VARIABLE");

  private final Terminal terminal;

  ConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Command(
      name = "explain",
      description = {
        "Tells the value of a key, or of all keys below an object, and where it is from: default,"
            + " a place in the file, or a variable. What may be secret is not printed."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  weir config explain listen_port",
        "  weir config explain http_server_options --conf tyk.conf -o json"
      })
  int explain(
      @Option(
              names = {"-c", "--conf"},
              paramLabel = "FILE",
              description = "The configuration file. Without it: " + Documents.PLACES + ".")
          @Nullable Path conf,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FORM",
              defaultValue = "text",
              description = "${COMPLETION-CANDIDATES}: for people or for programs.")
          OutputForm form,
      @Parameters(arity = "1..*", paramLabel = "KEY", description = "A path with dots.")
          List<String> keys) {
    Reading<GatewayConfig> reading = Documents.readConfig(conf, terminal.environment());
    GatewayConfig config = reading.value();
    if (config == null) {
      reading.problems().forEach(terminal.err()::println);
      terminal.err().println("weir: " + Problem.summary(reading.problems()));
      return ExitCode.REFUSED;
    }
    for (String key : keys) {
      if (Explanation.of(config.settings(), key).isEmpty()) {
        String hint = Explanation.hint(key);
        terminal.err().println("weir: " + key + " is no key" + (hint == null ? "" : ", " + hint));
        return ExitCode.REFUSED;
      }
    }
    print(
        keys.stream().flatMap(key -> Explanation.of(config.settings(), key).stream()).toList(),
        form);
    return ExitCode.OK;
  }

  private void print(List<Explanation> all, OutputForm form) {
    PrintStream out = terminal.out();
    switch (form) {
      case TEXT ->
          Table.lines(HEADINGS, all.stream().map(ConfigCommand::row).toList())
              .forEach(out::println);
      case JSON -> out.println(JsonText.json(json(all)));
      case YAML -> out.println(JsonText.yaml(json(all)));
    }
  }

  private static List<String> row(Explanation one) {
    return List.of(
        one.key(),
        one.value(),
        one.source() + (one.actedOn() ? "" : " (no effect in this version)"),
        one.variable());
  }

  private static Json json(List<Explanation> all) {
    String text =
        all.stream()
            .map(one ->
                "{\"key\":%s,\"value\":%s,\"source\":%s,\"variable\":%s,\"acted_on\":%s}"
                    .formatted(
                        JsonWriter.quoted(one.key()),
                        one.value(),
                        JsonWriter.quoted(one.source()),
                        JsonWriter.quoted(one.variable()),
                        one.actedOn()))
            .collect(Collectors.joining(",", "[", "]"));
    Json json = JsonReader.read("explanations", text).value();
    if (json == null) {
      throw new IllegalStateException("explanations are no JSON: " + text);
    }
    return json;
  }
}
