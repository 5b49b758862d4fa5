package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiVersions;
import dev.weir.model.ApiVersions.Version;
import dev.weir.model.JsonWriter;
import dev.weir.model.VersionApis;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The versions of an API in Tyk's shape, where each is an API of its own; those that are parts of
 * one definition have its id. An API without versions is its only one.
 */
final class ApiVersionsJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  private ApiVersionsJson() {}

  /** One of them as it is told. */
  private record Told(ApiDefinition api, String name, String expires, boolean isDefault) {}

  /**
   * The versions, by their names.
   *
   * @param query {@code searchText}, which is part of the names of those that are told, and {@code
   *     accessType}, {@code internal} or {@code external}
   * @param served gives the API with an id
   */
  static String of(
      ApiDefinition api,
      Map<String, String> query,
      Function<String, Optional<ApiDefinition>> served) {
    String part = query.getOrDefault("searchText", "").toLowerCase(Locale.ROOT);
    String type = query.getOrDefault("accessType", "");
    String list =
        all(api, served).stream()
            .filter(told -> isAskedFor(told.api(), type))
            .filter(told -> told.name().toLowerCase(Locale.ROOT).contains(part))
            .map(ApiVersionsJson::json)
            .collect(joining(","));
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
    return api.isInternal();
  }

  private static List<Told> all(
      ApiDefinition api, Function<String, Optional<ApiDefinition>> served) {
    return api.children()
        .map(versions -> apis(api, versions, served))
        .or(() -> api.versions().map(versions -> parts(api, versions)))
        .orElseGet(() -> List.of(told(api, "", true)));
  }

  /** The API itself comes first, as in Tyk; those that are not there are left out. */
  private static List<Told> apis(
      ApiDefinition api, VersionApis versions, Function<String, Optional<ApiDefinition>> served) {
    String byDefault = versions.byDefault().orElse("");
    List<Told> all = new ArrayList<>();
    all.add(told(api, versions.name(), byDefault.equals(VersionApis.SELF)));
    versions.all().stream()
        .sorted(Comparator.comparing(VersionApis.Child::name))
        .forEach(child ->
            served
                .apply(child.apiId())
                .map(other -> told(other, child.name(), byDefault.equals(child.name())))
                .ifPresent(all::add));
    return all;
  }

  private static Told told(ApiDefinition api, String name, boolean isDefault) {
    return new Told(api, name, api.settings().text("expiration"), isDefault);
  }

  private static List<Told> parts(ApiDefinition api, ApiVersions versions) {
    return versions.all().stream()
        .map(version -> told(api, versions, version))
        .sorted(Comparator.comparing(Told::name))
        .toList();
  }

  private static Told told(ApiDefinition api, ApiVersions versions, Version version) {
    String name = version.name();
    return new Told(
        api,
        name,
        version.expires().map(TIME::format).orElse(""),
        versions.byDefault().filter(name::equals).isPresent());
  }

  private static String json(Told told) {
    ApiDefinition api = told.api();
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
