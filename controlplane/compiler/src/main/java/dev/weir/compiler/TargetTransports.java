package dev.weir.compiler;

import dev.weir.balance.Transport;
import dev.weir.call.Revocations;
import dev.weir.certificates.ServerCertificate;
import dev.weir.model.ApiDefinition;
import dev.weir.model.CertificateReference;
import dev.weir.model.GatewayConfig.TlsVersions;
import dev.weir.model.Problem;
import dev.weir.model.Target;
import dev.weir.model.UpstreamTls;
import dev.weir.upstream.ClientIdentity;
import dev.weir.upstream.ServerProof;
import dev.weir.upstream.TargetTls;
import dev.weir.upstream.TlsRule;
import dev.weir.upstream.TrustedIssuers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides how targets are spoken to. What an API says goes before what the gateway says; switches
 * that demand less or more of a server count wherever they are on. Equal rules become one
 * transport. For one use.
 */
final class TargetTransports {
  private static final int TLS_1_2 = 771;
  private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

  private final UpstreamTls ofGateway;
  private final Named named;
  private final Revocations revocations;
  private final InstantSource clock;
  private final Map<TlsRule, TargetTls> before;
  private final Map<TlsRule, TargetTls> made = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private @Nullable List<X509Certificate> roots;

  /** Who is trusted, by the file with those who are besides. */
  private final Map<Optional<Path>, TrustedIssuers> trusted = new HashMap<>();

  /** The same by what they are, with those from before: what is one object is compared faster. */
  private @Nullable Map<Set<X509Certificate>, TrustedIssuers> issuers;

  /**
   * @param before those of an earlier compilation, which serve on where they are wanted again
   */
  TargetTransports(
      UpstreamTls ofGateway,
      Named named,
      Revocations revocations,
      InstantSource clock,
      Map<TlsRule, TargetTls> before) {
    this.revocations = revocations;
    this.clock = clock;
    this.ofGateway = ofGateway;
    this.before = before;
    this.named = named;
    ofGateway.authorities().ifPresent(reference -> check(() -> named.trusted(reference)));
    ofGateway.certificates().values().forEach(one -> check(() -> named.identity(one)));
    ofGateway
        .pins()
        .values()
        .flatMap(List::stream)
        .forEach(pin -> check(() -> named.fingerprints(pin)));
  }

  private interface Lookup {
    Object find() throws Unusable;
  }

  private void check(Lookup lookup) {
    try {
      lookup.find();
    } catch (Unusable e) {
      problems.add(e.problem());
    }
  }

  /** What is wrong with what the gateway's own configuration names. */
  List<Problem> problems() {
    return problems;
  }

  /** All that were asked for so far. */
  Map<TlsRule, TargetTls> made() {
    return made;
  }

  /** How a target of an API is spoken to. */
  Transport of(ApiDefinition api, Target target) throws Unusable {
    if (target.scheme() != Target.Scheme.HTTPS) {
      return Transport.H2C;
    }
    try {
      TlsRule rule = rule(api, target);
      TargetTls known = before.getOrDefault(rule, made.get(rule));
      TargetTls found = known == null ? new TargetTls(rule, clock) : known;
      made.put(rule, found);
      return found;
    } catch (SSLException | GeneralSecurityException e) {
      throw new Unusable(
          api.settings()
              .error("proxy", "no TLS with " + target.authority() + ", " + e.getMessage(), null),
          shown(api.proxy().tls(), target).map(SourceName::of).stream().toList());
    }
  }

  private TlsRule rule(ApiDefinition api, Target target) throws Unusable, GeneralSecurityException {
    UpstreamTls ofApi = api.proxy().tls();
    return new TlsRule(
        versions(api), ciphers(ofApi), proof(ofApi, target), identity(ofApi, target));
  }

