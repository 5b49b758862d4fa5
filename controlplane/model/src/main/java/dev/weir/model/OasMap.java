package dev.weir.model;

import org.jspecify.annotations.Nullable;

/** An object of the classic format, which an OAS document has as a list of pairs. */
final class OasMap {
  private Json.Obj json;

  OasMap(Origin origin) {
    this.json = Json.Obj.empty(origin);
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
    } else if (json.get(name) != null) {
      entry.error(key, "\"" + name + "\" is there twice", "leave one of them out");
    } else {
      json = json.with(name, value);
    }
  }

  boolean isEmpty() {
    return json.members().isEmpty();
  }

  Json.Obj json() {
    return json;
  }
}
