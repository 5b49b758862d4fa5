package dev.weir.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of {@link Unenforceable} that looks into {@code version_data}. */
final class UnenforceableVersions {

  private static final String VERSIONS = "version_data.versions";

  /**
   * Lists of {@code extended_paths} that restrict or change calls, with the feature each one is.
   */
  private static final Map<String, String> LISTS = new LinkedHashMap<>();

  /**
   * Members of a version that restrict or change calls, and the switch that takes each one back.
   */
  private static final Map<String, String> GLOBALS = new LinkedHashMap<>();

  /** Lists of {@code extended_paths} that only tune or observe. */
  private static final List<String> IDLE_LISTS =
      List.of(
          "cache",
          "advance_cache_config",
          "circuit_breakers",
          "track_endpoints",
          "do_not_track_endpoints");

  /** What tunes an API with one version, and does nothing for one with several. */
  private static final List<String> OF_ONE =
      List.of("extended_paths.hard_timeouts", "global_enforce_timeout");

  static {
    LISTS.put("transform", "body transforms");
    LISTS.put("transform_response", "body transforms");
    LISTS.put("transform_jq", "body transforms");
    LISTS.put("transform_jq_response", "body transforms");
    LISTS.put("virtual", "virtual endpoints");
    LISTS.put("validate_json", "request validation");
    LISTS.put("validate_request", "request validation");
    LISTS.put("internal", "endpoints for internal use only");
    LISTS.put("go_plugin", "custom middleware");
    LISTS.put("persist_graphql", "GraphQL");
    GLOBALS.put("global_headers", "global_headers_disabled");
    GLOBALS.put("global_headers_remove", "global_headers_disabled");
    GLOBALS.put("global_response_headers", "global_response_headers_disabled");
    GLOBALS.put("global_response_headers_remove", "global_response_headers_disabled");
  }

  private final Settings settings;
  private final ApiAsks asks;

  UnenforceableVersions(Settings settings, ApiAsks asks) {
    this.settings = settings;
    this.asks = asks;
  }

  /** Each of several versions is looked at by itself. */
  void collect() {
    if (ApiVersionsReader.hasVersions(settings)) {
      return;
    }
    settings
        .members(VERSIONS)
        .forEach((name, json) -> {
          if (json instanceof Json.Obj version) {
            collect(VERSIONS + "." + name, new Settings(version, ApiKeys.VERSION, null));
          }
        });
  }

  private void collect(String prefix, Settings version) {
    LISTS.forEach((list, feature) -> list(prefix, version, "extended_paths." + list, feature));
    if (OneVersion.of(settings) == null) {
      listOfOne(prefix, version);
    }
    if (version.says("override_target")) {
      ask(prefix, version, "override_target", "another target per version");
    }
  }

  /** What is done for an API with one version, and could be for none of several. */
  private void listOfOne(String prefix, Settings version) {
    list(prefix, version, "extended_paths.rate_limit", "rate limits per endpoint");
    list(prefix, version, "extended_paths.size_limits", "request size limits");
    if (version.says("global_size_limit") && !version.flag("global_size_limit_disabled")) {
      ask(prefix, version, "global_size_limit", "request size limits");
    }
    for (String paths : List.of("extended_paths.", "paths.")) {
      list(prefix, version, paths + "white_list", "an endpoint allow list");
      list(prefix, version, paths + "black_list", "an endpoint block list");
    }
    list(prefix, version, "extended_paths.mock_response", "mock responses");
    list(prefix, version, "extended_paths.method_transforms", "method transforms");
    list(prefix, version, "extended_paths.url_rewrites", "URL rewrites");
    list(prefix, version, "extended_paths.transform_headers", "header transforms");
    list(prefix, version, "extended_paths.transform_response_headers", "header transforms");
    GLOBALS.forEach((path, offSwitch) -> {
      if (version.says(path) && !version.flag(offSwitch)) {
        ask(prefix, version, path, "header transforms");
      }
    });
  }

  private void list(String prefix, Settings version, String path, String feature) {
    if (!version.live(path).isEmpty()) {
      ask(prefix, version, path, feature);
    }
  }

  private void ask(String prefix, Settings version, String path, String feature) {
    asks.feature(version.origin(path), prefix + "." + path, feature);
  }

  /** Parts of the versions that say something and that this build does not act on. */
  static List<String> notActedOn(Settings settings) {
    var list = new ArrayList<String>();
    settings
        .members(VERSIONS)
        .forEach((name, json) -> {
          if (json instanceof Json.Obj object) {
            var version = new Settings(object, ApiKeys.VERSION, null);
            IDLE_LISTS.stream()
                .map("extended_paths."::concat)
                .filter(path -> !version.live(path).isEmpty())
                .forEach(path -> list.add(VERSIONS + "." + name + "." + path));
            if (OneVersion.of(settings) == null && !ApiVersionsReader.hasVersions(settings)) {
              OF_ONE.stream()
                  .filter(version::says)
                  .forEach(path -> list.add(VERSIONS + "." + name + "." + path));
            }
          }
        });
    return list;
  }
}