  private List<String> versions(ApiDefinition api) throws Unusable {
    TlsVersions ofApi = api.proxy().tls().versions();
    int min = ofApi.min() == 0 ? ofGateway.versions().min() : ofApi.min();
    int max = ofApi.max() == 0 ? ofGateway.versions().max() : ofApi.max();
    if (min > max) {
      throw new Unusable(
          api.settings()
              .error(
                  "proxy.transport",
                  "with what tyk.conf says the oldest TLS is %d and the newest %d"
                      .formatted(min, max),
                  "set ssl_min_version and ssl_max_version"));
    }
    return VERSIONS.subList(min - TLS_1_2, max - TLS_1_2 + 1);
  }

  private List<String> ciphers(UpstreamTls ofApi) {
    return ofApi.ciphers().isEmpty() ? ofGateway.ciphers() : ofApi.ciphers();
  }

  private ServerProof proof(UpstreamTls ofApi, Target target)
      throws Unusable, GeneralSecurityException {
    return new ServerProof(
        ofApi.serverName().orElse(target.host()),
        !ofApi.insecureSkipVerify() && !ofGateway.insecureSkipVerify(),
        ofApi.forceCommonNameCheck() || ofGateway.forceCommonNameCheck(),
        pins(ofApi, target),
        trusted(ofApi),
        revocations);
  }

  private Set<String> pins(UpstreamTls ofApi, Target target) throws Unusable {
    Set<String> pins = new HashSet<>();
    for (CertificateReference pin :
        ofApi
            .pins()
            .find(target.host(), target.port())
            .or(() -> ofGateway.pins().find(target.host(), target.port()))
            .orElse(List.of())) {
      pins.addAll(named.fingerprints(pin));
    }
    return pins;
  }

  private TrustedIssuers trusted(UpstreamTls ofApi) throws Unusable, GeneralSecurityException {
    Optional<Path> file = ofApi.authorities().map(CertificateReference::certificateFile);
    TrustedIssuers found = trusted.get(file);
    if (found == null) {
      found = only(read(ofApi));
      trusted.put(file, found);
    }
    return found;
  }

  private Set<X509Certificate> read(UpstreamTls ofApi) throws Unusable {
    Set<X509Certificate> read = new HashSet<>(roots());
    for (Optional<CertificateReference> more :
        List.of(ofGateway.authorities(), ofApi.authorities())) {
      if (more.isPresent()) {
        read.addAll(named.trusted(more.get()));
      }
    }
    return read;
  }

  private TrustedIssuers only(Set<X509Certificate> read) throws GeneralSecurityException {
    Map<Set<X509Certificate>, TrustedIssuers> all = issuers();
    TrustedIssuers found = all.get(read);
    if (found == null) {
      found = new TrustedIssuers(read);
      all.put(found.certificates(), found);
    }
    return found;
  }

  private Map<Set<X509Certificate>, TrustedIssuers> issuers() {
    Map<Set<X509Certificate>, TrustedIssuers> known = issuers;
    if (known == null) {
      known =
          before.keySet().stream()
              .map(rule -> rule.proof().trusted())
              .distinct() // they know their hash, which a set of certificates adds up each time
              .collect(
                  Collectors.toMap(
                      TrustedIssuers::certificates, one -> one, (one, _) -> one, HashMap::new));
      issuers = known;
    }
    return known;
  }

  private List<X509Certificate> roots() throws Unusable {
    List<X509Certificate> known = roots;
    if (known == null) {
      known =
          ofGateway.roots().isPresent() ? named.trusted(ofGateway.roots().get()) : trustedByJava();
      roots = known;
    }
    return known;
  }

  private static List<X509Certificate> trustedByJava() {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init((KeyStore) null);
      return Arrays.asList(((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java trusts nobody", e);
    }
  }

  private Optional<CertificateReference> shown(UpstreamTls ofApi, Target target) {
    return ofApi
        .certificates()
        .find(target.host(), target.port())
        .or(() -> ofGateway.certificates().find(target.host(), target.port()));
  }

  private @Nullable ClientIdentity identity(UpstreamTls ofApi, Target target) throws Unusable {
    Optional<CertificateReference> reference = shown(ofApi, target);
    if (reference.isEmpty()) {
      return null;
    }
    ServerCertificate certificate = named.identity(reference.get());
    return new ClientIdentity(certificate.chain(), certificate.key());
  }
}
