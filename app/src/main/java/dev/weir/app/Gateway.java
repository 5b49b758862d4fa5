package dev.weir.app;

import dev.weir.certificates.CertificateSource;
import dev.weir.certificates.CertificateUse;
import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Carried;
import dev.weir.compiler.Compilation;
import dev.weir.compiler.Deployment;
import dev.weir.compiler.KeyDirectory;
import dev.weir.compiler.Lookup;
import dev.weir.compiler.NameResolver;
import dev.weir.compiler.Policies;
import dev.weir.compiler.Reload;
import dev.weir.compiler.RightsChecks;
import dev.weir.compiler.SnapshotCompiler;
import dev.weir.compiler.TokenIssuers;
import dev.weir.engine.Activity;
import dev.weir.engine.Callers;
import dev.weir.engine.Engine;
import dev.weir.engine.EngineSettings;
import dev.weir.engine.Forwarding;
import dev.weir.engine.Reports;
import dev.weir.engine.SnapshotHolder;
import dev.weir.engine.ToldLimits;
import dev.weir.filter.AddressRange;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.http2.FoldedNames;
import dev.weir.jwt.HttpFetch;
import dev.weir.listener.Listeners;
import dev.weir.listener.TlsRules;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFolder;
import dev.weir.model.ApiReader;
import dev.weir.model.GatewayConfig;
import dev.weir.model.KeyReader;
import dev.weir.model.Problem;
import dev.weir.store.KeyVault;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: the object graph from the configuration to the bound ports, built by
 * constructors from top to bottom. For one thread.
 */
public final class Gateway implements AutoCloseable {
  private static final ReloadReport REPORT =
      new ReloadReport(LoggerFactory.getLogger(Gateway.class));
  private static final long MILLIS = 1000;
  private static final int MANY_APIS = 1000;
  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration LAST_WRITES = Duration.ofSeconds(2);

  private final EventLoops eventLoops;
  private final Engine engine;
  private final Listeners listeners;
  private final NameResolver resolver;
  private final EngineSettings settings;
  private final Health health;
  private final Folders folders;
  private final CertificateSource certificates;
  private final KeyVault vault;
  private final KeyDirectory keys;
  private final HttpFetch fetch = new HttpFetch();
  private final TokenIssuers issuers;
  private final Deployment deployment;
  private final Admin admin;
  private final Control control;

  /** What was read first is served first: nothing older takes the place of something newer. */
  private final ReentrantLock reloading = new ReentrantLock();

  private final @Nullable AccessLog accessLog;
  private @Nullable CertificateWatch watch;
  private @Nullable HomeCores cores;
  private List<Problem> policyProblems = List.of();

  private Gateway(
      GatewayConfig config,
      EventLoops eventLoops,
      NameResolver resolver,
      KeyVault vault,
      Admin admin,
      Control control,
      @Nullable AccessLog accessLog) {
    this.accessLog = accessLog;
    this.eventLoops = eventLoops;
    this.resolver = resolver;
    this.admin = admin;
    this.control = control;
    this.health = new Health();
    this.folders = Folders.of(config);
    this.certificates = certificates(config);
    SnapshotHolder snapshots = new SnapshotHolder();
    this.vault = vault;
    this.keys =
        new KeyDirectory(
            vault,
            new KeyReader(config.keys().allowsMasterKeys()),
            matching(config.http().paths()));
    this.issuers = new TokenIssuers(keys, fetch, Gateway::epochSeconds, System::nanoTime);
    PeerLimits limits = new PeerLimits(config.weir().limits());
    this.settings =
        limits.ofEngine(
            eventLoops.count(),
            forwarding(config),
            new Callers(
                keys::lookup,
                Gateway::epochSeconds,
                limits.ofCredentials(System.nanoTime()),
                limits.ofCredentials(System.nanoTime()),
                toldLimits(config.keys().toldLimits())),
            new Reports(
                config.weir().reports().methodsPerApi(),
                () -> accessLog == null ? null : accessLog.queue()));
    this.engine =
        new Engine(
            eventLoops.group(), eventLoops.channelType(), snapshots, settings, System::nanoTime);
    this.listeners =
        new Listeners(
            eventLoops.group(),
            eventLoops.serverChannelType(),
            engine,
            limits.ofConnections(),
            limits.timeouts().start());
    this.deployment =
        new Deployment(
            config,
            (before, held) ->
                control.routed(
                    compiler(config, health, certificates.newUse(held), before)
                        .keys(keys)
                        .issuers(issuers)),
            engine,
            snapshots,
            listeners,
            resolver,
            new Policies(config, keys, new RightsChecks(matching(config.http().paths()))));
  }

