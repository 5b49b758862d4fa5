package dev.weir.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows references such as {@code env://NAME} to what they stand for. Names in the environment
 * are looked up with the prefix {@code TYK_SECRET_} and in upper case first, as in Tyk's own file,
 * then as they stand, as in Tyk's API definitions. Has no text form, since secrets are in it.
 */
final class SecretReferences {

  private static final String FILE = "file://";
  private static final List<String> UNSUPPORTED = List.of("consul://", "vault://", "kv://", "$kv{");

  private final Map<String, String> environment;
  private final Map<String, String> secrets;
  private final Path folder;

  /**
   * @param secrets what {@code secrets://NAME} stands for
   * @param folder from where relative {@code file://} names count
   */
  SecretReferences(Map<String, String> environment, Map<String, String> secrets, Path folder) {
    this.environment = environment;
    this.secrets = secrets;
    this.folder = folder;
  }

  /** Follows the keys of a shape that are marked for it, and leaves all other texts alone. */
  Json.Obj followMarked(Json.Obj object, Shape.Fields shape, List<Problem> problems) {
    return followMarked("", object, shape, problems);
  }

  private Json.Obj followMarked(
      String path, Json.Obj object, Shape.Fields shape, List<Problem> problems) {
    var members = new LinkedHashMap<String, Json.Member>();
    object
        .members()
        .forEach((name, member) -> {
          String at = ShapeReader.join(path, name);
          Json value = followMarked(at, member.value(), shape.find(name), problems);
          members.put(name, new Json.Member(member.nameOrigin(), value));
        });
    return new Json.Obj(object.origin(), members);
  }

  private Json followMarked(String path, Json value, @Nullable Key key, List<Problem> problems) {
    if (key == null) {
      return value;
    }
    if (value instanceof Json.Obj inner && key.shape() instanceof Shape.Fields fields) {
      return followMarked(path, inner, fields, problems);
    }
    return key.reference() ? follow(path, value, problems) : value;
  }

  /** Whether a text is one, be it known here or not. */
  static boolean isReference(String text) {
    return Stream.concat(Stream.of("env://", "secrets://", FILE), UNSUPPORTED.stream())
        .anyMatch(text::startsWith);
  }

  /** Whether there is one to a file somewhere in a tree. */
  static boolean isToFile(Json json) {
    return switch (json) {
      case Json.Text(_, String text) -> text.startsWith(FILE);
      case Json.Obj(_, Map<String, Json.Member> members) ->
          members.values().stream().anyMatch(member -> isToFile(member.value()));
      case Json.Arr(_, List<Json> items) -> items.stream().anyMatch(SecretReferences::isToFile);
      case Json.Num _, Json.Bool _, Json.Null _ -> false;
    };
  }

  /** Follows every text in a tree; one without references comes back itself. */
  Json follow(String path, Json json, List<Problem> problems) {
    return switch (json) {
      case Json.Text text -> followText(path, text, problems);
      case Json.Obj object -> followObject(path, object, problems);
      case Json.Arr array -> followArray(path, array, problems);
      case Json.Num _, Json.Bool _, Json.Null _ -> json;
    };
  }

  @SuppressWarnings("ReferenceEquality") // what nothing was followed in is the same object
  private Json.Arr followArray(String path, Json.Arr array, List<Problem> problems) {
    boolean same = true;
    var items = new ArrayList<Json>();
    for (Json item : array.items()) {
      Json value = follow(path + "[" + items.size() + "]", item, problems);
      same &= value == item;
      items.add(value);
    }
    return same ? array : new Json.Arr(array.origin(), items);
  }

  /** The same for an object. */
  @SuppressWarnings("ReferenceEquality") // as there
  Json.Obj followObject(String path, Json.Obj object, List<Problem> problems) {
    boolean same = true;
    var members = new LinkedHashMap<String, Json.Member>();
    for (Map.Entry<String, Json.Member> entry : object.members().entrySet()) {
      Json.Member member = entry.getValue();
      Json value = follow(ShapeReader.join(path, entry.getKey()), member.value(), problems);
      same &= value == member.value();
      members.put(entry.getKey(), new Json.Member(member.nameOrigin(), value));
    }
    return same ? object : new Json.Obj(object.origin(), members);
  }

  private Json followText(String path, Json.Text text, List<Problem> problems) {
    String value = text.value();
    Origin at = text.origin();
    if (value.startsWith("env://")) {
      return found(text, path, fromEnvironment(value.substring(6)), problems);
    }
    if (value.startsWith("secrets://")) {
      return found(text, path, secrets.get(value.substring(10)), problems);
    }
    if (value.startsWith(FILE)) {
      return found(text, path, fromFile(value.substring(FILE.length())), problems);
    }
    for (String prefix : UNSUPPORTED) {
      if (value.startsWith(prefix)) {
        problems.add(
            at.error(
                path,
                prefix + " references are not supported by this build",
                "use env:// or file://"));
      }
    }
    return text;
  }

  private static Json found(
      Json.Text text, String path, @Nullable String value, List<Problem> problems) {
    if (value == null) {
      problems.add(text.origin().error(path, "nothing is found for " + text.value(), null));
      return text;
    }
    if (value.isBlank()) {
      problems.add(text.origin().error(path, text.value() + " stands for an empty text", null));
      return text;
    }
    return new Json.Text(text.origin(), value);
  }

  private @Nullable String fromEnvironment(String name) {
    String secret = environment.get("TYK_SECRET_" + name.toUpperCase(Locale.ROOT));
    return secret == null ? environment.get(name) : secret;
  }

  private @Nullable String fromFile(String name) {
    try {
      return Files.readString(folder.resolve(name)).stripTrailing();
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }
}
