package dev.weir.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A definition in the classic format that is being made, member by member. */
final class ClassicDraft {
  private static final String VERSION = "version_data.versions.Default.";

  private final Origin whole;
  private final Map<String, String> sources = new HashMap<>();
  private Json.Obj root;

  /**
   * @param whole where objects are said to be that nobody wrote
   */
  ClassicDraft(Origin whole) {
    this.whole = whole;
    this.root = Json.Obj.empty(whole);
  }

  Json.Obj root() {
    return root;
  }

  /**
   * Puts a value at a path such as {@code proxy.listen_path}.
   *
   * @param value null for nothing to put
   */
  void put(String path, @Nullable Json value) {
    if (value != null) {
      root = with(root, List.of(path.split("\\.", -1)), value);
    }
  }

  /** Puts a member of an OAS document, if it is there. */
  void put(String path, OasObject from, String name) {
    put(path, from, name, from.get(name));
  }

  /**
   * Puts what was made of a member.
   *
   * @param value null for nothing to put
   */
  void put(String path, OasObject from, String name, @Nullable Json value) {
    sources.put(path, from.pointer(name));
    put(path, value);
  }

  /** The JSON pointers of members that are or could be in an OAS document, by classic path. */
  Map<String, String> sources() {
    return Map.copyOf(sources);
  }

  void put(String path, Origin at, boolean value) {
    put(path, new Json.Bool(at, value));
  }

  /** Puts a value at a path of the only version. */
  void putInVersion(String path, @Nullable Json value) {
    put(VERSION + path, value);
  }

  void putInVersion(String path, OasObject from, String name) {
    put(VERSION + path, from, name);
  }

  /** Adds an entry to one of {@code extended_paths}. */
  void add(String list, Json entry) {
    String path = VERSION + "extended_paths." + list;
    List<Json> items = new ArrayList<>();
    if (find(path) instanceof Json.Arr(_, List<Json> old)) {
      items.addAll(old);
    }
    items.add(entry);
    put(path, new Json.Arr(whole, items));
  }

  /** Tyk changes fields of answers only with this. */
  void changesAnswers() {
    Json.Obj injector = Json.Obj.empty(whole).with("name", new Json.Text(whole, "header_injector"));
    put("response_processors", new Json.Arr(whole, List.of(injector)));
  }

  private @Nullable Json find(String path) {
    Json at = root;
    for (String name : path.split("\\.", -1)) {
      at = at instanceof Json.Obj object ? object.get(name) : null;
    }
    return at;
  }

  private Json.Obj with(Json.Obj object, List<String> path, Json value) {
    String name = path.getFirst();
    if (path.size() == 1) {
      return object.with(name, value);
    }
    Json.Obj inner = object.get(name) instanceof Json.Obj there ? there : Json.Obj.empty(whole);
    return object.with(name, with(inner, path.subList(1, path.size()), value));
  }
}
