package dev.weir.cli;

import dev.weir.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code weir reload}: has a running gateway read its API definitions anew. */
@Command(
    name = "reload",
    description = {
      "Has a running gateway read its API definitions anew, and waits until they serve. Ends with 1"
          + " when not all of them can be served, and says why; the others do serve then."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  weir reload", "  weir reload --conf /etc/tyk/tyk.conf -o json"})
final class ReloadCommand extends GatewayCommand implements Callable<Integer> {
  ReloadCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    ControlCommand command = command();
    return command.run(client -> reload(client, command));
  }

  static void reload(ControlClient client, ControlCommand command) throws ControlFailure {
    Json done = command.done(client.ask("GET", "/tyk/reload?block=true", ""));
    List<String> lines = new ArrayList<>();
    lines.add(
        "generation %s serves, after %s ms"
            .formatted(JsonText.text(done, "generation"), JsonText.text(done, "milliseconds")));
    for (String what : List.of("added", "changed", "removed")) {
      List<String> ids = JsonText.texts(done, what);
      if (!ids.isEmpty()) {
        lines.add(what + " " + String.join(", ", ids));
      }
    }
    command.print(done, lines);
  }
}
