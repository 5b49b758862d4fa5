package dev.weir.model;

import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes or changes {@code x-tyk-api-gateway} of an OAS document, as Tyk's import does ({@code
 * apidef/oas/default.go}). What is wrong in it stays wrong, for the reader to refuse.
 */
final class OasExtension {
  private static final String BODY = "body";
  private static final String SERVER = "server";
  private static final String UPSTREAM = "upstream";
  private static final String OPERATIONS = "operations";
  private static final String ALLOW = "allow";
  private static final String ENABLED = "enabled";
  private static final Origin HERE = Origin.whole(BODY);

  private final List<Problem> problems = new ArrayList<>();
  private Json.Obj document;

  private OasExtension(Json.Obj document) {
    this.document = document;
  }

  /** The text of a document that was changed, if nothing is wrong that would get lost. */
  static Reading<String> change(String text, Consumer<OasExtension> change) {
    Reading<Json> read = JsonReader.read(BODY, text);
    Json json = read.value();
    if (json == null || !read.problems().isEmpty()) {
      return new Reading<>(null, read.problems().stream().map(Problem::asError).toList());
    }
    if (!(json instanceof Json.Obj object)) {
      String message = "is " + json.kind() + ", an object is needed";
      return new Reading<>(null, List.of(json.origin().error("", message, null)));
    }
    var extension = new OasExtension(object);
    change.accept(extension);
    return extension.problems.isEmpty()
        ? new Reading<>(JsonWriter.text(extension.document), List.of())
        : new Reading<>(null, extension.problems);
  }

  /** The path stays on: it is what tells the methods of gRPC apart. */
  void make(OasParameters asked) {
    Json title = at(document, "info", "title");
    if (title != null) {
      put(title, "info", "name");
    }
    put(true, "info", "state", "active");
    put("/", SERVER, "listenPath", "value");
    put(false, SERVER, "listenPath", "strip");
    if (asked.upstreamUrl().isEmpty()) {
      upstreamOfServers();
    }
    set(asked);
  }

  void set(OasParameters asked) {
    put(asked.apiId(), "info", "id");
    put(asked.listenPath(), SERVER, "listenPath", "value");
    if (!asked.customDomain().isEmpty()) {
      put(true, SERVER, "customDomain", ENABLED);
      put(asked.customDomain(), SERVER, "customDomain", "name");
    }
    if (!asked.upstreamUrl().isEmpty()) {
      upstream(asked.upstreamUrl());
    }
    asked.authentication().ifPresent(this::authentication);
    asked
        .allowList()
        .ifPresent(on -> {
          if (on) {
            allowOperations();
          } else {
            allowAll();
          }
        });
  }

  private void upstreamOfServers() {
    Json servers = document.get("servers");
    Json url =
        servers instanceof Json.Arr(_, List<Json> all) && !all.isEmpty()
            ? at(all.getFirst(), "url")
            : null;
    if (!(url instanceof Json.Text(Origin origin, String text)) || !text.contains("://")) {
      error(
          url == null ? document.origin() : url.origin(),
          "/servers/0/url",
          "is no absolute URL, and nothing else says where the API is",
          "set upstreamURL");
    } else if (new TargetReader("/servers/0/url", problems).read(origin, text, null) != null) {
      put(url, UPSTREAM, "url");
    }
  }

  private void upstream(String url) {
    if (at(document, OasTranslator.EXTENSION, UPSTREAM, "loadBalancing", ENABLED)
            instanceof Json.Bool(Origin origin, boolean on)
        && on) {
      error(
          origin,
          "/x-tyk-api-gateway/upstream/loadBalancing/enabled",
          "is true, so that calls would not go to upstreamURL",
          "change its targets in the document");
    }
    put(url, UPSTREAM, "url");
  }

  /** What was said of a scheme stays; it counts where callers are asked for it. */
  private void authentication(boolean on) {
    put(on, SERVER, "authentication", ENABLED);
    if (on
        && document.get("security") instanceof Json.Arr(_, List<Json> choices)
        && choices.size() == 1
        && choices.getFirst() instanceof Json.Obj schemes) {
      for (String name : schemes.members().keySet()) {
        put(true, SERVER, "authentication", "securitySchemes", name, ENABLED);
      }
    }
  }

  /** A list of nothing would restrict nothing, so there has to be an operation. */
  private void allowOperations() {
    boolean none = true;
    if (document.get("paths") instanceof Json.Obj paths) {
      for (String path : paths.members().keySet()) {
        for (String method : OasPaths.METHODS) {
          if (!path.startsWith("x-") && at(paths, path, method) instanceof Json.Obj operation) {
            allow(path, method, operation);
            none = false;
          }
        }
      }
    }
    if (none) {
      error(
          document.origin(),
          "/paths",
          "has no operation, so that allowList=true would let all calls through",
          "write one for each method");
    }
  }

  /** One without an id gets the one that Tyk makes. */
  private void allow(String path, String method, Json.Obj operation) {
    Json id = operation.get("operationId");
    if (OasObject.isNothing(id)) {
      id = new Json.Text(HERE, path.replaceFirst("^/", "") + method.toUpperCase(Locale.ROOT));
      document = with(document, List.of("paths", path, method, "operationId"), id);
    }
    if (id instanceof Json.Text(_, String name)) {
      put(true, "middleware", OPERATIONS, name, ALLOW, ENABLED);
    }
  }

  private void allowAll() {
    if (at(document, OasTranslator.EXTENSION, "middleware", OPERATIONS) instanceof Json.Obj all) {
      Set<String> names =
          all.members().keySet().stream()
              .filter(name -> at(all, name, ALLOW) instanceof Json.Obj)
              .collect(toCollection(TreeSet::new));
      names.forEach(name -> put(false, "middleware", OPERATIONS, name, ALLOW, ENABLED));
    }
  }

  private void error(Origin at, String path, String message, String hint) {
    problems.add(at.error(path, message, hint));
  }

  /** An empty text is none. */
  private void put(String text, String... path) {
    if (!text.isEmpty()) {
      put(new Json.Text(HERE, text), path);
    }
  }

  private void put(boolean on, String... path) {
    put(new Json.Bool(HERE, on), path);
  }

  /**
   * @param path below the extension
   */
  private void put(Json value, String... path) {
    List<String> names = new ArrayList<>(List.of(path));
    names.addFirst(OasTranslator.EXTENSION);
    document = with(document, names, value);
  }

  /** What is on the way and is no object stays there. */
  private static Json.Obj with(Json.Obj object, List<String> path, Json value) {
    String name = path.getFirst();
    if (path.size() == 1) {
      return object.with(name, value);
    }
    List<String> rest = path.subList(1, path.size());
    return switch (object.get(name)) {
      case null -> object.with(name, with(Json.Obj.empty(HERE), rest, value));
      case Json.Null _ -> object.with(name, with(Json.Obj.empty(HERE), rest, value));
      case Json.Obj inner -> object.with(name, with(inner, rest, value));
      case Json.Arr _, Json.Text _, Json.Num _, Json.Bool _ -> object;
    };
  }

  private static @Nullable Json at(Json json, String... path) {
    Json found = json;
    for (String name : path) {
      found = found instanceof Json.Obj object ? object.get(name) : null;
    }
    return found;
  }
}
