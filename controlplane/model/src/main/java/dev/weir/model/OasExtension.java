package dev.weir.model;

import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final String MIDDLEWARE = "middleware";
  private static final String ID = "operationId";

  /** Characters of ids that are made: a path is told again by each of its methods. */
  private static final int MOST_MADE = 1 << 20;

  private static final String TOO_MANY =
      "has no operationId, and those that would be made have more than "
          + MOST_MADE
          + " characters";
  private static final Origin HERE = Origin.whole(BODY);

  private final List<Problem> problems = new ArrayList<>();
  private Json.Obj document;
  private int made;

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

  /** As an import does. The listen path stays on: it tells the methods of gRPC apart. */
  void make(OasParameters asked) {
    name();
    put(true, "info", "state", "active");
    put("/", SERVER, "listenPath", "value");
    put(false, SERVER, "listenPath", "strip");
    if (asked.upstreamUrl().isEmpty()) {
      upstreamOfServers();
    }
    set(asked);
  }

  private void name() {
    Json title = at(document, "info", "title");
    if (title instanceof Json.Text(Origin origin, String text)
        && SecretReferences.isReference(text)) {
      error(origin, "/info/title", "would be followed as a reference", "write a title");
    } else if (title != null) {
      put(title, "info", "name");
    }
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
    if (!(url instanceof Json.Text(Origin origin, String text))
        || !text.contains("://")
        || text.contains("{")) {
      error(
          url == null ? document.origin() : url.origin(),
          "/servers/0/url",
          "is no absolute URL without variables, and nothing else says where the API is",
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
      putEach(
          schemes.members().keySet(),
          List.of(ENABLED),
          true,
          SERVER,
          "authentication",
          "securitySchemes");
    }
  }

  /**
   * A list of nothing would restrict nothing, so there has to be an operation. One without an id
   * gets the one that Tyk makes.
   */
  private void allowOperations() {
    Set<String> ids = new LinkedHashSet<>();
    if (document.get("paths") instanceof Json.Obj paths) {
      Map<String, Json.Member> named = new LinkedHashMap<>(paths.members());
      named.replaceAll((path, item) -> path.startsWith("x-") ? item : named(path, item, ids));
      document = document.with("paths", new Json.Obj(paths.origin(), named));
    }
    if (ids.isEmpty()) {
      error(
          document.origin(),
          "/paths",
          "has no operation, so that allowList=true would let all calls through",
          "write one for each method");
    }
    putEach(ids, List.of(ALLOW, ENABLED), true, MIDDLEWARE, OPERATIONS);
  }

  private Json.Member named(String path, Json.Member member, Set<String> ids) {
    Json item = member.value();
    for (String method : OasPaths.METHODS) {
      if (item instanceof Json.Obj operations
          && operations.get(method) instanceof Json.Obj operation) {
        Json.Obj named = named(path, method, operation);
        item = operations.with(method, named);
        if (named.get(ID) instanceof Json.Text(_, String id)) {
          ids.add(id);
        }
      }
    }
    return new Json.Member(member.nameOrigin(), item);
  }

  private Json.Obj named(String path, String method, Json.Obj operation) {
    if (!OasObject.isNothing(operation.get(ID))) {
      return operation;
    }
    String id = path.replaceFirst("^/", "") + method.toUpperCase(Locale.ROOT);
    if (made + id.length() > MOST_MADE) {
      error(operation.origin(), "", TOO_MANY, "write an operationId for each");
      return operation;
    }
    made += id.length();
    return operation.with(ID, new Json.Text(HERE, id));
  }

  private void allowAll() {
    if (at(document, OasTranslator.EXTENSION, MIDDLEWARE, OPERATIONS) instanceof Json.Obj all) {
      Set<String> names =
          all.members().keySet().stream()
              .filter(name -> at(all, name, ALLOW) instanceof Json.Obj)
              .collect(toCollection(TreeSet::new));
      putEach(names, List.of(ALLOW, ENABLED), false, MIDDLEWARE, OPERATIONS);
    }
  }

  /**
   * Switches something in each of many members of an object, which is made anew once.
   *
   * @param below where it is in a member
   * @param path of the object, below the extension
   */
  private void putEach(Set<String> names, List<String> below, boolean on, String... path) {
    List<String> whole = new ArrayList<>(List.of(path));
    whole.addFirst(OasTranslator.EXTENSION);
    Json there = at(document, whole.toArray(String[]::new));
    if (names.isEmpty()
        || !(there == null || there instanceof Json.Null || there instanceof Json.Obj)) {
      return;
    }
    Json.Obj object = there instanceof Json.Obj known ? known : Json.Obj.empty(HERE);
    Map<String, Json.Member> members = new LinkedHashMap<>(object.members());
    names.forEach(name -> members.compute(name, (_, member) -> switched(member, below, on)));
    put(new Json.Obj(object.origin(), members), path);
  }

  private static Json.Member switched(
      Json.@Nullable Member member, List<String> below, boolean on) {
    Json value =
        member == null || member.value() instanceof Json.Null
            ? Json.Obj.empty(HERE)
            : member.value();
    return new Json.Member(
        member == null ? HERE : member.nameOrigin(),
        value instanceof Json.Obj object ? with(object, below, new Json.Bool(HERE, on)) : value);
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
