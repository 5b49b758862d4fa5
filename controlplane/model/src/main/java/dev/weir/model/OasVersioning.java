package dev.weir.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code info.versioning} of an OAS document: which other APIs are versions of one. */
final class OasVersioning {
  private static final String CLASSIC = "definition.";

  /** What is the same in both formats, under these names. */
  private static final List<List<String>> SAME =
      List.of(
          List.of("name", "name"),
          List.of("default", "default"),
          List.of("location", "location"),
          List.of("key", "key"),
          List.of("strip_versioning_data", "stripVersioningData"),
          List.of("fallback_to_default", "fallbackToDefault"),
          List.of("url_versioning_pattern", "urlVersioningPattern"));

  private OasVersioning() {}

  /** Puts what it says into a classic definition. */
  static void translate(OasObject versioning, ClassicDraft draft) {
    if (versioning.isOn()) {
      draft.put(CLASSIC + "enabled", versioning, "enabled");
      for (List<String> names : SAME) {
        draft.put(CLASSIC + names.getFirst(), versioning, names.getLast());
      }
      draft.put(CLASSIC + "versions", versioning, "versions", versions(versioning));
    }
    versioning.end();
  }

  /** By their names; null for none. */
  private static @Nullable Json versions(OasObject versioning) {
    Json.Obj versions = Json.Obj.empty(versioning.origin());
    for (OasObject version : versioning.objects("versions")) {
      String name = version.text("name");
      Json id = version.get("id");
      if (id == null) {
        version.error("id", "is missing, that of an API is needed", null);
      } else if (versions.get(name) != null) {
        version.error("name", "is that of another one, too", "name it otherwise");
      } else {
        versions = versions.with(name, id);
      }
      version.end();
    }
    return versions.members().isEmpty() ? null : versions;
  }

  /** The same of a classic definition that has it. */
  static void write(Settings api, String path, ClassicDraft document) {
    if (!api.flag(CLASSIC + "enabled")) {
      return;
    }
    document.put(path + ".enabled", api.value(CLASSIC + "enabled"));
    for (List<String> names : SAME) {
      document.put(path + "." + names.getLast(), OasWriter.said(api, CLASSIC + names.getFirst()));
    }
    List<Json> versions = new ArrayList<>();
    api.members(CLASSIC + "versions")
        .forEach((name, id) ->
            versions.add(
                Json.Obj.empty(id.origin())
                    .with("name", new Json.Text(id.origin(), name))
                    .with("id", id)));
    document.put(path + ".versions", new Json.Arr(api.origin(CLASSIC + "versions"), versions));
  }
}
