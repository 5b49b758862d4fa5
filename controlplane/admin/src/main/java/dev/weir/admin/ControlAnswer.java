package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.model.JsonWriter;
import dev.weir.model.Problem;
import java.util.List;

/**
 * What the control API answers, in Tyk's shapes.
 *
 * @param json the body
 */
record ControlAnswer(int status, String json) {
  private static final int OK = 200;

  static ControlAnswer ok(String json) {
    return new ControlAnswer(OK, json);
  }

  /** Something was done to a thing. */
  static ControlAnswer done(String key, String action) {
    return ok(
        "{\"key\":%s,\"status\":\"ok\",\"action\":%s}"
            .formatted(JsonWriter.quoted(key), JsonWriter.quoted(action)));
  }

  static ControlAnswer error(int status, String message) {
    return new ControlAnswer(
        status, "{\"status\":\"error\",\"message\":%s}".formatted(JsonWriter.quoted(message)));
  }

  /** The same with everything that is wrong, each with its place. */
  static ControlAnswer error(int status, String message, List<Problem> problems) {
    return new ControlAnswer(
        status,
        "{\"status\":\"error\",\"message\":%s,\"problems\":%s}"
            .formatted(
                JsonWriter.quoted(message),
                texts(problems.stream().map(Problem::toString).toList())));
  }

  /** A list of texts. */
  static String texts(List<String> texts) {
    return texts.stream().map(JsonWriter::quoted).collect(joining(",", "[", "]"));
  }
}
