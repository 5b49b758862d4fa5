package dev.weir.cli;

import dev.weir.model.Json;
import dev.weir.model.JsonReader;
import java.util.Locale;

/** The shape of what is printed: for people, or for programs. */
public enum OutputForm {
  TEXT,
  JSON,
  YAML;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What is JSON already, in this form for programs.
   *
   * @throws IllegalArgumentException when it is none
   */
  public String of(String json) {
    if (this != YAML) {
      return json;
    }
    Json value = JsonReader.readAll("what is to be printed", json).value();
    if (value == null) {
      throw new IllegalArgumentException("no JSON: " + json);
    }
    return JsonText.yaml(value);
  }
}
