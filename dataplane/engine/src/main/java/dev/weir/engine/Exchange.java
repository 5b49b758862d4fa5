package dev.weir.engine;

import dev.weir.balance.Endpoint;
import dev.weir.balance.EndpointGroup;
import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call: a caller's stream, paired with the attempt that carries it now. Confined to the event
 * loop of the caller's connection.
 *
 * <p>Payload takes credit with it: the caller gets credit for what an endpoint's connection took,
 * the endpoint for what the caller's connection took. So a side that does not read holds back the
 * other, and what is held in between never passes the window.
 */
final class Exchange implements StreamHandler {
  private final EngineLoop loop;
  private final Attempt only = new Attempt(this);
  private final RequestBuffer request;
  private final RequestHead head;
  private final Tries tries = new Tries();
  private final Caller caller = new Caller();
  private final CallRecord record;
  private final Deadlines.Deadline deadline = new Deadlines.Deadline(this::onDeadline);
  private Http2Stream downstream;
  private Snapshot snapshot;
  private RouteAction.@Nullable Forward forward;
  private @Nullable Attempt attempt;
  private @Nullable HeadEdits answerEdits;
  private @Nullable LimitedCall limited;
  private boolean grpc;
  private boolean requestEnded;
  private boolean responseBegun;
  private @Nullable Waiting waits;
  private boolean over;

  Exchange(EngineLoop loop, Http2Stream downstream, Snapshot snapshot) {
    this.loop = loop;
    this.request = new RequestBuffer(loop.buffered());
    this.head = new RequestHead(loop.buffered());
    this.downstream = downstream;
    this.snapshot = snapshot;
    this.record = new CallRecord(loop, caller);
  }

  /** Takes up another call, when the {@link Attempt#release streams} of the last one are over. */
  void renew(Http2Stream nextDownstream, Snapshot nextSnapshot) {
    downstream = nextDownstream;
    snapshot = nextSnapshot;
    record.begin();
    request.clear();
    forward = null;
    attempt = null;
    answerEdits = null;
    tries.clear();
    caller.clear();
    responseBegun = false;
    over = false;
  }

  void begin(boolean isGrpc, boolean ended) {
    grpc = isGrpc;
    requestEnded = ended;
  }

  boolean isGrpc() {
    return grpc;
  }

  Caller caller() {
    return caller;
  }

  CallRecord record() {
    return record;
  }

  /** Whether the caller's head was all, and no payload came before a stream was open. */
  boolean isHeadOnly() {
    return requestEnded && request.isEmpty();
  }

  /** It is being found out who calls: holds what comes, and ends in time all the same. */
  void await(Waiting waiting, long timeoutNanos, FieldList received, RouteMemo route) {
    forward = waiting.action();
    waits = waiting;
    limited = LimitedCall.begin(limited, this, loop, waiting.action(), received, route);
    loop.deadlines().set(deadline, record.begunNanos(), timeoutNanos);
  }

  /** Its head is looked at when the loop has read its input, see {@link Arrivals}. */
  void await(RouteAction.Forward action) {
    forward = action;
    waits = Waiting.FOR_THE_TURN;
  }

  /** It was found out; gives whether the call still wants to know. */
  boolean goOn() {
    waits = null;
    loop.deadlines().clear(deadline);
    return !over;
  }

  /** Keeps what the endpoint will get of the caller's head. */
  void take(RouteAction.Forward action, CallFacts facts, @Nullable Destination to) {
    forward = action;
    limited = LimitedCall.begin(limited, this, loop, action, facts.head(), facts.route());
    answerEdits = loop.editor().take(head, action, facts, to);
    if (grpc) {
      head.completeForGrpc();
    }
    loop.deadlines().set(deadline, record.begunNanos(), head.timeoutNanos(grpc));
  }

  /** The caller's time is over: whoever still works for it need not. */
  private void onDeadline() {
    Attempt last = attempt;
    fail(error(Kind.DEADLINE_EXCEEDED, "the call took longer than its grpc-timeout or API allows"));
    if (last != null && last.release(downstream)) {
      loop.recycle(this);
    }
  }

  /** The head for an attempt at an endpoint with this authority. */
  FieldList head(Endpoint endpoint, HeaderField authority) {
    return head.fieldsFor(endpoint, authority, record.elapsedNanos());
  }

  // ---- from the caller -------------------------------------------------------------------------

