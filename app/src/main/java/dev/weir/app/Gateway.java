package dev.weir.app;

import dev.weir.certificates.CertificateSource;
import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Compilation;
import dev.weir.compiler.Lookup;
import dev.weir.compiler.NameResolver;
import dev.weir.compiler.SnapshotCompiler;
import dev.weir.engine.Activity;
import dev.weir.engine.Engine;
import dev.weir.engine.EngineSettings;
import dev.weir.engine.Forwarding;
import dev.weir.engine.RouteAction;
import dev.weir.engine.SnapshotHolder;
import dev.weir.engine.TrustedRange;
import dev.weir.http2.FoldedNames;
import dev.weir.listener.Listeners;
import dev.weir.listener.TlsPort;
import dev.weir.listener.TlsRules;
import dev.weir.model.ApiDefinition;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A running gateway: the object graph from the configuration to the bound ports, built by
 * constructors from top to bottom. For one thread.
 */
public final class Gateway implements AutoCloseable {
  /** A name server that is slow does not delay the start for longer. */
  private static final Duration FIRST_LOOKUPS = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration LAST_WRITES = Duration.ofSeconds(2);

  private final EventLoops eventLoops;
  private final Engine engine;
  private final Listeners listeners;
  private final NameResolver resolver;
  private final Health health;
  private final Served served;

  /**
   * What came of the configuration.
   *
   * @param ports all that are bound, the main one first
   * @param tls those of them that speak TLS
   */
  private record Served(List<ApiStatus> apis, List<Integer> ports, TlsPorts tls, Admin admin) {}

  private Gateway(
      EventLoops eventLoops,
      Engine engine,
      Listeners listeners,
      NameResolver resolver,
      Health health,
      Served served) {
    this.eventLoops = eventLoops;
    this.engine = engine;
    this.listeners = listeners;
    this.resolver = resolver;
    this.health = health;
    this.served = served;
  }

  /** The same for one whose log loses nothing. */
  public static Gateway start(GatewayConfig config, List<ApiDefinition> definitions)
      throws IOException {
    return start(config, definitions, () -> 0);
  }

  /**
   * Starts a gateway and returns when its ports are bound.
   *
   * @param lostLogLines for metrics
   * @throws IOException when the main port or the address for metrics cannot be bound, or the
   *     transport cannot be had; nothing is left running then
   */
  static Gateway start(
      GatewayConfig config, List<ApiDefinition> definitions, LongSupplier lostLogLines)
      throws IOException {
    Admin admin = new Admin(config.weir().admin());
    admin.check();
    EventLoops eventLoops = EventLoops.start(config.weir().eventLoops(), config.weir().transport());
    NameResolver resolver = new NameResolver(Lookup.SYSTEM, NameResolver.REFRESH);
    try {
      return start(config, definitions, eventLoops, resolver, admin, lostLogLines);
    } catch (IOException | RuntimeException e) {
      resolver.close();
      eventLoops.group().shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw e;
    }
  }

  private static Gateway start(
      GatewayConfig config,
      List<ApiDefinition> definitions,
      EventLoops eventLoops,
      NameResolver resolver,
      Admin admin,
      LongSupplier lostLogLines)
      throws IOException {
    Health health = new Health();
    SnapshotHolder snapshots = new SnapshotHolder();
    PeerLimits limits = new PeerLimits(config.weir().limits());
    EngineSettings settings =
        limits.ofEngine(eventLoops.count(), forwarding(config.weir().forwarding()));
    Engine engine =
        new Engine(
            eventLoops.group(), eventLoops.channelType(), snapshots, settings, System::nanoTime);
    Listeners listeners =
        new Listeners(
            eventLoops.group(),
            eventLoops.serverChannelType(),
            engine,
            limits.ofConnections(),
            limits.timeouts().start());

    int mainPort = config.listener().port();
    CertificateSource certificates = certificates(config);
    Compilation compiled = compile(config, health, definitions, certificates);
    if (!compiled.problems().isEmpty()) {
      throw new Misconfigured(compiled.problems());
    }
    compiled.groups().forEach(resolver::add);
    awaitNames(resolver);
    snapshots.replace(compiled.snapshot());

    TlsPorts tls = new TlsPorts(config.http().http2(), compiled.serverNames());
    List<Integer> ports = new ArrayList<>();
    ports.add(bind(config, tls, listeners, mainPort));
    List<ApiStatus> apis = bindCustomPorts(config, compiled, tls, listeners, ports);
    if (admin.isAskedFor()) {
      admin.start(
          new GatewayMetrics(
              engine,
              settings,
              listeners,
              compiled.groups(),
              apis,
              certificates::inUse,
              lostLogLines));
    }
    tls.keepUp(
        certificates, () -> compile(config, health, definitions, certificates).serverNames());
    health.loaded();
    return new Gateway(
        eventLoops, engine, listeners, resolver, health, new Served(apis, ports, tls, admin));
  }

  private static CertificateSource certificates(GatewayConfig config) {
    return new CertificateSource(
        CertCommands.store(config), InstantSource.system(), CertificateWatch::tellKept);
  }

