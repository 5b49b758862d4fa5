package dev.weir.compiler;

import dev.weir.model.ApiDefinition;
import dev.weir.model.Problem;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out how much of what documents ask for can be served beside each other. An API whose new
 * definition cannot be served keeps the one that it was served by, if there is one. For one use.
 */
final class Rollout {
  private final Map<String, ApiDefinition> served;
  private final Map<String, ApiDefinition> wanted = new LinkedHashMap<>();
  private final Map<Integer, String> taken = new HashMap<>();
  private final Set<String> kept = new LinkedHashSet<>();
  private final Map<String, Problem> problems = new LinkedHashMap<>();

  /** Makes the best of a list of definitions and of ports that cannot be had. */
  interface Compiler {
    Compilation compile(List<ApiDefinition> definitions, Map<Integer, String> taken);
  }

  /** Opens the ports that are not open, and tells why one cannot be. */
  interface Ports {
    Map<Integer, String> open(Compilation compiled);
  }

  /**
   * @param served what has a place now, by its id
   * @param asked what is to have one
   */
  Rollout(Map<String, ApiDefinition> served, List<ApiDefinition> asked) {
    this.served = served;
    // Who has a place does not lose it to somebody else's change, whatever their files are called.
    asked.stream()
        .sorted(Comparator.comparingInt(this::novelty))
        .forEach(api -> wanted.put(api.apiId(), api));
  }

  private int novelty(ApiDefinition api) {
    ApiDefinition last = served.get(api.apiId());
    if (last == null) {
      return 2;
    }
    return last.settings().fingerprint().equals(api.settings().fingerprint()) ? 0 : 1;
  }

  /** Has an API go on as it is, if it is served. */
  void keep(String apiId) {
    ApiDefinition last = served.get(apiId);
    if (last != null && kept.add(apiId)) {
      wanted.put(apiId, last);
    }
  }

  /** The ids of those that go on although something else was asked for. */
  Set<String> kept() {
    return kept;
  }

  /** Why a port cannot be had. */
  String taken(int port) {
    return taken.getOrDefault(port, "port " + port + " is not open");
  }

  /** Why definitions that were asked for are not served, by the id of their API. */
  Map<String, Problem> problems() {
    return problems;
  }

  /** Compiles until nothing that is served has to go because something new cannot be. */
  Compilation settle(Compiler compiler, Ports ports) {
    while (true) {
      Compilation compiled = compiler.compile(List.copyOf(wanted.values()), taken);
      boolean settled = !fallBack(compiled);
      if (settled && compiled.problems().isEmpty()) {
        Map<Integer, String> refused = ports.open(compiled);
        settled = taken.keySet().containsAll(refused.keySet());
        taken.putAll(refused);
      }
      if (settled) {
        tell(compiled);
        return compiled;
      }
    }
  }

  private boolean fallBack(Compilation compiled) {
    Set<String> before = new HashSet<>(kept);
    for (ApiStatus status : compiled.apis()) {
      ApiDefinition api = status.api();
      if (!status.errors().isEmpty()
          && served.containsKey(api.apiId())
          && !kept.contains(api.apiId())
          && (status instanceof ApiStatus.Refused || novelty(api) > 0)) {
        keep(api.apiId());
        problems.put(api.apiId(), status.errors().getFirst());
      }
    }
    return !before.equals(kept);
  }

  private void tell(Compilation compiled) {
    for (ApiStatus status : compiled.apis()) {
      status.errors().forEach(error -> problems.putIfAbsent(status.api().apiId(), error));
    }
  }
}
