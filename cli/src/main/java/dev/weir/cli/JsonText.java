package dev.weir.cli;

import dev.weir.model.Json;
import dev.weir.model.JsonWriter;
import java.util.List;
import java.util.regex.Pattern;

/** JSON as commands print it, and what they look for in it. */
final class JsonText {
  private static final String INDENT = "  ";
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

  private JsonText() {}

  /** A member as text; empty for none. */
  static String text(Json json, String name) {
    Json found = json instanceof Json.Obj object ? object.get(name) : null;
    return switch (found) {
      case Json.Text(_, String value) -> value;
      case null -> "";
      default -> JsonWriter.text(found);
    };
  }

  /** The items of a member; none when it is no list. */
  static List<Json> items(Json json, String name) {
    Json found = json instanceof Json.Obj object ? object.get(name) : null;
    return found instanceof Json.Arr(_, List<Json> items) ? items : List.of();
  }

  /** The same as texts. */
  static List<String> texts(Json json, String name) {
    return items(json, name).stream()
        .map(item -> item instanceof Json.Text(_, String value) ? value : JsonWriter.text(item))
        .toList();
  }

  /** Indented JSON. */
  static String json(Json json) {
    var out = new StringBuilder();
    json(out, json, "\n");
    return out.toString();
  }

  private static void json(StringBuilder out, Json json, String line) {
    switch (json) {
      case Json.Obj(_, var members) when !members.isEmpty() -> {
        String separator = "{";
        for (var member : members.entrySet()) {
          out.append(separator).append(line).append(INDENT);
          out.append(JsonWriter.quoted(member.getKey())).append(": ");
          json(out, member.getValue().value(), line + INDENT);
          separator = ",";
        }
        out.append(line).append('}');
      }
      case Json.Arr(_, var items) when !items.isEmpty() -> {
        String separator = "[";
        for (Json item : items) {
          out.append(separator).append(line).append(INDENT);
          json(out, item, line + INDENT);
          separator = ",";
        }
        out.append(line).append(']');
      }
      default -> out.append(JsonWriter.text(json));
    }
  }

  /** YAML 1.2 in blocks; texts are quoted, so that none can be taken for something else. */
  static String yaml(Json json) {
    var out = new StringBuilder();
    yaml(out, json, "\n");
    return out.toString().strip();
  }

  private static void yaml(StringBuilder out, Json json, String line) {
    switch (json) {
      case Json.Obj(_, var members) when !members.isEmpty() ->
          members.forEach((name, member) -> {
            boolean plain = PLAIN_NAME.matcher(name).matches();
            out.append(line).append(plain ? name : JsonWriter.quoted(name)).append(": ");
            yaml(out, member.value(), line + INDENT);
          });
      case Json.Arr(_, var items) when !items.isEmpty() ->
          items.forEach(item -> {
            out.append(line).append("- ");
            int begin = out.length();
            yaml(out, item, line + INDENT);
            // The first member stands beside the dash.
            if (out.indexOf(line + INDENT, begin) == begin) {
              out.delete(begin, begin + line.length() + INDENT.length());
            }
          });
      default -> out.append(JsonWriter.text(json));
    }
  }
}
