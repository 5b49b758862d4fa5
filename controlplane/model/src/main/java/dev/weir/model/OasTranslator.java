package dev.weir.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes an API definition in Tyk's classic format of an OAS document: OpenAPI 3 with {@code
 * x-tyk-api-gateway}, as Tyk 5 has it. What the classic format says is checked by its own reader,
 * so that there is one validator; here only what gets lost on the way is. What is not known is
 * refused, never left out, and what Tyk takes as open because it is missing has to be written.
 */
final class OasTranslator {
  static final String EXTENSION = "x-tyk-api-gateway";

  /** What Weir has beyond Tyk: {@code grpc} and {@code loose_path_matching}. */
  static final String OWN = "x-weir";

  private static final String NOT_THERE = "is missing";

  private final ClassicDraft draft;
  private final OasObject root;

  private OasTranslator(Json.Obj document, List<Problem> problems) {
    this.draft = new ClassicDraft(document.origin());
    this.root = new OasObject("", document, problems);
  }

  /**
   * The classic definition, which counts only if there is no error among the problems; null for
   * what is no OAS document.
   *
   * @param pointers are told where values would be that are missing
   */
  static Json.@Nullable Obj translate(Json json, JsonPointers pointers, List<Problem> problems) {
    if (!(json instanceof Json.Obj document)) {
      problems.add(json.origin().error("", "is " + json.kind() + ", an object is needed", null));
      return null;
    }
    var translator = new OasTranslator(document, problems);
    Json.Obj classic = translator.translate();
    pointers.addMissing(translator.draft.sources());
    return classic;
  }

  /** The id in a document; null for none. */
  static @Nullable String id(Json json) {
    return json instanceof Json.Obj document
            && document.get(EXTENSION) instanceof Json.Obj extension
            && extension.get("info") instanceof Json.Obj info
            && info.get("id") instanceof Json.Text(_, String id)
            && !id.isEmpty()
        ? id
        : null;
  }

  /** The same document with an id. */
  static Json.Obj withId(Json.Obj document, String id) {
    if (!(document.get(EXTENSION) instanceof Json.Obj extension)) {
      return document;
    }
    Json.Obj info =
        extension.get("info") instanceof Json.Obj there
            ? there
            : Json.Obj.empty(extension.origin());
    return document.with(
        EXTENSION, extension.with("info", info.with("id", new Json.Text(info.origin(), id))));
  }

  private Json.@Nullable Obj translate() {
    if (!root.text("openapi").startsWith("3.")) {
      root.error("openapi", "is not 3.x: this is no OAS document", "write \"openapi\": \"3.0.3\"");
      return null;
    }
    if (!root.has(EXTENSION)) {
      root.error(
          EXTENSION,
          NOT_THERE + ", without it nothing says where the API is and who may call it",
          "see docs/oas.md");
      return null;
    }
    root.refuse("x-tyk-streaming", "streaming APIs");
    OasObject extension = root.object(EXTENSION);
    draft.put("is_oas", extension.origin(), true);
    versions(extension);
    info(extension.object("info"));
    new OasServer(root, extension.object("server"), draft).translate();
    new OasUpstream(extension.object("upstream"), draft).translate();
    new OasMiddleware(extension.object("middleware"), draft)
        .translate(
            new OasPaths(root.object("paths"), Optional.ofNullable(root.get("security"))),
            root.object(OWN).get("loose_path_matching") instanceof Json.Bool(_, boolean on) && on);
    extension.idle("errorOverrides");
    extension.end();
    own(root.object(OWN));
    return draft.root();
  }

  /** There is one, for the rules of all paths. */
  private void versions(OasObject extension) {
    draft.put("version_data.not_versioned", extension.origin(), true);
    draft.putInVersion("name", new Json.Text(extension.origin(), "Default"));
    draft.putInVersion("use_extended_paths", new Json.Bool(extension.origin(), true));
  }

  private void info(OasObject info) {
    if (info.text("id").isEmpty()) {
      info.error("id", NOT_THERE + ", every API needs one of its own", null);
    }
    draft.put("api_id", info, "id");
    draft.put("id", info, "dbId");
    draft.put("org_id", info, "orgId");
    draft.put("name", info, "name");
    draft.put("expiration", info, "expiration");
    OasVersioning.translate(info.object("versioning"), draft);
    OasObject state = info.object("state");
    if (state.get("active") == null) {
      state.error("active", NOT_THERE, "write true or false");
    }
    draft.put("active", state, "active");
    draft.put("internal", state, "internal");
    state.end();
    info.end();
  }

  private void own(OasObject own) {
    draft.put("grpc", own, "grpc");
    draft.put("weir.loose_path_matching", own, "loose_path_matching");
    own.end();
  }
}
