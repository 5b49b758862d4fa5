package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.certificates.CertificateSource;
import dev.weir.engine.Engine;
import dev.weir.engine.SnapshotHolder;
import dev.weir.listener.Listeners;
import dev.weir.listener.ServerNames;
import dev.weir.listener.TlsPort;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFile;
import dev.weir.model.ApiFolder;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts what documents ask for in the place of what is served. The new is built beside the old, its
 * ports are opened, and one reference is exchanged: calls that have begun end as they began, and
 * whatever is the same in both goes on with its connections. For all threads, one at a time.
 */
public final class Deployment {
  /** A name server that is slow does not delay anything for longer. */
  private static final Duration FIRST_LOOKUPS = Duration.ofSeconds(1);

  private final GatewayConfig config;
  private final BiFunction<Carried, Set<CertificateSource.Name>, SnapshotCompiler> compilers;
  private final Engine engine;
  private final SnapshotHolder snapshots;
  private final Listeners listeners;
  private final NameResolver resolver;
  private final Policies policies;
  private final ReentrantLock turn = new ReentrantLock();

  /** The ports that are bound for those that calls are routed by. */
  private final Map<Integer, Integer> bound = new TreeMap<>();

  private volatile Serving now = Serving.NOTHING;
  private boolean stopped;
  private final Map<Reload.Result, AtomicLong> reloads = new EnumMap<>(Reload.Result.class);

  /**
   * @param compilers gives one that takes over what an earlier one has left, for which some
   *     certificates wait whose files have changed
   */
  public Deployment(
      GatewayConfig config,
      BiFunction<Carried, Set<CertificateSource.Name>, SnapshotCompiler> compilers,
      Engine engine,
      SnapshotHolder snapshots,
      Listeners listeners,
      NameResolver resolver,
      Policies policies) {
    this.config = config;
    this.compilers = compilers;
    this.engine = engine;
    this.snapshots = snapshots;
    this.listeners = listeners;
    this.resolver = resolver;
    this.policies = policies;
    for (Reload.Result result : Reload.Result.values()) {
      reloads.put(result, new AtomicLong());
    }
  }

  /** What is served now. */
  public Serving now() {
    return now;
  }

  /** How many reloads came to this. */
  public long reloads(Reload.Result result) {
    return Objects.requireNonNull(reloads.get(result)).get();
  }

  /** The ports that are bound, by those that calls are routed by. */
  public Map<Integer, Integer> bound() {
    return inTurn(() -> new TreeMap<>(bound));
  }

  /** All ports that are bound, the main one first. */
  public List<Integer> ports() {
    return inTurn(() -> {
      int main = config.listener().port();
      List<Integer> ports = new ArrayList<>();
      ports.add(bound.getOrDefault(main, main));
      bound.forEach((port, actual) -> {
        if (port != main) {
          ports.add(actual);
        }
      });
      return List.copyOf(ports);
    });
  }

  /**
   * Begins to serve.
   *
   * @return what is wrong with the policies
   * @throws IOException when the main port, or that of the control API, cannot be bound
   * @throws Misconfigured when the configuration keeps all from being served
   */
  public List<Problem> start(List<ApiDefinition> definitions) throws IOException {
    turn.lock();
    try {
      Policies.Read read = policies.read();
      policies.begin(read);
      Rollout rollout = new Rollout(Map.of(), definitions);
      Compilation compiled = rollout.settle(this::compile, this::open);
      if (!compiled.problems().isEmpty()) {
        throw new Misconfigured(compiled.problems());
      }
      for (int port : compiled.ports()) {
        if (!bound.containsKey(port)) {
          throw new IOException(rollout.taken(port));
        }
      }
      swap(compiled);
      return joined(read.problems(), policies.missing());
    } finally {
      turn.unlock();
    }
  }

  /** Stops accepting, for good; what is open goes on, and what is served changes no more. */
  public void stop() {
    turn.lock();
    try {
      stopped = true;
      listeners.close();
    } finally {
      turn.unlock();
    }
  }

  /**
   * Serves what a folder holds now, as far as it can be.
   *
   * @param begin when it began to be read, as {@link System#nanoTime}
   */
  public Reload reload(ApiFolder folder, long begin) {
    return inTurn(() -> {
      Reload reload = exchange(folder, begin).of(folder);
      Objects.requireNonNull(reloads.get(reload.result())).incrementAndGet();
      return reload;
    });
  }

