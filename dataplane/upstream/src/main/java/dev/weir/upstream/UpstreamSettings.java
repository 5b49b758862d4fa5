package dev.weir.upstream;

import dev.weir.http2.Http2Limits;
import java.time.Duration;

/**
 * How connections to endpoints are made.
 *
 * @param limits what servers are allowed on a connection
 * @param connectTimeout how long connecting may take, and again how long the server's SETTINGS may
 *     take after it
 * @param maxConnections connections of one event loop to one endpoint
 * @param maxWaiting calls of one event loop that wait for a stream to one endpoint
 * @param maxWait how long a call waits for a stream, give or take a {@link ConnectionPool#sweep}
 * @param wornStream the stream identifier from which on a connection is replaced by another, give
 *     or take a sweep
 * @param keepalive how servers that are silent are looked after
 */
public record UpstreamSettings(
    Http2Limits limits,
    Duration connectTimeout,
    int maxConnections,
    int maxWaiting,
    Duration maxWait,
    int wornStream,
    Keepalive keepalive) {

  /**
   * How it is found out that a server is gone that does not say so.
   *
   * @param interval how long it may be silent while calls are open, before it gets a PING; zero for
   *     ever. Servers of gRPC end connections on which they get one more often than every five
   *     minutes while no call makes progress
   * @param timeout how long it may be silent after a PING before the connection ends
   */
  public record Keepalive(Duration interval, Duration timeout) {
    /** No PINGs: no server minds. */
    public static final Keepalive NONE = new Keepalive(Duration.ZERO, Duration.ZERO);
  }

  /** Three quarters of all identifiers; at any pace the rest outlasts many sweeps. */
  private static final int MOST_STREAMS = 3 << 29;

  public static final UpstreamSettings DEFAULTS =
      new UpstreamSettings(
          Http2Limits.UPSTREAM,
          Duration.ofSeconds(5),
          10,
          10_000,
          Duration.ofSeconds(10),
          MOST_STREAMS,
          Keepalive.NONE);

  /** The usual ones but for these. */
  public UpstreamSettings(
      Http2Limits limits,
      Duration connectTimeout,
      int maxConnections,
      int maxWaiting,
      Duration maxWait) {
    this(limits, connectTimeout, maxConnections, maxWaiting, maxWait, MOST_STREAMS, Keepalive.NONE);
  }

  /** The same with other limits for servers. */
  public UpstreamSettings with(Http2Limits other) {
    return new UpstreamSettings(
        other, connectTimeout, maxConnections, maxWaiting, maxWait, wornStream, keepalive);
  }

  /** The same with other times to wait for servers. */
  public UpstreamSettings with(Duration toConnect, Duration forStream) {
    return new UpstreamSettings(
        limits, toConnect, maxConnections, maxWaiting, forStream, wornStream, keepalive);
  }

  /** The same with servers looked after in another way. */
  public UpstreamSettings with(Keepalive other) {
    return new UpstreamSettings(
        limits, connectTimeout, maxConnections, maxWaiting, maxWait, wornStream, other);
  }
}
