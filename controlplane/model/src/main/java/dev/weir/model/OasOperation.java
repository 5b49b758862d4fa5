package dev.weir.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates what is done with the calls of one operation of an OAS document. */
final class OasOperation {
  /** What a rule of a trigger looks into. */
  private static final Map<String, String> MATCHES =
      Map.of(
          "header", "header_matches",
          "query", "query_val_matches",
          "path", "path_part_matches",
          "sessionMetadata", "session_meta_matches",
          "requestContext", "request_context_matches");

  private final OasObject operation;
  private final OasPaths.Operation of;
  private final ClassicDraft draft;
  private final boolean loose;

  /**
   * @param loose whether paths are patterns that are searched, as in Tyk
   */
  OasOperation(OasObject operation, OasPaths.Operation of, ClassicDraft draft, boolean loose) {
    this.operation = operation;
    this.of = of;
    this.draft = draft;
    this.loose = loose;
  }

  void translate() {
    allowance("allow", "white_list");
    allowance("block", "black_list");
    allowance("ignoreAuthentication", "ignored");
    headers("transformRequestHeaders", "transform_headers");
    headers("transformResponseHeaders", "transform_response_headers");
    method(operation.object("transformRequestMethod"));
    rewrite(operation.object("urlRewrite"));
    timeout(operation.object("enforceTimeout"));
    mock(operation.object("mockResponse"));
    size(operation.object("requestSizeLimit"));
    rate(operation.object("rateLimit"));
    operation.refuse("internal", "endpoints for internal use only");
    operation.refuse("transformRequestBody", "body transforms");
    operation.refuse("transformResponseBody", "body transforms");
    operation.refuse("validateRequest", "request validation");
    operation.refuse("virtualEndpoint", "virtual endpoints");
    operation.refuse("postPlugins", "custom middleware");
    operation.refuse("scopeCheck", "scopes of operations");
    operation.refuse("exchange", "exchange of tokens");
    operation.idle("cache", "circuitBreaker", "trackEndpoint", "doNotTrackEndpoint");
    operation.end();
  }

  /** An entry of one of {@code extended_paths} for the calls of the operation. */
  private Json.Obj entry(Origin at) {
    return Json.Obj.empty(at)
        .with("path", new Json.Text(at, of.path()))
        .with("method", new Json.Text(at, of.method()));
  }

  private static Json.Obj with(Json.Obj entry, String name, @Nullable Json value) {
    return value == null ? entry : entry.with(name, value);
  }

  /** What lets calls in is for the path alone; what keeps them out is searched, as in Tyk. */
  private void allowance(String name, String list) {
    OasObject allowance = operation.object(name);
    if (allowance.isOn()) {
      Json.Obj entry = entry(allowance.origin());
      if (!list.equals("black_list") && !loose) {
        String whole = new OasPath(of.path()).whole();
        entry = entry.with("path", new Json.Text(allowance.origin(), whole));
      }
      draft.add(list, with(entry, "ignore_case", allowance.get("ignoreCase")));
    }
    allowance.end();
  }

  private void headers(String name, String list) {
    OasObject headers = operation.object(name);
    if (headers.isOn()) {
      Json.Obj entry =
          entry(headers.origin())
              .with("add_headers", OasMiddleware.added(headers))
              .with("act_on", new Json.Bool(headers.origin(), true));
      draft.add(list, with(entry, "delete_headers", headers.get("remove")));
      if (list.equals("transform_response_headers")) {
        draft.changesAnswers();
      }
    }
    headers.end();
  }

  private void method(OasObject transform) {
    if (transform.isOn()) {
      Json method = new Json.Text(transform.origin(), transform.text("toMethod"));
      draft.add("method_transforms", entry(transform.origin()).with("to_method", method));
    }
    transform.end();
  }

  private void timeout(OasObject timeout) {
    if (timeout.isOn()) {
      Json.Obj entry = with(entry(timeout.origin()), "timeout", timeout.get("value"));
      draft.add("hard_timeouts", with(entry, "duration", timeout.get("duration")));
      if (OasObject.isNothing(timeout.get("value")) && timeout.text("duration").isEmpty()) {
        timeout.error("duration", "is missing, a span of time such as 30s is needed", null);
      }
    }
    timeout.end();
  }

  private void size(OasObject size) {
    if (size.isOn()) {
      draft.add("size_limits", with(entry(size.origin()), "size_limit", size.get("value")));
    }
    size.end();
  }

  private void rate(OasObject rate) {
    if (rate.isOn()) {
      Json.Obj entry = with(entry(rate.origin()), "rate", rate.get("rate"));
      draft.add("rate_limit", with(entry, "per", OasDurations.seconds(rate, "per")));
    }
    rate.end();
  }

  private void mock(OasObject mock) {
    if (mock.isOn()) {
      mock.refuse("fromOASExamples", "mock responses made of examples");
      Json.Obj entry = entry(mock.origin()).with("headers", OasMiddleware.pairs(mock, "headers"));
      entry = with(entry, "code", mock.get("code"));
      draft.add("mock_response", with(entry, "body", mock.get("body")));
    }
    mock.end();
  }

  private void rewrite(OasObject rewrite) {
    if (rewrite.isOn()) {
      Json.Obj entry = with(entry(rewrite.origin()), "match_pattern", rewrite.get("pattern"));
      entry = with(entry, "rewrite_to", rewrite.get("rewriteTo"));
      List<Json> triggers = new ArrayList<>();
      for (OasObject trigger : rewrite.objects("triggers")) {
        triggers.add(trigger(trigger));
      }
      draft.add("url_rewrites", entry.with("triggers", new Json.Arr(rewrite.origin(), triggers)));
    }
    rewrite.end();
  }

  private static Json trigger(OasObject trigger) {
    Json.Obj options = Json.Obj.empty(trigger.origin());
    for (OasObject rule : trigger.objects("rules")) {
      options = withRule(options, rule);
      rule.end();
    }
    Json.Obj classic = Json.Obj.empty(trigger.origin()).with("options", options);
    classic = with(classic, "on", trigger.get("condition"));
    classic = with(classic, "rewrite_to", trigger.get("rewriteTo"));
    trigger.end();
    return classic;
  }

  private static Json.Obj withRule(Json.Obj options, OasObject rule) {
    Json.Obj match = with(Json.Obj.empty(rule.origin()), "match_rx", rule.get("pattern"));
    match = with(match, "reverse", rule.get("negate"));
    String in = rule.text("in");
    String name = rule.text("name");
    String list = MATCHES.get(in);
    if (in.equals("requestBody")) {
      return options.with("payload_matches", match);
    }
    if (list == null || name.isEmpty()) {
      rule.error(
          list == null ? "in" : "name",
          list == null
              ? "is none of " + "header, query, path, sessionMetadata, requestContext, requestBody"
              : "is missing",
          null);
      return options;
    }
    Json.Obj matches =
        options.get(list) instanceof Json.Obj there ? there : Json.Obj.empty(rule.origin());
    if (matches.get(name) != null) {
      rule.error("name", "\"" + name + "\" is there twice", "write one pattern for both");
    }
    return options.with(list, matches.with(name, match));
  }
}
