package dev.weir.http2;

import java.time.Duration;

/**
 * How long a peer may take for what holds up everything behind it.
 *
 * @param start what opens a connection that a client made: first to tell its protocol, and then the
 *     preface and the first SETTINGS (RFC 9113, 3.4)
 * @param acknowledgement until the peer has applied our SETTINGS (RFC 9113, 6.5.3)
 * @param head a head, or the beginning of any frame, counted from its first byte; on both sides
 * @param idle how long a client of HTTP/1.1 may keep a connection without a request on it
 */
public record Timeouts(Duration start, Duration acknowledgement, Duration head, Duration idle) {

  /** The usual ones. */
  public static final Timeouts DEFAULTS =
      new Timeouts(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60));
}
