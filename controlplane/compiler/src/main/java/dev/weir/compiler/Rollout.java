package dev.weir.compiler;

import dev.weir.certificates.CertificateSource;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how much of what documents ask for can be served beside each other. An API whose new
 * definition cannot be served keeps the one that it was served by, if there is one. For one use.
 */
final class Rollout {
  private final Map<String, ApiDefinition> served;
  private final List<ApiDefinition> wanted;

  /** Where each is among them; made when one falls back, since it is an object for each. */
  private @Nullable Map<String, Integer> places;

  private final Map<Integer, String> taken = new HashMap<>();
  private final Set<String> kept = new LinkedHashSet<>();
  private final Set<String> unserved = new HashSet<>();
  private final Set<String> judged = new HashSet<>();
  private final Map<String, List<Problem>> problems = new LinkedHashMap<>();
  private final Set<CertificateSource.Name> held = new HashSet<>();
  private final Set<Problem> waiting = new LinkedHashSet<>();

  /** What waits for the sake of an API, by its id. */
  private final Map<String, Held> heldFor = new HashMap<>();

  /**
   * Makes the best of a list of definitions, of ports that cannot be had, and of certificates whose
   * changed files have to wait.
   */
  interface Compiler {
    Compilation compile(
        List<ApiDefinition> definitions,
        Map<Integer, String> taken,
        Set<CertificateSource.Name> held);
  }

  private record Held(Set<CertificateSource.Name> names, Set<Problem> why) {}

  /** Opens the ports that are not open, and tells why one cannot be. */
  interface Ports {
    Map<Integer, String> open(Compilation compiled);
  }

