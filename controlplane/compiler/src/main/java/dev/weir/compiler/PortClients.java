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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which clients may call an API, and what handshakes demand for that: a certificate that
 * is trusted where each API of a host wants one, any certificate where only some do. For one use.
 */
final class PortClients {
  private static final Clients EVERYBODY = new Clients(null, null, List.of(), Optional.empty());
  private final CertificateUse certificates;
  private final Revocations revocations;
  private final Set<X509Certificate> known = new HashSet<>();
  private final List<X509Certificate> everywhere;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<Integer, HostDemands> byPort = new HashMap<>();
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

  /**
   * An API is served on a port.
   *
   * @param host as routes name it; null for any
   */
  void add(int port, @Nullable String host, String listenPath, @Nullable ClientTrust trust) {
    byPort
        .computeIfAbsent(port, _ -> new HostDemands())
        .add(Objects.requireNonNullElse(host, ServerNames.OTHERS), listenPath, trust);
  }

  /** What handshakes on a port demand, by the host that the client means. */
  Map<String, ClientDemand> demands(int port) {
    HostDemands ofPort = byPort.get(port);
    if (ofPort == null) {
      return Map.of();
    }
    Map<String, ClientDemand> demands = ofPort.all();
    if (shared.contains(port)) {
      demands.replaceAll((_, demand) -> demand.asks() ? new ClientDemand.Asked() : demand);
    }
    return demands;
  }
}
