package dev.weir.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where each value of a document stands in it: its JSON pointer (RFC 6901). */
final class JsonPointers {
  private final Map<Origin, String> places = new HashMap<>();
  private final Map<String, String> missing = new HashMap<>();

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

  /**
   * Has problems that are about the whole document, since a value is missing, point to where it
   * would be.
   *
   * @param pointers by what problems call the values
   */
  void addMissing(Map<String, String> pointers) {
    missing.putAll(pointers);
  }

  /** The same problem with the pointer of its place, if one of these values is there. */
  Problem pointed(Problem problem) {
    String found = places.get(new Origin(problem.file(), problem.line(), problem.column()));
    String at = "".equals(found) ? missing.get(problem.path()) : found;
    return at == null || problem.path().startsWith("/")
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
