package dev.weir.model;

import java.util.LinkedHashMap;
import java.util.List;

/** What can be told of an OAS document, and done with its text, before it is read. */
public final class OasDocument {
  private static final List<String> EXTENSIONS =
      List.of(OasTranslator.EXTENSION, OasTranslator.OWN);

  private OasDocument() {}

  /** Whether it says what the gateway does. */
  public static boolean hasExtension(String text) {
    Json json = JsonReader.read("", text).value();
    return json != null && hasExtension(json);
  }

  /** The same of a document that has been parsed. */
  public static boolean hasExtension(Json json) {
    return json instanceof Json.Obj object && object.get(OasTranslator.EXTENSION) != null;
  }

  /** Whether it says what Weir does beyond Tyk. */
  public static boolean hasOwn(String text) {
    return JsonReader.read("", text).value() instanceof Json.Obj object
        && object.get(OasTranslator.OWN) != null;
  }

  /** The id of its API; empty for none. */
  public static String id(Json json) {
    String id = OasTranslator.id(json);
    return id == null ? "" : id;
  }

  /** The same document with this id, if it has none, and nothing is wrong that would get lost. */
  public static String withId(String text, String id) {
    Reading<Json> read = JsonReader.read("", text);
    return read.problems().isEmpty()
            && read.value() instanceof Json.Obj object
            && hasExtension(object)
            && OasTranslator.id(object) == null
        ? JsonWriter.text(OasTranslator.withId(object, id))
        : text;
  }

  /**
   * The same document with what another one says of the gateway; as it is if it is none, or if
   * something is wrong that would get lost.
   */
  public static String withExtensionsOf(String text, String other) {
    Reading<Json> read = JsonReader.read("", text);
    if (read.problems().isEmpty()
        && read.value() instanceof Json.Obj object
        && JsonReader.read("", other).value() instanceof Json.Obj from) {
      for (String name : EXTENSIONS) {
        Json extension = from.get(name);
        object = extension == null ? object : object.with(name, extension);
      }
      return JsonWriter.text(object);
    }
    return text;
  }

  /** A document for callers, without what it says of the gateway. */
  public static String published(String text) {
    if (!(JsonReader.read("", text).value() instanceof Json.Obj object)) {
      throw new IllegalArgumentException("no document");
    }
    var members = new LinkedHashMap<>(object.members());
    EXTENSIONS.forEach(members::remove);
    return JsonWriter.text(new Json.Obj(object.origin(), members));
  }
}
