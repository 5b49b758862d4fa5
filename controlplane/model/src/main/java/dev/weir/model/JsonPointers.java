package dev.weir.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where each value of a document stands in it: its JSON pointer (RFC 6901). */
final class JsonPointers {
  private final Map<Origin, String> places = new HashMap<>();

  JsonPointers(Json root) {
    add("", root);
  }

  private void add(String at, Json json) {
    places.put(json.origin(), at);
    switch (json) {
      case Json.Obj object ->
          object
              .members()
              .forEach((name, member) -> {
                places.put(member.nameOrigin(), join(at, name));
                add(join(at, name), member.value());
              });
      case Json.Arr(_, List<Json> items) -> {
        for (int i = 0; i < items.size(); i++) {
          add(at + "/" + i, items.get(i));
        }
      }
      case Json.Text _, Json.Num _, Json.Bool _, Json.Null _ -> {}
    }
  }

  /** The same problem with the pointer of its place, if one of these values is there. */
  Problem pointed(Problem problem) {
    String at = places.get(new Origin(problem.file(), problem.line(), problem.column()));
    return at == null || at.isEmpty() || problem.path().startsWith("/")
        ? problem
        : new Problem(
            problem.severity(),
            problem.file(),
            problem.line(),
            problem.column(),
            at,
            problem.message(),
            problem.hint());
  }

  static String join(String at, String name) {
    return at + "/" + name.replace("~", "~0").replace("/", "~1");
  }
}
