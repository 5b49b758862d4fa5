package dev.weir.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of the classic format, which an OAS document has as a list of pairs. */
final class OasMap {
  private final Origin origin;
  private final Map<String, Json.Member> members = new LinkedHashMap<>();

  OasMap(Origin origin) {
    this.origin = origin;
  }

  /**
   * Adds a pair; one without a name or a value, or with a name that was there, is an error.
   *
   * @param entry the pair
   * @param key which of its members is the name
   */
  void put(OasObject entry, String key, @Nullable Json value) {
    String name = entry.text(key);
    if (name.isEmpty() || value == null) {
      entry.error(key, "and what it stands for are needed", null);
    } else if (members.putIfAbsent(name, new Json.Member(value.origin(), value)) != null) {
      entry.error(key, "\"" + name + "\" is there twice", "leave one of them out");
    }
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  Json.Obj json() {
    return new Json.Obj(origin, members);
  }
}
