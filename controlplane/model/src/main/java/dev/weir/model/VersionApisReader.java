package dev.weir.model;

import dev.weir.model.VersionApis.Child;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads which other APIs are versions of an API, as far as its own definition can tell. */
final class VersionApisReader {
  static final String VERSIONS = "definition.versions";
  private static final String ENABLED = "definition.enabled";
  private static final String DEFAULT = "definition.default";

  private final Settings settings;
  private final Checks checks;
  private final ApiAsks asks;

  VersionApisReader(Settings settings, Checks checks, ApiAsks asks) {
    this.settings = settings;
    this.checks = checks;
    this.asks = asks;
  }

  /** Empty for an API that has no such versions. */
  Optional<VersionApis> read() {
    if (!settings.flag(ENABLED)) {
      return Optional.empty();
    }
    if (ApiVersionsReader.hasVersions(settings)) {
      asks.feature(settings.origin(ENABLED), ENABLED, "API versions of both kinds");
    }
    String field = new VersionField(settings, checks, asks).read(ENABLED);
    String name = settings.text("definition.name");
    String byDefault = settings.text(DEFAULT);
    var children = new ArrayList<Child>();
    settings
        .members(VERSIONS)
        .forEach((version, json) -> {
          if (json instanceof Json.Text(Origin at, String apiId)) {
            Child child = new Child(version, apiId, at);
            check(child, name);
            children.add(child);
          }
        });
    checkDefault(byDefault, name, children);
    return Optional.of(
        new VersionApis(
            field,
            settings.flag("definition.strip_versioning_data"),
            name,
            // As in Tyk, where one without a name is the one that is named by nothing.
            byDefault.isEmpty()
                ? Optional.of(VersionApis.SELF).filter(_ -> name.isEmpty())
                : Optional.of(byDefault.equals(name) ? VersionApis.SELF : byDefault),
            settings.flag("definition.fallback_to_default"),
            children));
  }

  private void check(Child child, String name) {
    if (child.name().isEmpty()) {
      checks.error(VERSIONS, "has a version without a name", "name it");
    } else if (child.name().equals(name) || child.name().equals(VersionApis.SELF)) {
      checks.add(
          child.error("is the name of the API itself, which would be called", "name it otherwise"));
    } else if (child.apiId().isEmpty()) {
      checks.add(child.error("is empty, the api_id of an API is needed", null));
    } else if (child.apiId().equals(settings.text("api_id"))) {
      checks.add(
          child.error("is the id of the API itself", "leave it out, definition.name is its name"));
    }
  }

  private void checkDefault(String byDefault, String name, List<Child> children) {
    if (!byDefault.isEmpty()
        && !byDefault.equals(VersionApis.SELF)
        && !byDefault.equals(name)
        && children.stream().noneMatch(child -> child.name().equals(byDefault))) {
      checks.error(
          DEFAULT, "\"" + byDefault + "\" is no version", "name one of versions, or write self");
    }
  }
}