  /** Starts one that serves these definitions as long as it runs, and whose log loses nothing. */
  static Gateway start(GatewayConfig config, List<ApiDefinition> definitions) throws IOException {
    return start(config, definitions, true, null, () -> 0);
  }

  /** Starts one that serves what the reader finds, and whose log loses nothing. */
  public static Gateway start(GatewayConfig config, ApiReader reader) throws IOException {
    return start(config, reader.readFolder(), reader, () -> 0);
  }

  /** Starts one that serves what was read. */
  static Gateway start(
      GatewayConfig config, ApiFolder read, ApiReader reader, LongSupplier lostLogLines)
      throws IOException {
    return start(config, read.definitions(), isGood(read.problems()), reader, lostLogLines);
  }

  private static boolean isGood(List<Problem> problems) {
    return problems.stream().noneMatch(Problem::isError);
  }

  /**
   * Starts a gateway and returns when its ports are bound.
   *
   * @param whole whether these are all that there are
   * @param reader reads definitions when the control API is asked to; null for no control API
   * @param lostLogLines for metrics
   * @throws IOException when the main port or the address for metrics cannot be bound, or the
   *     transport cannot be had; nothing is left running then
   */
  private static Gateway start(
      GatewayConfig config,
      List<ApiDefinition> definitions,
      boolean whole,
      @Nullable ApiReader reader,
      LongSupplier lostLogLines)
      throws IOException {
    Admin admin = new Admin(config.weir().admin());
    admin.check();
    AccessLog accessLog = accessLog(config.weir().reports());
    Control control = reader == null ? Control.none() : Control.start(config);
    EventLoops eventLoops = eventLoops(config, control);
    NameResolver resolver = new NameResolver(Lookup.SYSTEM, NameResolver.REFRESH);
    KeyVault vault = new KeyVault(config.weir().dataDir());
    try {
      Gateway gateway = new Gateway(config, eventLoops, resolver, vault, admin, control, accessLog);
      if (reader != null) {
        control.serve(
            config,
            gateway.deployment,
            gateway.vault,
            gateway.keys,
            gateway.issuers,
            reader,
            () -> gateway.reported(reader));
      }
      gateway.serve(config, definitions, lostLogLines);
      gateway.loaded(whole);
      return gateway;
    } catch (IOException | RuntimeException e) {
      control.close();
      resolver.close();
      vault.close();
      eventLoops.group().shutdownGracefully(0, 0, TimeUnit.SECONDS);
      if (accessLog != null) {
        accessLog.close();
      }
      throw e;
    }
  }

  private static @Nullable AccessLog accessLog(GatewayConfig.CallReports set) throws IOException {
    return set.accessLog() ? AccessLog.start(set.accessLogFields(), set.accessLogFile()) : null;
  }

  private static EventLoops eventLoops(GatewayConfig config, Control control) throws IOException {
    try {
      return EventLoops.start(config.weir());
    } catch (IOException | RuntimeException e) {
      control.close();
      throw e;
    }
  }

  private void serve(
      GatewayConfig config, List<ApiDefinition> definitions, LongSupplier lostLogLines)
      throws IOException {
    policyProblems = deployment.start(definitions);
    if (admin.isAskedFor()) {
      admin.start(
          new GatewayMetrics(
              engine,
              eventLoops.turns(),
              settings,
              listeners,
              deployment,
              certificates,
              keys::logins,
              issuers::checks,
              lostLogLines,
              () -> accessLog == null ? 0 : accessLog.lost()));
    }
    watch = CertificateWatch.start(certificates, InstantSource.system(), deployment::refresh);
    if (deployment.now().apis().size() > MANY_APIS) {
      SettledHeap.settle();
    }
    cores = HomeCores.start(eventLoops.group(), config.weir().keepCores());
  }

  private void loaded(boolean whole) {
    boolean all = deployment.now().apis().stream().allMatch(status -> status.errors().isEmpty());
    health.loaded(whole && all && isGood(policyProblems));
  }

