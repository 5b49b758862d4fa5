package dev.weir.model;

import java.util.List;
import java.util.Map;

/** Writes JSON text. */
public final class JsonWriter {

  private JsonWriter() {}

  /** A value on one line, its numbers as they were written. */
  public static String text(Json json) {
    var out = new StringBuilder();
    append(out, json);
    return out.toString();
  }

  private static void append(StringBuilder out, Json json) {
    switch (json) {
      case Json.Obj(_, var members) -> append(out, members);
      case Json.Arr(_, var items) -> append(out, items);
      case Json.Text(_, var value) -> out.append(quoted(value));
      case Json.Num(_, var literal) -> out.append(literal);
      case Json.Bool(_, var value) -> out.append(value);
      case Json.Null(_) -> out.append("null");
    }
  }

  private static void append(StringBuilder out, Map<String, Json.Member> members) {
    out.append('{');
    String comma = "";
    for (Map.Entry<String, Json.Member> member : members.entrySet()) {
      out.append(comma).append(quoted(member.getKey())).append(':');
      append(out, member.getValue().value());
      comma = ",";
    }
    out.append('}');
  }

  private static void append(StringBuilder out, List<Json> items) {
    out.append('[');
    String comma = "";
    for (Json item : items) {
      out.append(comma);
      append(out, item);
      comma = ",";
    }
    out.append(']');
  }

  /** A text with its quotes; what could break a line or a terminal is escaped. */
  public static String quoted(String text) {
    var out = new StringBuilder(text.length() + 2).append('"');
    text.chars().forEach(c -> append(out, (char) c));
    return out.append('"').toString();
  }

  private static void append(StringBuilder out, char c) {
    switch (c) {
      case '"', '\\' -> out.append('\\').append(c);
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
