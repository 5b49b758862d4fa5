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
 */
public record UpstreamSettings(
    Http2Limits limits,
    Duration connectTimeout,
    int maxConnections,
    int maxWaiting,
    Duration maxWait,
    int wornStream) {

  /** Three quarters of all identifiers; at any pace the rest outlasts many sweeps. */
  private static final int MOST_STREAMS = 3 << 29;

  public static final UpstreamSettings DEFAULTS =
      new UpstreamSettings(
          Http2Limits.UPSTREAM,
          Duration.ofSeconds(5),
          10,
          10_000,
          Duration.ofSeconds(10),
          MOST_STREAMS);

  /** The usual ones but for these. */
  public UpstreamSettings(
      Http2Limits limits,
      Duration connectTimeout,
      int maxConnections,
      int maxWaiting,
      Duration maxWait) {
    this(limits, connectTimeout, maxConnections, maxWaiting, maxWait, MOST_STREAMS);
  }

  /** The same with other limits for servers. */
  public UpstreamSettings with(Http2Limits other) {
    return new UpstreamSettings(
        other, connectTimeout, maxConnections, maxWaiting, maxWait, wornStream);
  }
}
