package dev.weir.cli;

import dev.weir.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code weir status}: what a running gateway serves. */
@Command(
    name = "status",
    description = "Tells what a running gateway serves: its generation, its ports and its APIs.",
    footerHeading = "%nExamples:%n",
    footer = {"  weir status", "  weir status --conf /etc/tyk/tyk.conf -o json"})
final class StatusCommand extends GatewayCommand implements Callable<Integer> {
  private static final List<String> HEADINGS =
      List.of("API", "STATE", "PORT", "DOMAIN", "PATH", "TARGETS");

  StatusCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    ControlCommand command = command();
    return command.run(client -> {
      Json snapshot = snapshot(client);
      command.print(snapshot, lines(snapshot));
    });
  }

  static Json snapshot(ControlClient client) throws ControlFailure {
    return ControlOptions.parsed(client.ask("GET", "/weir/v1/snapshot", ""));
  }

  private static List<String> lines(Json snapshot) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "generation %s since %s, hash %s"
            .formatted(
                JsonText.text(snapshot, "generation"),
                JsonText.text(snapshot, "since"),
                JsonText.text(snapshot, "hash")));
    List<String> ports =
        JsonText.items(snapshot, "ports").stream()
            .map(port ->
                JsonText.text(port, "port")
                    + (JsonText.text(port, "tls").equals("true") ? " (TLS)" : ""))
            .toList();
    lines.add("ports " + String.join(", ", ports));
    lines.addAll(table(snapshot));
    return lines;
  }

  /** The APIs of a snapshot, and why some of them do not serve. */
  static List<String> table(Json snapshot) {
    List<Json> apis = JsonText.items(snapshot, "apis");
    if (apis.isEmpty()) {
      return List.of("no APIs");
    }
    List<String> lines =
        new ArrayList<>(Table.lines(HEADINGS, apis.stream().map(StatusCommand::row).toList()));
    apis.stream()
        .filter(api -> !JsonText.text(api, "reason").isEmpty())
        .forEach(
            api -> lines.add(JsonText.text(api, "api_id") + ": " + JsonText.text(api, "reason")));
    return lines;
  }

  private static List<String> row(Json api) {
    return List.of(
        JsonText.text(api, "api_id"),
        JsonText.text(api, "state"),
        JsonText.text(api, "port"),
        JsonText.text(api, "domain").isEmpty() ? "any" : JsonText.text(api, "domain"),
        JsonText.text(api, "listen_path"),
        String.join(" ", JsonText.texts(api, "targets")));
  }
}
