package dev.weir.compiler;

import dev.weir.call.Revocations;
import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.CertificateUse;
import dev.weir.listener.ClientDemand;
import dev.weir.listener.ClientTrust;
import dev.weir.listener.ServerNames;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Authentication;
import dev.weir.model.CertificateReference;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which clients may call an API, and what handshakes demand for that: a certificate that
 * is trusted where each API of a host wants one, any certificate where only some do. For one use.
 */
final class PortClients {
  /**
   * Addresses (RFC 6066, 3), and what clients in Java do not send: names without a dot, and those
   * with an underscore, or a hyphen where a label begins or ends.
   */
  private static final Pattern NO_SERVER_NAME =
      Pattern.compile("\\[.*|[^.]+|(\\*|[0-9]+)(\\.[0-9]+){3}|.*_.*|(.*\\.)?-.*|.*-(\\..*)?");

  private static final Clients EVERYBODY = new Clients(null, null, List.of(), Optional.empty());
  private final CertificateUse certificates;
  private final Revocations revocations;
  private final Set<X509Certificate> known = new HashSet<>();
  private final List<X509Certificate> everywhere;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<Integer, Map<String, List<Optional<ClientTrust>>>> byPort = new HashMap<>();
  private final Set<Integer> shared = new HashSet<>();

  PortClients(GatewayConfig config, CertificateUse certificates, Revocations revocations) {
    this.certificates = certificates;
    this.revocations = revocations;
    List<X509Certificate> read = new ArrayList<>();
    read(config.http().tls().clients(), read).ifPresent(problems::add);
    everywhere = List.copyOf(read);
  }

  /** What is wrong with the gateway's own list. */
  List<Problem> problems() {
    return problems;
  }

  /** All that were listed so far. */
  Set<X509Certificate> known() {
    return known;
  }

  /**
   * Who may call an API.
   *
   * @param listed null for everybody
   * @param holders which certificates stand for keys; null for none, and where the listed ones do
   * @param certificates by which both decide
   * @param problem what keeps the API from being served
   */
  record Clients(
      @Nullable ClientTrust listed,
      @Nullable ClientTrust holders,
      List<X509Certificate> certificates,
      Optional<Problem> problem) {

    Clients {
      certificates = List.copyOf(certificates);
    }

    /** Whether the same may call, where the API is the same. */
    boolean areSame(Clients others) {
      return certificates.equals(others.certificates);
    }

    /** Which certificates handshakes have to ask for; null for none. */
    @Nullable ClientTrust asked() {
      return listed == null ? holders : listed;
    }
  }

  Clients of(ApiDefinition api, boolean tls) {
    Optional<List<CertificateReference>> wanted = api.binding().clients();
    if (wanted.isEmpty()) {
      return holders(api, tls);
    }
    List<X509Certificate> allowed = new ArrayList<>(everywhere);
    Optional<Problem> problem = read(wanted.get(), allowed);
    if (problem.isEmpty() && !tls) {
      problem = Optional.of(withoutTls(api, "use_mutual_tls_auth"));
    } else if (problem.isEmpty() && allowed.isEmpty()) {
      problem =
          Optional.of(
              api.settings()
                  .error(
                      "use_mutual_tls_auth",
                      "lets nobody in",
                      "name clients in client_certificates"));
    }
    return new Clients(
        new ClientTrust(allowed, revocations, certificates.clock()), null, allowed, problem);
  }

  /** The keys of certificates tell who may call. */
  private Clients holders(ApiDefinition api, boolean tls) {
    if (api.authentication().methods().isEmpty()) {
      return EVERYBODY;
    }
    Optional<String> flag =
        api.authentication().methods().stream()
            .filter(Authentication.Certificate.class::isInstance)
            .map(Authentication.Method::flag)
            .findFirst();
    return flag.isEmpty()
        ? EVERYBODY
        : new Clients(
            null,
            ClientTrust.ofAnybody(everywhere, revocations, certificates.clock()),
            everywhere,
            tls ? Optional.empty() : flag.map(name -> withoutTls(api, name)));
  }

