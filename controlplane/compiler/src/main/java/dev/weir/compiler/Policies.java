package dev.weir.compiler;

import dev.weir.model.ApiDefinition;
import dev.weir.model.GatewayConfig;
import dev.weir.model.GatewayConfig.PolicySource;
import dev.weir.model.JsonWriter;
import dev.weir.model.PolicyDefinition;
import dev.weir.model.PolicyFile;
import dev.weir.model.PolicyFolder;
import dev.weir.model.PolicyReader;
import dev.weir.model.Problem;
import dev.weir.model.Settings;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The policies of files, as they count for keys: one that cannot be read any more keeps its last
 * good version. For one thread at a time.
 */
public final class Policies {
  /** Of policies that are not there; who loses a whole folder is told by its name. */
  private static final int MOST_TOLD = 20;

  private final PolicySource source;
  private final Settings settings;
  private final KeyDirectory keys;
  private final RightsChecks checks;
  private final PolicyReader reader = new PolicyReader();
  private Map<String, Path> files = Map.of();

  /** Those that have counted and are not there, while keys may name them. */
  private final Set<String> gone = new HashSet<>();

  /**
   * Policies that a configuration names, and that count for these.
   *
   * @param checks tell which patterns are none
   */
  public Policies(GatewayConfig config, KeyDirectory keys, RightsChecks checks) {
    this.source = config.policies();
    this.settings = config.settings();
    this.keys = keys;
    this.checks = checks;
  }

  /**
   * What was read, and does not count yet.
   *
   * @param files where each policy is from, by its id
   * @param problems errors and warnings
   */
  record Read(PolicyBook book, Map<String, Path> files, List<Problem> problems) {
    Read {
      files = Map.copyOf(files);
      problems = List.copyOf(problems);
    }
  }

  Read read() {
    PolicyFolder folder = folder();
    if (folder.wholeProblems().stream().anyMatch(Problem::isError)) {
      return new Read(keys.policies(), files, folder.problems());
    }
    Map<String, PolicyDefinition> policies = new HashMap<>();
    Map<String, Path> from = new HashMap<>();
    for (PolicyFile file : folder.files()) {
      PolicyDefinition policy = file.definition();
      if (policy != null) {
        policies.put(policy.id(), policy);
        from.put(policy.id(), file.path());
      }
    }
    folder.files().stream()
        .filter(PolicyFile::hasErrors)
        .flatMap(this::lastOf)
        .forEach(policy -> {
          // Also where another file has it: nobody knows which is meant.
          policies.put(policy.id(), policy);
          from.put(policy.id(), Objects.requireNonNull(files.get(policy.id())));
        });
    return new Read(new PolicyBook(policies), from, folder.problems());
  }

  /** A folder that is not there yet has none; one that has gone says so. */
  private PolicyFolder folder() {
    Path folder = source.folder();
    PolicyFolder read =
        folder != null && !files.isEmpty() ? reader.readFolder(folder) : reader.read(source);
    return new PolicyFolder(
        read.path(), read.files().stream().map(this::checked).toList(), read.wholeProblems());
  }

  /** A pattern that is none is an error of its file, as what cannot be read. */
  private PolicyFile checked(PolicyFile file) {
    PolicyDefinition policy = file.definition();
    List<Problem> patterns = policy == null ? List.of() : checks.patterns(policy.settings());
    return patterns.isEmpty()
        ? file
        : new PolicyFile(
            file.path(),
            file.id(),
            null,
            Stream.concat(file.problems().stream(), patterns.stream()).toList());
  }

  /**
   * What keys ask for in vain: an error for each policy that has counted and is not there, since
   * keys have lost what they had, and a warning for each other one.
   */
  List<Problem> missing() {
    Map<String, Integer> named = keys.missingPolicies();
    gone.retainAll(named.keySet());
    return named.entrySet().stream()
        .map(missing -> missing(missing.getKey(), missing.getValue()))
        .sorted(Comparator.comparing(Problem::isError).reversed())
        .limit(MOST_TOLD)
        .toList();
  }

  private Problem missing(String id, int count) {
    String keys = count == 1 ? "a key names it and is" : count + " keys name it and are";
    Problem problem =
        settings.warning(
            "policies",
            "policy not found: %s; %s refused".formatted(JsonWriter.quoted(id), keys),
            "put it back, or take it out of the keys");
    return gone.contains(id) ? problem.asError() : problem;
  }

  /** What counts now of a file that cannot be read: as it says itself, or as it did before. */
  private Stream<PolicyDefinition> lastOf(PolicyFile file) {
    return keys.policies().all().values().stream()
        .filter(policy ->
            file.id() == null
                ? file.path().equals(files.get(policy.id()))
                : policy.id().equals(file.id()));
  }

  /** Of those that count. */
  String fingerprint() {
    return keys.policies().fingerprint();
  }

  /** Has plain paths be patterns in the APIs that say so, and in no others. */
  void beside(Collection<ApiDefinition> served) {
    keys.loose(
        served.stream()
            .filter(ApiDefinition::loosePaths)
            .map(ApiDefinition::apiId)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Has them count, unless they say what is said already; tells what has changed. */
  Changes begin(Read read) {
    PolicyBook before = keys.policies();
    gone.addAll(before.all().keySet());
    gone.removeAll(read.book().all().keySet());
    files = read.files();
    if (!read.book().says(before)) {
      keys.policies(read.book());
    }
    return Changes.between(
        before.all(), read.book().all(), policy -> policy.settings().fingerprint());
  }
}
