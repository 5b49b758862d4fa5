package dev.weir.engine;

import dev.weir.filter.RateLimit;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.route.GrpcPath;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Terms} of an API come to for a path that may be called, and a method of HTTP.
 *
 * @param request what is changed on the head that endpoints get; null for nothing
 * @param answer what is changed on the head that callers get; null for nothing
 * @param rate what counts it for the API; null for nothing
 * @param timeoutNanos how long a call may take; {@link Long#MAX_VALUE} for as long as its caller
 *     allows
 * @param method of HTTP by which it is called in place of the caller's; null for that
 * @param mock what answers in the place of a server; null for a server
 * @param rewrite where calls go in place of it; null for there
 * @param limits of calls of gRPC; null for none
 * @param bodies limits of calls of HTTP; null for none
 * @param limited whether calls of gRPC are limited for what they are, and not by their size alone
 * @param named whether that is said of the method, or of its service, by name
 */
record PathTerms(
    @Nullable HeadEdits request,
    @Nullable HeadEdits answer,
    @Nullable RateLimit rate,
    long timeoutNanos,
    @Nullable HeaderField method,
    @Nullable MockAnswer mock,
    @Nullable PathRewrite rewrite,
    @Nullable CallLimits limits,
    @Nullable CallLimits bodies,
    boolean limited,
    boolean named) {

  /** The longest that the call with this head may take, besides what its caller allows. */
  long limitNanos(FieldList head) {
    if (limits == null || !Fields.isGrpc(head)) {
      return timeoutNanos;
    }
    boolean untimed = head.find(HeaderName.GRPC_TIMEOUT) == null;
    return Math.min(timeoutNanos, untimed ? limits.defaultNanos() : limits.mostNanos());
  }

  /** What limits such a call after its head; null for nothing. */
  @Nullable CallLimits watching(boolean grpc) {
    return grpc && limits != null && !limits.watch() ? null : grpc ? limits : bodies;
  }

  /**
   * Whether a call of HTTP may not be made, as some servers read whatever comes to a method as a
   * call of gRPC, and its limits are for those that say what they are.
   *
   * @param path that servers get
   */
  boolean isGrpcOnly(byte[] path) {
    return limited && (named || GrpcPath.isMethod(path));
  }

  /** Whether the head of a call of HTTP says that its body is longer than allowed. */
  boolean isTooLarge(FieldList head) {
    HeaderField length = bodies == null ? null : head.find(HeaderName.CONTENT_LENGTH);
    return length != null
        && bodies != null
        && !Fields.isGrpc(head)
        && Fields.isMoreThan(length.value(), bodies.requestBytes());
  }
}
