package dev.weir.route;

import org.jspecify.annotations.Nullable;

/**
 * Two routes that claim the same port, host and listen path.
 *
 * @param port the port both listen on
 * @param host the host both name, canonical; null when both take any host
 * @param listenPath the listen path both have, normalised
 * @param owner who asked for the place and did not get it
 * @param earlierOwner who has it
 */
public record RouteConflict(
    int port, @Nullable String host, String listenPath, String owner, String earlierOwner) {

  /** A sentence for people that names the place and both owners. */
  public String message() {
    return "port %d, host %s, listen path %s: wanted by %s, taken by %s"
        .formatted(port, host == null ? "any" : host, listenPath, owner, earlierOwner);
  }
}
