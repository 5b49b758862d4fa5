package dev.weir.compiler;

import static java.util.stream.Collectors.toSet;

import dev.weir.call.ProxyError;
import dev.weir.call.Revocations;
import dev.weir.certificates.CertificateSource;
import dev.weir.certificates.CertificateUse;
import dev.weir.engine.RouteAction;
import dev.weir.engine.Snapshot;
import dev.weir.listener.ServerNames;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiProtocol;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import dev.weir.model.VersionApis;
import dev.weir.route.RouteConflict;
import dev.weir.route.RouteTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns what users write into the snapshot that the data plane serves from. For one use. */
public final class SnapshotCompiler {
  private static final String ITSELF = "the gateway itself";
  private static final List<String> CONTROL_PATHS = List.of("/tyk/", "/weir/");

  private final GatewayConfig config;
  private final int mainPort;
  private final RouteTable.Builder<RouteAction> routes;
  private final Map<String, RouteAction.BuiltIn> builtIns = new LinkedHashMap<>();
  private final Set<Integer> ports = new LinkedHashSet<>();
  private final Map<Integer, String> taken = new HashMap<>();
  private final Map<String, Set<CertificateSource.Name>> blamed = new HashMap<>();
  private RouteAction.@Nullable Control control;
  private final PortTls tls;
  private final CertificateUse certificates;
  private final PortClients clients;
  private final TargetTransports transports;
  private final EndpointGroups groups;
  private final SharedRates rates;
  private final Inputs inputs;
  private final Carried before;
  private final List<CompiledApi> lasting = new ArrayList<>();
  private final ForwardCompiler forwards;
  private final VersionApisCompiler versions;
  private boolean joins;
  private TokenIssuers.@Nullable Use issuers;

  /**
   * @param mainPort the port that is bound for {@code listen_port}
   * @param certificates where those that documents name come from
   * @param before what goes on as it is where nothing else is asked for
   */
  public SnapshotCompiler(
      GatewayConfig config, int mainPort, CertificateUse certificates, Carried before) {
    this.config = config;
    this.mainPort = mainPort;
    this.before = before;
    this.routes = RouteTable.builder(before.routes(), HostPatterns::of);
    this.tls = new PortTls(config, mainPort, certificates, before.identities());
    this.certificates = certificates;
    this.rates = new SharedRates(before.rates());
    Revocations revocations = ConfiguredRevocations.of(config.weir().revocation(), certificates);
    this.clients = new PortClients(config, certificates, revocations);
    this.transports =
        new TargetTransports(
            config.upstream().tls(),
            new Named(certificates),
            revocations,
            certificates.clock(),
            before.transports());
    this.inputs = new Inputs(transports, rates);
    this.groups = new EndpointGroups(before.groups(), inputs);
    this.forwards = new ForwardCompiler(config, groups, inputs);
    this.versions = new VersionApisCompiler(forwards);
    ports.add(mainPort);
  }

  /** Leaves out a port that cannot be had, with all that wants to be there. */
  public SnapshotCompiler without(int port, String reason) {
    taken.put(port, reason);
    return this;
  }

  /** Adds a path of the gateway's own on the main port, whatever the host. */
  public SnapshotCompiler builtIn(String name, RouteAction.BuiltIn action) {
    builtIns.put("/" + name, action);
    return this;
  }

  /**
   * Hands what is below {@code /tyk/} and {@code /weir/} over to the control API: on the main port,
   * whatever the host, or on a port of its own and nowhere else.
   */
  public SnapshotCompiler control(RouteAction.Control action) {
    control = action;
    return this;
  }

  /** Has keys be known before an API asks for one. Without this, none ever is. */
  public SnapshotCompiler keys(KeyDirectory directory) {
    forwards.keys(directory);
    return this;
  }

  /** Has tokens be believed that others have signed. Without this, none ever is. */
  public SnapshotCompiler issuers(TokenIssuers known) {
    TokenIssuers.Use use = known.newUse();
    issuers = use;
    inputs.issuers(use);
    return this;
  }

  public Compilation compile(long generation, List<ApiDefinition> definitions) {
    addControlPort();
    addBuiltIns(null);
    definitions.stream()
        .filter(api -> port(api) == mainPort && HostPatterns.fault(api).isEmpty())
        .map(this::host)
        .filter(Objects::nonNull)
        .distinct()
        .forEach(this::addBuiltIns);
    List<ApiStatus> apis = addAll(definitions);
    RouteTable<RouteAction> table = routes.build();
    Snapshot snapshot = new Snapshot(generation, table, config.operation().hideGeneratorHeader());
    List<Problem> problems =
        Stream.of(
                tls.problems(),
                clients.problems(),
                transports.problems(),
                ConfiguredRevocations.use(
                    config.weir().revocation(), certificates, clients.known()))
            .flatMap(List::stream)
            .toList();
    Map<Integer, ServerNames> names = tls.names(clients);
    return new Compilation(
        snapshot,
        ports,
        names,
        new Carried(
            groups.kept(), transports.made(), tls.made(), rates.made(), byId(lasting), table),
        begun(certificates, issuers),
        apis,
        blamed,
        problems,
        tls.warnings());
  }