  /** The caller's trailers, which gRPC does not have: the end of the request. */
  @Override
  public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
    ProxyError malformed = loop.faultOf(fields, forward);
    if (malformed != null) {
      fail(malformed);
    } else if (limited == null || !limited.holds(fields)) {
      endRequest(fields);
    }
  }

  void endRequest(FieldList trailers) {
    openNow();
    requestEnded = true;
    request.end(trailers);
    if (attempt != null) {
      attempt.endRequest(trailers);
    }
  }

  @Override
  public void onData(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    record.received(length);
    if (limited == null || !limited.takes(source, offset, length, endStream)) {
      take(source, offset, length, endStream);
    }
  }

  /** Takes payload that may go to the endpoint now. */
  void take(ByteBuf source, int offset, int length, boolean endStream) {
    if (request.isLargeWith(length)) {
      openNow();
    }
    requestEnded |= endStream;
    Attempt current = attempt;
    if (current == null && waits == null) {
      downstream.returnCredit(length);
    } else if (current != null && current.isOpen()) {
      if (!responseBegun) {
        request.keep(source, offset, length);
      }
      creditCaller(current.send(source, offset, length, endStream));
    } else if (!request.hold(source, offset, length)) {
      fail(error(Kind.BUFFERS_FULL, RequestBuffer.FULL));
    }
  }

  /** The caller cancelled, or its connection broke. */
  @Override
  public void onReset(Http2Stream stream, StreamReset reset) {
    boolean taken = reset.cause() != StreamReset.Cause.NOT_TAKEN;
    GrpcStatus status = taken ? GrpcStatus.CANCELLED : GrpcStatus.RESOURCE_EXHAUSTED;
    if (Attempt.cancel(end(status, CallCounts.BROKEN))) {
      chargeReset();
    }
  }

  /** The caller's connection took payload that had to wait. */
  @Override
  public void onDrained(Http2Stream stream, int bytes) {
    if (attempt != null) {
      attempt.returnCredit(LimitedCall.wentOn(limited, bytes));
    }
  }

  // ---- attempts --------------------------------------------------------------------------------

  /** Picks an endpoint and asks for a stream to it; the failure ends the call if there is none. */
  void forward(Kind failure) {
    RouteAction.Forward action = Objects.requireNonNull(forward);
    EndpointGroup group = head.group(action);
    Endpoint next = group.pick(loop.nowNanos(), tries.unreachable());
    if (next == null) {
      fail(action.noEndpoint(group, failure, tries.lastFailure()));
    } else {
      only.begin(next, downstream);
      record.tried(next);
      attempt = only;
      loop.pool().open(next, only);
    }
  }

  /** Does not wait for the iteration's end to open a stream. What comes next is not yet sent. */
  private void openNow() {
    loop.admit(waits);
    if (attempt != null) {
      attempt.openNow(loop.pool());
    }
  }

  /** A stream is open: sends what has come of the request so far. */
  void onOpened(Attempt opened) {
    int taken = request.sendTo(opened, requestEnded);
    if (taken > 0) {
      creditCaller(taken);
    }
  }

  /** An endpoint's connection took payload of the request. */
  void creditCaller(int bytes) {
    downstream.returnCredit(tries.creditable(LimitedCall.wentOn(limited, bytes)));
  }

  /**
   * No stream could be opened: another endpoint, if there is one. Not for a call that has waited
   * already, which would go on to wait there, nor for one that is too large.
   */
  void onUnavailable(Attempt failed, Kind kind, String detail) {
    attempt = null;
    tries.add(failed.endpoint(), failed.endpoint().authority() + ": " + detail);
    if (kind == Kind.QUEUE_TIMEOUT || kind == Kind.HEADERS_TOO_LARGE) {
      fail(error(kind, tries.lastFailure()));
    } else {
      forward(kind);
    }
  }

  /** The endpoint certainly did nothing for this call: it goes elsewhere, or there again. */
  boolean retry(boolean refused, int credited, String detail) {
    if (responseBegun || !request.isWhole() || !tries.addUnprocessed(refused, credited, detail)) {
      return false;
    }
    attempt = null;
    forward(Kind.UPSTREAM_REFUSED);
    return true;
  }

  // ---- the response ----------------------------------------------------------------------------

  void respond(FieldList fields, boolean endStream) {
    if (!responseBegun) {
      responseBegun = true;
      record.answered(Fields.status(fields));
      caller.tell(fields);
      request.forget(head);
    }
    LimitedCall.end(limited, downstream);
    downstream.sendHeaders(loop.editor().answer(answerEdits, fields), endStream);
    answerEdits = null;
    if (endStream) {
      finish(grpc ? Fields.grpcStatus(fields) : GrpcStatus.OK);
    }
  }

  int respond(ByteBuf source, int offset, int length, boolean endStream) {
    record.sent(length);
    int taken =
        limited == null
            ? downstream.sendData(source, offset, length, endStream)
            : limited.pass(downstream, source, offset, length, endStream);
    if (endStream) {
      finish(GrpcStatus.OK);
    }
    return taken;
  }

  boolean isResponseBegun() {
    return responseBegun;
  }

  /** The caller's connection pays for a reset that this call cost an endpoint. */
  void chargeReset() {
    downstream.connection().chargeReset();
  }

  /** The response is complete; an endpoint that still waits for the request need not. */
  private void finish(GrpcStatus status) {
    Attempt current = end(status, record.httpStatus());
    if (current != null && !current.isClosed()) {
      current.endEarly();
    } else if (current != null && current.release(downstream)) {
      loop.recycle(this);
    }
  }

  /** Resets the call, most often as an endpoint has, but where that gives up as time passes. */
  void reset(int errorCode) {
    if (errorCode == ErrorCode.CANCEL && loop.deadlines().hasPassed(deadline)) {
      onDeadline();
    } else {
      Attempt.cancel(end(GrpcStatus.ofReset(errorCode), CallCounts.BROKEN));
      downstream.reset(errorCode);
    }
  }

  /** Nothing more happens to the call, which ended so; gives the attempt that may have to know. */
  private @Nullable Attempt end(GrpcStatus grpcStatus, int status) {
    if (!over) {
      record.end(grpc, grpcStatus, status, responseBegun);
    }
    over = true;
    loop.deadlines().clear(deadline);
    waits = Waiting.left(waits);
    LimitedCall.clear(limited);
    request.forget(head);
    Attempt last = attempt;
    attempt = null;
    return last;
  }

  /** Ends a call that was not let in, which is in no record; false if it has ended already. */
  boolean refuse() {
    boolean unanswered = !over;
    over = true;
    request.forget(head);
    return unanswered;
  }

  // ---- answers of our own ----------------------------------------------------------------------

  /** Ends the call with an error, in the form that fits its state. */
  void fail(ProxyError error) {
    if (over) {
      return;
    }
    record.failed(error.kind());
    int http = responseBegun ? CallCounts.BROKEN : error.kind().httpStatus();
    if (Attempt.cancel(end(error.kind().grpcStatus(), http)) && LimitedCall.isCallers(error)) {
      chargeReset();
    }
    if (responseBegun) {
      loop.responder().breakOff(downstream, error, grpc);
    } else {
      loop.responder().answer(downstream, error, grpc, snapshot.hidesGenerator());
    }
  }

  /** Ends a gRPC call with the status that an endpoint's HTTP answer stands for. */
  void answerGrpc(GrpcStatus status, byte[] encodedMessage) {
    end(status, CallCounts.BROKEN);
    loop.responder().grpcAnswer(downstream, status, encodedMessage);
  }

  void answer(MockAnswer mock) {
    end(mock.grpcStatus(), mock.httpStatus());
    loop.responder().answer(downstream, mock, grpc, caller);
  }

  void answer(RouteAction.BuiltIn builtIn, FieldList received) {
    over = true;
    loop.responder().answer(downstream, builtIn, received, grpc);
  }

  /** Ends the call now: what its caller left unread gives way, and an end that waits behind it. */
  void cut(ProxyError error) {
    downstream.dropUnsent();
    if (over) {
      loop.responder().breakOff(downstream, error, grpc);
    } else {
      fail(error);
    }
  }

  /** Why the one who calls may not any more, or null. */
  @Nullable ProxyError revocation() {
    return over || forward == null ? null : caller.revocation(forward);
  }

  boolean isFor(Set<EndpointGroup> groups) {
    return forward != null && groups.contains(forward.group());
  }

  ProxyError error(Kind kind, String detail) {
    return forward == null ? new ProxyError(kind, detail) : forward.error(kind, detail);
  }
}
