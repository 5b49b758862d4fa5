package dev.weir.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text of one environment variable into a JSON value, by the rules of Tyk's envconfig
 * library.
 */
final class EnvironmentValue {

  private static final Set<String> TRUE = Set.of("1", "t", "true");
  private static final Set<String> FALSE = Set.of("0", "f", "false");

  private final Origin origin;
  private final String path;
  private final List<Problem> problems;

  EnvironmentValue(String variable, String path, List<Problem> problems) {
    this.origin = Origin.whole(variable);
    this.path = path;
    this.problems = problems;
  }

  /** Null when the text does not fit the shape, which has been reported then. */
  @Nullable Json read(String text, Shape shape) {
    return switch (shape) {
      case Shape.Scalar scalar -> scalar(text.strip(), text, scalar);
      case Shape.ListOf list -> list(text, list);
      case Shape.MapOf map -> map(text, map);
      case Shape.Free _, Shape.Fields _ -> json(text, shape);
    };
  }

  private @Nullable Json scalar(String stripped, String text, Shape.Scalar shape) {
    return switch (shape) {
      case TEXT -> new Json.Text(origin, text);
      case FLAG -> flag(stripped);
      case NANOS -> nanos(stripped);
      case INT, UINT16, UINT64, DECIMAL ->
          checked(new Json.Num(origin, decimal(stripped)), shape, stripped);
    };
  }

  private @Nullable Json flag(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (TRUE.contains(lower) || FALSE.contains(lower)) {
      return new Json.Bool(origin, TRUE.contains(lower));
    }
    return mismatch(text, Shape.Scalar.FLAG);
  }

  private @Nullable Json nanos(String text) {
    OptionalLong nanos = GoDuration.nanos(text);
    return nanos.isPresent()
        ? new Json.Num(origin, Long.toString(nanos.getAsLong()))
        : refused("\"" + text + "\" is not a duration", "write it as 10s or 1m30s");
  }

  /** Go reads 0x1F90 as well; anything else stays as it is and is judged as a JSON number. */
  private static String decimal(String text) {
    return text.matches("0[xX][0-9a-fA-F]{1,15}")
        ? Long.toString(Long.parseLong(text.substring(2), 16))
        : text;
  }

  private @Nullable Json checked(Json.Num number, Shape.Scalar shape, String text) {
    boolean fits =
        JsonReader.isNumber(number.literal())
            && new ShapeReader(new ArrayList<>()).read(path, number, shape) != null;
    return fits ? number : mismatch(text, shape);
  }

  private @Nullable Json list(String text, Shape.ListOf shape) {
    if (text.strip().startsWith("[") || !(shape.item() instanceof Shape.Scalar scalar)) {
      return json(text, shape);
    }
    var items = new ArrayList<Json>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      Json item = scalar(part.strip(), part.strip(), scalar);
      if (item == null) {
        return null;
      }
      items.add(item);
    }
    return new Json.Arr(origin, items);
  }

  private @Nullable Json map(String text, Shape.MapOf shape) {
    if (text.strip().startsWith("{") || !(shape.value() instanceof Shape.Scalar scalar)) {
      return json(text, shape);
    }
    var members = new LinkedHashMap<String, Json.Member>();
    for (String pair : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int colon = pair.lastIndexOf(':');
      if (colon < 0) {
        return refused("an entry without a colon", "write it as name:value,name:value");
      }
      String value = pair.substring(colon + 1).strip();
      Json json = scalar(value, value, scalar);
      if (json != null) {
        members.put(pair.substring(0, colon).strip(), new Json.Member(origin, json));
      }
    }
    return new Json.Obj(origin, members);
  }

  private @Nullable Json json(String text, Shape shape) {
    Reading<Json> reading = JsonReader.read(origin.source(), text);
    reading.problems().forEach(problem -> problems.add(atPath(problem)));
    Json value = reading.value();
    return value == null ? null : new ShapeReader(problems).read(path, value, shape);
  }

  private Problem atPath(Problem problem) {
    return new Problem(
        problem.severity(),
        problem.file(),
        problem.line(),
        problem.column(),
        path,
        problem.message(),
        problem.hint());
  }

  private @Nullable Json mismatch(String text, Shape shape) {
    return refused("\"" + text + "\" is not " + shape.need(), null);
  }

  private @Nullable Json refused(String message, @Nullable String hint) {
    problems.add(new Problem(Severity.ERROR, origin.source(), 0, 0, path, message, hint));
    return null;
  }
}