  private static Map<String, CompiledApi> byId(List<CompiledApi> apis) {
    Map<String, CompiledApi> byId = HashMap.newHashMap(apis.size());
    apis.forEach(compiled -> byId.put(compiled.api().apiId(), compiled));
    return byId;
  }

  /** Keeps nothing else of what was needed for compiling. */
  private static Runnable begun(CertificateUse certificates, TokenIssuers.@Nullable Use issuers) {
    return () -> {
      certificates.begin();
      if (issuers != null) {
        issuers.begin();
      }
    };
  }

  /** The paths of a host hide those of any host, so that each host has the gateway's own again. */
  private void addBuiltIns(@Nullable String host) {
    builtIns.forEach((path, action) -> routes.add(mainPort, host, path, ITSELF, action));
    if (control != null && controlPort() == mainPort) {
      addControl(control, mainPort, host);
      clients.share(mainPort);
    }
  }

  private void addControl(RouteAction action, int port, @Nullable String host) {
    CONTROL_PATHS.forEach(path -> routes.add(port, host, path, ITSELF, action));
  }

  private int controlPort() {
    int port = config.controlApi().port();
    return port == 0 ? mainPort : port;
  }

  private void addControlPort() {
    int port = controlPort();
    if (control != null && port != mainPort) {
      ports.add(port);
      addControl(control, port, config.controlApi().hostname());
      builtIns.forEach((path, action) -> routes.add(port, null, path, ITSELF, action));
    }
  }

  private int port(ApiDefinition api) {
    return api.binding().port() == 0 ? mainPort : api.binding().port();
  }

  /** Last those that need certificates of others, who may come after them. */
  private List<ApiStatus> addAll(List<ApiDefinition> definitions) {
    var added = new IdentityHashMap<ApiDefinition, ApiStatus>();
    joins = definitions.stream().anyMatch(api -> api.children().isPresent());
    definitions.stream()
        .sorted(Comparator.comparing(api -> tls.needsOthers(api, port(api))))
        .forEach(api -> added.put(api, add(api)));
    definitions.stream()
        .filter(api -> api.children().isPresent())
        .forEach(api -> added.computeIfPresent(api, (_, status) -> joined(status)));
    Set<String> children = joins ? children(definitions) : Set.of();
    return definitions.stream().map(added::get).map(status -> reached(status, children)).toList();
  }

  private static Set<String> children(List<ApiDefinition> definitions) {
    return definitions.stream()
        .flatMap(api -> api.children().stream())
        .flatMap(versions -> versions.all().stream())
        .map(VersionApis.Child::apiId)
        .collect(toSet());
  }

  /** What an internal API asks for in vain keeps nobody from anything while no other names it. */
  private static ApiStatus reached(ApiStatus status, Set<String> children) {
    ApiDefinition api = status.api();
    return status instanceof ApiStatus.Closed && api.isInternal() && !children.contains(api.apiId())
        ? new ApiStatus.Internal(api)
        : status;
  }

  /** Those that other APIs are versions of are served with them when all are there. */
  private ApiStatus joined(ApiStatus status) {
    if (!(status instanceof ApiStatus.Serving(ApiDefinition api, int port, List<Problem> told))) {
      return status;
    }
    VersionApisCompiler.Joined joined = versions.join(api);
    routes.replace(
        port, host(api), api.proxy().listenPath(), new RouteAction.Versioned(joined.action()));
    joined.asked().forEach(trust -> clients.add(port, host(api), api.proxy().listenPath(), trust));
    return warned(new ApiStatus.Serving(api, port, joined.problems()), told);
  }

  private static ApiStatus warned(ApiStatus status, List<Problem> more) {
    return !more.isEmpty()
            && status instanceof ApiStatus.Serving(ApiDefinition api, int port, var problems)
        ? new ApiStatus.Serving(api, port, Stream.concat(problems.stream(), more.stream()).toList())
        : status;
  }

