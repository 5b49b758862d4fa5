package dev.weir.route;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of one port: an immutable table from host and path to an action. */
final class PortRoutes<A> {

  private final ByteTable<PathTable<A>> exactHosts;

  /** Keyed by what follows the asterisk: ".example.com" for "*.example.com". */
  private final ByteTable<PathTable<A>> wildcardHosts;

  private final PathTable<A> anyHost;

  /** Makes the table from canonical host, then normalised listen path; any host is "". */
  PortRoutes(Map<String, Map<String, RouteTable.Owned<A>>> byHost) {
    Map<String, PathTable<A>> exact = new HashMap<>();
    Map<String, PathTable<A>> wildcard = new HashMap<>();
    PathTable<A> any = new PathTable<>(Map.of());
    for (Map.Entry<String, Map<String, RouteTable.Owned<A>>> entry : byHost.entrySet()) {
      String host = entry.getKey();
      PathTable<A> paths = new PathTable<>(entry.getValue());
      if (host.isEmpty()) {
        any = paths;
      } else if (host.startsWith("*.")) {
        wildcard.put(host.substring(1), paths);
      } else {
        exact.put(host, paths);
      }
    }
    exactHosts = new ByteTable<>(exact, paths -> paths, true);
    wildcardHosts = new ByteTable<>(wildcard, paths -> paths, true);
    anyHost = any;
  }

  @Nullable A match(byte[] authority, byte[] path) {
    int hostEnd = Hosts.end(authority);
    A action = matchIn(exactHosts, authority, 0, hostEnd, path);
    if (action == null) {
      action = matchWildcard(authority, hostEnd, path);
    }
    return action != null ? action : anyHost.longestMatch(path);
  }

  private @Nullable A matchWildcard(byte[] authority, int hostEnd, byte[] path) {
    int dot = wildcardHosts.isEmpty() ? -1 : Hosts.firstDot(authority, hostEnd);
    return dot < 0 ? null : matchIn(wildcardHosts, authority, dot, hostEnd, path);
  }

  private static <A> @Nullable A matchIn(
      ByteTable<PathTable<A>> hosts, byte[] authority, int from, int to, byte[] path) {
    if (hosts.isEmpty() || to - from > hosts.longestKey()) {
      return null;
    }
    PathTable<A> paths = hosts.get(authority, from, to, ByteTable.hash(authority, from, to));
    return paths == null ? null : paths.longestMatch(path);
  }
}
