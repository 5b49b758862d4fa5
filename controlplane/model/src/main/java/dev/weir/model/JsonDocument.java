package dev.weir.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of which some members are changed, all others staying as they were written, those
 * that nobody here knows too. Members inside others have paths such as {@code jwt_data.secret}.
 * Immutable. Has no text form of its own, since secrets are in it.
 */
public final class JsonDocument {

  private static final Origin NEW = Origin.whole("");

  /** One without members. */
  public static final JsonDocument EMPTY = new JsonDocument(Json.Obj.empty(NEW));

  private final Json.Obj root;

  private JsonDocument(Json.Obj root) {
    this.root = root;
  }

  /** Empty for what is no object. */
  public static Optional<JsonDocument> of(String text) {
    return JsonReader.read("", text).value() instanceof Json.Obj object
        ? Optional.of(new JsonDocument(object))
        : Optional.empty();
  }

  /** Of a checked document, no reference in it followed. */
  public static JsonDocument of(Settings settings) {
    return new JsonDocument(settings.written());
  }

  /** The text of a member; empty where there is none, or no text. */
  public String text(String path) {
    return find(path) instanceof Json.Text(_, String text) ? text : "";
  }

  /** The whole number of a member; 0 where there is none, or no such number. */
  public long number(String path) {
    try {
      return find(path) instanceof Json.Num(_, String digits) ? Long.parseLong(digits) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The texts of a member; empty where there is none, or no list of them. */
  public List<String> texts(String path) {
    if (!(find(path) instanceof Json.Arr(_, List<Json> items))) {
      return List.of();
    }
    var texts = new ArrayList<String>();
    for (Json item : items) {
      if (!(item instanceof Json.Text(_, String text))) {
        return List.of();
      }
      texts.add(text);
    }
    return texts;
  }

  /** With another value of a member, or one more. */
  public JsonDocument with(String path, String value) {
    return with(path, new Json.Text(NEW, value));
  }

  /** As {@link #with(String, String)}. */
  public JsonDocument with(String path, long value) {
    return with(path, new Json.Num(NEW, Long.toString(value)));
  }

  /** As {@link #with(String, String)}. */
  public JsonDocument with(String path, List<String> values) {
    return with(
        path,
        new Json.Arr(NEW, values.stream().<Json>map(text -> new Json.Text(NEW, text)).toList()));
  }

  /** With a member as another document has it, be it not at all. */
  public JsonDocument with(String path, JsonDocument other) {
    Json value = other.find(path);
    return value == null ? without(path) : with(path, value);
  }

  /** Without a member. */
  public JsonDocument without(String path) {
    return find(path) == null ? this : new JsonDocument(changed(root, names(path), null));
  }

  JsonDocument with(String path, Json value) {
    return new JsonDocument(changed(root, names(path), value));
  }

  private static List<String> names(String path) {
    return List.of(path.split("\\.", -1));
  }

  @Nullable Json find(String path) {
    Json at = root;
    for (String name : names(path)) {
      at = at instanceof Json.Obj object ? object.get(name) : null;
    }
    return at;
  }

  /**
   * @param value null for none
   */
  private static Json.Obj changed(Json.Obj object, List<String> path, @Nullable Json value) {
    String name = path.getFirst();
    if (path.size() > 1) {
      Json.Obj inner = object.get(name) instanceof Json.Obj there ? there : Json.Obj.empty(NEW);
      return object.with(name, changed(inner, path.subList(1, path.size()), value));
    }
    return value == null ? without(object, name) : object.with(name, value);
  }

  private static Json.Obj without(Json.Obj object, String name) {
    var members = new LinkedHashMap<>(object.members());
    members.remove(name);
    return new Json.Obj(object.origin(), members);
  }

  /**
   * The paths of what is different from another document, {@code +} before new ones, {@code -}
   * before those that are gone and {@code ~} before others. Without values, which may be secret.
   *
   * @param before null for no document
   */
  public List<String> changesFrom(@Nullable JsonDocument before) {
    var changes = new ArrayList<String>();
    compare("", before == null ? Json.Obj.empty(NEW) : before.root, root, changes);
    return changes;
  }

  private static void compare(String place, Json.Obj before, Json.Obj after, List<String> changes) {
    Set<String> names = new LinkedHashSet<>(before.members().keySet());
    names.addAll(after.members().keySet());
    for (String name : names) {
      String path = ShapeReader.join(place, name);
      Json old = before.get(name);
      Json now = after.get(name);
      if (old instanceof Json.Obj oldObject && now instanceof Json.Obj object) {
        compare(path, oldObject, object, changes);
      } else if (old == null || now == null) {
        changes.add((old == null ? "+ " : "- ") + path);
      } else if (!JsonWriter.text(old).equals(JsonWriter.text(now))) {
        changes.add("~ " + path);
      }
    }
  }

  /** Why its text could not be read again; null where it could. */
  public @Nullable String fault() {
    Reading<Json> again = JsonReader.read("", document());
    return again.value() == null ? again.problems().getFirst().message() : null;
  }

  /** On one line. */
  public String document() {
    return JsonWriter.text(root);
  }
}
