package dev.weir.balance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A named set of endpoints among which calls are balanced. All event loops pick from it; one thread
 * at a time publishes the addresses of its members.
 *
 * <p>Round robin per call: over sequential calls each member is chosen exactly as often as it
 * stands in the list, and each of its addresses equally often within that.
 */
public final class EndpointGroup {

  private final String name;

  /** Each member once, with the number of times it stands in the list. */
  private final Map<Member, Integer> weights = new LinkedHashMap<>();

  private final DoubleSupplier random;
  private final AtomicLong calls = new AtomicLong();

  /** Those of the group that this one is to replace; none once this one has its own. */
  private List<Endpoint> inherited = List.of();

  private volatile Picker picker;

  /**
   * Makes a group that has no endpoint until the first {@link #publish}.
   *
   * @param name what it is called in logs and errors
   * @param members the list, in order; one that stands in it twice gets twice the calls
   * @param random numbers from 0 to below 1; called by all event loops
   */
  public EndpointGroup(String name, List<Member> members, DoubleSupplier random) {
    this.name = name;
    this.random = random;
    members.forEach(member -> weights.merge(member, 1, Integer::sum));
    this.picker = new NoEndpoints(members.isEmpty() ? null : "host names are not resolved yet");
  }

  /**
   * Makes a group that is to replace another: endpoints that both have are the same ones, with
   * their connections and their rests.
   *
   * @param before goes on unchanged until it is told to {@link #giveWayTo} the new one
   */
  public EndpointGroup(
      String name, List<Member> members, DoubleSupplier random, EndpointGroup before) {
    this(name, members, random);
    this.inherited = before.endpoints();
  }

  /** Whether a group of these members would be no other than this one. */
  public boolean consistsOf(List<Member> members) {
    Map<Member, Integer> others = new HashMap<>();
    members.forEach(member -> others.merge(member, 1, Integer::sum));
    return weights.equals(others);
  }

  public String name() {
    return name;
  }

  /** The members, each once, in the order of the list. */
  public Set<Member> members() {
    return Collections.unmodifiableSet(weights.keySet());
  }

  /** The endpoints as last published, each once. */
  public List<Endpoint> endpoints() {
    return picker.endpoints();
  }

  /**
   * Chooses the endpoint for a call. The common case allocates nothing.
   *
   * <p>Endpoints that rest are passed over while there is another; when all that are left rest, the
   * one whose rest ends first is chosen, so a lone endpoint is always tried.
   *
   * @param nowNanos now, on the clock that {@link Endpoint#connectFailed} gets too
   * @param tried endpoints that this call must not get again; null for none
   * @return null when the group has no endpoint that was not tried
   */
  public @Nullable Endpoint pick(long nowNanos, @Nullable Set<Endpoint> tried) {
    return picker.pick(nowNanos, tried);
  }

  /**
   * Why the group has no endpoint although it has members: none of their names has an address. Null
   * when there are endpoints, and when there are no members.
   */
  public @Nullable String unresolvedReason() {
    return picker instanceof NoEndpoints none ? none.unresolvedReason() : null;
  }

  /**
   * Replaces the endpoints by those that the hosts of the members have now. An endpoint whose
   * member and address stay is kept, with its state; one that is gone is retired.
   *
   * @param resolutions what is known about a host
   */
  public void publish(Function<String, Resolution> resolutions) {
    Map<Place, Endpoint> known = new HashMap<>();
    List<Endpoint> before = picker.endpoints();
    inherited.forEach(endpoint -> known.put(Place.of(endpoint), endpoint));
    before.forEach(endpoint -> known.put(Place.of(endpoint), endpoint));
    List<Share> shares = new ArrayList<>();
    String unresolvedReason = null;
    for (Map.Entry<Member, Integer> entry : weights.entrySet()) {
      Member member = entry.getKey();
      switch (resolutions.apply(member.host())) {
        case Resolution.Resolved(var addresses) ->
            shares.add(new Share(endpoints(member, addresses, known), entry.getValue()));
        case Resolution.Unresolved(var reason) -> unresolvedReason = reason;
      }
    }
    picker = picker(shares, unresolvedReason);
    if (!shares.isEmpty()) {
      inherited = List.of();
    }
    retire(before, picker.endpoints());
  }

  /**
   * Retires the endpoints that the group which has replaced this one does not have. To be called
   * when no name is resolved for this one any more.
   *
   * @param after null when there is none
   */
  public void giveWayTo(@Nullable EndpointGroup after) {
    retire(endpoints(), after == null ? List.of() : after.endpoints());
  }

  private static void retire(List<Endpoint> before, List<Endpoint> after) {
    Set<Endpoint> kept = Set.copyOf(after);
    before.stream().filter(endpoint -> !kept.contains(endpoint)).forEach(Endpoint::retire);
  }

  private List<Endpoint> endpoints(
      Member member, List<InetAddress> addresses, Map<Place, Endpoint> known) {
    return addresses.stream()
        .distinct()
        .map(address -> Place.of(member, address))
        .map(place -> known.computeIfAbsent(place, this::newEndpoint))
        .toList();
  }

  private Endpoint newEndpoint(Place place) {
    return new Endpoint(place.address, place.authority, place.pathPrefix, place.transport, random);
  }

  private Picker picker(List<Share> shares, @Nullable String unresolvedReason) {
    if (shares.isEmpty()) {
      return new NoEndpoints(unresolvedReason);
    }
    RoundRobin roundRobin = new RoundRobin(shares, calls);
    List<Endpoint> endpoints = roundRobin.endpoints();
    return endpoints.size() == 1 ? new OneEndpoint(endpoints.getFirst()) : roundRobin;
  }

  @Override
  public String toString() {
    return name + " " + endpoints();
  }

  /** What makes an endpoint the same one after its names were resolved again. */
  private record Place(
      InetSocketAddress address, String authority, String pathPrefix, Transport transport) {

    static Place of(Endpoint endpoint) {
      return new Place(
          endpoint.address(), endpoint.authority(), endpoint.pathPrefix(), endpoint.transport());
    }

    static Place of(Member member, InetAddress address) {
      InetSocketAddress socketAddress = new InetSocketAddress(address, member.port());
      return new Place(socketAddress, member.authority(), member.pathPrefix(), member.transport());
    }
  }
}
