package dev.weir.model;

import dev.weir.model.AccessRight.AllowedUrl;
import dev.weir.model.AccessRight.EndpointLimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code access_rights} and what keys and policies have in common besides. */
final class RightsReader {

  private static final String RIGHTS = "access_rights";

  /** RFC 9110, 9.3, and RFC 5789. */
  private static final Set<String> KNOWN =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  private static final String WRITE_URL = "write /pkg.Service/Method or /pkg.Service/*";

  private final Settings settings;
  private final String place;
  private final List<Problem> problems;
  private final ApiAsks asks;

  /**
   * @param place of the settings in their document
   */
  RightsReader(Settings settings, String place, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.place = place;
    this.problems = problems;
    this.asks = asks;
  }

  Map<String, AccessRight> rights() {
    var rights = new LinkedHashMap<String, AccessRight>();
    settings
        .members(RIGHTS)
        .forEach((id, json) -> {
          if (json instanceof Json.Obj object) {
            var right = new Settings(object, AccessKeys.RIGHT, null);
            rights.put(id, right(id, right, ShapeReader.join(place, RIGHTS + "." + id)));
          }
        });
    return rights;
  }

  private AccessRight right(String id, Settings right, String at) {
    var checks = new Checks(right, at, problems);
    if (id.isEmpty()) {
      checks.error("", "has no id of an API for its name");
    }
    if (right.says("api_id") && !right.text("api_id").equals(id)) {
      checks.warning("api_id", "is not its name in access_rights, which is what counts");
    }
    return new AccessRight(
        id,
        right.texts("versions"),
        allowedUrls(right, at),
        new AllowanceReader(right, "limit", checks, asks).read(),
        endpoints(right, at),
        right.text("allowance_scope"));
  }

  private List<AllowedUrl> allowedUrls(Settings right, String at) {
    var urls = new ArrayList<AllowedUrl>();
    List<Json> items = right.items("allowed_urls");
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var entry = new Settings(object, AccessKeys.ALLOWED_URL, null);
        String place = ShapeReader.join(at, "allowed_urls[" + i + "]");
        allowedUrl(entry, place);
        urls.add(new AllowedUrl(entry.text("url"), methods(entry, place)));
      }
    }
    return urls;
  }

  private List<String> methods(Settings entry, String at) {
    List<String> methods = entry.texts("methods");
    if (!methods.contains("POST")) {
      new Checks(entry, at, problems)
          .warning("methods", "has no POST, by which gRPC is called: no call is let through by it");
    }
    return methods;
  }

  private void allowedUrl(Settings entry, String at) {
    String url = entry.text("url");
    if (url.isEmpty() || PlainPath.is(url)) {
      url(entry, "url", at);
    } else {
      new Checks(entry, at, problems)
          .warning("url", "is a pattern, which may match anywhere in a path", WRITE_URL);
    }
  }

  /** Tyk takes every entry for a regular expression that is searched anywhere in the path. */
  private void url(Settings entry, String path, String at) {
    String url = entry.text(path);
    if (url.isEmpty()) {
      new Checks(entry, at, problems).error(path, "is empty, which would be every path", WRITE_URL);
    } else if (!PlainPath.is(url)) {
      asks.feature(entry.origin(path), ShapeReader.join(at, path), "patterns of paths");
    }
  }

  private List<EndpointLimit> endpoints(Settings right, String at) {
    var limits = new ArrayList<EndpointLimit>();
    List<Json> items = right.items("endpoints");
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var endpoint = new Settings(object, AccessKeys.ENDPOINT, null);
        String place = ShapeReader.join(at, "endpoints[" + i + "]");
        url(endpoint, "path", place);
        endpoint(endpoint, place, limits);
      }
    }
    return limits;
  }

  private void endpoint(Settings endpoint, String at, List<EndpointLimit> limits) {
    List<Json> items = endpoint.items("methods");
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj object) {
        var method = new Settings(object, AccessKeys.ENDPOINT_METHOD, null);
        var checks = new Checks(method, at + ".methods[" + i + "]", problems);
        Allowance rate = new AllowanceReader(method, "limit", checks, asks).rate();
        limits.add(new EndpointLimit(endpoint.text("path"), name(method, checks), rate));
      }
    }
  }

  /** In either case, as in Tyk. What is no method limits nothing, in stores of before too. */
  private static String name(Settings method, Checks checks) {
    String name = method.text("name").toUpperCase(Locale.ROOT);
    if (!name.isEmpty() && !KNOWN.contains(name)) {
      checks.warning(
          "name",
          "is none of the methods of HTTP: its limit may limit nothing, POST is what gRPC is called by");
    }
    return name;
  }

  /** What an object of any values says, as texts; what is no text as it is written. */
  Map<String, String> metaData() {
    var texts = new LinkedHashMap<String, String>();
    settings
        .members("meta_data")
        .forEach((name, json) ->
            texts.put(name, json instanceof Json.Text(_, var text) ? text : JsonWriter.text(json)));
    if (!texts.getOrDefault("rate_limit_pattern", "").isEmpty()) {
      asks.feature(
          settings.origin("meta_data"),
          ShapeReader.join(place, "meta_data.rate_limit_pattern"),
          "counting by rate_limit_pattern");
    }
    return texts;
  }

  /** Whether open streams end with what allowed them; empty where nothing is said about it. */
  static Optional<Boolean> endsStreams(Settings settings) {
    String path = "weir.end_streams_on_revoke";
    return settings.isSet(path) ? Optional.of(settings.flag(path)) : Optional.empty();
  }

  /** Fields of the rights that say something and that this build does not act on. */
  static List<String> notActedOn(Settings settings) {
    var list = new ArrayList<String>();
    settings
        .members(RIGHTS)
        .forEach((id, json) -> {
          if (json instanceof Json.Obj object) {
            var right = new Settings(object, AccessKeys.RIGHT, null);
            right.notActedOn().stream()
                .filter(right::says)
                .forEach(path -> list.add(RIGHTS + "." + id + "." + path));
          }
        });
    return list;
  }
}