  private static Problem withoutTls(ApiDefinition api, String field) {
    return api.settings().error(field, "needs TLS", "set protocol to https, or use_ssl");
  }

  private Optional<Problem> read(
      List<CertificateReference> references, List<X509Certificate> into) {
    for (CertificateReference reference : references) {
      try {
        List<X509Certificate> found = certificates.certificates(SourceName.of(reference));
        into.addAll(found);
        known.addAll(found);
      } catch (BadCertificate e) {
        return Optional.of(reference.error(String.valueOf(e.getMessage()), null));
      }
    }
    return Optional.empty();
  }

  /**
   * On this port there is more than APIs, for clients without a certificate: none is demanded in
   * handshakes. APIs judge each call whatever the handshake has demanded.
   */
  void share(int port) {
    shared.add(port);
  }

  /** An API is served on a host of a port. */
  void add(int port, @Nullable String host, @Nullable ClientTrust trust) {
    byPort
        .computeIfAbsent(port, _ -> new LinkedHashMap<>())
        .computeIfAbsent(
            Objects.requireNonNullElse(host, ServerNames.OTHERS), _ -> new ArrayList<>())
        .add(Optional.ofNullable(trust));
  }

  /** What handshakes on a port demand, by the host that the client means. */
  Map<String, ClientDemand> demands(int port) {
    Map<String, List<Optional<ClientTrust>>> byHost = byPort.getOrDefault(port, Map.of());
    Map<String, ClientDemand> demands = new HashMap<>();
    byHost.forEach((host, apis) -> demands.put(host, demand(apis, lessNamed(byHost, host))));
    demands.put(ServerNames.OTHERS, demandOfUnnamed(byHost));
    if (shared.contains(port)) {
      demands.replaceAll((_, demand) -> demand.asks() ? new ClientDemand.Asked() : demand);
    }
    return demands;
  }

  /** Clients that name no host may mean any, or one that they could not have named. */
  private static ClientDemand demandOfUnnamed(Map<String, List<Optional<ClientTrust>>> byHost) {
    List<Optional<ClientTrust>> ofAny = byHost.getOrDefault(ServerNames.OTHERS, List.of());
    List<Optional<ClientTrust>> unnamed =
        byHost.entrySet().stream()
            .filter(apis -> NO_SERVER_NAME.matcher(apis.getKey()).matches())
            .flatMap(apis -> apis.getValue().stream())
            .toList();
    return ofAny.isEmpty()
        ? demand(ofAny, unnamed.stream())
        : demand(Stream.of(ofAny, unnamed).flatMap(List::stream).toList(), Stream.of());
  }

  /** APIs that take the calls to a host for which its own ones have no path. */
  private static Stream<Optional<ClientTrust>> lessNamed(
      Map<String, List<Optional<ClientTrust>>> byHost, String host) {
    int dot = host.startsWith("*") ? -1 : host.indexOf('.');
    String wildcard = dot < 0 ? ServerNames.OTHERS : "*" + host.substring(dot);
    return Stream.of(wildcard, ServerNames.OTHERS)
        .distinct()
        .flatMap(other -> byHost.getOrDefault(other, List.of()).stream());
  }

  private static ClientDemand demand(
      List<Optional<ClientTrust>> apis, Stream<Optional<ClientTrust>> others) {
    List<ClientTrust> trusts = apis.stream().flatMap(Optional::stream).toList();
    if (trusts.isEmpty()) {
      return others.anyMatch(Optional::isPresent)
          ? new ClientDemand.Asked()
          : new ClientDemand.None();
    }
    return trusts.size() < apis.size() || trusts.stream().anyMatch(ClientTrust::isOfAnybody)
        ? new ClientDemand.Asked()
        : new ClientDemand.Required(ClientTrust.anyOf(trusts));
  }
}
