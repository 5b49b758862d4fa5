package dev.weir.model;

import dev.weir.model.JsonScanner.SyntaxFault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259, strictly) into a tree with positions. Stops at the first syntax error; a
 * name that stands twice in one object is a warning, and the last one counts, as in Tyk.
 *
 * <p>Written by hand because it is on the way to the first answered call: Jackson's streaming
 * parser takes about 55 ms for its first file in a fresh JVM, this one about 2 ms. The tests
 * compare the two.
 */
public final class JsonReader {

  private static final int MAX_DEPTH = 200;
  private static final int MAX_VALUES = 100_000;
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final JsonScanner in;
  private final int mostValues;
  private final List<Problem> problems = new ArrayList<>();
  private int depth;
  private int values;

  private JsonReader(JsonScanner in, int mostValues) {
    this.in = in;
    this.mostValues = mostValues;
  }

  /** Reads a file's bytes: UTF-8, with or without a byte order mark. */
  static Reading<Json> read(String source, byte[] bytes) {
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return read(source, decoder.decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return failed(Origin.whole(source).error("", "not UTF-8 text", "save it as UTF-8"));
    }
  }

  /**
   * Reads a text.
   *
   * @param source what problems call it
   */
  public static Reading<Json> read(String source, String text) {
    return read(source, text, MAX_VALUES);
  }

  /**
   * The same for a text of any number of values, which nobody has sent who is not trusted.
   *
   * @param source what problems call it
   */
  public static Reading<Json> readAll(String source, String text) {
    return read(source, text, Integer.MAX_VALUE);
  }

  private static Reading<Json> read(String source, String text, int mostValues) {
    boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    var scanner = new JsonScanner(source, marked ? text.substring(1) : text);
    var reader = new JsonReader(scanner, mostValues);
    try {
      Json value = reader.document();
      return new Reading<>(value, reader.problems);
    } catch (SyntaxFault fault) {
      return failed(fault.problem());
    }
  }

  private static Reading<Json> failed(Problem problem) {
    return new Reading<>(null, List.of(problem));
  }

  private Json document() {
    in.skipSpace();
    if (in.peek() == JsonScanner.END) {
      throw new SyntaxFault(in.here(), "empty, an object is needed", "write {} at least");
    }
    Json value = value();
    in.skipSpace();
    if (in.peek() != JsonScanner.END) {
      throw fault("text after the end of the document");
    }
    return value;
  }

  private Json value() {
    if (++values > mostValues) {
      throw new SyntaxFault(in.here(), "more than " + mostValues + " values", null);
    }
    return switch (in.peek()) {
      case '{' -> nested(this::object);
      case '[' -> nested(this::array);
      case '"' -> new Json.Text(in.here(), in.quoted());
      default -> word();
    };
  }

  private interface Nested {
    Json read(Origin start);
  }

  private Json nested(Nested reader) {
    Origin start = in.here();
    if (++depth > MAX_DEPTH) {
      throw new SyntaxFault(start, "nested deeper than " + MAX_DEPTH + " levels", null);
    }
    in.skip();
    in.skipSpace();
    Json value = reader.read(start);
    depth--;
    return value;
  }

  private Json object(Origin start) {
    var members = new LinkedHashMap<String, Json.Member>();
    boolean more = !in.skipIf('}');
    while (more) {
      member(members);
      more = another(start, '}', "an object");
    }
    return new Json.Obj(start, members);
  }

  private void member(Map<String, Json.Member> members) {
    Origin nameOrigin = in.here();
    if (in.peek() != '"') {
      throw fault("a name in double quotes is needed");
    }
    String name = in.quoted();
    in.skipSpace();
    if (!in.skipIf(':')) {
      throw fault("a colon is needed after \"" + name + '"');
    }
    in.skipSpace();
    var old = members.put(name, new Json.Member(nameOrigin, value()));
    if (old != null) {
      problems.add(
          nameOrigin.warning(name, "written twice in one object, the last one counts", null));
    }
  }

  private Json array(Origin start) {
    var items = new ArrayList<Json>();
    boolean more = !in.skipIf(']');
    while (more) {
      items.add(value());
      more = another(start, ']', "a list");
    }
    return new Json.Arr(start, items);
  }

  /** Reads what stands behind a member or an item: the end, or a comma and the next one. */
  private boolean another(Origin start, char end, String what) {
    in.skipSpace();
    if (in.skipIf(end)) {
      return false;
    }
    Origin comma = in.here();
    if (in.peek() == JsonScanner.END) {
      throw new SyntaxFault(
          comma,
          "ends inside " + what + " that starts at " + start.line() + ":" + start.column(),
          "add " + end);
    }
    if (!in.skipIf(',')) {
      throw fault("a comma or " + end + " is needed");
    }
    in.skipSpace();
    if (in.peek() == end) {
      throw new SyntaxFault(comma, "comma before " + end, "remove it");
    }
    return true;
  }

  private Json word() {
    Origin start = in.here();
    String word = in.word();
    return switch (word) {
      case "" -> throw fault("a value is needed");
      case "true" -> new Json.Bool(start, true);
      case "false" -> new Json.Bool(start, false);
      case "null" -> new Json.Null(start);
      default -> number(start, word);
    };
  }

  static boolean isNumber(String literal) {
    return NUMBER.matcher(literal).matches();
  }

  private static Json number(Origin start, String word) {
    if (isNumber(word)) {
      return new Json.Num(start, word);
    }
    // It may be a secret without its quotes.
    throw new SyntaxFault(
        start, "neither a number, nor true, false or null", "put text into double quotes");
  }

  /** A fault at the next character, which gets a closer look for what is often written by hand. */
  private SyntaxFault fault(String message) {
    int c = in.peek();
    return switch (c) {
      case JsonScanner.END ->
          new SyntaxFault(in.here(), message + ", the document ends here", null);
      case '/', '#' -> new SyntaxFault(in.here(), "comment, JSON has none", "remove it");
      case '\'' -> new SyntaxFault(in.here(), message, "use double quotes");
      default -> new SyntaxFault(in.here(), message, hintFor(c));
    };
  }

  private static @Nullable String hintFor(int c) {
    return c < ' ' ? null : "found " + (char) c;
  }
}
