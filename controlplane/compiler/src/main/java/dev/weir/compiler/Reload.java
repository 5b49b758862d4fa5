package dev.weir.compiler;

import dev.weir.model.ApiFile;
import dev.weir.model.ApiFolder;
import dev.weir.model.Problem;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What came of a reload.
 *
 * @param applied whether there is a new generation; otherwise all is as it was
 * @param generation what is served now
 * @param hash tells what is served from what else could be
 * @param added ids of APIs
 * @param changed ids of APIs that are served by another definition than before
 * @param removed ids of APIs
 * @param kept ids of APIs that are served by their last good definition
 * @param policies what has changed of them
 * @param problems why not all is as the documents ask, and what there is to warn of
 * @param apiIds of the APIs that problems are about, by the files that these name
 */
public record Reload(
    boolean applied,
    long generation,
    String hash,
    Duration took,
    List<String> added,
    List<String> changed,
    List<String> removed,
    List<String> kept,
    Changes policies,
    List<Problem> problems,
    Map<String, String> apiIds) {

  public Reload {
    added = List.copyOf(added);
    changed = List.copyOf(changed);
    removed = List.copyOf(removed);
    kept = List.copyOf(kept);
    problems = List.copyOf(problems);
    apiIds = Map.copyOf(apiIds);
  }

  /** Nothing has changed. */
  static Reload refused(Serving now, Duration took, List<Problem> problems) {
    return new Reload(
        false,
        now.generation(),
        now.hash(),
        took,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Changes.NONE,
        problems,
        Map.of());
  }

  static Reload applied(
      Serving before,
      Serving now,
      Duration took,
      Collection<String> kept,
      Changes policies,
      List<Problem> problems) {
    Changes apis =
        Changes.between(
            before.definitions(), now.definitions(), api -> api.settings().fingerprint());
    return new Reload(
        true,
        now.generation(),
        now.hash(),
        took,
        apis.added(),
        apis.changed(),
        apis.removed(),
        kept.stream().sorted().toList(),
        policies,
        problems,
        Map.of());
  }

  /** The same with the ids of the APIs that its problems are about. */
  Reload of(ApiFolder folder) {
    Set<String> named = problems.stream().map(Problem::file).collect(Collectors.toSet());
    Map<String, String> ids = new HashMap<>();
    for (ApiFile file : folder.files()) {
      String id = file.apiId();
      if (id != null && named.contains(file.path().toString())) {
        ids.put(file.path().toString(), id);
      }
    }
    return new Reload(
        applied, generation, hash, took, added, changed, removed, kept, policies, problems, ids);
  }

  /** What came of it, in one word. */
  public enum Result {
    WHOLE,
    IN_PART,
    REFUSED;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Result result() {
    if (!applied) {
      return Result.REFUSED;
    }
    return isWhole() ? Result.WHOLE : Result.IN_PART;
  }

  /** Whether all is as the documents ask. */
  public boolean isWhole() {
    return problems.stream().noneMatch(Problem::isError);
  }
}