  private Reload exchange(ApiFolder folder, long begin) {
    if (stopped) {
      return Reload.refused(now, since(begin), List.of(stopping()));
    }
    if (folder.folderProblems().stream().anyMatch(Problem::isError)) {
      return Reload.refused(now, since(begin), folder.folderProblems());
    }
    Rollout rollout = new Rollout(now.definitions(), folder.definitions());
    List<ApiFile> broken = broken(folder);
    broken.stream().flatMap(this::servedFrom).forEach(rollout::keep);
    Compilation compiled = rollout.settle(this::compile, this::open);
    if (!compiled.problems().isEmpty()) {
      return refuse(compiled.problems(), begin);
    }
    Policies.Read read = policies.read();
    Changes changes = policies.begin(read);
    List<Problem> ofFiles = joined(folder.problems(), read.problems());
    List<Problem> errors = new ArrayList<>(ofFiles.stream().filter(Problem::isError).toList());
    broken.forEach(file -> errors.addAll(heldBack(file, folder)));
    rollout.problems().values().forEach(errors::addAll);
    errors.addAll(besides(errors, rollout.waiting()));
    List<Problem> warnings = joined(besides(errors, ofFiles), warnings(compiled));
    List<Problem> told = joined(joined(errors, warnings), policies.missing());
    return apply(compiled, rollout.kept(), changes, told, begin);
  }

  /** What is told as an error is not told as a warning, too. */
  private static List<Problem> besides(List<Problem> errors, List<Problem> all) {
    Set<Problem> told = new HashSet<>(errors);
    return all.stream().filter(problem -> !told.contains(problem.asError())).toList();
  }

  /**
   * Serves the same definitions with the certificates that there are now: with the new ones that
   * can be beside the others, and if all of them can be served.
   */
  public Reload refresh() {
    return inTurn(() -> {
      long begin = System.nanoTime();
      if (stopped) {
        return Reload.refused(now, since(begin), List.of(stopping()));
      }
      Rollout rollout = new Rollout(now.definitions(), now.inOrder());
      Compilation compiled = rollout.settle(this::compile, this::open);
      List<Problem> problems = joined(compiled.problems(), refusals(compiled));
      return problems.isEmpty()
          ? apply(compiled, List.of(), Changes.NONE, rollout.waiting(), begin)
          : refuse(problems, begin);
    });
  }

  /** A version that is closed was so before, and keeps no certificate from being renewed. */
  private static List<Problem> refusals(Compilation compiled) {
    return compiled.apis().stream()
        .filter(ApiStatus.Refused.class::isInstance)
        .flatMap(status -> status.errors().stream())
        .toList();
  }

  private Problem stopping() {
    return config.settings().error("", "the gateway is shutting down", null);
  }

