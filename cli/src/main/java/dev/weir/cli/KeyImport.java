package dev.weir.cli;

import dev.weir.model.Json;
import dev.weir.model.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes keys to a gateway that another one has made, a line of a file for each. For one use. */
final class KeyImport {
  /** So many at once: those that come together wait for the disk together. */
  private static final int TOGETHER = 16;

  private static final int LINES_A_REPORT = 10_000;

  private final Terminal terminal;
  private final ControlClient client;
  private final boolean dryRun;
  private final boolean replace;
  private final Set<String> told = new HashSet<>();
  private int read;
  private int refused;
  private int kept;

  /**
   * @param replace whether keys that are there already become what the file says
   */
  KeyImport(Terminal terminal, ControlClient client, boolean dryRun, boolean replace) {
    this.terminal = terminal;
    this.client = client;
    this.dryRun = dryRun;
    this.replace = replace;
  }

  /**
   * What became of a line.
   *
   * @param isKept whether the key was there already, and stays what it is
   * @param problems that the gateway tells of what it has taken
   * @param failure null when it was not refused
   */
  private record Outcome(boolean isKept, List<String> problems, @Nullable ControlFailure failure) {}

  /**
   * Takes all that can be taken.
   *
   * @throws ControlFailure when something could not, or the file cannot be read
   */
  void run(Path file) throws ControlFailure {
    try (Stream<String> lines = Files.lines(file)) {
      var _ = lines.gather(Gatherers.mapConcurrent(TOGETHER, this::take)).allMatch(this::tell);
    } catch (IOException | UncheckedIOException e) {
      throw ControlFailure.refused("cannot read " + file + ": " + e.getMessage());
    }
    report();
    if (refused > 0) {
      throw ControlFailure.refused(
          "not all keys of %s are there, see above; import those lines again once they are mended"
              .formatted(file));
    }
  }

  private void report() {
    terminal
        .err()
        .println(
            "%d lines read, %d refused, %d there already and kept".formatted(read, refused, kept));
  }

  private Outcome take(String line) {
    try {
      return line.isBlank() ? new Outcome(false, List.of(), null) : taken(line);
    } catch (ControlFailure failure) {
      return new Outcome(false, failure.problems(), failure);
    }
  }

  private Outcome taken(String line) throws ControlFailure {
    Json json = JsonReader.read("line", line).value();
    String hash = json == null ? "" : JsonText.text(json, "hash");
    if (hash.isEmpty() || !(json instanceof Json.Obj entry) || entry.get("session") == null) {
      throw ControlFailure.refused("not of the form {\"hash\": \"...\", \"session\": {...}}");
    }
    String session = JsonText.text(entry, "session");
    String path = KeyCommand.named(hash) + "?hashed=true&suppress_reset=1&dry_run=" + dryRun;
    ControlClient.Answer answer = client.make(path, session, replace);
    if (answer.status() == ControlClient.CHANGED) {
      return new Outcome(true, List.of(), null);
    }
    Json done = ControlOptions.parsed(answer);
    return new Outcome(false, JsonText.texts(done, "problems"), null);
  }

  /** Whether it makes sense to go on. What is said of many keys is told once. */
  private boolean tell(Outcome outcome) {
    read++;
    kept += outcome.isKept() ? 1 : 0;
    outcome.problems().stream().filter(told::add).forEach(terminal.err()::println);
    ControlFailure failure = outcome.failure();
    if (failure != null) {
      refused++;
      terminal.err().println("line " + read + ": " + failure.getMessage());
    }
    if (read % LINES_A_REPORT == 0) {
      report();
    }
    return failure == null || failure.exitCode() == ExitCode.REFUSED;
  }
}
