package dev.weir.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts the environment's values over those of the file. */
final class EnvironmentOverlay {

  private static final int NEAR = 2;

  private final List<Problem> problems;
  private @Nullable EnvironmentNames names;

  EnvironmentOverlay(List<Problem> problems) {
    this.problems = problems;
  }

  /** Whether the environment says that there is no file. */
  static boolean omitsFile(Map<String, String> environment) {
    return "true".equalsIgnoreCase(environment.get(EnvironmentNames.OMIT_FILE));
  }

  Json.Obj apply(Map<String, String> environment, Json.Obj document) {
    Json.Obj result = document;
    for (var variable : new TreeMap<>(environment).entrySet()) {
      if (isOurs(variable.getKey())) {
        result = apply(variable.getKey(), variable.getValue(), result);
      }
    }
    return result;
  }

  private static boolean isOurs(String name) {
    return name.equals(EnvironmentNames.TRUST)
        || name.startsWith(EnvironmentNames.WEIR_PREFIX)
        || (name.startsWith(EnvironmentNames.TYK_PREFIX)
            && !name.equals(EnvironmentNames.OMIT_FILE));
  }

  /** Built when the first variable needs it, since most starts have none. */
  private EnvironmentNames names() {
    EnvironmentNames known = names;
    if (known == null) {
      known = new EnvironmentNames(ConfigKeys.ROOT);
      names = known;
    }
    return known;
  }

  private Json.Obj apply(String name, String text, Json.Obj document) {
    EnvironmentNames.Bound bound = names().find(name);
    if (bound == null) {
      warnUnknown(name);
      return document;
    }
    Json value = new EnvironmentValue(name, bound.path(), problems).read(text, bound.key().shape());
    return value == null ? document : put(document, bound.path(), value);
  }

  private static Json.Obj put(Json.Obj object, String path, Json value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return object.with(path, value);
    }
    String name = path.substring(0, dot);
    Json.Obj inner =
        object.get(name) instanceof Json.Obj existing ? existing : Json.Obj.empty(value.origin());
    return object.with(name, put(inner, path.substring(dot + 1), value));
  }

  /** A WEIR_ name may also be meant for the start script, so only a near miss is worth a word. */
  private void warnUnknown(String name) {
    if (name.startsWith(EnvironmentNames.WEIR_PREFIX)) {
      for (String known : names().all()) {
        if (known.startsWith(EnvironmentNames.WEIR_PREFIX)
            && NearestName.distance(name, known) <= NEAR) {
          warn(name, "did you mean " + known + "?");
        }
      }
    } else if (!names().isInsideFree(name)) {
      warn(name, NearestName.hint(name, names().all()));
    }
  }

  private void warn(String name, @Nullable String hint) {
    problems.add(
        new Problem(Severity.WARNING, name, 0, 0, "", "unknown variable, it has no effect", hint));
  }
}
