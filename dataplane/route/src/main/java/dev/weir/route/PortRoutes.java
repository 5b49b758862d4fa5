package dev.weir.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of one port: an immutable table from host and path to an action. */
final class PortRoutes<A> {

  private final ByteTable<PathTable<A>> exactHosts;

  /** Keyed by what follows the asterisk: ".example.com" for "*.example.com". */
  private final ByteTable<PathTable<A>> wildcardHosts;

  private final PathTable<A> anyHost;

  /** Makes the table of paths by canonical host; any host is "". */
  private PortRoutes(Map<String, PathTable.Builder<A>> byHost) {
    List<byte[]> exact = new ArrayList<>();
    List<PathTable<A>> ofExact = new ArrayList<>();
    List<byte[]> wildcard = new ArrayList<>();
    List<PathTable<A>> ofWildcard = new ArrayList<>();
    PathTable<A> any = PathTable.empty();
    for (Map.Entry<String, PathTable.Builder<A>> entry : byHost.entrySet()) {
      String host = entry.getKey();
      PathTable<A> paths = entry.getValue().build();
      if (host.isEmpty()) {
        any = paths;
      } else if (isWildcard(host)) {
        wildcard.add(suffix(host));
        ofWildcard.add(paths);
      } else {
        exact.add(host.getBytes(UTF_8));
        ofExact.add(paths);
      }
    }
    exactHosts = new ByteTable<>(exact, ofExact, true);
    wildcardHosts = new ByteTable<>(wildcard, ofWildcard, true);
    anyHost = any;
  }

  private static boolean isWildcard(String host) {
    return host.startsWith("*.");
  }

  private static byte[] suffix(String wildcard) {
    return wildcard.substring(1).getBytes(UTF_8);
  }

  /** The paths of a canonical host, or of any host for ""; null for none. */
  private @Nullable PathTable<A> paths(String host) {
    if (host.isEmpty()) {
      return anyHost;
    }
    return isWildcard(host)
        ? wildcardHosts.get(suffix(host))
        : exactHosts.get(host.getBytes(UTF_8));
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

  /** Collects the routes of one port; for one thread. */
  static final class Builder<A> {
    private final @Nullable PortRoutes<A> before;
    private final Map<String, PathTable.Builder<A>> byHost = new HashMap<>();

    Builder(@Nullable PortRoutes<A> before) {
      this.before = before;
    }

    /** The paths of a canonical host, or of any host for "". */
    PathTable.Builder<A> paths(String host) {
      return byHost.computeIfAbsent(
          host, _ -> new PathTable.Builder<>(before == null ? null : before.paths(host)));
    }

    Collection<PathTable.Builder<A>> all() {
      return byHost.values();
    }

    PortRoutes<A> build() {
      return new PortRoutes<>(byHost);
    }
  }
}
