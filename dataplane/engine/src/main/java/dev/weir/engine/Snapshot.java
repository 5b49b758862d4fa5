package dev.weir.engine;

import dev.weir.route.RouteTable;

/**
 * One compiled configuration, immutable; compared by identity. A call keeps the one it began with.
 */
public final class Snapshot {

  /** Nothing is configured: every call is NO_ROUTE. */
  public static final Snapshot EMPTY =
      new Snapshot(0, RouteTable.<RouteAction>builder().build(), false);

  private final long generation;
  private final RouteTable<RouteAction> routes;
  private final boolean hidesGenerator;

  /**
   * @param generation counts up with every reload
   * @param hidesGenerator whether answers to HTTP callers leave out {@code x-generator}
   */
  public Snapshot(long generation, RouteTable<RouteAction> routes, boolean hidesGenerator) {
    this.generation = generation;
    this.routes = routes;
    this.hidesGenerator = hidesGenerator;
  }

  public long generation() {
    return generation;
  }

  public RouteTable<RouteAction> routes() {
    return routes;
  }

  boolean hidesGenerator() {
    return hidesGenerator;
  }
}
