package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiVersions;
import dev.weir.model.ApiVersions.Version;
import dev.weir.model.JsonWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The versions of an API in Tyk's shape, where each is an API of its own; those that are parts of
 * one definition have its id. An API without versions is its only one.
 */
final class ApiVersionsJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  private ApiVersionsJson() {}

  /** One of them as it is told. */
  private record Told(String name, String expires, boolean isDefault) {}

  /**
   * The versions, by their names.
   *
   * @param query {@code searchText}, which is part of the names of those that are told, and {@code
   *     accessType}, {@code internal} or {@code external}
   */
  static String of(ApiDefinition api, Map<String, String> query) {
    String part = query.getOrDefault("searchText", "").toLowerCase(Locale.ROOT);
    String list =
        isAskedFor(api, query.getOrDefault("accessType", ""))
            ? all(api).stream()
                .filter(told -> told.name().toLowerCase(Locale.ROOT).contains(part))
                .map(told -> json(api, told))
                .collect(joining(","))
            : "";
    return "{\"status\":\"success\",\"apis\":%s}"
        .formatted(list.isEmpty() ? "null" : "[" + list + "]");
  }

  /** As in Tyk, any other type stands for both. */
  private static boolean isAskedFor(ApiDefinition api, String type) {
    return switch (type) {
      case "internal" -> isInternal(api);
      case "external" -> !isInternal(api);
      default -> true;
    };
  }

  private static boolean isInternal(ApiDefinition api) {
    return api.settings().flag("internal");
  }

  private static List<Told> all(ApiDefinition api) {
    return api.versions()
        .map(ApiVersionsJson::all)
        .orElseGet(() -> List.of(new Told("", api.settings().text("expiration"), true)));
  }

  private static List<Told> all(ApiVersions versions) {
    return versions.all().stream()
        .map(version -> told(versions, version))
        .sorted(Comparator.comparing(Told::name))
        .toList();
  }

  private static Told told(ApiVersions versions, Version version) {
    String name = version.name();
    return new Told(
        name,
        version.expires().map(TIME::format).orElse(""),
        versions.byDefault().filter(name::equals).isPresent());
  }

  private static String json(ApiDefinition api, Told told) {
    return """
    {"id":%s,"name":%s,"versionName":%s,"internal":%s,"expirationDate":%s,\
    "isDefaultVersion":%s}\
    """
        .formatted(
            JsonWriter.quoted(api.apiId()),
            JsonWriter.quoted(api.name()),
            JsonWriter.quoted(told.name()),
            isInternal(api),
            JsonWriter.quoted(told.expires()),
            told.isDefault());
  }
}
