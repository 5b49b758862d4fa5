package dev.weir.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of an OAS document while it is translated. It knows what it was asked for: whatever
 * says something and was not read in the {@link #end()} is an error, since it may be what keeps
 * callers out.
 */
final class OasObject {
  private static final String ENABLED = "enabled";

  private final String at;
  private final Json.Obj json;
  private final List<Problem> problems;
  private final Set<String> read = new HashSet<>();

  /**
   * @param at its JSON pointer
   */
  OasObject(String at, Json.Obj json, List<Problem> problems) {
    this.at = at;
    this.json = json;
    this.problems = problems;
  }

  Origin origin() {
    return json.origin();
  }

  String at() {
    return at;
  }

  /** The names of its members, in their order. */
  List<String> names() {
    return List.copyOf(json.members().keySet());
  }

  /** A member, which is known then; null for none, and for one that is null. */
  @Nullable Json get(String name) {
    read.add(name);
    Json value = json.get(name);
    return value instanceof Json.Null ? null : value;
  }

  boolean has(String name) {
    return json.get(name) != null && !(json.get(name) instanceof Json.Null);
  }

  /** A text; empty for none. */
  String text(String name) {
    return switch (get(name)) {
      case null -> "";
      case Json.Text(_, String text) -> text;
      case Json other -> {
        wrong(name, other, "text");
        yield "";
      }
    };
  }

  /** A member that is an object; an empty one where there is none. */
  OasObject object(String name) {
    Json value = get(name);
    if (value != null && !(value instanceof Json.Obj)) {
      wrong(name, value, "an object");
    }
    Json.Obj object = value instanceof Json.Obj inner ? inner : Json.Obj.empty(origin());
    return new OasObject(pointer(name), object, problems);
  }

  /** The objects of a list; none where there is no list. */
  List<OasObject> objects(String name) {
    List<OasObject> objects = new ArrayList<>();
    List<Json> items = items(name);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        objects.add(new OasObject(pointer(name) + "/" + i, object, problems));
      } else {
        problems.add(items.get(i).origin().error(pointer(name), "has to hold objects", null));
      }
    }
    return objects;
  }

  /** The items of a list; none where there is no list. */
  List<Json> items(String name) {
    return switch (get(name)) {
      case null -> List.of();
      case Json.Arr(_, List<Json> items) -> items;
      case Json other -> {
        wrong(name, other, "a list");
        yield List.of();
      }
    };
  }

  /**
   * Whether {@code enabled} says so. Tyk takes it as false where it was left out; here what says
   * something else has to say that too. What is off does not count, whatever it says.
   */
  boolean isOn() {
    boolean on = isSwitchedOn();
    if (!on) {
      read.addAll(json.members().keySet());
    }
    return on;
  }

  private boolean isSwitchedOn() {
    Json enabled = get(ENABLED);
    if (enabled == null) {
      if (!isOff(json)) {
        error(ENABLED, "is missing, and nobody can tell whether it counts", "write true or false");
      }
      return false;
    }
    return isTrue(ENABLED);
  }

  /** Whether a flag is on; one that is no flag is an error. */
  boolean isTrue(String name) {
    return switch (get(name)) {
      case null -> false;
      case Json.Bool(_, boolean on) -> on;
      case Json other -> {
        wrong(name, other, "true or false");
        yield false;
      }
    };
  }

  /** What may be there and does nothing here. */
  void idle(String... names) {
    for (String name : names) {
      Json value = get(name);
      if (value != null && !isOff(value)) {
        problems.add(value.origin().warning(pointer(name), "has no effect, it is kept", null));
      }
    }
  }

  /** What restricts access or changes calls, and is not done here. */
  void refuse(String name, String feature) {
    Json value = get(name);
    if (value != null && !isOff(value)) {
      error(
          name,
          feature + " cannot be enforced by this build",
          "set enabled to false, or leave it out");
    }
  }

  /** Nothing more will be read. */
  void end() {
    json.members()
        .forEach((name, member) -> {
          if (!read.contains(name) && !isOff(member.value())) {
            error(
                name,
                "is not known, and without it the API might be open to more than it should be",
                NearestName.hint(name, List.copyOf(read)));
          }
        });
  }

  /** Whether something asks for nothing: zero, or switched off. */
  static boolean isOff(Json json) {
    return switch (json) {
      case Json.Obj object when object.get(ENABLED) instanceof Json.Bool(_, boolean on) -> !on;
      case Json.Obj object ->
          object.members().values().stream().allMatch(member -> isOff(member.value()));
      case Json.Arr(_, List<Json> items) -> items.stream().allMatch(OasObject::isOff);
      default -> json.isZero();
    };
  }

  /** Whether a value says nothing. */
  static boolean isNothing(@Nullable Json json) {
    return json == null || json.isZero();
  }

  /** An error of a member, or of the object where there is no such member. */
  void error(String name, String message, @Nullable String hint) {
    Json value = json.get(name);
    Origin origin = value == null ? origin() : value.origin();
    problems.add(origin.error(pointer(name), message, hint));
  }

  private void wrong(String name, Json value, String need) {
    problems.add(
        value
            .origin()
            .error(pointer(name), "is " + value.kind() + ", " + need + " is needed", null));
  }

  /** The pointer of a member, be it there or not. */
  String pointer(String name) {
    return JsonPointers.join(at, name);
  }
}
