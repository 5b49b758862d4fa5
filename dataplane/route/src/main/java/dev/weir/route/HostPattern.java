package dev.weir.route;

/**
 * What a part of hosts has to look like: their first label, or all of it. All threads may share it.
 */
@FunctionalInterface
public interface HostPattern {

  /** What an expression begins with, in a host that is told by more than its first label. */
  String EXPRESSION = "{:";

  /**
   * Whether the part is one of those.
   *
   * @param part the first label without its dot, or the host without port and final dot, as it was
   *     sent, in any case
   */
  boolean matches(byte[] part);

  /** Whether the pattern of a host that a route names is for all of it. */
  static boolean isOfWholeHost(String host) {
    return host.contains(EXPRESSION);
  }
}
