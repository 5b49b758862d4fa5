package dev.weir.compiler;

import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.CertificateUse;
import dev.weir.certificates.ServerCertificate;
import dev.weir.listener.ClientDemand;
import dev.weir.listener.ServerIdentity;
import dev.weir.listener.ServerNames;
import dev.weir.listener.TlsRules;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiProtocol;
import dev.weir.model.CertificateReference;
import dev.weir.model.GatewayConfig;
import dev.weir.model.GatewayConfig.ServerTls;
import dev.weir.model.Problem;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Decides which ports speak TLS and with which certificates. A certificate of the gateway's is for
 * all of its ports, one of an API for the port that the API listens on. For one use.
 */
final class PortTls {
  private static final String USE_SSL = "http_server_options.use_ssl";
  private static final String CIPHERS = "http_server_options.ssl_ciphers";
  private static final int TLS_1_2 = 771;
  private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

  private final GatewayConfig config;
  private final int mainPort;
  private final CertificateUse source;
  private final TlsRules rules;
  private final Map<ServerIdentity.Parts, ServerIdentity> before;
  private final Map<ServerIdentity.Parts, ServerIdentity> made = new HashMap<>();
  private final Map<Integer, Boolean> ports = new HashMap<>();
  private final List<ServerIdentity> ofGateway = new ArrayList<>();
  private final Map<Integer, ShownCertificates> ofApis = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private final Map<String, List<Problem>> ofCertificates = new HashMap<>();

  /**
   * @param before those of an earlier compilation, which serve on where they are wanted again
   */
  PortTls(
      GatewayConfig config,
      int mainPort,
      CertificateUse source,
      Map<ServerIdentity.Parts, ServerIdentity> before) {
    this.before = before;
    this.config = config;
    this.mainPort = mainPort;
    this.source = source;
    this.rules = rules(config);
    ports.put(mainPort, config.http().tls().useSsl());
    if (config.controlApi().secret().isSet() && config.controlApi().port() != 0) {
      ports.put(config.controlApi().port(), config.http().tls().useSsl());
    }
    for (CertificateReference reference : config.http().tls().certificates()) {
      try {
        ofGateway.add(read(reference).identity());
      } catch (Unusable e) {
        problems.add(e.problem());
      }
    }
  }

  private static TlsRules rules(GatewayConfig config) {
    ServerTls tls = config.http().tls();
    List<String> versions =
        VERSIONS.subList(tls.versions().min() - TLS_1_2, tls.versions().max() - TLS_1_2 + 1);
    return new TlsRules(versions, tls.ciphers(), config.http().http2());
  }

  /** What an API's port speaks, for the list of ports that may be opened. */
  ApiProtocol protocol(ApiDefinition api) {
    return api.binding()
        .protocol()
        .orElse(config.http().tls().useSsl() ? ApiProtocol.HTTPS : ApiProtocol.HTTP);
  }

  /** Adds an API to its port, or nothing where something keeps it from there. */
  void add(ApiDefinition api, int port) throws Unusable {
    boolean tls = protocol(api) == ApiProtocol.HTTPS;
    boolean present = ports.getOrDefault(port, tls);
    if (present != tls) {
      throw new Unusable(mixed(api, port, present));
    }
    add(api, port, tls, brought(api));
  }

  private List<ShownCertificates.Brought> brought(ApiDefinition api) throws Unusable {
    List<ShownCertificates.Brought> brought = new ArrayList<>();
    for (CertificateReference reference : api.binding().certificates()) {
      brought.add(read(reference));
    }
    return brought;
  }

  private void add(
      ApiDefinition api, int port, boolean tls, List<ShownCertificates.Brought> brought)
      throws Unusable {
    if (needsOthers(api, port) && ofApis(port).isEmpty()) {
      throw new Unusable(noCertificate(api, port));
    }
    Optional<Unusable> contradiction =
        tls ? ofApis(port).contradiction(api, brought) : Optional.empty();
    if (contradiction.isPresent()) {
      throw contradiction.get();
    }
    ports.put(port, tls);
    ofApis(port).add(api, brought);
    if (tls) {
      ofCertificates.put(api.apiId(), ShownCertificates.warnings(api, brought));
    }
  }

  /** What there is to tell of the certificates of an API that has been added. */
  List<Problem> warnings(ApiDefinition api) {
    return ofCertificates.getOrDefault(api.apiId(), List.of());
  }

  private ShownCertificates ofApis(int port) {
    return ofApis.computeIfAbsent(port, ShownCertificates::new);
  }

