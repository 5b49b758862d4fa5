package dev.weir.cli;

import dev.weir.model.Json;
import dev.weir.model.OasDocument;
import dev.weir.model.Origin;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir api}: API definitions of a running gateway. */
@Command(
    name = "api",
    description = {
      "Reads and writes the API definitions of a running gateway.",
      "",
      "What is written counts after a reload. A definition that could not be served is refused."
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  weir api ls", "  weir api apply -f greeter.json --reload"})
final class ApiCommand extends GatewayCommand {
  private static final String APIS = "/tyk/apis/";
  private static final String OAS = "/tyk/apis/oas/";

  ApiCommand(Terminal terminal) {
    super(terminal);
  }

  @Command(
      name = "ls",
      aliases = "list",
      description = "Lists the APIs, and says why some of them do not serve.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir api ls", "  weir api ls -o yaml"})
  int ls() {
    ControlCommand command = command();
    return command.run(client -> {
      Json snapshot = StatusCommand.snapshot(client);
      command.print(
          new Json.Arr(snapshot.origin(), JsonText.items(snapshot, "apis")),
          StatusCommand.table(snapshot));
    });
  }

  @Command(
      name = "get",
      description = "Prints a definition as it serves, with all its fields.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir api get greeter", "  weir api get greeter -o yaml"})
  int get(
      @Parameters(paramLabel = "ID", description = "Its api_id.") String id,
      @Option(names = "--oas", description = "As an OAS document.") boolean oas) {
    ControlCommand command = command();
    return command.run(client -> {
      Json api =
          ControlOptions.parsed(
              client.ask(
                  "GET", oas ? "/weir/v1/apis/" + checked(id) + "/oas" : APIS + checked(id), ""));
      command.print(api);
    });
  }

  @Command(
      name = "apply",
      description = "Creates or replaces definitions, each from a file that has its api_id.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  weir api apply -f greeter.json --reload",
        "  weir api apply -f greeter.json --dry-run"
      })
  int apply(
      @Option(
              names = {"-f", "--file"},
              paramLabel = "FILE",
              required = true,
              arity = "1..*",
              description = "JSON files, as in app_path.")
          List<Path> files,
      @Option(names = "--dry-run", description = "Checks, shows what would change, writes nothing.")
          boolean dryRun,
      @Option(
              names = "--force",
              description = "Replaces what was written and is not served, and broken files, too.")
          boolean force,
      @Option(names = "--reload", description = "Has the gateway serve it.") boolean reload) {
    ControlCommand command = command();
    return command.run(client -> {
      for (Path file : files) {
        apply(client, command, file, dryRun, force);
      }
      if (reload && !dryRun) {
        ReloadCommand.reload(client, command);
      }
    });
  }

  private void apply(
      ControlClient client, ControlCommand command, Path file, boolean dryRun, boolean force)
      throws ControlFailure {
    Definition definition = read(file);
    ControlClient.Answer served = client.ask("GET", definition.path(), "");
    String path = definition.path() + "?dry_run=" + dryRun;
    ControlClient.Answer answer = client.replace(path, definition.text(), served, force);
    if (answer.status() == ControlClient.CHANGED && isWritten(client, definition)) {
      command.tellWritten(definition.id());
      return;
    }
    if (answer.status() == ControlClient.CHANGED) {
      throw ControlFailure.refused(
          definition.id()
              + (served.status() == ControlClient.NOT_FOUND
                  ? " has a file that is not served yet, or is broken, "
                  : " is not what is served any more, ")
              + "reload and look again, or --force");
    }
    command.written(definition.id(), answer);
  }

  /** Whether the file of the gateway says the same, so that nobody's work is lost. */
  private static boolean isWritten(ControlClient client, Definition definition)
      throws ControlFailure {
    String path = definition.path() + "?dry_run=true";
    ControlClient.Answer planned = client.ask("PUT", path, definition.text());
    return planned.status() == ControlClient.OK
        && JsonText.texts(ControlOptions.parsed(planned), "changes").isEmpty();
  }

  @Command(
      name = "diff",
      description = "Shows how a file differs from the definition that serves.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir api diff -f greeter.json", "  weir api diff -f a.json b.json"})
  int diff(
      @Option(
              names = {"-f", "--file"},
              paramLabel = "FILE",
              required = true,
              arity = "1..*",
              description = "JSON files, as in app_path.")
          List<Path> files) {
    ControlCommand command = command();
    return command.run(client -> {
      for (Path file : files) {
        Definition definition = read(file);
        ControlClient.Answer served = client.ask("GET", definition.path(), "");
        List<String> changes =
            served.status() == ControlClient.NOT_FOUND
                ? List.of("+ " + definition.id() + " is not served yet")
                : JsonDiff.lines(ControlOptions.parsed(served), definition.json());
        command.print(told(definition, changes), changes);
      }
    });
  }

  private static Json told(Definition definition, List<String> changes) {
    Origin at = definition.json().origin();
    Json.Arr lines =
        new Json.Arr(at, changes.stream().<Json>map(line -> new Json.Text(at, line)).toList());
    return Json.Obj.empty(at)
        .with("api_id", new Json.Text(at, definition.id()))
        .with("changes", lines);
  }

  @Command(
      name = "rm",
      aliases = "remove",
      description = "Deletes definitions; they are served until the next reload.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir api rm greeter --reload", "  weir api rm one two --dry-run"})
  int rm(
      @Parameters(arity = "1..*", paramLabel = "ID", description = "Their api_id.")
          List<String> ids,
      @Option(names = "--dry-run", description = "Looks for them, deletes none.") boolean dryRun,
      @Option(names = "--reload", description = "Has the gateway serve without them.")
          boolean reload) {
    ControlCommand command = command();
    return command.run(client -> {
      for (String id : ids) {
        String path = APIS + checked(id) + "?dry_run=" + dryRun;
        command.tell(id, command.done(client.ask("DELETE", path, "")));
      }
      if (reload && !dryRun) {
        ReloadCommand.reload(client, command);
      }
    });
  }

  /**
   * A file and what is in it.
   *
   * @param path where the gateway has it
   */
  private record Definition(String path, String id, String text, Json json) {}

  /** An OAS document or a classic definition. */
  private static Definition read(Path path) throws ControlFailure {
    JsonFile file = JsonFile.read(path);
    boolean oas = OasDocument.hasExtension(file.json());
    String id = oas ? OasDocument.id(file.json()) : JsonText.text(file.json(), "api_id");
    if (id.isEmpty()) {
      throw ControlFailure.refused(
          "%s has no %s, without it nobody knows what to replace"
              .formatted(path, oas ? "x-tyk-api-gateway.info.id" : "api_id"));
    }
    return new Definition((oas ? OAS : APIS) + checked(id), id, file.text(), file.json());
  }

  private static String checked(String id) throws ControlFailure {
    if (!id.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")) {
      throw ControlFailure.refused(
          id + " cannot be an id, letters, digits, and . _ - after the first are");
    }
    return id;
  }
}
