package dev.weir.upstream;

import dev.weir.balance.Endpoint;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.PeerFault;
import dev.weir.http2.Tallies;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators hear of the connections to an endpoint. Confined to the event loop. */
final class EndpointFaults {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointFaults.class);

  private final Endpoint endpoint;
  private final ConnectionLoop loop;

  EndpointFaults(Endpoint endpoint, ConnectionLoop loop) {
    this.endpoint = endpoint;
    this.loop = loop;
  }

  /** Our own code failed. */
  void failed(Throwable cause) {
    LOG.atError()
        .setCause(cause)
        .addKeyValue("endpoint", endpoint)
        .log("a connection to an endpoint failed by a fault of the gateway");
  }

  /** The endpoint did what it must not. */
  void broke(PeerFault fault, String detail) {
    count(fault, detail, "an endpoint broke HTTP/2 or went beyond a limit");
  }

  /** The endpoint bears no more resets. */
  void manyResets(String detail) {
    count(
        PeerFault.UPSTREAM_RESETS, detail, "more calls of an endpoint are reset than servers bear");
  }

  /** Logs it once a second for each kind of fault. */
  private void count(PeerFault fault, String detail, String what) {
    int unlogged = loop.serverFaults().count(fault, loop.nowNanos());
    if (unlogged != Tallies.UNLOGGED) {
      LOG.atWarn()
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("reason", fault.label())
          .addKeyValue("error", detail)
          .addKeyValue("more", unlogged)
          .log(what);
    }
  }
}