  /** Has what the reader finds now served. For any thread. */
  Reload reload(ApiReader reader) {
    long begin = System.nanoTime();
    reloading.lock();
    try {
      folders.beginReading();
      return reload(reader.readFolder(), begin);
    } finally {
      reloading.unlock();
    }
  }

  /** The same for the control API, and the log has what came of it. */
  private Reload reported(ApiReader reader) {
    Reload reload = reload(reader);
    REPORT.reloaded(reload);
    return reload;
  }

  /** Which are read. */
  Folders folders() {
    return folders;
  }

  /**
   * Serves what a folder of API definitions holds now, as far as it can be, in the place of what is
   * served. Calls that have begun go on. For any thread.
   */
  public Reload reload(ApiFolder folder) {
    return reload(folder, System.nanoTime());
  }

  private Reload reload(ApiFolder folder, long begin) {
    if (accessLog != null) {
      accessLog.reopen();
    }
    Reload reload = deployment.reload(folder, begin);
    health.reloaded(reload);
    return reload;
  }

  private static long epochSeconds() {
    return System.currentTimeMillis() / MILLIS;
  }

  private static CertificateSource certificates(GatewayConfig config) {
    return new CertificateSource(
        CertCommands.store(config),
        CertCommands.passphrase(config),
        InstantSource.system(),
        CertificateWatch::tellKept);
  }

  static Matching matching(GatewayConfig.PathMatching set) {
    return new Matching(set.prefixMatching(), set.suffixMatching(), false);
  }

  private static ToldLimits toldLimits(String source) {
    return switch (source) {
      case "quotas" -> ToldLimits.QUOTAS;
      case "rate_limits" -> ToldLimits.RATES;
      default -> ToldLimits.NONE;
    };
  }

  private static Forwarding forwarding(GatewayConfig config) {
    GatewayConfig.Forwarding set = config.weir().forwarding();
    return new Forwarding(
        set.trustedProxies().stream()
            .map(range -> new AddressRange(range.first(), range.bits()))
            .toList(),
        config.http().xffDepth(),
        set.appendsForwardedFor(),
        set.refusesUnderscores(),
        FoldedNames.of(set.strippedHeaders()));
  }

  /** What this configuration comes to; starts nothing. */
  static Compilation compile(GatewayConfig config, Health health, List<ApiDefinition> definitions) {
    return compiler(config, health, certificates(config).newUse(), Carried.NOTHING)
        .compile(1, definitions);
  }

  static SnapshotCompiler compiler(
      GatewayConfig config, Health health, CertificateUse certificates, Carried before) {
    return new SnapshotCompiler(config, config.listener().port(), certificates, before)
        .builtIn(config.operation().healthName(), health.helloAction())
        .builtIn(config.operation().readinessName(), health.readyAction());
  }

  /** The main data port, also when the configuration asked for any free one. */
  public int port() {
    return ports().getFirst();
  }

  /** All bound ports, the main one first. */
  public List<Integer> ports() {
    return deployment.ports();
  }

  /** Whether the control API is served. */
  public boolean isControlled() {
    return control.isServed();
  }

  /** The port that metrics are served on; 0 for none. */
  public int adminPort() {
    return admin.port();
  }

  /** What became of each API definition. */
  public List<ApiStatus> apis() {
    return deployment.now().apis();
  }

  /** What there is to tell of the configuration that it serves by. */
  List<Problem> warnings() {
    return deployment.now().compiled().warnings();
  }

  /** What is wrong with the policies that it started with. */
  List<Problem> policyProblems() {
    return policyProblems;
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
    return deployment.now().compiled().serverNames().isEmpty()
        ? Optional.empty()
        : Optional.of(TlsRules.provider());
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
    deployment.stop();
    engine.drain();
    boolean clean = awaitClosed(grace);
    engine.cut();
    return clean;
  }

  /** Stops; what has been written still leaves. */
  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    if (cores != null) {
      cores.close();
    }
    deployment.stop();
    engine.cut();
    awaitClosed(LAST_WRITES);
    control.close();
    admin.close();
    resolver.close();
    issuers.close();
    fetch.close();
    keys.close();
    vault.close();
    eventLoops
        .group()
        .shutdownGracefully(0, LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
    if (accessLog != null) {
      accessLog.close();
    }
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
