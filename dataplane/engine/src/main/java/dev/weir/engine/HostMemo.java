package dev.weir.engine;

import dev.weir.http2.HeaderField;
import dev.weir.route.HostMatches;
import dev.weir.route.RouteTable;
import org.jspecify.annotations.Nullable;

/**
 * Which patterns of a port the host of an {@code :authority} field matches, kept on the field:
 * valid for calls with the same generation of the configuration that came in on the same port. A
 * field that many clients send is one for all connections of a loop; so what clients make up stays
 * for as long as their fields do.
 */
final class HostMemo {
  private static final byte[] NO_AUTHORITY = {};

  private final long generation;
  private final int port;
  private final HostMatches matches = new HostMatches();

  private HostMemo(long generation, int port) {
    this.generation = generation;
    this.port = port;
  }

  /** The action for a call that came in on this port, or null when no route takes it. */
  static @Nullable RouteAction match(
      Snapshot snapshot, int port, @Nullable HeaderField authority, byte[] path) {
    RouteTable<RouteAction> routes = snapshot.routes();
    if (authority == null) {
      return routes.match(port, NO_AUTHORITY, path);
    }
    return routes.hasWholeHosts()
        ? routes.match(port, authority.value(), path, matches(snapshot, port, authority))
        : routes.match(port, authority.value(), path);
  }

  private static HostMatches matches(Snapshot snapshot, int port, HeaderField authority) {
    if (authority.memo() instanceof HostMemo known
        && known.generation == snapshot.generation()
        && known.port == port) {
      return known.matches;
    }
    HostMemo memo = new HostMemo(snapshot.generation(), port);
    authority.memo(memo);
    return memo.matches;
  }
}
