package dev.weir.upstream;

import dev.weir.balance.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether connections to an endpoint come about, as one event loop sees it. Tells its log of each
 * change, once. Confined to that event loop.
 */
final class Reachability {
  private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

  private final Endpoint endpoint;
  private boolean failing;
  private boolean deaf;

  Reachability(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** No connection came about. */
  void failed(String detail) {
    if (!failing) {
      failing = true;
      LOG.atWarn()
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("error", detail)
          .log("endpoint cannot be reached; its calls go elsewhere, or end with UNAVAILABLE");
    }
  }

  /** It let the time for SETTINGS, or for their acknowledgement, pass. */
  void deaf() {
    deaf = true;
  }

  /**
   * Whether it may accept connections and read nothing of them (attack D10): calls that went to
   * such a one would be lost with the connection.
   */
  boolean isDeaf() {
    return deaf;
  }

  /** It has read what we sent on a new connection. */
  void acknowledged() {
    deaf = false;
    reached();
  }

  /** A connection that it reads is there. */
  void reached() {
    endpoint.connected();
    if (failing) {
      failing = false;
      LOG.atInfo().addKeyValue("endpoint", endpoint).log("endpoint can be reached again");
    }
  }
}
