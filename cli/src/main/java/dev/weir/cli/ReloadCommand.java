package dev.weir.cli;

import dev.weir.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
  /** It says what was done all the same. */
  private static final int IN_PART = 422;

  ReloadCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    ControlCommand command = command();
    return command.run(client -> reload(client, command));
  }

  static void reload(ControlClient client, ControlCommand command) throws ControlFailure {
    ControlClient.Answer answer = client.ask("GET", "/tyk/reload?block=true", "");
    if (answer.status() == IN_PART) {
      command.printForPrograms(ControlOptions.said(answer));
    }
    Json done = command.done(answer);
    List<String> lines = new ArrayList<>();
    lines.add(
        "generation %s serves, after %s ms"
            .formatted(JsonText.text(done, "generation"), JsonText.text(done, "milliseconds")));
    lines.addAll(changes("", done));
    Json policies = done instanceof Json.Obj object ? object.get("policies") : null;
    if (policies != null) {
      lines.addAll(changes("policies ", policies));
    }
    command.print(done, lines);
  }

  private static List<String> changes(String whose, Json told) {
    return Stream.of("added", "changed", "removed")
        .filter(what -> !JsonText.texts(told, what).isEmpty())
        .map(what -> whose + what + " " + String.join(", ", JsonText.texts(told, what)))
        .toList();
  }
}
