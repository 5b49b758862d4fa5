package dev.weir.engine;

import org.jspecify.annotations.Nullable;

/**
 * How long calls of gRPC may take and how large their messages may be. What is not limited is
 * {@link #NO_LIMIT}, and spans of time are nanoseconds. Immutable; for all threads.
 *
 * @param defaultNanos how long a call may take whose caller does not say so
 * @param mostNanos how long any call may take
 * @param idleNanos for how long nothing may be sent on a stream, either way
 * @param ageNanos how long a stream may be open
 * @param ageJitter by which part of that some streams end before, 0 to 1, so that those that began
 *     together do not end together
 * @param requestBytes how long a message of the caller may be, or all payload of one of HTTP
 * @param responseBytes how long a message of the endpoint may be
 * @param paceNanos how long after the one before it a message of the caller goes on; 0 for at once
 */
public record CallLimits(
    long defaultNanos,
    long mostNanos,
    long idleNanos,
    long ageNanos,
    double ageJitter,
    long requestBytes,
    long responseBytes,
    long paceNanos) {
  public static final long NO_LIMIT = Long.MAX_VALUE;

  private static final CallLimits NONE =
      new CallLimits(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, 0, NO_LIMIT, NO_LIMIT, 0);

  /** These, or none, where a request has no more than so many bytes. */
  static @Nullable CallLimits withSize(@Nullable CallLimits known, long most) {
    if (most == NO_LIMIT) {
      return known;
    }
    CallLimits others = known == null ? NONE : known;
    return new CallLimits(
        others.defaultNanos,
        others.mostNanos,
        others.idleNanos,
        others.ageNanos,
        others.ageJitter,
        Math.min(others.requestBytes, most),
        others.responseBytes,
        others.paceNanos);
  }

  /** Whether anything is limited. */
  boolean areSome() {
    return watch() || defaultNanos != NO_LIMIT || mostNanos != NO_LIMIT;
  }

  /** Whether streams have to be looked at from time to time. */
  boolean endStreams() {
    return idleNanos != NO_LIMIT || ageNanos != NO_LIMIT;
  }

  /** Whether a call has to be looked at after its head. */
  boolean watch() {
    return endStreams() || requestBytes != NO_LIMIT || responseBytes != NO_LIMIT || paceNanos > 0;
  }
}
