package dev.weir.model;

/** Writes JSON text. */
public final class JsonWriter {

  private JsonWriter() {}

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
