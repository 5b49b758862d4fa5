package dev.weir.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How long calls of gRPC may take and how large their messages may be; what is empty, or 0, is not
 * limited.
 *
 * @param defaultDeadline {@code deadline.default}: how long a call may take whose caller does not
 *     say so; never longer than {@code maxDeadline}
 * @param maxDeadline {@code deadline.max}: how long any call may take
 * @param idleTimeout {@code stream.idle_timeout}: for how long nothing may be sent
 * @param maxAge {@code stream.max_age}: how long a stream may be open
 * @param maxAgeJitter {@code stream.max_age_jitter}: by which part of that some end before, 0 to 1
 * @param maxRequestBytes {@code message.max_request_bytes}: of one message
 * @param maxResponseBytes {@code message.max_response_bytes}: of one message
 * @param maxPerSecond {@code message.max_per_second}: messages of a caller on one stream
 */
public record CallLimits(
    Optional<Duration> defaultDeadline,
    Optional<Duration> maxDeadline,
    Optional<Duration> idleTimeout,
    Optional<Duration> maxAge,
    double maxAgeJitter,
    long maxRequestBytes,
    long maxResponseBytes,
    long maxPerSecond) {
  static final double JITTER = 0.1;
  static final CallLimits NONE =
      new CallLimits(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), JITTER, 0, 0, 0);

  /** Whether nothing is limited. */
  public boolean isEmpty() {
    return defaultDeadline.isEmpty()
        && maxDeadline.isEmpty()
        && idleTimeout.isEmpty()
        && maxAge.isEmpty()
        && maxRequestBytes == 0
        && maxResponseBytes == 0
        && maxPerSecond == 0;
  }
}
