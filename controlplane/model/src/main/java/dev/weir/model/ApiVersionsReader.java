package dev.weir.model;

import dev.weir.model.ApiVersions.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the versions of an API. Each is read as a definition of its own, in which there is no other
 * version, so that whatever one API can ask for, each version can.
 */
final class ApiVersionsReader {
  private static final String VERSIONS = "version_data.versions";
  private static final String DEFAULT = "version_data.default_version";

  private final Settings settings;
  private final GatewayConfig config;
  private final List<Problem> problems;
  private final Checks checks;
  private final ApiAsks asks;

  ApiVersionsReader(Settings settings, GatewayConfig config, List<Problem> problems, ApiAsks asks) {
    this.settings = settings;
    this.config = config;
    this.problems = problems;
    this.checks = new Checks(settings, problems);
    this.asks = asks;
  }

  /** Whether callers name versions: Tyk has it so unless it is told otherwise. */
  static boolean hasVersions(Settings api) {
    return !api.members(VERSIONS).isEmpty() && !api.flag("version_data.not_versioned");
  }

  /** Empty for an API without versions. */
  Optional<ApiVersions> read() {
    if (!hasVersions(settings)) {
      return Optional.empty();
    }
    String field = new VersionField(settings, checks, asks).read("version_data.not_versioned");
    Map<String, Json> written = settings.members(VERSIONS);
    String byDefault = settings.text(DEFAULT);
    if (!byDefault.isEmpty() && !written.containsKey(byDefault)) {
      checks.error(DEFAULT, "\"" + byDefault + "\" is no version", "name one of versions");
    }
    var versions = new ArrayList<Version>();
    written.forEach((name, json) -> {
      if (json instanceof Json.Obj version) {
        versions.add(version(name, version));
      }
    });
    return Optional.of(
        new ApiVersions(
            field,
            settings.flag("definition.strip_versioning_data"),
            byDefault.isEmpty() ? Optional.empty() : Optional.of(byDefault),
            versions));
  }

  private Version version(String name, Json.Obj json) {
    String place = ShapeReader.join(VERSIONS, name);
    var version = new Settings(json, ApiKeys.VERSION, null);
    var versionChecks = new Checks(version, place, problems);
    String named = version.text("name");
    if (name.isEmpty()) {
      checks.error(VERSIONS, "has a version without a name", "name it");
    } else if (!named.isEmpty() && !named.equals(name)) {
      versionChecks.error(
          "name",
          "\"" + named + "\" is not the name by which callers ask for it",
          "write " + name + ", keys have that too");
    }
    Optional<Instant> expires = Expiry.read(version, versionChecks, "expires");
    Settings own = settings.ofVersion(name, json, target(version, versionChecks));
    var found = new ArrayList<Problem>();
    ApiDefinition api = new ApiBuilder(own, config, found).build();
    found.stream().filter(problem -> !problems.contains(problem)).forEach(problems::add);
    asks.addAll(api);
    return new Version(name, expires, api);
  }

  /** The text of a good {@code override_target}; null for none. */
  private @Nullable Json target(Settings version, Checks versionChecks) {
    String path = "override_target";
    Json written = version.value(path);
    if (!(written instanceof Json.Text(Origin at, String text)) || text.isEmpty()) {
      return null;
    }
    Target target = new TargetReader(versionChecks.full(path), problems).read(at, text, null);
    return target == null ? null : written;
  }
}
