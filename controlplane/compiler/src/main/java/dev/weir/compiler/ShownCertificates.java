package dev.weir.compiler;

import dev.weir.certificates.CertificateSource;
import dev.weir.listener.ServerIdentity;
import dev.weir.listener.ServerNames;
import dev.weir.model.ApiDefinition;
import dev.weir.model.CertificateReference;
import dev.weir.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The certificates that APIs bring to a port, by the hosts that they are shown for. Two APIs that
 * want another one for the same host contradict each other: a client sees one of both. For one use.
 */
final class ShownCertificates {
  /** Of one nothing is said before a certificate is shown (RFC 6066, 3). */
  private static final Pattern ADDRESS = Pattern.compile("\\[.*|[0-9]+(\\.[0-9]+){3}");

  private final int port;
  private final List<ServerIdentity> identities = new ArrayList<>();
  private final Map<Place, Owner> owners = new LinkedHashMap<>();

  ShownCertificates(int port) {
    this.port = port;
  }

  /** Certificates with keys of other kinds stand beside each other. */
  private record Place(String host, String keyAlgorithm) {}

  /**
   * What is shown in a place.
   *
   * @param name where it comes from
   * @param isOfDomain whether the host is the domain of the API
   */
  private record Owner(
      ServerIdentity identity, CertificateSource.Name name, String api, boolean isOfDomain) {}

  /**
   * A certificate that an API brings.
   *
   * @param reference where the API names it
   */
  record Brought(CertificateReference reference, ServerIdentity identity) {

    private CertificateSource.Name name() {
      return SourceName.of(reference);
    }

    /** An API wants it for its own host, or where it has none, for those of the certificate. */
    private List<String> wanted(String domain) {
      return domain.isEmpty() ? identity.hosts() : isFor(domain) ? List.of(domain) : List.of();
    }

    private boolean isFor(String domain) {
      return names(domain) || identity.hosts().contains(ServerNames.wildcard(domain));
    }

    private boolean names(String domain) {
      return identity.hosts().contains(domain);
    }

    /** A pattern stands for hosts that a certificate may name one by one. */
    private boolean isForSome(ApiDefinition.Binding binding) {
      String domain = binding.certificateName();
      return isFor(domain)
          || (domain.startsWith("*")
              && identity.hosts().stream().map(ServerNames::wildcard).anyMatch(domain::equals));
    }

    /** What there is to tell of one that clients of the API's own host are not shown for it. */
    private Optional<Problem> warning(ApiDefinition.Binding binding) {
      String domain = binding.certificateName();
      return domain.isEmpty() || ADDRESS.matcher(domain).matches() || isForSome(binding)
          ? Optional.empty()
          : Optional.of(
              reference.warning(
                  "is not for %s, the API's domain".formatted(domain),
                  "clients refuse it there, or are shown another one"));
    }
  }

  boolean isEmpty() {
    return identities.isEmpty();
  }

  /** Of several for its domain an API wants the one that names it. */
  private static Map<Place, Brought> wanted(ApiDefinition api, List<Brought> all) {
    if (all.isEmpty()) {
      return Map.of();
    }
    String domain = api.binding().certificateName();
    Map<Place, Brought> wanted = new LinkedHashMap<>();
    all.stream()
        .sorted(Comparator.comparing(one -> !one.names(domain)))
        .forEach(one ->
            one.wanted(domain)
                .forEach(host ->
                    wanted.putIfAbsent(new Place(host, one.identity().keyAlgorithm()), one)));
    return wanted;
  }

  /** Which of these are not for the host of the API that brings them. */
  static List<Problem> warnings(ApiDefinition api, List<Brought> all) {
    return all.stream().flatMap(one -> one.warning(api.binding()).stream()).toList();
  }

  /** What others who came before say against these. */
  Optional<Unusable> contradiction(ApiDefinition api, List<Brought> all) {
    Map<Place, Brought> wanted = wanted(api, all);
    boolean isOfDomain = !api.binding().certificateName().isEmpty();
    for (Brought brought : all) {
      List<Place> places =
          wanted.keySet().stream().filter(place -> brought.equals(wanted.get(place))).toList();
      List<Owner> others =
          places.stream().flatMap(place -> other(place, brought, isOfDomain)).toList();
      if (!places.isEmpty() && others.size() == places.size()) {
        return Optional.of(contradiction(brought, places.getFirst(), others.getFirst()));
      }
    }
    return Optional.empty();
  }

  private Stream<Owner> other(Place place, Brought brought, boolean isOfDomain) {
    return Optional.ofNullable(owners.get(place))
        .filter(owner -> !owner.identity().certificate().equals(brought.identity().certificate()))
        .filter(owner -> !isOfDomain || !makesRoom(owner))
        .stream();
  }

  /** An API without a domain does for one whose domain the host is, if it keeps another host. */
  private boolean makesRoom(Owner owner) {
    return !owner.isOfDomain()
        && owners.values().stream().filter(owner::equals).limit(2).count() > 1;
  }

  private Unusable contradiction(Brought brought, Place place, Owner owner) {
    Problem problem =
        brought
            .reference()
            .error(
                "clients of %s see another certificate on port %d, that of API %s"
                    .formatted(place.host(), port, owner.api()),
                "name the same one in both, or none here");
    return new Unusable(problem, List.of(brought.name(), owner.name()));
  }

  /** An API is served with these. */
  void add(ApiDefinition api, List<Brought> all) {
    all.forEach(one -> identities.add(one.identity()));
    boolean isOfDomain = !api.binding().certificateName().isEmpty();
    wanted(api, all)
        .forEach((place, one) ->
            owners.merge(
                place,
                new Owner(one.identity(), one.name(), api.apiId(), isOfDomain),
                (old, now) -> isOfDomain && !old.isOfDomain() ? now : old));
  }

  /**
   * What clients are shown, by their host, the best first: what the API brings whose domain it is,
   * what one without a domain does, then what else APIs bring with that name, then what the gateway
   * has. Where all these lack a kind of key it is the wildcard's. Who names no host, or another, is
   * shown the gateway's first.
   */
  Map<String, List<ServerIdentity>> byHost(List<ServerIdentity> ofGateway) {
    var shown = new HashMap<String, Map<String, ServerIdentity>>();
    owners.entrySet().stream()
        .sorted(Comparator.comparing(entry -> !entry.getValue().isOfDomain()))
        .forEach(entry -> show(entry.getValue().identity(), entry.getKey().host(), shown));
    Stream.concat(identities.stream(), ofGateway.stream())
        .forEach(one -> one.hosts().forEach(host -> show(one, host, shown)));
    shown.forEach((host, here) ->
        shown.getOrDefault(ServerNames.wildcard(host), Map.of()).forEach(here::putIfAbsent));
    Stream.concat(ofGateway.stream(), identities.stream())
        .forEach(one -> show(one, ServerNames.OTHERS, shown));
    var byHost = new HashMap<String, List<ServerIdentity>>();
    shown.forEach((host, here) -> byHost.put(host, List.copyOf(here.values())));
    return byHost;
  }

  private static void show(
      ServerIdentity one, String host, Map<String, Map<String, ServerIdentity>> shown) {
    shown.computeIfAbsent(host, _ -> new LinkedHashMap<>()).putIfAbsent(one.keyAlgorithm(), one);
  }
}
