package dev.weir.route;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable table from port, host and path to the action that takes the call. All threads may
 * share it.
 *
 * <p>The choice, in this order:
 *
 * <ol>
 *   <li>the port the call came in on;
 *   <li>routes that name the host of the authority; then routes for {@code *.} and the rest of the
 *       host, where the asterisk stands for exactly one label; then routes that name no host. A
 *       kind of route that names the host but has no fitting path gives way to the next kind;
 *   <li>the longest listen path that the path begins with and that ends at a segment border.
 * </ol>
 *
 * <p>The time it takes depends on the length of the authority and of the longest listen path, not
 * on the number of routes.
 *
 * @param <A> what a call that matches is to be handed to
 */
public final class RouteTable<A> {

  /** Open addressing by port; a free slot has no routes. */
  private final @Nullable PortRoutes<A>[] routes;

  private final int[] ports;
  private final List<A> actions;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other way
  private RouteTable(Map<Integer, PortRoutes<A>> byPort, List<A> actions) {
    this.actions = actions;
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

  public static <A> Builder<A> builder() {
    return new Builder<>();
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
    int mask = ports.length - 1;
    for (int slot = port & mask; ; slot = (slot + 1) & mask) {
      PortRoutes<A> candidate = routes[slot];
      if (candidate == null) {
        return null;
      }
      if (ports[slot] == port) {
        return candidate.match(authority, path);
      }
    }
  }

  /** What routes there are lead to; an action of two routes is there twice. */
  public List<A> actions() {
    return actions;
  }

  /** Collects routes; for one thread. */
  public static final class Builder<A> {

    private final Map<Integer, Map<String, Map<String, Owned<A>>>> routes = new HashMap<>();

    private Builder() {}

    /**
     * Adds a route, unless its place is taken.
     *
     * @param port the port it listens on
     * @param host the host it takes calls for, {@code *.} for any one label; null or empty: any
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
        routes
            .computeIfAbsent(port, _ -> new HashMap<>())
            .computeIfAbsent(named(Hosts.canonical(host)), _ -> new HashMap<>())
            .put(path(listenPath), new Owned<>(owner, action));
      }
      return conflict;
    }

    /** What {@link #add} would come to; nothing is added. */
    public Optional<RouteConflict> conflict(
        int port, @Nullable String host, String listenPath, String owner) {
      String canonical = Hosts.canonical(host);
      String path = path(listenPath);
      Owned<A> earlier =
          routes.getOrDefault(port, Map.of()).getOrDefault(named(canonical), Map.of()).get(path);
      return earlier == null
          ? Optional.empty()
          : Optional.of(new RouteConflict(port, canonical, path, owner, earlier.owner()));
    }

    /** Hands the calls of a route that was added to another action. */
    public void replace(int port, @Nullable String host, String listenPath, A action) {
      routes
          .getOrDefault(port, Map.of())
          .getOrDefault(named(Hosts.canonical(host)), Map.of())
          .computeIfPresent(path(listenPath), (_, old) -> new Owned<>(old.owner(), action));
    }

    private static String named(@Nullable String canonicalHost) {
      return canonicalHost == null ? "" : canonicalHost;
    }

    private static String path(String listenPath) {
      return listenPath.startsWith("/") ? listenPath : "/" + listenPath;
    }

    public RouteTable<A> build() {
      Map<Integer, PortRoutes<A>> byPort = new HashMap<>();
      routes.forEach((port, byHost) -> byPort.put(port, new PortRoutes<>(byHost)));
      List<A> all =
          routes.values().stream()
              .flatMap(byHost -> byHost.values().stream())
              .flatMap(byPath -> byPath.values().stream())
              .map(Owned::action)
              .toList();
      return new RouteTable<>(byPort, all);
    }
  }

  /** An action and whose it is. */
  record Owned<A>(String owner, A action) {}
}
