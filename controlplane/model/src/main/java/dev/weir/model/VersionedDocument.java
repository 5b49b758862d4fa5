package dev.weir.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A definition as a document, of which an API becomes a version, or is one no more. Everything else
 * stays as it was written.
 *
 * @param isOas whether it is an OAS document
 */
public record VersionedDocument(JsonDocument document, boolean isOas) {
  private static final Origin NEW = Origin.whole("");

  /** Empty for what is no document. */
  public static Optional<VersionedDocument> of(String text, boolean isOas) {
    return JsonDocument.of(text).map(document -> new VersionedDocument(document, isOas));
  }

  /**
   * The text of the same with one version more, as Tyk makes it: named by a field unless it says
   * otherwise, and by default the API itself. Versions that are switched off do not come to life
   * with it.
   *
   * @param ownName of the API itself; empty for the one that it has
   * @param byDefault whether the new one is for callers who name none
   */
  public String with(String name, String apiId, String ownName, boolean byDefault) {
    Json.Obj said = living().with("enabled", new Json.Bool(NEW, true));
    said = ownName.isEmpty() ? said : said.with("name", text(ownName));
    said = withDefault(said, "key", "x-api-version");
    said = withDefault(said, "location", "header");
    said = byDefault ? said.with("default", text(name)) : withDefault(said, "default", "self");
    return document
        .with(
            place(),
            said.with("versions", isOas ? listed(said, name, apiId) : named(said, name, apiId)))
        .document();
  }

  /** What is said of versions, without those that are switched off. */
  private Json.Obj living() {
    Json.Obj said = versioning();
    if (said.get("enabled") instanceof Json.Bool(_, boolean on) && on) {
      return said;
    }
    var members = new LinkedHashMap<>(said.members());
    members.keySet().removeAll(List.of("versions", "default"));
    return new Json.Obj(said.origin(), members);
  }

  private static Json named(Json.Obj said, String name, String apiId) {
    Json.Obj versions =
        said.get("versions") instanceof Json.Obj there ? there : Json.Obj.empty(NEW);
    return versions.with(name, text(apiId));
  }

  private static Json listed(Json.Obj said, String name, String apiId) {
    List<Json> versions = new ArrayList<>();
    if (said.get("versions") instanceof Json.Arr(_, List<Json> there)) {
      there.stream().filter(version -> !has(version, "name", name)).forEach(versions::add);
    }
    versions.add(Json.Obj.empty(NEW).with("name", text(name)).with("id", text(apiId)));
    return new Json.Arr(NEW, versions);
  }

  /** The text of the same without any version that is this API; the API itself takes its place. */
  public String without(String apiId) {
    Json.Obj said = versioning();
    List<String> gone = new ArrayList<>();
    Json versions = said.get("versions");
    Json left =
        switch (versions) {
          case Json.Obj there -> {
            var members = new LinkedHashMap<>(there.members());
            members.values().removeIf(member -> isText(member.value(), apiId));
            there.members().keySet().stream()
                .filter(name -> !members.containsKey(name))
                .forEach(gone::add);
            yield new Json.Obj(there.origin(), members);
          }
          case Json.Arr(Origin at, List<Json> items) -> {
            items.stream()
                .filter(item -> has(item, "id", apiId))
                .map(item -> ((Json.Obj) item).get("name"))
                .forEach(name -> gone.add(name instanceof Json.Text(_, String text) ? text : ""));
            yield new Json.Arr(at, items.stream().filter(item -> !has(item, "id", apiId)).toList());
          }
          case null, default -> versions;
        };
    if (left == null || gone.isEmpty()) {
      return document.document();
    }
    said = said.with("versions", left);
    if (gone.stream().anyMatch(name -> isText(versioning().get("default"), name))) {
      said = said.with("default", text("self"));
    }
    return document.with(place(), said).document();
  }

  private Json.Obj versioning() {
    return document.find(place()) instanceof Json.Obj there ? there : Json.Obj.empty(NEW);
  }

  private String place() {
    return isOas ? OasTranslator.EXTENSION + ".info.versioning" : "definition";
  }

  private static Json.Obj withDefault(Json.Obj said, String name, String byDefault) {
    return OasObject.isNothing(said.get(name)) ? said.with(name, text(byDefault)) : said;
  }

  private static boolean has(Json json, String name, String value) {
    return json instanceof Json.Obj object && isText(object.get(name), value);
  }

  private static boolean isText(@Nullable Json json, String value) {
    return json instanceof Json.Text(_, String text) && text.equals(value);
  }

  private static Json text(String text) {
    return new Json.Text(NEW, text);
  }
}
