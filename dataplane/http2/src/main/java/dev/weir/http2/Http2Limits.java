package dev.weir.http2;

/**
 * What one side of a connection allows its peer.
 *
 * @param maxConcurrentStreams streams that the peer may have open at once
 * @param maxHeaderListBytes size of one head or trailers as RFC 9113, 6.5.2 counts it; a larger one
 *     fails its stream
 * @param maxHeaderFields fields in one head or trailers; more fail the stream
 * @param maxContinuations CONTINUATION frames in one header block; more end the connection
 * @param streamWindowBytes payload that a stream may hold in this process
 * @param connectionWindowBytes payload that may be on its way on one connection; 65535 at least
 * @param maxUnreadAnswers answers that wait for a peer that does not read; more end the connection
 * @param conduct how much work without use the peer may make us do
 */
public record Http2Limits(
    int maxConcurrentStreams,
    int maxHeaderListBytes,
    int maxHeaderFields,
    int maxContinuations,
    int streamWindowBytes,
    int connectionWindowBytes,
    int maxUnreadAnswers,
    ConductLimits conduct) {

  /** What a listener allows clients. */
  public static final Http2Limits DOWNSTREAM =
      new Http2Limits(100, 64 << 10, 128, 8, 64 << 10, 1 << 20, 1000, ConductLimits.DOWNSTREAM);

  /**
   * What a connection to an endpoint allows the server. A megabyte of metadata in one answer fails
   * its call and not the connection, which other calls share.
   */
  public static final Http2Limits UPSTREAM =
      new Http2Limits(0, 64 << 10, 128, 72, 64 << 10, 16 << 20, 1000, ConductLimits.UPSTREAM);

  /** Checks what the protocol itself asks for (RFC 9113, 6.5.2 and 6.9.2). */
  public Http2Limits {
    check(maxConcurrentStreams >= 0, "maxConcurrentStreams", maxConcurrentStreams);
    check(maxHeaderListBytes > 0, "maxHeaderListBytes", maxHeaderListBytes);
    check(maxHeaderFields > 0, "maxHeaderFields", maxHeaderFields);
    check(maxContinuations >= 0, "maxContinuations", maxContinuations);
    check(streamWindowBytes > 0, "streamWindowBytes", streamWindowBytes);
    check(
        connectionWindowBytes >= DataReceiver.DEFAULT_WINDOW,
        "connectionWindowBytes",
        connectionWindowBytes);
    check(maxUnreadAnswers > 0, "maxUnreadAnswers", maxUnreadAnswers);
  }

  /** The same with the usual limits of conduct. */
  public Http2Limits(
      int maxConcurrentStreams,
      int maxHeaderListBytes,
      int maxHeaderFields,
      int maxContinuations,
      int streamWindowBytes,
      int connectionWindowBytes,
      int maxUnreadAnswers) {
    this(
        maxConcurrentStreams,
        maxHeaderListBytes,
        maxHeaderFields,
        maxContinuations,
        streamWindowBytes,
        connectionWindowBytes,
        maxUnreadAnswers,
        ConductLimits.DOWNSTREAM);
  }

  /** The same with other limits of conduct. */
  Http2Limits with(ConductLimits other) {
    return new Http2Limits(
        maxConcurrentStreams,
        maxHeaderListBytes,
        maxHeaderFields,
        maxContinuations,
        streamWindowBytes,
        connectionWindowBytes,
        maxUnreadAnswers,
        other);
  }

  private static void check(boolean valid, String name, int value) {
    if (!valid) {
      throw new IllegalArgumentException(name + ": " + value);
    }
  }
}
