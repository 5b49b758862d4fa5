package dev.weir.cli;

import dev.weir.model.Json;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir policy}: policies of a running gateway. */
@Command(
    name = "policy",
    description = {
      "Reads and writes the policies of a running gateway.",
      "",
      "They are files in policies.policy_path."
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  weir policy ls", "  weir policy apply -f gold.json --dry-run"})
final class PolicyCommand extends GatewayCommand {
  private static final String POLICIES = "/tyk/policies/";
  private static final List<String> HEADINGS = List.of("ID", "NAME", "ORG", "APIS");

  PolicyCommand(Terminal terminal) {
    super(terminal);
  }

  @Command(
      name = "ls",
      aliases = "list",
      description = "Lists the policies.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir policy ls", "  weir policy ls -o yaml"})
  int ls() {
    ControlCommand command = command();
    return command.run(client -> {
      Json policies = ControlOptions.parsed(client.ask("GET", POLICIES, ""));
      List<Json> all = policies instanceof Json.Arr(_, List<Json> items) ? items : List.of();
      command.print(
          policies,
          all.isEmpty()
              ? List.of("no policies")
              : Table.lines(HEADINGS, all.stream().map(PolicyCommand::row).toList()));
    });
  }

  private static List<String> row(Json policy) {
    Json rights = policy instanceof Json.Obj object ? object.get("access_rights") : null;
    return List.of(
        id(policy),
        JsonText.text(policy, "name"),
        JsonText.text(policy, "org_id"),
        rights instanceof Json.Obj object ? String.join(" ", object.members().keySet()) : "");
  }

  private static String id(Json policy) {
    String id = JsonText.text(policy, "id");
    return id.isEmpty() ? JsonText.text(policy, "_id") : id;
  }

  @Command(
      name = "get",
      description = "Prints a policy with all its fields.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir policy get gold", "  weir policy get gold -o yaml"})
  int get(@Parameters(paramLabel = "ID", description = "Its id.") String id) {
    ControlCommand command = command();
    return command.run(client -> {
      Json policy = ControlOptions.parsed(client.ask("GET", POLICIES + checked(id), ""));
      command.print(policy);
    });
  }

  @Command(
      name = "apply",
      description = "Creates or replaces policies, each from a file that has its id.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  weir policy apply -f gold.json",
        "  weir policy apply -f a.json b.json --dry-run"
      })
  int apply(
      @Option(
              names = {"-f", "--file"},
              paramLabel = "FILE",
              required = true,
              arity = "1..*",
              description = "JSON files, as in policy_path.")
          List<Path> files,
      @Option(names = "--dry-run", description = "Checks, shows what would change, writes nothing.")
          boolean dryRun,
      @Option(names = "--force", description = "Replaces broken files, too.") boolean force) {
    ControlCommand command = command();
    return command.run(client -> {
      for (Path file : files) {
        apply(client, command, JsonFile.read(file), dryRun, force);
      }
    });
  }

  private void apply(
      ControlClient client, ControlCommand command, JsonFile file, boolean dryRun, boolean force)
      throws ControlFailure {
    if (id(file.json()).isEmpty()) {
      throw ControlFailure.refused(
          file.path() + " has no id, without it nobody knows what to replace");
    }
    String id = checked(id(file.json()));
    ControlClient.Answer seen = client.ask("GET", POLICIES + id, "");
    String path = POLICIES + id + "?dry_run=" + dryRun;
    ControlClient.Answer answer = client.replace(path, file.text(), seen, force);
    if (answer.status() == ControlClient.CHANGED) {
      throw ControlFailure.refused(
          id + " has a file that is broken or was changed meanwhile, look again, or --force");
    }
    command.written(id, answer);
  }

  @Command(
      name = "rm",
      aliases = "remove",
      description = "Deletes policies.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir policy rm gold", "  weir policy rm gold silver --dry-run"})
  int rm(
      @Parameters(arity = "1..*", paramLabel = "ID", description = "Their ids.") List<String> ids,
      @Option(names = "--dry-run", description = "Looks for them, deletes none.") boolean dryRun) {
    ControlCommand command = command();
    return command.run(client -> {
      for (String id : ids) {
        String path = POLICIES + checked(id) + "?dry_run=" + dryRun;
        command.tell(id, command.done(client.ask("DELETE", path, "")));
      }
    });
  }

  private static String checked(String id) throws ControlFailure {
    if (!id.matches("[A-Za-z0-9_-][A-Za-z0-9._~-]{0,199}")) {
      throw ControlFailure.refused(
          id + " cannot be an id, letters, digits, and . _ ~ - after the first are");
    }
    return id;
  }
}
