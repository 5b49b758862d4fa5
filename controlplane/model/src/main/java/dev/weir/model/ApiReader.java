package dev.weir.model;

import java.io.IOException;
import java.io.UncheckedIOException;
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
 * Reads API definitions in Tyk's classic format, and OAS documents, of which classic definitions
 * are made first. A file with an error is left out, whatever its neighbours hold.
 */
public final class ApiReader {

  static final String OAS_SUFFIX = "-oas.json";

  private final GatewayConfig config;
  private final SecretReferences references;
  private final KnownFiles<ApiFile> known = new KnownFiles<>(ApiReader::isLasting);
  private final OasPairs.Known knownPairs = new OasPairs.Known();

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
   * Reads every {@code *.json} of {@code app_path}, by name; of a pair the OAS document. Of two
   * files with one api_id the second is refused. A file with the bytes that it had the last time
   * comes to the same definition, not only to an equal one, unless it refers to other files.
   */
  public ApiFolder readFolder() {
    Path folder = config.apis().appPath();
    try (Stream<Path> entries = Files.list(folder)) {
      var pairs =
          new OasPairs(
              this,
              knownPairs,
              entries.map(known::kept).filter(ApiReader::isJson).sorted().toList());
      List<ApiFile> files =
          known.read(pairs.files(), this::readWhole).stream().map(pairs::checked).toList();
      return new ApiFolder(folder, withoutDuplicates(files), List.of());
    } catch (NotDirectoryException e) {
      return unreadable(folder, Files.exists(folder) ? "is not a folder" : "does not exist");
    } catch (IOException | UncheckedIOException e) {
      return unreadable(folder, Files.exists(folder) ? "cannot be read" : "does not exist");
    }
  }

  /** What is missing or wrong elsewhere may be there the next time. */
  private static boolean isLasting(ApiFile file) {
    ApiDefinition api = file.definition();
    return api != null && !api.settings().refersToFiles();
  }

  /** With what the first reload compares, which has less time than a start. */
  private ApiFile readWhole(Path file, Reading<Json> document) {
    ApiFile read = readAsNamed(file, document);
    if (read.definition() != null) {
      read.definition().settings().fingerprint();
    }
    return read;
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

  /** Reads one file: an OAS document if its name says so, else a classic definition. */
  public ApiFile read(Path file) {
    return readAsNamed(file, DocumentFile.readRegular(file));
  }

  private ApiFile readAsNamed(Path file, Reading<Json> document) {
    return isOas(file) ? readOas(file, document) : read(file, document);
  }

  /** Where Tyk keeps the classic definition that is made of an OAS document in this file. */
  public static Path classicHalf(Path oas) {
    return OasPairs.half(oas);
  }

  /** Where the document is that a classic definition in this file would be made of. */
  public static Path oasBeside(Path classic) {
    String name = String.valueOf(classic.getFileName());
    return classic.resolveSibling(name.substring(0, name.length() - ".json".length()) + OAS_SUFFIX);
  }

  /** Whether the file of a definition would be too large to be read again. */
  public static boolean isTooLarge(String text) {
    return DocumentFile.isTooLarge(text);
  }

  /** What the file of an OAS document is called. */
  public static Path oasFile(Path folder, String name) {
    return folder.resolve(name + OAS_SUFFIX);
  }

  /** Whether the name of a file says that an OAS document is in it. */
  public static boolean isOas(Path file) {
    return file.toString().endsWith(OAS_SUFFIX);
  }

  /** The same definition with this id, if it is a definition and has none. */
  public static String withId(String text, String id) {
    return JsonReader.read("", text).value() instanceof Json.Obj object
            && isNoId(object.get("api_id"))
        ? JsonWriter.text(object.with("api_id", new Json.Text(object.origin(), id)))
        : text;
  }

  /** As in Tyk, an empty id is none. */
  private static boolean isNoId(@Nullable Json id) {
    return switch (id) {
      case null -> true;
      case Json.Null _ -> true;
      case Json.Text(_, String text) -> text.isEmpty();
      default -> false;
    };
  }

  /**
   * Reads one definition from its text.
   *
   * @param name what problems call it; nothing is read from there
   */
  public ApiFile read(Path name, String text) {
    return read(name, JsonReader.read(name.toString(), text));
  }

  /**
   * Reads an OAS document from its text.
   *
   * @param name what problems call it; nothing is read from there
   */
  public ApiFile readOas(Path name, String text) {
    return readOas(name, JsonReader.read(name.toString(), text));
  }

  /** What was written twice may have been meant either way, so it is an error here. */
  private ApiFile readOas(Path file, Reading<Json> document) {
    List<Problem> problems = new ArrayList<>();
    document.problems().forEach(problem -> problems.add(problem.asError()));
    Json json = document.value();
    if (json == null) {
      return new ApiFile(file, null, null, problems);
    }
    var pointers = new JsonPointers(json);
    Json.Obj classic = OasTranslator.translate(json, pointers, problems);
    ApiDefinition api =
        classic == null ? null : definition(file, classic, (Json.Obj) json, problems);
    boolean broken = problems.stream().anyMatch(Problem::isError);
    List<Problem> pointed = problems.stream().map(pointers::pointed).toList();
    return new ApiFile(file, OasTranslator.id(json), broken ? null : api, pointed);
  }

  private ApiFile read(Path file, Reading<Json> document) {
    var problems = new ArrayList<>(document.problems());
    Json json = document.value();
    if (json == null) {
      return new ApiFile(file, null, null, problems);
    }
    ApiDefinition api = isForeign(json, problems) ? null : definition(file, json, null, problems);
    boolean broken = problems.stream().anyMatch(Problem::isError);
    return new ApiFile(file, apiId(json), broken ? null : api, problems);
  }

  /**
   * @param translated the OAS document that the definition was made of; null for none
   */
  private @Nullable ApiDefinition definition(
      Path file, Json json, Json.@Nullable Obj translated, List<Problem> problems) {
    Json.Obj written = new ShapeReader(problems).fields("", json, ApiKeys.ROOT);
    if (written == null) {
      return null;
    }
    Json.Obj values = references.followObject("", written, problems);
    var settings = new Settings(written, values, ApiKeys.ROOT, file, translated);
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
          object.origin().error("", "is an OAS document", "call its file NAME" + OAS_SUFFIX));
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