  /**
   * @param served what has a place now, by its id
   * @param asked what is to have one, one definition of an API
   */
  Rollout(Map<String, ApiDefinition> served, List<ApiDefinition> asked) {
    this.served = served;
    this.wanted = new ArrayList<>(asked);
    // Who has a place does not lose it to somebody else's change, whatever their files are called.
    wanted.sort(Comparator.comparingInt(this::novelty));
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
      Integer place = places().putIfAbsent(apiId, wanted.size());
      if (place == null) {
        wanted.add(last);
      } else {
        wanted.set(place, last);
      }
    }
  }

  private Map<String, Integer> places() {
    Map<String, Integer> made = places;
    if (made == null) {
      made = HashMap.newHashMap(wanted.size());
      for (int i = 0; i < wanted.size(); i++) {
        made.put(wanted.get(i).apiId(), i);
      }
      places = made;
    }
    return made;
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
  Map<String, List<Problem>> problems() {
    return problems;
  }

  /** Which certificates with changed files are not in use, and why. */
  List<Problem> waiting() {
    return List.copyOf(waiting);
  }

  /** Whether what was asked for of an API is not served at all; else versions alone are closed. */
  boolean isUnserved(String apiId) {
    return unserved.contains(apiId);
  }

  /** Compiles until nothing that is served has to go because something new cannot be. */
  Compilation settle(Compiler compiler, Ports ports) {
    while (true) {
      Compilation compiled = compile(compiler, wanted);
      boolean isSettled =
          !hold(compiled) && !fallBack(compiled) && !fallBackWithVersions(compiled, compiler);
      if (isSettled && compiled.problems().isEmpty()) {
        Map<Integer, String> refused = ports.open(compiled);
        isSettled = taken.keySet().containsAll(refused.keySet());
        taken.putAll(refused);
      }
      if (isSettled) {
        tell(compiled);
        return compiled;
      }
    }
  }

  private Compilation compile(Compiler compiler, List<ApiDefinition> definitions) {
    return compiler.compile(List.copyOf(definitions), taken, held);
  }

  /** Has those that have no place keep the one that they have. */
  private boolean fallBack(Compilation compiled) {
    boolean some = false;
    for (ApiStatus status : compiled.apis()) {
      if (status instanceof ApiStatus.Refused && mayFallBack(status) && novelty(status.api()) > 0) {
        release(status.api().apiId());
        fallBack(status);
        unserved.add(status.api().apiId());
        some = true;
      }
    }
    return some;
  }

  /**
   * Has new certificates wait for which somebody would lose the place that he has: a file is no
   * reason to go, nor is that of somebody else. Tried before a new definition falls back, which may
   * be good.
   */
  private boolean hold(Compilation compiled) {
    boolean some = false;
    for (ApiStatus status : compiled.apis()) {
      String id = status.api().apiId();
      Set<CertificateSource.Name> blamed = compiled.blamed().getOrDefault(id, Set.of());
      if (status instanceof ApiStatus.Refused && served.containsKey(id) && held.addAll(blamed)) {
        Held forIt = heldFor.computeIfAbsent(id, _ -> new Held(new HashSet<>(), new HashSet<>()));
        forIt.names().addAll(blamed);
        forIt.why().addAll(status.errors());
        waiting.addAll(status.errors());
        some = true;
      }
    }
    return some;
  }

  /** What has waited in vain does not wait any more, unless it has to for what is served now. */
  private void release(String apiId) {
    Held forIt = heldFor.remove(apiId);
    if (forIt != null) {
      held.removeAll(forIt.names());
      waiting.removeAll(forIt.why());
    }
  }

  private boolean mayFallBack(ApiStatus status) {
    String id = status.api().apiId();
    return served.containsKey(id) && !kept.contains(id);
  }

  private void fallBack(ApiStatus status) {
    keep(status.api().apiId());
    problems.put(status.api().apiId(), status.errors());
  }

  /**
   * Has those keep what they have whose change would close a version. To be asked when all have a
   * place, since versions may be closed for others that fall back. What is closed as a whole stays
   * so: its last version may let in whom it is to keep out.
   */
  private boolean fallBackWithVersions(Compilation compiled, Compiler compiler) {
    boolean some = false;
    for (ApiStatus status : compiled.apis()) {
      if (status instanceof ApiStatus.Serving
          && !status.errors().isEmpty()
          && mayFallBack(status)
          && novelty(status.api()) > 0
          && judged.add(status.api().apiId())
          && closesMore(status, compiler)) {
        fallBack(status);
        some = true;
      }
    }
    return some;
  }

  /** What is closed by the last good definition, too, is no reason to go on by that. */
  private boolean closesMore(ApiStatus status, Compiler compiler) {
    String id = status.api().apiId();
    ApiDefinition good = Objects.requireNonNull(served.get(id), "served");
    List<ApiDefinition> before = new ArrayList<>(wanted);
    before.replaceAll(api -> api.apiId().equals(id) ? good : api);
    return compile(compiler, before).apis().stream()
        .filter(other -> other.api().apiId().equals(id))
        .noneMatch(
            last -> last instanceof ApiStatus.Refused || hasAll(last.errors(), status.errors()));
  }

  private static boolean hasAll(List<Problem> some, List<Problem> others) {
    return others.stream().allMatch(other -> some.stream().anyMatch(other::isSameAs));
  }

  private void tell(Compilation compiled) {
    for (ApiStatus status : compiled.apis()) {
      if (!status.errors().isEmpty()) {
        problems.putIfAbsent(status.api().apiId(), status.errors());
      }
      if (status instanceof ApiStatus.Refused || status instanceof ApiStatus.Closed) {
        unserved.add(status.api().apiId());
      }
      if (!held.isEmpty()) {
        held(status.api()).forEach(waiting::add);
      }
    }
  }

  /** What an API names that waits, each at its place. */
  private Stream<Problem> held(ApiDefinition api) {
    return Stream.concat(
            api.binding().certificates().stream(), api.proxy().tls().certificates().values())
        .filter(reference -> held.contains(SourceName.of(reference)))
        .map(reference ->
            reference.error(
                "has changed, and the one before stays in use",
                "put right what keeps it out of use"));
  }
}
