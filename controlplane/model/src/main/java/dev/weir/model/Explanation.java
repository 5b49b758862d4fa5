package dev.weir.model;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a key of {@code tyk.conf} comes to, and why.
 *
 * @param key its path
 * @param value as JSON, {@code ***} in place of what may be secret
 * @param source {@code default}, a place in the file, or the name of a variable
 * @param variable that sets it; empty where none does
 * @param actedOn whether this build does what it says
 */
public record Explanation(
    String key, String value, String source, String variable, boolean actedOn) {
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(secret|password|passphrase|api_key|token|connection_string).*");
  private static final String HIDDEN = "\"***\"";

  /**
   * Of a key, or of all keys below an object.
   *
   * @return empty for a path that is no key
   */
  public static List<Explanation> of(Settings settings, String path) {
    var names = new EnvironmentNames(ConfigKeys.ROOT);
    var all = new ArrayList<Explanation>();
    Key key = find(path);
    if (key != null) {
      collect(settings, names, parent(path) + key.name(), key, all);
    }
    return all;
  }

  /** What somebody may have meant; null when nothing is near. */
  public static @Nullable String hint(String path) {
    return NearestName.hint(path, paths("", ConfigKeys.ROOT));
  }

  private static List<String> paths(String around, Shape.Fields fields) {
    var paths = new ArrayList<String>();
    for (Key key : fields.byLowerCase().values()) {
      String path = ShapeReader.join(around, key.name());
      paths.add(path);
      if (key.shape() instanceof Shape.Fields inner) {
        paths.addAll(paths(path, inner));
      }
    }
    return paths;
  }

  private static @Nullable Key find(String path) {
    Shape shape = ConfigKeys.ROOT;
    Key key = null;
    for (String name : path.split("\\.", -1)) {
      key = shape instanceof Shape.Fields fields ? fields.find(name) : null;
      if (key == null) {
        return null;
      }
      shape = key.shape();
    }
    return key;
  }

  /** As it was typed: names are found without regard to case, and known by the last one. */
  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('.') + 1);
  }

  private static void collect(
      Settings settings, EnvironmentNames names, String path, Key key, List<Explanation> all) {
    if (key.shape() instanceof Shape.Fields fields) {
      for (Key inner : fields.byLowerCase().values()) {
        collect(settings, names, ShapeReader.join(path, inner.name()), inner, all);
      }
    } else {
      all.add(
          new Explanation(
              path,
              value(settings, path, key),
              settings.isSet(path) ? place(settings.origin(path)) : "default",
              names.nameOf(path),
              key.actedOn()));
    }
  }

  private static String place(Origin origin) {
    return origin.isVariable()
        ? origin.source()
        : "%s:%d:%d".formatted(origin.source(), origin.line(), origin.column());
  }

  private static String value(Settings settings, String path, Key key) {
    Json set = settings.value(path);
    boolean isSecret =
        key.reference() || key.shape() instanceof Shape.Free || SECRET.matcher(path).matches();
    if (set != null) {
      boolean mayHide = !(set instanceof Json.Num || set instanceof Json.Bool || set.isZero());
      return isSecret && mayHide ? HIDDEN : JsonWriter.text(set);
    }
    return switch (key.shape()) {
      case Shape.Scalar.TEXT -> JsonWriter.quoted(settings.text(path));
      case Shape.Scalar.FLAG -> String.valueOf(settings.flag(path));
      case Shape.ListOf _ -> "[]";
      case Shape.Scalar _ -> String.valueOf(key.byDefault() == null ? "0" : key.byDefault());
      case Shape.MapOf _, Shape.Free _, Shape.Fields _ -> "{}";
    };
  }
}
