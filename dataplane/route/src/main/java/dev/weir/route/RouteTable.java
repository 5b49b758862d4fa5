package dev.weir.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An immutable table from port, host and path to the action that takes the call. All threads may
 * share it.
 *
 * <p>The choice, in this order:
 *
 * <ol>
 *   <li>the port the call came in on;
 *   <li>routes that name the host of the authority; then routes for a pattern and the rest of the
 *       host, the longest pattern first; then routes for {@code *.} and the rest of the host; then
 *       routes with a pattern for all of the host, in the order of {@link WholeHosts}; then routes
 *       that name no host. Asterisk and a pattern in front stand for exactly one label. A kind of
 *       route that names the host but has no fitting path gives way to the next kind;
 *   <li>the longest listen path that the path begins with and that ends at a segment border.
 * </ol>
 *
 * <p>The time it takes depends on the length of the authority and of the longest listen path, not
 * on the number of routes, but for those with a pattern for the same host, and for all of the host:
 * these are asked last, and what an authority matches can be kept.
 *
 * @param <A> what a call that matches is to be handed to
 */
public final class RouteTable<A> {

  /** Open addressing by port; a free slot has no routes. */
  private final @Nullable PortRoutes<A>[] routes;

  private final int[] ports;
  private final List<A> actions;
  private final boolean wholeHosts;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other way
  private RouteTable(Map<Integer, PortRoutes<A>> byPort, List<A> actions) {
    this.actions = actions;
    wholeHosts = byPort.values().stream().anyMatch(PortRoutes::hasWholeHosts);
    int capacity = Integer.highestOneBit(Math.max(1, byPort.size())) * 4;
    routes = new PortRoutes[capacity];
    ports = new int[capacity];
    byPort.forEach(this::put);
  }

  private void put(int port, PortRoutes<A> portRoutes) {
    int slot = port & (ports.length - 1);
    while (routes[slot] != null) {
      slot = (slot + 1) & (ports.length - 1);
    }
    ports[slot] = port;
    routes[slot] = portRoutes;
  }

  /** One for hosts without patterns. */
  public static <A> Builder<A> builder() {
    return new Builder<>(
        null,
        pattern -> {
          throw new IllegalArgumentException(pattern);
        });
  }

  /**
   * One for a table like another; they share what is the same in both.
   *
   * @param patterns what a host with a pattern means, asked for each when the table is built
   */
  public static <A> Builder<A> builder(
      RouteTable<A> before, Function<String, HostPattern> patterns) {
    return new Builder<>(before, patterns);
  }

  /**
   * The action for a call, or null when no route takes it.
   *
   * @param port the port of the listener that accepted the connection
   * @param authority the {@code :authority} or {@code Host} as sent, with or without a port; empty
   *     when there is none
   * @param path the {@code :path} as sent; a query is not looked at, nothing is decoded
   */
  public @Nullable A match(int port, byte[] authority, byte[] path) {
    return find(port, authority, path, null);
  }

  /**
   * The same.
   *
   * @param known of this authority, for this port: kept for its next call
   */
  public @Nullable A match(int port, byte[] authority, byte[] path, HostMatches known) {
    return find(port, authority, path, known);
  }

  private @Nullable A find(int port, byte[] authority, byte[] path, @Nullable HostMatches known) {
    PortRoutes<A> ofPort = routes(port);
    return ofPort == null ? null : ofPort.match(authority, path, known);
  }

  /** Whether there are patterns for all of a host, so that it pays to keep what matches them. */
  public boolean hasWholeHosts() {
    return wholeHosts;
  }

  private @Nullable PortRoutes<A> routes(int port) {
    int mask = ports.length - 1;
    for (int slot = port & mask; ; slot = (slot + 1) & mask) {
      PortRoutes<A> candidate = routes[slot];
      if (candidate == null || ports[slot] == port) {
        return candidate;
      }
    }
  }

  /** What routes there are lead to; an action of two routes is there twice. */
  public List<A> actions() {
    return actions;
  }

  /** Collects routes; for one thread. */
  public static final class Builder<A> {
    private final @Nullable RouteTable<A> before;
    private final Function<String, HostPattern> patterns;
    private final Map<Integer, PortRoutes.Builder<A>> byPort = new HashMap<>();

    private Builder(@Nullable RouteTable<A> before, Function<String, HostPattern> patterns) {
      this.before = before;
      this.patterns = patterns;
    }

    /**
     * Adds a route, unless its place is taken.
     *
     * @param port the port it listens on
     * @param host the host it takes calls for, {@code *.} for any one label, or a pattern for it in
     *     braces, or text with {@link HostPattern#EXPRESSION expressions} anywhere; null or empty:
     *     any
     * @param listenPath what the path of a call has to begin with; a missing first slash is added
     * @param owner who the route belongs to, in the words of its user
     * @param action what {@link RouteTable#match} answers
     * @return the conflict when a route with the same port, host and listen path was added before;
     *     the earlier one stays
     */
    public Optional<RouteConflict> add(
        int port, @Nullable String host, String listenPath, String owner, A action) {
      Optional<RouteConflict> conflict = conflict(port, host, listenPath, owner);
      if (conflict.isEmpty()) {
        paths(port, host).add(bytes(listenPath), owner, action);
      }
      return conflict;
    }

    /** What {@link #add} would come to; nothing is added. */
    public Optional<RouteConflict> conflict(
        int port, @Nullable String host, String listenPath, String owner) {
      String earlier = paths(port, host).owner(bytes(listenPath));
      return earlier == null
          ? Optional.empty()
          : Optional.of(
              new RouteConflict(port, Hosts.canonical(host), path(listenPath), owner, earlier));
    }

    /** Hands the calls of a route that was added to another action. */
    public void replace(int port, @Nullable String host, String listenPath, A action) {
      paths(port, host).replace(bytes(listenPath), action);
    }

    private PathTable.Builder<A> paths(int port, @Nullable String host) {
      String canonical = Hosts.canonical(host);
      return byPort
          .computeIfAbsent(
              port,
              _ -> new PortRoutes.Builder<>(before == null ? null : before.routes(port), patterns))
          .paths(canonical == null ? "" : canonical);
    }

    private static byte[] bytes(String listenPath) {
      return path(listenPath).getBytes(UTF_8);
    }

    private static String path(String listenPath) {
      return listenPath.startsWith("/") ? listenPath : "/" + listenPath;
    }

    public RouteTable<A> build() {
      Map<Integer, PortRoutes<A>> built = new HashMap<>();
      List<A> all = new ArrayList<>();
      byPort.forEach((port, ofPort) -> {
        built.put(port, ofPort.build());
        ofPort.all().forEach(paths -> all.addAll(paths.actions()));
      });
      return new RouteTable<>(built, List.copyOf(all));
    }
  }
}
