package dev.weir.engine;

import dev.weir.call.GrpcStatus;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell of a call when it has ended. Confined to the event loop of the call, and
 * used again for the next one.
 */
final class CallRecord {
  private final EngineLoop loop;
  private long begunNanos;
  private @Nullable PathCalls counted;
  private int httpStatus;

  CallRecord(EngineLoop loop) {
    this.loop = loop;
    begin();
  }

  /** A call begins now. */
  void begin() {
    begunNanos = loop.nowNanos();
    counted = null;
    httpStatus = CallCounts.BROKEN;
  }

  /** The call is one of these. */
  void routed(RouteMemo route) {
    counted = route.calls();
  }

  /** An endpoint answers with this status. */
  void answered(int status) {
    httpStatus = status;
  }

  int httpStatus() {
    return httpStatus;
  }

  long begunNanos() {
    return begunNanos;
  }

  long elapsedNanos() {
    return loop.nowNanos() - begunNanos;
  }

  /**
   * Counts the call, which has ended, in its own protocol.
   *
   * @param status of a call of gRPC
   * @param http of another call
   * @param answered whether an endpoint began to answer
   */
  void end(boolean grpc, GrpcStatus status, int http, boolean answered) {
    loop.count(grpc, status, http);
    PathCalls calls = counted;
    if (calls == null) {
      return;
    }
    if (grpc) {
      calls.grpc(status, answered, elapsedNanos());
    } else {
      calls.http(http, elapsedNanos());
    }
  }
}
