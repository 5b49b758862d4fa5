package dev.weir.model;

/** Translates where in a call the credential of a scheme is. */
final class OasPlaces {
  private final OasObject scheme;
  private final String at;
  private final ClassicDraft draft;

  /**
   * @param config which of {@code auth_configs} has the places
   */
  OasPlaces(OasObject scheme, String config, ClassicDraft draft) {
    this.scheme = scheme;
    this.at = "auth_configs." + config + ".";
    this.draft = draft;
  }

  /** Of a scheme that OpenAPI names no place for: without any it is in {@code authorization}. */
  void unnamed() {
    boolean none = !scheme.has("header") && !scheme.has("query") && !scheme.has("cookie");
    draft.put(at + "disable_header", scheme.origin(), !source("header", "") && !none);
    source("query", "use_param");
    source("cookie", "use_cookie");
  }

  /**
   * Of a scheme that OpenAPI names a place for, beside which there may be others.
   *
   * @param in which one
   * @param twin the scheme of OpenAPI, which has its name
   */
  void named(String in, OasObject twin) {
    boolean header = source("header", "");
    source("query", "use_param");
    source("cookie", "use_cookie");
    draft.put(at + "disable_header", scheme.origin(), !header && !in.equals("header"));
    if (twin.text("name").isEmpty()) {
      twin.error("name", "is missing, callers have to know where to show a token", null);
    }
    switch (in) {
      case "header" -> {}
      case "query" -> draft.put(at + "use_param", scheme.origin(), true);
      case "cookie" -> draft.put(at + "use_cookie", scheme.origin(), true);
      default -> twin.error("in", "is no place", "write header, query or cookie");
    }
    if (!in.isEmpty()) {
      draft.put(at + field(in), twin.get("name"));
    }
  }

  private boolean source(String name, String flag) {
    OasObject source = scheme.object(name);
    boolean on = source.isOn();
    if (on) {
      draft.put(at + field(name), source.get("name"));
      if (!flag.isEmpty()) {
        draft.put(at + flag, source, "enabled");
      }
    }
    source.end();
    return on;
  }

  private static String field(String place) {
    return switch (place) {
      case "query" -> "param_name";
      case "cookie" -> "cookie_name";
      default -> "auth_header_name";
    };
  }
}
