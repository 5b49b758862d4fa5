package dev.weir.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads API definitions in Tyk's classic format. A file with an error is left out, whatever its
 * neighbours hold.
 */
public final class ApiReader {

  private static final String OAS_SUFFIX = "-oas.json";

  private final GatewayConfig config;
  private final SecretReferences references;

  /**
   * @param config tells the folder, whether domains count, and what {@code secrets://} stands for
   * @param environment what {@code env://} stands for
   */
  public ApiReader(GatewayConfig config, Map<String, String> environment) {
    this.config = config;
    Settings settings = config.settings();
    this.references =
        new SecretReferences(
            environment, settings.textMap("secrets"), settings.path("kv.file.base_path"));
  }

  /**
   * Reads every {@code *.json} of {@code app_path}, by name. Of two files with one api_id the
   * second is refused.
   */
  public ApiFolder readFolder() {
    Path folder = config.apis().appPath();
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files = entries.filter(ApiReader::isJson).sorted().toList();
      return new ApiFolder(
          folder, withoutDuplicates(files.stream().map(this::read).toList()), List.of());
    } catch (NotDirectoryException e) {
      return unreadable(folder, Files.exists(folder) ? "is not a folder" : "does not exist");
    } catch (IOException e) {
      return unreadable(folder, Files.exists(folder) ? "cannot be read" : "does not exist");
    }
  }

  private static boolean isJson(Path file) {
    return file.toString().endsWith(".json");
  }

  private ApiFolder unreadable(Path folder, String what) {
    Problem problem =
        config
            .settings()
            .origin("app_path")
            .error("app_path", folder + " " + what, "name a folder with API definitions");
    return new ApiFolder(folder, List.of(), List.of(problem));
  }

  private static List<ApiFile> withoutDuplicates(List<ApiFile> files) {
    var first = new HashMap<String, Path>();
    var kept = new ArrayList<ApiFile>();
    for (ApiFile file : files) {
      ApiDefinition api = file.definition();
      Path other =
          api == null || !api.active() ? null : first.putIfAbsent(api.apiId(), file.path());
      kept.add(api == null || other == null ? file : duplicate(file, api, other));
    }
    return kept;
  }

  private static ApiFile duplicate(ApiFile file, ApiDefinition api, Path other) {
    var problems = new ArrayList<>(file.problems());
    problems.add(
        api.settings()
            .origin("api_id")
            .error(
                "api_id",
                "\"" + api.apiId() + "\" is the id of " + other + " too",
                "give it its own"));
    return new ApiFile(file.path(), api.apiId(), null, problems);
  }

  /** Reads one file. */
  public ApiFile read(Path file) {
    if (file.toString().endsWith(OAS_SUFFIX)) {
      Problem note =
          Origin.whole(file.toString()).note("", "OAS documents are not read by this build");
      return new ApiFile(file, null, null, List.of(note));
    }
    return read(file, DocumentFile.readRegular(file));
  }

  /** The same definition with this id, if it is a definition and has none. */
  public static String withId(String text, String id) {
    return JsonReader.read("", text).value() instanceof Json.Obj object
            && object.get("api_id") == null
        ? JsonWriter.text(object.with("api_id", new Json.Text(object.origin(), id)))
        : text;
  }

  /**
   * Reads one definition from its text.
   *
   * @param name what problems call it; nothing is read from there
   */
  public ApiFile read(Path name, String text) {
    return read(name, JsonReader.read(name.toString(), text));
  }

  private ApiFile read(Path file, Reading<Json> document) {
    var problems = new ArrayList<>(document.problems());
    Json json = document.value();
    if (json == null) {
      return new ApiFile(file, null, null, problems);
    }
    ApiDefinition api = definition(file, json, problems);
    boolean broken = problems.stream().anyMatch(Problem::isError);
    return new ApiFile(file, apiId(json), broken ? null : api, problems);
  }

  private @Nullable ApiDefinition definition(Path file, Json json, List<Problem> problems) {
    if (isForeign(json, problems)) {
      return null;
    }
    Json.Obj written = new ShapeReader(problems).fields("", json, ApiKeys.ROOT);
    if (written == null) {
      return null;
    }
    Json.Obj values = references.followObject("", written, problems);
    var settings = new Settings(written, values, ApiKeys.ROOT, file);
    return new ApiBuilder(settings, config, problems).build();
  }

  /**
   * Names two documents that are often put into the folder, rather than listing all that they lack.
   */
  private static boolean isForeign(Json json, List<Problem> problems) {
    if (!(json instanceof Json.Obj object) || object.get("api_id") != null) {
      return false;
    }
    if (object.get("openapi") != null) {
      problems.add(
          object
              .origin()
              .error(
                  "",
                  "is an OAS document, which this build does not read",
                  "use the classic format"));
      return true;
    }
    if (object.get("api_definition") != null) {
      problems.add(
          object
              .origin()
              .error(
                  "api_definition",
                  "is a Dashboard export",
                  "keep what is inside api_definition only"));
      return true;
    }
    return false;
  }

  private static @Nullable String apiId(Json json) {
    return json instanceof Json.Obj object
            && object.get("api_id") instanceof Json.Text(_, String id)
        ? id
        : null;
  }
}
