package dev.weir.engine;

import dev.weir.balance.Endpoint;
import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell of a call when it has ended. Confined to the event loop of the call, and
 * used again for the next one.
 */
final class CallRecord {
  /** What is longer is cut: the log's queue is not for callers to fill. */
  private static final int MOST_LOGGED_BYTES = 1024;

  private final EngineLoop loop;
  private final Caller caller;
  private long begunNanos;
  private @Nullable RouteMemo route;
  private @Nullable PathCalls counts;
  private int httpStatus;
  private EndedCall.@Nullable Head head;
  private ProxyError.@Nullable Kind error;
  private @Nullable Endpoint endpoint;
  private int attempts;
  private long bytesIn;
  private long bytesOut;

  CallRecord(EngineLoop loop, Caller caller) {
    this.loop = loop;
    this.caller = caller;
    begin();
  }

  /** A call begins now. */
  void begin() {
    begunNanos = loop.nowNanos();
    route = null;
    counts = null;
    httpStatus = CallCounts.BROKEN;
    head = null;
    error = null;
    endpoint = null;
    attempts = 0;
    bytesIn = 0;
    bytesOut = 0;
  }

  /** The call is one of these. */
  void routed(RouteMemo found) {
    route = found;
  }

  /** The call is one of these instead, of another API perhaps. */
  void routedOn(RouteMemo found) {
    route = found;
    RouteAction action = found.action();
    String api = action == null ? null : action.apiId();
    EndedCall.Head kept = head;
    if (kept != null && api != null) {
      head = kept.of(api);
    }
  }

  /** The call goes to another path than it asks for, and is counted with those of that one. */
  void countedBy(@Nullable PathCalls calls) {
    counts = calls;
  }

  /** Keeps what a log will tell of the head, which does not stay. */
  void keep(FieldList received, boolean grpc, DownstreamConnection from) {
    RouteMemo called = route;
    RouteAction action = called == null ? null : called.action();
    HeaderField authority = received.find(HeaderName.AUTHORITY);
    head =
        new EndedCall.Head(
            grpc,
            from.peer(),
            action == null ? null : action.apiId(),
            from.address().of(received),
            received.find(HeaderName.METHOD),
            cut(called == null ? received.find(HeaderName.PATH) : called.tellablePath()),
            cut(authority == null ? received.find(HeaderName.HOST) : authority),
            cut(received.find(HeaderName.USER_AGENT)),
            cut(received.find(HeaderName.TRACEPARENT)));
  }

  private static @Nullable HeaderField cut(@Nullable HeaderField field) {
    return field == null || field.value().length <= MOST_LOGGED_BYTES
        ? field
        : HeaderField.of(field.name(), Arrays.copyOf(field.value(), MOST_LOGGED_BYTES));
  }

  /** The call is tried at an endpoint. */
  void tried(Endpoint chosen) {
    endpoint = chosen;
    attempts++;
  }

  /** Payload came from the caller. */
  void received(int bytes) {
    bytesIn += bytes;
  }

  /** Payload came from an endpoint. */
  void sent(int bytes) {
    bytesOut += bytes;
  }

  /** An endpoint answers with this status. */
  void answered(int status) {
    httpStatus = status;
  }

  /** The gateway ends the call. */
  void failed(ProxyError.Kind kind) {
    error = kind;
    loop.countFailed(kind);
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
    PathCalls calls = counts == null && route != null ? route.calls() : counts;
    if (calls != null && grpc) {
      calls.grpc(status, answered, elapsedNanos());
    } else if (calls != null) {
      calls.http(http, elapsedNanos());
    }
    CallLog log = loop.callLog();
    if (log != null && head != null) {
      log.add(
          new EndedCall(
              head,
              caller.credential(),
              begunNanos,
              elapsedNanos(),
              status,
              http,
              error,
              endpoint == null ? null : endpoint.authority(),
              attempts,
              bytesIn,
              bytesOut));
    }
  }
}