  /** Whether an API can only be served with certificates that other APIs of its port bring. */
  boolean needsOthers(ApiDefinition api, int port) {
    return protocol(api) == ApiProtocol.HTTPS
        && port != mainPort
        && api.binding().certificates().isEmpty()
        && ofGateway.isEmpty();
  }

  private Problem mixed(ApiDefinition api, int port, boolean tls) {
    String hint =
        port == mainPort
            ? "http_server_options.use_ssl decides for the main port"
            : "give it a port of its own";
    return api.settings()
        .error(
            "protocol",
            "port %d speaks %s for others".formatted(port, tls ? "https" : "clear text"),
            hint);
  }

  private static Problem noCertificate(ApiDefinition api, int port) {
    return api.settings()
        .error(
            "protocol",
            "https needs a certificate, and there is none for port " + port,
            "name one in certificates or in http_server_options.ssl_certificates");
  }

  private ShownCertificates.Brought read(CertificateReference reference) throws Unusable {
    try {
      ServerCertificate certificate = source.identity(SourceName.of(reference));
      return new ShownCertificates.Brought(
          reference,
          identity(
              reference,
              new ServerIdentity.Parts(
                  hosts(certificate, reference.alias()),
                  certificate.chain(),
                  certificate.key(),
                  rules)));
    } catch (BadCertificate e) {
      throw new Unusable(reference.error(String.valueOf(e.getMessage()), null));
    }
  }

  private ServerIdentity identity(CertificateReference reference, ServerIdentity.Parts parts)
      throws Unusable {
    ServerIdentity known = before.getOrDefault(parts, made.get(parts));
    try {
      ServerIdentity found = known == null ? new ServerIdentity(parts) : known;
      made.put(parts, found);
      return found;
    } catch (SSLException e) {
      throw new Unusable(
          reference.error("cannot be used for TLS, " + e.getMessage(), null),
          List.of(SourceName.of(reference)));
    }
  }

  /** All that were asked for so far. */
  Map<ServerIdentity.Parts, ServerIdentity> made() {
    return made;
  }

  private static List<String> hosts(ServerCertificate certificate, @Nullable String alias) {
    List<String> hosts = new ArrayList<>(certificate.hosts());
    if (alias != null) {
      hosts.add(alias);
    }
    return hosts;
  }

  /** What keeps the gateway from serving; to be asked when all APIs have been added. */
  List<Problem> problems() {
    if (!problems.isEmpty()) {
      return problems;
    }
    return ports.entrySet().stream()
        .filter(port -> port.getValue() && !hasCertificate(port.getKey()))
        .map(port ->
            config
                .settings()
                .error(
                    USE_SSL,
                    "needs a certificate, and there is none that can be used for port "
                        + port.getKey(),
                    "name one in http_server_options.ssl_certificates"))
        .toList();
  }

  /** What the ports that speak TLS answer with; to be asked when all APIs have been added. */
  Map<Integer, ServerNames> names(PortClients clients) {
    Map<Integer, ServerNames> names = new HashMap<>();
    ports.forEach((port, tls) -> {
      if (tls && hasCertificate(port)) {
        Map<String, List<ServerIdentity>> shown = ofApis(port).byHost(ofGateway);
        warnOfCiphers(port, shown);
        names.put(port, names(shown, clients.demands(port)));
      }
    });
    return names;
  }

  /** What there is to tell of the gateway's own configuration; to be asked after the names. */
  List<Problem> warnings() {
    return warnings;
  }

  private void warnOfCiphers(int port, Map<String, List<ServerIdentity>> shown) {
    if (rules.versions().contains(VERSIONS.getFirst())) {
      shown.entrySet().stream()
          .filter(host -> host.getValue().stream().noneMatch(ServerIdentity::isForTls12))
          .map(Map.Entry::getKey)
          .min(Comparator.naturalOrder())
          .ifPresent(host -> warnings.add(noCipher(port, host)));
    }
  }

  private Problem noCipher(int port, String host) {
    String where = host.equals(ServerNames.OTHERS) ? "" : " for " + host;
    return config
        .settings()
        .warning(
            CIPHERS,
            "has no suite for the keys that port %d shows%s, TLS 1.2 is not spoken there"
                .formatted(port, where),
            "add suites with ECDHE_RSA or ECDHE_ECDSA, as the key is, or set min_version to 772");
  }

  private boolean hasCertificate(int port) {
    return !ofGateway.isEmpty() || !ofApis(port).isEmpty();
  }

  private static ServerNames names(
      Map<String, List<ServerIdentity>> shown, Map<String, ClientDemand> demands) {
    try {
      return ServerNames.of(shown, demands);
    } catch (SSLException e) {
      throw new UncheckedIOException("what TLS could do it cannot with client certificates", e);
    }
  }
}
