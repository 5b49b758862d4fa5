package dev.weir.model;

/** Translates {@code middleware} of an OAS document: what is done with calls. */
final class OasMiddleware {
  private static final String PLUGINS = "custom middleware";

  private final OasObject middleware;
  private final ClassicDraft draft;

  OasMiddleware(OasObject middleware, ClassicDraft draft) {
    this.middleware = middleware;
    this.draft = draft;
  }

  /**
   * @param paths what operations are for
   * @param loose whether their paths are patterns that are searched, as in Tyk
   */
  void translate(OasPaths paths, boolean loose) {
    global(middleware.object("global"));
    OasObject operations = middleware.object("operations");
    for (String id : operations.names()) {
      paths
          .find(id)
          .ifPresentOrElse(
              found -> operation(operations, id, found, loose),
              () ->
                  operations.error(
                      id, "is the operationId of no path", "add it to an operation of paths"));
    }
    middleware.end();
  }

  private void operation(OasObject operations, String id, OasPaths.Operation of, boolean loose) {
    boolean special = !loose && new OasPath(of.path()).isSpecial();
    Json written = operations.get(id);
    if (special && written != null && !OasObject.isOff(written)) {
      operations.error(
          id,
          "is for " + of.path() + ", which has more than text and {name} in it",
          "set " + OasTranslator.OWN + ".loose_path_matching if it is a regular expression");
    } else {
      new OasOperation(operations.object(id), of, draft, loose).translate();
    }
  }

  private void global(OasObject global) {
    headers(global.object("transformRequestHeaders"), "global_headers");
    headers(global.object("transformResponseHeaders"), "global_response_headers");
    OasObject size = global.object("requestSizeLimit");
    if (size.isOn()) {
      if (OasObject.isNothing(size.get("value"))) {
        size.error("value", "is missing, a number of bytes is needed", null);
      }
      draft.putInVersion("global_size_limit", size, "value");
    }
    size.end();
    OasObject ignoresCase = global.object("ignoreCase");
    if (ignoresCase.isOn()) {
      draft.putInVersion("ignore_endpoint_case", ignoresCase, "enabled");
    }
    ignoresCase.end();
    OasObject variables = global.object("contextVariables");
    if (variables.isOn()) {
      draft.put("enable_context_vars", variables, "enabled");
    }
    variables.end();
    draft.put("disable_rate_limit", global, "skipRateLimit");
    draft.put("disable_quota", global, "skipQuota");
    draft.put("dont_set_quota_on_create", global, "skipQuotaReset");
    plugins(global);
    global.idle("cors", "cache", "trafficLogs");
    global.end();
  }

  private static void plugins(OasObject global) {
    OasObject config = global.object("pluginConfig");
    config.refuse("bundle", PLUGINS);
    config.idle("driver", "data");
    config.end();
    for (String kind : new String[] {"pre", "postAuthentication", "post", "response"}) {
      global.refuse(kind + "Plugin", PLUGINS);
      global.refuse(kind + "Plugins", PLUGINS);
    }
  }

  private void headers(OasObject headers, String classic) {
    if (headers.isOn()) {
      draft.putInVersion(classic, added(headers));
      draft.putInVersion(classic + "_remove", headers, "remove");
      if (classic.equals("global_response_headers")) {
        draft.changesAnswers();
      }
    }
    headers.end();
  }

  /** The fields that are added, which the classic format has by their names. */
  static Json added(OasObject headers) {
    return pairs(headers, "add");
  }

  /** A list of names and values as an object. */
  static Json pairs(OasObject object, String list) {
    var map = new OasMap(object.origin());
    for (OasObject header : object.objects(list)) {
      map.put(header, "name", header.get("value"));
      header.end();
    }
    return map.json();
  }
}