  private static Forwarding forwarding(GatewayConfig.Forwarding set) {
    return new Forwarding(
        set.trustedProxies().stream()
            .map(range -> new TrustedRange(range.first(), range.bits()))
            .toList(),
        set.appendsForwardedFor(),
        set.refusesUnderscores(),
        FoldedNames.of(set.strippedHeaders()));
  }

  /** What this configuration comes to; starts nothing. */
  static Compilation compile(GatewayConfig config, Health health, List<ApiDefinition> definitions) {
    return compile(config, health, definitions, certificates(config));
  }

  private static Compilation compile(
      GatewayConfig config,
      Health health,
      List<ApiDefinition> definitions,
      CertificateSource certificates) {
    return new SnapshotCompiler(config, config.listener().port(), certificates)
        .builtIn(config.operation().healthName(), new RouteAction.BuiltIn(health::hello))
        .builtIn(config.operation().readinessName(), new RouteAction.BuiltIn(health::ready))
        .compile(1, definitions);
  }

  private static int bind(GatewayConfig config, TlsPorts tls, Listeners listeners, int port)
      throws IOException {
    TlsPort names = tls.at(port);
    return names == null
        ? listeners.bind(address(config, port), port)
        : listeners.bind(address(config, port), port, names);
  }

  /** Binds the other ports; one that is taken takes its APIs with it, not the gateway. */
  private static List<ApiStatus> bindCustomPorts(
      GatewayConfig config,
      Compilation compiled,
      TlsPorts tls,
      Listeners listeners,
      List<Integer> ports) {
    List<ApiStatus> apis = compiled.apis();
    for (int port : compiled.ports()) {
      if (port == config.listener().port()) {
        continue;
      }
      try {
        ports.add(bind(config, tls, listeners, port));
      } catch (IOException e) {
        apis =
            apis.stream()
                .map(api -> refusedIfOn(port, api, String.valueOf(e.getMessage())))
                .toList();
      }
    }
    return apis;
  }

  private static ApiStatus refusedIfOn(int port, ApiStatus status, String reason) {
    return switch (status) {
      case ApiStatus.Serving(var api, int apiPort) when apiPort == port ->
          new ApiStatus.Refused(api, portTaken(api, reason));
      case ApiStatus.Closed(var api, int apiPort, var _) when apiPort == port ->
          new ApiStatus.Refused(api, portTaken(api, reason));
      default -> status;
    };
  }

  private static Problem portTaken(ApiDefinition api, String reason) {
    return api.settings().error("listen_port", "cannot be had, " + reason, "free it or change it");
  }

  private static InetSocketAddress address(GatewayConfig config, int port) throws IOException {
    String address = config.listener().address();
    InetSocketAddress result =
        address.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
    if (result.isUnresolved()) {
      throw new IOException(
          "listen_address: " + address + " does not resolve, name an address of this machine");
    }
    return result;
  }

  private static void awaitNames(NameResolver resolver) {
    try {
      resolver.awaitAnswers(FIRST_LOOKUPS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The main data port, also when the configuration asked for any free one. */
  public int port() {
    return served.ports().getFirst();
  }

  /** All bound ports, the main one first. */
  public List<Integer> ports() {
    return List.copyOf(served.ports());
  }

  /** The port that metrics are served on; 0 for none. */
  public int adminPort() {
    return served.admin().port();
  }

  /** What became of each API definition. */
  public List<ApiStatus> apis() {
    return served.apis();
  }

  /** What is open now; not to be asked once this is closed. */
  public Activity activity() {
    return engine.counts().open();
  }

  /** What carries the sockets: {@code epoll} or {@code nio}. */
  public String transport() {
    return eventLoops.transport();
  }

  /** What does the cryptography of ports that speak TLS; empty when there are none. */
  public Optional<String> tls() {
    return served.tls().isEmpty() ? Optional.empty() : Optional.of(TlsRules.provider());
  }

  /** How many event loops serve. */
  public int eventLoops() {
    return eventLoops.count();
  }

  /** Says on the readiness endpoint that this node will stop soon; all else goes on. */
  public void announceStop() {
    health.draining();
  }

  /**
   * Stops accepting, tells every client to go away, waits for open streams and cuts what is left
   * after {@code grace}, calls with status UNAVAILABLE.
   *
   * @return whether every stream ended by itself
   */
  public boolean drain(Duration grace) {
    health.draining();
    listeners.close();
    engine.drain();
    boolean clean = awaitClosed(grace);
    engine.cut();
    return clean;
  }

  /** Stops; what has been written still leaves. */
  @Override
  public void close() {
    served.tls().close();
    listeners.close();
    engine.cut();
    awaitClosed(LAST_WRITES);
    served.admin().close();
    resolver.close();
    eventLoops
        .group()
        .shutdownGracefully(0, LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
  }

  /** Waits until the last socket of a client is closed. */
  private boolean awaitClosed(Duration atMost) {
    long begin = System.nanoTime();
    while (engine.openConnections() > 0) {
      if (System.nanoTime() - begin >= atMost.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }
}
