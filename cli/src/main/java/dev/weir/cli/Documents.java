package dev.weir.cli;

import dev.weir.model.ApiFolder;
import dev.weir.model.ApiReader;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import dev.weir.model.Reading;
import dev.weir.model.Severity;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration and the API definitions that it names, read and checked.
 *
 * @param file the configuration file
 * @param config null when there is an error in it
 * @param configProblems what is wrong with the configuration
 * @param reader has read {@code app_path}; null when an error keeps that from being found
 * @param apis what it holds; null without a reader
 */
public record Documents(
    Path file,
    @Nullable GatewayConfig config,
    List<Problem> configProblems,
    @Nullable ApiReader reader,
    @Nullable ApiFolder apis) {
  static final String PLACES = "./tyk.conf, then Tyk's system-wide file";
  private static final Problem NO_FILE =
      new Problem(
          Severity.ERROR,
          "tyk.conf",
          0,
          0,
          "",
          "no configuration file, looked for " + PLACES,
          "name one with --conf FILE");
  private static final Set<String> APIS_NEED = Set.of("app_path", "kv.file.base_path");
  private static final Path HERE = Path.of("");
  private static final String PORT_VARIABLE = "TYK_GW_LISTENPORT";
  private static final String PORT_FLAG = "--port";

  public Documents {
    configProblems = List.copyOf(configProblems);
  }

  /**
   * Reads a configuration file and what it names.
   *
   * @param asked the file; null: look in the usual places
   * @param port goes before every other way to set the main port; null: none
   */
  public static Documents read(
      @Nullable Path asked, @Nullable Integer port, Map<String, String> environment) {
    Path file = asked == null ? usual(environment) : asked;
    if (file == null) {
      return new Documents(Path.of("tyk.conf"), null, List.of(NO_FILE), null, null);
    }
    Reading<GatewayConfig> reading = ConfigReader.readDraft(file, withPort(environment, port));
    List<Problem> problems = reading.problems();
    if (port != null) {
      problems = problems.stream().map(Documents::namedAfterTheFlag).toList();
    }
    GatewayConfig draft = reading.value();
    ApiReader reader =
        draft == null || problems.stream().anyMatch(Documents::hidesTheApis)
            ? null
            : new ApiReader(draft, environment);
    return new Documents(
        file,
        reading.hasErrors() ? null : draft,
        problems,
        reader,
        reader == null ? null : reader.readFolder());
  }

  /**
   * Reads a configuration file alone, where nothing depends on there being one; the environment
   * where there is none.
   *
   * @param asked the file; null: look in the usual places
   */
  public static Reading<GatewayConfig> readConfig(
      @Nullable Path asked, Map<String, String> environment) {
    Path file = asked == null ? usual(environment) : asked;
    return file == null ? ConfigReader.read(environment) : ConfigReader.read(file, environment);
  }

  private static boolean hidesTheApis(Problem problem) {
    return problem.isError() && APIS_NEED.contains(problem.path());
  }

  /** All problems, the configuration's first. */
  public List<Problem> problems() {
    return apis == null
        ? configProblems
        : Stream.concat(configProblems.stream(), apis.problems().stream()).toList();
  }

  /** The file where one usually is; null where there is none and there has to be one. */
  private static @Nullable Path usual(Map<String, String> environment) {
    Path found = ConfigReader.find(HERE);
    boolean omitted = "true".equalsIgnoreCase(environment.get("TYK_GW_OMITCONFIGFILE"));
    return found == null && omitted ? Path.of("tyk.conf") : found;
  }

  private static Map<String, String> withPort(
      Map<String, String> environment, @Nullable Integer port) {
    if (port == null) {
      return environment;
    }
    Map<String, String> result = new HashMap<>(environment);
    result.put(PORT_VARIABLE, port.toString());
    return result;
  }

  /** The flag travels as a variable; what is wrong with it is said of the flag. */
  private static Problem namedAfterTheFlag(Problem problem) {
    return !problem.file().equals(PORT_VARIABLE)
        ? problem
        : new Problem(
            problem.severity(),
            PORT_FLAG,
            problem.line(),
            problem.column(),
            problem.path(),
            problem.message(),
            problem.hint());
  }
}