  private static List<Problem> joined(Collection<Problem> some, Collection<Problem> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private Reload refuse(List<Problem> problems, long begin) {
    closeUnused(now.compiled().ports());
    return Reload.refused(now, since(begin), problems);
  }

  private Reload apply(
      Compilation compiled,
      Collection<String> kept,
      Changes ofPolicies,
      List<Problem> problems,
      long begin) {
    Serving before = now;
    swap(compiled);
    return Reload.applied(before, now, since(begin), kept, ofPolicies, problems);
  }

  /** What there is to tell of the configuration and of APIs that are served, beside errors. */
  private static List<Problem> warnings(Compilation compiled) {
    Stream<Problem> ofApis =
        compiled.apis().stream()
            .flatMap(status ->
                status instanceof ApiStatus.Serving serving
                    ? serving.problems().stream()
                    : Stream.<Problem>empty())
            .filter(problem -> !problem.isError());
    return Stream.concat(compiled.warnings().stream(), ofApis).toList();
  }

  /**
   * What would keep an API from being served as it is to be; and what would keep others, or
   * versions of any, that can be served without the change.
   *
   * @param before what is to be served without it
   * @param after the same with it
   * @param apiId of the API that changes
   */
  public List<Problem> check(List<ApiDefinition> before, List<ApiDefinition> after, String apiId) {
    return inTurn(() -> {
      Rollout changed = settled(after);
      if (changed.problems().isEmpty()) {
        return List.of();
      }
      Map<String, List<Problem>> known = new HashMap<>(settled(before).problems());
      if (changed.isUnserved(apiId)) {
        known.remove(apiId);
      }
      return changed.problems().entrySet().stream()
          .flatMap(
              found -> unknown(found.getValue(), known.getOrDefault(found.getKey(), List.of())))
          .toList();
    });
  }

  private static Stream<Problem> unknown(List<Problem> found, List<Problem> known) {
    return found.stream().filter(problem -> known.stream().noneMatch(problem::isSameAs));
  }

  private Rollout settled(List<ApiDefinition> definitions) {
    Rollout rollout = new Rollout(now.definitions(), definitions);
    rollout.settle(this::compile, _ -> Map.of());
    return rollout;
  }

  private static List<ApiFile> broken(ApiFolder folder) {
    return folder.files().stream()
        .filter(file ->
            file.definition() == null && file.problems().stream().anyMatch(Problem::isError))
        .toList();
  }

  /** The ids of what was served from a file that cannot be read any more. */
  private Stream<String> servedFrom(ApiFile file) {
    return now.definitions().values().stream()
        .filter(
            api -> api.apiId().equals(file.apiId()) || file.path().equals(api.settings().file()))
        .map(ApiDefinition::apiId);
  }

  /** What is good and changed, and waits since a broken file may be meant to take its place. */
  private List<Problem> heldBack(ApiFile broken, ApiFolder folder) {
    Set<String> ids = servedFrom(broken).collect(Collectors.toSet());
    return folder.definitions().stream()
        .filter(api -> ids.contains(api.apiId()) && isChanged(api))
        .map(api ->
            api.settings()
                .error(
                    "api_id",
                    "\"%s\" keeps its last good version, since it is or was the id of %s too"
                        .formatted(api.apiId(), broken.path()),
                    "mend that file or delete it"))
        .toList();
  }

  private boolean isChanged(ApiDefinition api) {
    ApiDefinition last = now.definitions().get(api.apiId());
    return last != null && !last.settings().fingerprint().equals(api.settings().fingerprint());
  }

  private Compilation compile(
      List<ApiDefinition> definitions,
      Map<Integer, String> taken,
      Set<CertificateSource.Name> held) {
    SnapshotCompiler compiler = compilers.apply(now.compiled().carried(), held);
    taken.forEach(compiler::without);
    return compiler.compile(now.generation() + 1, definitions);
  }

  // ---- ports -----------------------------------------------------------------------------------

  private Map<Integer, String> open(Compilation compiled) {
    Map<Integer, String> refused = new HashMap<>();
    for (int port : compiled.ports()) {
      if (!bound.containsKey(port)) {
        try {
          bound.put(port, listeners.open(address(port), port, tls(compiled, port)));
        } catch (IOException e) {
          refused.put(port, String.valueOf(e.getMessage()));
        }
      }
    }
    return refused;
  }

  private InetSocketAddress address(int port) throws IOException {
    String address = config.listener().address();
    InetSocketAddress result =
        address.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
    if (result.isUnresolved()) {
      throw new IOException(
          "listen_address: " + address + " does not resolve, name an address of this machine");
    }
    return result;
  }

  private @Nullable TlsPort tls(Compilation compiled, int port) {
    ServerNames names = compiled.serverNames().get(port);
    return names == null ? null : new TlsPort(config.http().http2(), names);
  }

  private void closeUnused(Set<Integer> used) {
    for (int port : List.copyOf(bound.keySet())) {
      if (!used.contains(port)) {
        bound.remove(port);
        listeners.close(port);
        engine.drain(port);
      }
    }
  }

  // ---- the exchange ----------------------------------------------------------------------------

  private void swap(Compilation compiled) {
    Serving before = now;
    Serving next = Serving.of(compiled, policies.fingerprint());
    without(next, before).values().forEach(resolver::add);
    awaitNames();
    policies.beside(next.definitions().values());
    snapshots.replace(compiled.snapshot());
    now = next;
    compiled.begun().run();
    closeUnused(compiled.ports());
    for (int port : bound.keySet()) {
      if (listeners.speak(port, tls(compiled, port))) {
        engine.drain(port);
      }
      listeners.accept(port);
    }
    engine.cut(over(before, next), config.operation().gracefulShutdown());
  }

  /** The groups of one that the other has not, by what they are found by. */
  @SuppressWarnings("ReferenceEquality") // what goes on is the same object
  private static Map<String, EndpointGroup> without(Serving some, Serving others) {
    Map<String, EndpointGroup> there = others.compiled().carried().groups();
    Map<String, EndpointGroup> alone = new HashMap<>();
    some.compiled()
        .carried()
        .groups()
        .forEach((key, group) -> {
          if (there.get(key) != group) {
            alone.put(key, group);
          }
        });
    return alone;
  }

  /** Has what is served no more give way; gives what is left of APIs that are gone. */
  private Set<EndpointGroup> over(Serving before, Serving next) {
    Map<String, EndpointGroup> groups = next.compiled().carried().groups();
    Map<String, EndpointGroup> gone = without(before, next);
    gone.forEach((key, group) -> {
      resolver.remove(group);
      group.giveWayTo(groups.get(key));
    });
    Set<EndpointGroup> over = new HashSet<>(gone.values());
    if (!over.isEmpty()) {
      Set<String> apis =
          next.groups().stream().map(EndpointGroup::name).collect(Collectors.toSet());
      over.removeIf(group -> apis.contains(group.name()));
    }
    return over;
  }

  private void awaitNames() {
    try {
      resolver.awaitAnswers(FIRST_LOOKUPS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> T inTurn(Supplier<T> work) {
    turn.lock();
    try {
      return work.get();
    } finally {
      turn.unlock();
    }
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
