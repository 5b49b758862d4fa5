package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiVersions;
import dev.weir.model.ApiVersions.Version;
import dev.weir.model.JsonWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The versions of an API in Tyk's shape, where each is an API of its own; those that are parts of
 * one definition have its id. An API without versions is its only one.
 */
final class ApiVersionsJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  private ApiVersionsJson() {}

  static String of(ApiDefinition api) {
    return api.versions()
        .map(versions -> of(api, versions))
        .orElseGet(() -> list(json(api, "", "", true)));
  }

  private static String of(ApiDefinition api, ApiVersions versions) {
    return list(
        versions.all().stream().map(version -> json(api, versions, version)).collect(joining(",")));
  }

  private static String list(String apis) {
    return "{\"status\":\"success\",\"apis\":[%s]}".formatted(apis);
  }

  private static String json(ApiDefinition api, ApiVersions versions, Version version) {
    String name = version.name();
    boolean isDefault = versions.byDefault().filter(name::equals).isPresent();
    return json(api, name, version.expires().map(TIME::format).orElse(""), isDefault);
  }

  private static String json(ApiDefinition api, String version, String expires, boolean isDefault) {
    return """
    {"id":%s,"name":%s,"versionName":%s,"internal":%s,"expirationDate":%s,\
    "isDefaultVersion":%s,"isBaseVersion":true}\
    """
        .formatted(
            JsonWriter.quoted(api.apiId()),
            JsonWriter.quoted(api.name()),
            JsonWriter.quoted(version),
            api.settings().flag("internal"),
            JsonWriter.quoted(expires),
            isDefault);
  }
}
