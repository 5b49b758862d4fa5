package dev.weir.upstream;

import dev.weir.balance.Endpoint;
import dev.weir.http2.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often an endpoint that is silent is asked whether it is there. One that wants to be asked
 * less says so by ending the connection, as all servers of gRPC do, and gets half of the PINGs from
 * then on (gRPC proposal A8). Confined to its event loop.
 */
final class PingPace {
  private static final Logger LOG = LoggerFactory.getLogger(PingPace.class);
  private static final String TOO_MANY = "too_many_pings";

  private final Endpoint endpoint;
  private final long timeoutNanos;
  private long intervalNanos;

  PingPace(Endpoint endpoint, UpstreamSettings.Keepalive keepalive) {
    this.endpoint = endpoint;
    this.intervalNanos = keepalive.interval().toNanos();
    this.timeoutNanos = keepalive.timeout().toNanos();
  }

  /** To be called about twice a second. */
  void look(List<UpstreamConnection> connections) {
    if (intervalNanos > 0) {
      // A connection that ends leaves the list.
      for (UpstreamConnection connection : List.copyOf(connections)) {
        connection.connection().keepAlive(intervalNanos, timeoutNanos);
      }
    }
  }

  /** The endpoint ends a connection. */
  void onGoAway(int errorCode, String debug) {
    if (intervalNanos > 0 && errorCode == ErrorCode.ENHANCE_YOUR_CALM && debug.equals(TOO_MANY)) {
      intervalNanos = Math.min(2 * intervalNanos, Long.MAX_VALUE / 4);
      LOG.atWarn()
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("seconds", Duration.ofNanos(intervalNanos).toSeconds())
          .log("an endpoint takes no PING as often as that; it gets half of them from now on");
    }
  }
}
