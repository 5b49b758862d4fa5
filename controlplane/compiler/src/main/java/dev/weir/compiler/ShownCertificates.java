package dev.weir.compiler;

import dev.weir.listener.ServerIdentity;
import dev.weir.model.ApiDefinition;
import dev.weir.model.CertificateReference;
import dev.weir.model.Problem;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The certificates that APIs bring to ports, by the hosts that they are shown for. Two APIs that
 * want another one for the same host contradict each other: a client sees one of both. For one use.
 */
final class ShownCertificates {
  private final Map<Place, Owner> owners = new HashMap<>();

  /** Certificates with keys of other kinds stand beside each other. */
  private record Place(int port, String host, String keyAlgorithm) {}

  private record Owner(X509Certificate certificate, String api) {}

  /**
   * A certificate that an API brings.
   *
   * @param reference where the API names it
   */
  record Brought(CertificateReference reference, ServerIdentity.Parts parts) {

    private X509Certificate leaf() {
      return parts.chain().getFirst();
    }

    /** An API wants it for its own host, or where it has none, for those of the certificate. */
    private List<String> wanted(String domain) {
      return domain.isEmpty() ? parts.hosts() : isFor(domain) ? List.of(domain) : List.of();
    }

    private boolean isFor(String domain) {
      int dot = domain.indexOf('.');
      return parts.hosts().contains(domain)
          || (dot > 0 && parts.hosts().contains("*" + domain.substring(dot)));
    }

    private Place at(int port, String host) {
      return new Place(port, host, leaf().getPublicKey().getAlgorithm());
    }
  }

  /** What others who came before say against these. */
  Optional<Problem> contradiction(ApiDefinition api, int port, List<Brought> all) {
    return all.stream().flatMap(one -> contradiction(api, port, one).stream()).findFirst();
  }

  private Optional<Problem> contradiction(ApiDefinition api, int port, Brought brought) {
    List<String> hosts = brought.wanted(api.binding().domain());
    List<Owner> others = hosts.stream().flatMap(host -> other(brought, port, host)).toList();
    if (hosts.isEmpty() || others.size() < hosts.size()) {
      return Optional.empty();
    }
    return Optional.of(
        brought
            .reference()
            .error(
                "clients of %s see another certificate on port %d, that of API %s"
                    .formatted(hosts.getFirst(), port, others.getFirst().api()),
                "name the same one in both, or none here"));
  }

  private Stream<Owner> other(Brought brought, int port, String host) {
    return Optional.ofNullable(owners.get(brought.at(port, host)))
        .filter(owner -> !owner.certificate().equals(brought.leaf()))
        .stream();
  }

  /** An API is served with these. */
  void add(ApiDefinition api, int port, List<Brought> all) {
    for (Brought brought : all) {
      var owner = new Owner(brought.leaf(), api.apiId());
      Stream.concat(
              brought.parts().hosts().stream(), brought.wanted(api.binding().domain()).stream())
          .forEach(host -> owners.putIfAbsent(brought.at(port, host), owner));
    }
  }
}
