package dev.weir.cli;

import dev.weir.model.Json;
import dev.weir.model.JsonReader;
import dev.weir.model.Problem;
import dev.weir.model.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that somebody names, and the JSON in it. */
record JsonFile(Path path, String text, Json json) {

  static JsonFile read(Path path) throws ControlFailure {
    try {
      String text = Files.readString(path);
      Reading<Json> reading = JsonReader.read(path.toString(), text);
      Json json = reading.value();
      if (json == null) {
        throw new ControlFailure(
            ExitCode.REFUSED,
            path + " is not JSON",
            reading.problems().stream().map(Problem::toString).toList());
      }
      return new JsonFile(path, text, json);
    } catch (IOException e) {
      throw new ControlFailure(
          ExitCode.REFUSED, "cannot read " + path + ": " + e.getMessage(), List.of());
    }
  }
}
