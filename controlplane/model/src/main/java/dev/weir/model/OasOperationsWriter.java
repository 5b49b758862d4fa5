package dev.weir.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes {@code extended_paths} into an OAS document: an operation for each path and method. */
final class OasOperationsWriter {
  private static final Origin HERE = Origin.whole("");

  /** What lists are called, and under which name what their entries say is. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("white_list", "allow");
    NAMES.put("black_list", "block");
    NAMES.put("ignored", "ignoreAuthentication");
    NAMES.put("transform_headers", "transformRequestHeaders");
    NAMES.put("transform_response_headers", "transformResponseHeaders");
    NAMES.put("method_transforms", "transformRequestMethod");
    NAMES.put("url_rewrites", "urlRewrite");
    NAMES.put("hard_timeouts", "enforceTimeout");
    NAMES.put("mock_response", "mockResponse");
    NAMES.put("size_limits", "requestSizeLimit");
    NAMES.put("rate_limit", "rateLimit");
  }

  /** OpenAPI wants some, and gRPC has its own. */
  private static final Json RESPONSES =
      Json.Obj.empty(HERE)
          .with("default", Json.Obj.empty(HERE).with("description", OasWriter.text("any")));

  private static final Map<String, String> FIELDS =
      Map.of(
          "ignore_case", "ignoreCase",
          "delete_headers", "remove",
          "to_method", "toMethod",
          "match_pattern", "pattern",
          "rewrite_to", "rewriteTo",
          "timeout", "value",
          "duration", "duration",
          "code", "code",
          "body", "body",
          "size_limit", "value");

  private static final Map<String, String> INPUTS =
      Map.of(
          "header_matches", "header",
          "query_val_matches", "query",
          "path_part_matches", "path",
          "session_meta_matches", "sessionMetadata",
          "request_context_matches", "requestContext");

  private final Settings version;
  private final ClassicDraft document;
  private final Map<String, Json.Obj> paths = new LinkedHashMap<>();
  private final Map<String, Json.Obj> operations = new LinkedHashMap<>();

  OasOperationsWriter(Settings version, ClassicDraft document) {
    this.version = version;
    this.document = document;
  }

  void write() {
    NAMES.forEach((list, name) -> {
      for (Json item : version.live("extended_paths." + list)) {
        if (item instanceof Json.Obj entry) {
          add(entry, list, name);
        }
      }
    });
    document.put("paths", object(paths));
    if (!operations.isEmpty()) {
      document.put(OasTranslator.EXTENSION + ".middleware.operations", object(operations));
    }
  }

  private static Json.Obj object(Map<String, Json.Obj> members) {
    var all = new LinkedHashMap<String, Json.Member>();
    members.forEach((name, value) -> all.put(name, new Json.Member(HERE, value)));
    return new Json.Obj(HERE, all);
  }

  private void add(Json.Obj entry, String list, String name) {
    if (!(entry.get("path") instanceof Json.Text(_, String classic))) {
      return;
    }
    boolean letsIn = list.equals("white_list") || list.equals("ignored");
    String path = letsIn ? OasPath.ofWhole(classic) : classic;
    for (String method : methods(entry)) {
      String id = path.replaceFirst("^/", "") + "-" + method;
      Json.Obj operation =
          Json.Obj.empty(HERE).with("operationId", OasWriter.text(id)).with("responses", RESPONSES);
      paths.merge(
          path,
          Json.Obj.empty(HERE).with(method, operation),
          (before, _) -> before.with(method, operation));
      operations.merge(
          id,
          Json.Obj.empty(HERE).with(name, middleware(entry)),
          (before, _) -> before.with(name, middleware(entry)));
    }
  }

  /** In small letters; by one that is for all it is post, which is another one then. */
  private static List<String> methods(Json.Obj entry) {
    if (entry.get("method_actions") instanceof Json.Obj actions && !actions.members().isEmpty()) {
      return actions.members().keySet().stream()
          .map(method -> method.toLowerCase(Locale.ROOT))
          .toList();
    }
    String method = entry.get("method") instanceof Json.Text(_, String text) ? text : "";
    return List.of(method.isEmpty() ? "post" : method.toLowerCase(Locale.ROOT));
  }

  private static Json.Obj middleware(Json.Obj entry) {
    Json.Obj middleware = Json.Obj.empty(HERE).with("enabled", new Json.Bool(HERE, true));
    for (Map.Entry<String, Json.Member> member : entry.members().entrySet()) {
      Json value = member.getValue().value();
      middleware =
          switch (member.getKey()) {
            case "add_headers" -> with(middleware, "add", pairs(value));
            case "headers" -> with(middleware, "headers", pairs(value));
            case "rate" -> middleware.with("rate", value);
            case "per" -> middleware.with("per", OasWriter.span(value));
            case "triggers" -> with(middleware, "triggers", triggers(value));
            default -> {
              String name = FIELDS.get(member.getKey());
              yield name == null || value.isZero() ? middleware : middleware.with(name, value);
            }
          };
    }
    return middleware;
  }

  private static Json.Obj with(Json.Obj object, String name, List<Json> list) {
    return list.isEmpty() ? object : object.with(name, new Json.Arr(HERE, list));
  }

  private static List<Json> pairs(Json json) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (json instanceof Json.Obj object) {
      object
          .members()
          .forEach((name, member) -> {
            if (member.value() instanceof Json.Text(_, String value)) {
              fields.put(name, value);
            }
          });
    }
    return OasWriter.namesAndValues(fields);
  }

  private static List<Json> triggers(Json json) {
    List<Json> triggers = new ArrayList<>();
    if (json instanceof Json.Arr(_, List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Obj trigger) {
          triggers.add(trigger(trigger));
        }
      }
    }
    return triggers;
  }

  private static Json trigger(Json.Obj classic) {
    List<Json> rules = new ArrayList<>();
    if (classic.get("options") instanceof Json.Obj options) {
      INPUTS.forEach((list, in) -> {
        if (options.get(list) instanceof Json.Obj matches) {
          matches
              .members()
              .forEach((name, member) ->
                  rules.add(rule(in, member.value()).with("name", OasWriter.text(name))));
        }
      });
      Json payload = options.get("payload_matches");
      if (payload != null && !payload.isZero()) {
        rules.add(rule("requestBody", payload));
      }
    }
    Json.Obj trigger = Json.Obj.empty(HERE).with("rules", new Json.Arr(HERE, rules));
    trigger = withMember(trigger, "condition", classic.get("on"));
    return withMember(trigger, "rewriteTo", classic.get("rewrite_to"));
  }

  private static Json.Obj rule(String in, Json match) {
    Json.Obj rule = Json.Obj.empty(HERE).with("in", OasWriter.text(in));
    if (match instanceof Json.Obj object) {
      rule = withMember(rule, "pattern", object.get("match_rx"));
      rule = withMember(rule, "negate", object.get("reverse"));
    }
    return rule;
  }

  private static Json.Obj withMember(Json.Obj object, String name, @Nullable Json value) {
    return value == null ? object : object.with(name, value);
  }
}
