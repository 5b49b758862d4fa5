package dev.weir.model;

import org.jspecify.annotations.Nullable;

/** The characters of one JSON text, read forwards, with the position of each. */
final class JsonScanner {

  /** Stands for the end of the text. */
  static final int END = -1;

  private final String source;
  private final String text;
  private int next;
  private int line = 1;
  private int lineStart;

  JsonScanner(String source, String text) {
    this.source = source;
    this.text = text;
  }

  int peek() {
    return next < text.length() ? text.charAt(next) : END;
  }

  /** How many characters have been read. */
  int at() {
    return next;
  }

  Origin here() {
    return new Origin(source, line, next - lineStart + 1);
  }

  void skip() {
    next++;
  }

  boolean skipIf(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    next++;
    return true;
  }

  void skipSpace() {
    while (true) {
      switch (peek()) {
        case ' ', '\t' -> next++;
        case '\n' -> breakLine();
        case '\r' -> {
          if (next + 1 < text.length() && text.charAt(next + 1) == '\n') {
            next++;
          }
          breakLine();
        }
        default -> {
          return;
        }
      }
    }
  }

  private void breakLine() {
    next++;
    line++;
    lineStart = next;
  }

  /**
   * Reads letters, digits, signs and points: a literal or a number, or something that was meant as
   * one.
   */
  String word() {
    int start = next;
    while (next < text.length() && isWordPart(text.charAt(next))) {
      next++;
    }
    return text.substring(start, next);
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '+' || c == '-' || c == '.' || c == '_';
  }

  /** Reads a text from its opening quote to its closing one. */
  String quoted() {
    Origin start = here();
    skip();
    int begin = next;
    while (next < text.length() && isPlain(text.charAt(next))) {
      next++;
    }
    if (skipIf('"')) {
      return text.substring(begin, next - 1);
    }
    return quoted(start, new StringBuilder().append(text, begin, next));
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c != '"' && c != '\\';
  }

  /**
   * @param value what stands before the first character that is not plain
   */
  private String quoted(Origin start, StringBuilder value) {
    while (true) {
      int c = peek();
      if (c == '"') {
        skip();
        return value.toString();
      }
      if (c == END || c == '\n' || c == '\r') {
        throw new SyntaxFault(
            start, "text without a closing quote", "add \" (a line break is \\n)");
      }
      if (c < ' ') {
        throw new SyntaxFault(
            here(), "control character in a text", "write it as \\u%04x".formatted(c));
      }
      value.append(c == '\\' ? escape() : (char) c);
      skip();
    }
  }

  /** Reads an escape and stops on its last character. */
  private char escape() {
    Origin start = here();
    skip();
    return switch (peek()) {
      case '"' -> '"';
      case '\\' -> '\\';
      case '/' -> '/';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode(start);
      default -> throw new SyntaxFault(start, "unknown escape", "a backslash itself is \\\\");
    };
  }

  private char unicode(Origin start) {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      skip();
      int digit = peek() > 'f' ? -1 : Character.digit(peek(), 16);
      if (digit < 0) {
        throw new SyntaxFault(start, "\\u needs four hexadecimal digits", null);
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  /** A text that is not JSON. Never leaves {@link JsonReader}. */
  @SuppressWarnings("serial") // Never serialised: caught in the class that called.
  static final class SyntaxFault extends RuntimeException {

    private final Origin origin;
    private final @Nullable String hint;

    SyntaxFault(Origin origin, String message, @Nullable String hint) {
      super(message, null, false, false);
      this.origin = origin;
      this.hint = hint;
    }

    Problem problem() {
      return new Problem(
          Severity.ERROR,
          origin.source(),
          origin.line(),
          origin.column(),
          "",
          String.valueOf(getMessage()),
          hint);
    }
  }
}
