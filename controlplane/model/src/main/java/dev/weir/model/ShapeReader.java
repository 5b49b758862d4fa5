package dev.weir.model;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds a tree against a {@link Shape} and collects every difference. What comes out has the known
 * names in the spelling of the table, nothing of a wrong type and no null; unknown parts are kept
 * as they are.
 */
final class ShapeReader {

  private static final BigInteger MIN_INT = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_INT = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MAX_UINT16 = BigInteger.valueOf(65535);
  private static final BigInteger MAX_UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private final List<Problem> problems;

  ShapeReader(List<Problem> problems) {
    this.problems = problems;
  }

  /** Null when the value says nothing or is of a wrong type, which has been reported then. */
  @Nullable Json read(String path, Json json, Shape shape) {
    if (json instanceof Json.Null) {
      return null;
    }
    return switch (shape) {
      case Shape.Free _ -> json;
      case Shape.Scalar scalar -> scalar(path, json, scalar);
      case Shape.ListOf list -> list(path, json, list);
      case Shape.MapOf map -> map(path, json, map);
      case Shape.Fields fields -> fields(path, json, fields);
    };
  }

  private @Nullable Json list(String path, Json json, Shape.ListOf shape) {
    if (!(json instanceof Json.Arr array)) {
      return mismatch(path, json, shape);
    }
    var items = new ArrayList<Json>();
    for (int i = 0; i < array.items().size(); i++) {
      Json item = read(path + "[" + i + "]", array.items().get(i), shape.item());
      if (item != null) {
        items.add(item);
      }
    }
    return new Json.Arr(array.origin(), items);
  }

  private @Nullable Json map(String path, Json json, Shape.MapOf shape) {
    if (!(json instanceof Json.Obj object)) {
      return mismatch(path, json, shape);
    }
    var members = new LinkedHashMap<String, Json.Member>();
    object.members().forEach((name, member) -> put(members, path, name, member, shape.value()));
    return new Json.Obj(object.origin(), members);
  }

  /** Null for a document that is not an object. */
  Json.@Nullable Obj fields(String path, Json json, Shape.Fields shape) {
    if (!(json instanceof Json.Obj object)) {
      mismatch(path, json, shape);
      return null;
    }
    var members = new LinkedHashMap<String, Json.Member>();
    object.members().forEach((name, member) -> field(members, path, name, member, shape));
    return new Json.Obj(object.origin(), members);
  }

  private void field(
      Map<String, Json.Member> members,
      String path,
      String name,
      Json.Member member,
      Shape.Fields shape) {
    Key key = shape.find(name);
    if (key != null) {
      put(members, path, key.name(), member, key.shape());
      return;
    }
    members.put(name, member);
    problems.add(
        new Problem(
            Severity.WARNING,
            member.nameOrigin().source(),
            member.nameOrigin().line(),
            member.nameOrigin().column(),
            join(path, name),
            "unknown key, it has no effect",
            NearestName.hint(name, shape.names())));
  }

  private void put(
      Map<String, Json.Member> members, String path, String name, Json.Member member, Shape shape) {
    Json value = read(join(path, name), member.value(), shape);
    if (value != null && members.put(name, new Json.Member(member.nameOrigin(), value)) != null) {
      problems.add(
          member
              .nameOrigin()
              .warning(join(path, name), "written twice in one object, the last one counts", null));
    }
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private @Nullable Json scalar(String path, Json json, Shape.Scalar shape) {
    boolean fits =
        switch (shape) {
          case TEXT -> json instanceof Json.Text;
          case FLAG -> json instanceof Json.Bool;
          case DECIMAL -> json instanceof Json.Num;
          case INT, NANOS -> isWhole(json, MIN_INT, MAX_INT);
          case UINT16 -> isWhole(json, BigInteger.ZERO, MAX_UINT16);
          case UINT64 -> isWhole(json, BigInteger.ZERO, MAX_UINT64);
        };
    return fits ? json : mismatch(path, json, shape);
  }

  /** As Go has it: no point and no exponent, even where the value would be whole. */
  private static boolean isWhole(Json json, BigInteger min, BigInteger max) {
    if (!(json instanceof Json.Num(_, String literal)) || !isDigits(literal)) {
      return false;
    }
    var value = new BigInteger(literal);
    return value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
  }

  private static boolean isDigits(String literal) {
    return literal.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
  }

  private @Nullable Json mismatch(String path, Json json, Shape shape) {
    String message = "is " + json.kind() + ", " + shape.need() + " is needed";
    String hint = hint(json, shape);
    Origin at = json.origin();
    problems.add(
        new Problem(Severity.ERROR, at.source(), at.line(), at.column(), path, message, hint));
    return null;
  }

  /**
   * Never tells a text back that may be a secret: only what is plainly a number or a truth value.
   */
  private static @Nullable String hint(Json json, Shape shape) {
    return switch (json) {
      case Json.Text(_, String text) when shape == Shape.Scalar.FLAG && isFlag(text) ->
          "write " + text + " without quotes";
      case Json.Text(_, String text) when isNumeric(shape) && text.matches("-?[0-9]{1,18}") ->
          "write " + text + " without quotes";
      case Json.Text _ when shape instanceof Shape.ListOf -> "put it into [ ]";
      case Json.Num _ when shape == Shape.Scalar.TEXT -> "put it into double quotes";
      default -> null;
    };
  }

  private static boolean isFlag(String text) {
    return text.equals("true") || text.equals("false");
  }

  private static boolean isNumeric(Shape shape) {
    return shape instanceof Shape.Scalar
        && shape != Shape.Scalar.TEXT
        && shape != Shape.Scalar.FLAG;
  }
}
