package dev.weir.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code tyk.conf}: the file, then the environment over it, then secret references, then the
 * checks. Every problem is reported, not the first one; with an error among them there is no
 * configuration.
 */
public final class ConfigReader {

  private static final List<Path> SYSTEM_WIDE =
      List.of(Path.of("/etc/tyk/tyk.conf"), Path.of("/opt/tyk-gateway/tyk.conf"));

  private ConfigReader() {}

  /**
   * The file to use when none is named: {@code tyk.conf} in this folder, else Tyk's own; null when
   * there is none.
   */
  public static @Nullable Path find(Path folder) {
    Path beside = folder.resolve("tyk.conf");
    if (Files.exists(beside)) {
      return beside;
    }
    return SYSTEM_WIDE.stream().filter(Files::exists).findFirst().orElse(null);
  }

  /**
   * Reads a file and the environment; the environment alone where {@code
   * TYK_GW_OMITCONFIGFILE=true} says so.
   */
  public static Reading<GatewayConfig> read(Path file, Map<String, String> environment) {
    return ifWhole(readDraft(file, environment));
  }

  /**
   * The same, but with a configuration also when there are errors in it, as far as they let it be
   * understood: to check what it names, never to serve from.
   */
  public static Reading<GatewayConfig> readDraft(Path file, Map<String, String> environment) {
    if (EnvironmentOverlay.omitsFile(environment)) {
      return draft(environment);
    }
    Reading<Json> document = DocumentFile.read(file);
    var problems = new ArrayList<>(document.problems());
    Json json = document.value();
    if (json == null) {
      return new Reading<>(null, problems);
    }
    Json.Obj values = new ShapeReader(problems).fields("", json, ConfigKeys.ROOT);
    return values == null
        ? new Reading<>(null, problems)
        : finish(file, values, environment, problems);
  }

  /** Reads the environment alone, over the defaults. */
  public static Reading<GatewayConfig> read(Map<String, String> environment) {
    return ifWhole(draft(environment));
  }

  private static Reading<GatewayConfig> draft(Map<String, String> environment) {
    Json.Obj nothing = Json.Obj.empty(Origin.whole("environment"));
    return finish(null, nothing, environment, new ArrayList<>());
  }

  private static Reading<GatewayConfig> ifWhole(Reading<GatewayConfig> draft) {
    return draft.hasErrors() ? new Reading<>(null, draft.problems()) : draft;
  }

  private static Reading<GatewayConfig> finish(
      @Nullable Path file,
      Json.Obj document,
      Map<String, String> environment,
      List<Problem> problems) {
    Json.Obj values = new EnvironmentOverlay(problems).apply(environment, document);
    var raw = new Settings(values, ConfigKeys.ROOT, file);
    Path folder = new Checks(raw, problems).path("kv.file.base_path");
    var references = new SecretReferences(environment, raw.textMap("secrets"), folder);
    Json.Obj followed = references.followMarked(values, ConfigKeys.ROOT, problems);
    var settings = new Settings(followed, ConfigKeys.ROOT, file);
    return new Reading<>(new ConfigBuilder(settings, problems).build(), problems);
  }
}