  /** One that is internal has no place, so that none can be taken. */
  private ApiStatus add(ApiDefinition api) {
    int port = port(api);
    boolean internal = api.isInternal();
    try {
      if (!internal) {
        checkPort(api, port);
      }
      PortClients.Clients callers = clients.of(api, tls.protocol(api) == ApiProtocol.HTTPS);
      check(callers.problem());
      CompiledApi compiled = compile(api, port, callers);
      if (!internal) {
        place(compiled, port, callers);
      }
      keep(compiled, callers);
      return warned(compiled.status(), tls.warnings(api));
    } catch (Unusable e) {
      e.shown().stream()
          .filter(certificates::isRenewed)
          .findFirst()
          .ifPresent(name -> blamed.put(api.apiId(), Set.of(name)));
      return new ApiStatus.Refused(api, e.problem());
    }
  }

  private static void check(Optional<Problem> problem) throws Unusable {
    if (problem.isPresent()) {
      throw new Unusable(problem.get());
    }
  }

  private void keep(CompiledApi compiled, PortClients.Clients callers) {
    groups.keep(compiled.groups());
    lasting.add(compiled);
    if (joins) {
      versions.add(
          new VersionApisCompiler.Member(compiled, tls.protocol(compiled.api()), callers.asked()));
    }
  }

  private void checkPort(ApiDefinition api, int port) throws Unusable {
    check(inControlsPlace(api, port));
    check(HostPatterns.fault(api));
    String protocol = tls.protocol(api).label();
    if (port != mainPort && !config.listener().ports().allows(protocol, port)) {
      throw new Unusable(
          api.settings()
              .error(
                  "listen_port",
                  "%d is not open for protocol %s".formatted(port, protocol),
                  "add it to ports_whitelist.%s, or set disable_ports_whitelist"
                      .formatted(protocol)));
    }
    if (taken.containsKey(port)) {
      throw new Unusable(
          api.settings()
              .error("listen_port", "cannot be had, " + taken.get(port), "free it or change it"));
    }
  }

  private void place(CompiledApi compiled, int port, PortClients.Clients callers) throws Unusable {
    ApiDefinition api = compiled.api();
    String path = api.proxy().listenPath();
    Optional<RouteConflict> conflict = routes.conflict(port, host(api), path, compiled.owner());
    if (conflict.isPresent()) {
      throw new Unusable(
          api.settings()
              .error("proxy.listen_path", conflict.get().message(), "change one of the two"));
    }
    tls.add(api, port);
    routes.add(port, host(api), path, compiled.owner(), compiled.action());
    ports.add(port);
    clients.add(port, host(api), path, callers.asked());
  }

  /** The same as before where all that it was compiled from is. */
  private CompiledApi compile(ApiDefinition api, int port, PortClients.Clients callers)
      throws Unusable {
    CompiledApi known = before.lasting().get(api.apiId());
    if (known != null && known.isOf(api, callers, inputs)) {
      return known;
    }
    groups.begin();
    inputs.begin();
    Optional<String> refusal = api.refusal();
    return refusal.isPresent()
        ? new CompiledApi(
            new ApiStatus.Closed(api, port, refusal.get()),
            ForwardCompiler.describe(api),
            closed(refusal.get()),
            Map.of(),
            callers,
            List.of())
        : new CompiledApi(
            api.isInternal() ? new ApiStatus.Internal(api) : new ApiStatus.Serving(api, port),
            ForwardCompiler.describe(api),
            forwards.forward(api, callers),
            groups.made(),
            callers,
            inputs.asked());
  }

  /** What has a longer path, or a host, would get what is meant for the control API. */
  private Optional<Problem> inControlsPlace(ApiDefinition api, int port) {
    if (!config.controlApi().secret().isSet() || port != controlPort()) {
      return Optional.empty();
    }
    if (port != mainPort) {
      return Optional.of(
          api.settings()
              .error("listen_port", port + " is the control API's own", "choose another port"));
    }
    return isOfControl(api.proxy().listenPath())
        ? Optional.of(
            api.settings()
                .error(
                    "proxy.listen_path",
                    "belongs to the control API, whose callers would send the secret",
                    "choose a path that does not begin with " + String.join(" or ", CONTROL_PATHS)))
        : Optional.empty();
  }

  private static boolean isOfControl(String path) {
    for (String own : CONTROL_PATHS) {
      if (path.startsWith(own)) {
        return true;
      }
    }
    return false;
  }

  /** The host that a route is for; an API without a domain answers to the gateway's host name. */
  private @Nullable String host(ApiDefinition api) {
    String domain = api.binding().domain();
    String host = domain.isEmpty() ? config.listener().hostname() : domain;
    return host.isEmpty() ? null : host;
  }

  private static RouteAction closed(String reason) {
    return new RouteAction.Refuse(new ProxyError(ProxyError.Kind.API_NOT_SERVED, reason));
  }
}
