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
  /** From so much payload on, keeping it until the iteration ends costs more than it may save. */
  private static final int LARGE_BYTES = 2 << 10;

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
  private int uncreditable;
  private boolean grpc;
  private boolean requestEnded;
  private boolean responseBegun;
  private boolean waits;
  private boolean over;

  Exchange(EngineLoop loop, Http2Stream downstream, Snapshot snapshot) {
    this.loop = loop;
    this.request = new RequestBuffer(loop.buffered());
    this.head = new RequestHead(loop.buffered());
    this.downstream = downstream;
    this.snapshot = snapshot;
    this.record = new CallRecord(loop, caller);
  }

  /** Takes up another call, after {@link #finish} has seen both streams of the last one end. */
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
    uncreditable = 0;
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
    return requestEnded && request.size() == 0;
  }

  /** It is being found out who calls: holds what comes, and ends in time all the same. */
  void await(RouteAction.Forward action, long timeoutNanos) {
    forward = action;
    waits = true;
    loop.deadlines().set(deadline, record.begunNanos(), timeoutNanos);
  }

  /** It was found out; gives whether the call still wants to know. */
  boolean goOn() {
    waits = false;
    loop.deadlines().clear(deadline);
    return !over;
  }

  /** Keeps what the endpoint will get of the caller's head. */
  void take(RouteAction.Forward action, CallFacts facts, @Nullable Destination to) {
    forward = action;
    answerEdits = loop.editor().take(head, action, facts, to);
    if (grpc) {
      head.completeForGrpc();
    }
    loop.deadlines().set(deadline, record.begunNanos(), head.timeoutNanos(grpc));
  }

  /** The caller's time is over: whoever still works for it need not. */
  private void onDeadline() {
    fail(error(Kind.DEADLINE_EXCEEDED, "the call took longer than its grpc-timeout or API allows"));
  }

  /** The head for an attempt at an endpoint with this authority. */
  FieldList head(Endpoint endpoint, HeaderField authority) {
    return head.fieldsFor(endpoint, authority, record.elapsedNanos());
  }

  // ---- from the caller -------------------------------------------------------------------------

  /** The caller's trailers, which gRPC does not have: the end of the request. */
  @Override
  public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
    ProxyError malformed = loop.faultOf(fields, grpc, forward);
    if (malformed == null) {
      openNow();
    }
    requestEnded = true;
    if (malformed != null) {
      fail(malformed);
    } else if (attempt != null && !attempt.endRequest(fields)) {
      fail(error(Kind.HEADERS_TOO_LARGE, "trailers are more than the server takes"));
    }
  }

  @Override
  public void onData(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    if (request.size() + length >= LARGE_BYTES) {
      openNow();
    }
    requestEnded |= endStream;
    record.received(length);
    Attempt current = attempt;
    if (current == null && !waits) {
      downstream.returnCredit(length);
    } else if (current != null && current.isOpen()) {
      if (!responseBegun) {
        request.keep(source, offset, length);
      }
      creditCaller(current.send(source, offset, length, endStream));
    } else if (!request.hold(source, offset, length)) {
      fail(error(Kind.BUFFERS_FULL, "the gateway holds as much payload as it may"));
    }
  }

  /** The caller cancelled, or its connection broke. */
  @Override
  public void onReset(Http2Stream stream, StreamReset reset) {
    boolean untaken = reset.cause() == StreamReset.Cause.NOT_TAKEN;
    Attempt current =
        end(untaken ? GrpcStatus.RESOURCE_EXHAUSTED : GrpcStatus.CANCELLED, CallCounts.BROKEN);
    if (current != null) {
      // Never the caller's own code: callers share the endpoint's connection.
      current.cancel(ErrorCode.CANCEL);
    }
  }

  /** The caller's connection took payload that had to wait. */
  @Override
  public void onDrained(Http2Stream stream, int bytes) {
    if (attempt != null) {
      attempt.returnCredit(bytes);
    }
  }

  // ---- attempts --------------------------------------------------------------------------------

  /** Picks an endpoint and asks for a stream to it; the failure ends the call if there is none. */
  void forward(Kind failure) {
    RouteAction.Forward action = forward;
    if (action == null) {
      return;
    }
    EndpointGroup group = head.group(action);
    Endpoint next = group.pick(loop.nowNanos(), tries.unreachable());
    if (next == null) {
      fail(action.noEndpoint(group, failure, tries.lastFailure()));
    } else {
      only.begin(next);
      record.tried(next);
      attempt = only;
      loop.pool().open(next, only);
    }
  }

  /** Does not wait for the iteration's end to open a stream. What comes next is not yet sent. */
  private void openNow() {
    Attempt current = attempt;
    if (current != null && !current.isOpen()) {
      loop.pool().openNow(current.endpoint(), current);
    }
  }

  /** A stream is open: sends what has come of the request so far. */
  void onOpened(Attempt opened) {
    int size = request.size();
    if (size > 0) {
      creditCaller(opened.send(request.bytes(), 0, size, requestEnded));
    }
    if (size > RequestBuffer.REPLAY_BYTES) {
      request.giveUp();
    }
  }

  /** An endpoint's connection took payload of the request. */
  void creditCaller(int bytes) {
    int again = Math.min(uncreditable, bytes);
    uncreditable -= again;
    if (bytes > again) {
      downstream.returnCredit(bytes - again);
    }
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
  boolean retry(boolean refused, int creditedBytes, String detail) {
    if (responseBegun || !request.isWhole() || !tries.addUnprocessed(refused, detail)) {
      return false;
    }
    attempt = null;
    uncreditable += creditedBytes;
    forward(Kind.UPSTREAM_REFUSED);
    return true;
  }

  // ---- the response ----------------------------------------------------------------------------

  void respond(FieldList fields, boolean endStream) {
    if (!responseBegun) {
      responseBegun = true;
      record.answered(Fields.status(fields));
      caller.tell(fields);
      forgetRequest();
    }
    downstream.sendHeaders(loop.editor().answer(answerEdits, fields), endStream);
    answerEdits = null;
    if (endStream) {
      finish(grpc ? Fields.grpcStatus(fields) : GrpcStatus.OK);
    }
  }

  int respond(ByteBuf source, int offset, int length, boolean endStream) {
    record.sent(length);
    int taken = downstream.sendData(source, offset, length, endStream);
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
    if (current == null) {
      return;
    }
    if (!current.isClosed()) {
      current.endEarly();
    } else if (!downstream.isOpen()) {
      current.releaseStream();
      downstream.release();
      loop.recycle(this);
    }
  }

  /** Passes an endpoint's reset on with its code. */
  void reset(int errorCode) {
    end(GrpcStatus.ofReset(errorCode), CallCounts.BROKEN);
    downstream.reset(errorCode);
  }

  /** Nothing more happens to the call, which ended so; gives the attempt that may have to know. */
  private @Nullable Attempt end(GrpcStatus grpcStatus, int status) {
    if (!over) {
      record.end(grpc, grpcStatus, status, responseBegun);
    }
    over = true;
    waits = false;
    loop.deadlines().clear(deadline);
    forgetRequest();
    Attempt last = attempt;
    attempt = null;
    return last;
  }

  /** The call will not begin anew: nothing is kept for that. */
  private void forgetRequest() {
    request.giveUp();
    head.clear();
  }

  // ---- answers of our own ----------------------------------------------------------------------

  /** Ends the call with an error, in the form that fits its state. */
  void fail(ProxyError error) {
    if (over) {
      return;
    }
    record.failed(error.kind());
    int http = responseBegun ? CallCounts.BROKEN : error.kind().httpStatus();
    Attempt current = end(error.kind().grpcStatus(), http);
    if (current != null) {
      current.cancel(ErrorCode.CANCEL);
    }
    if (responseBegun) {
      failInTheMiddle(error);
    } else {
      loop.responder().answer(downstream, error, grpc, snapshot.hidesGenerator());
    }
  }

  private void failInTheMiddle(ProxyError error) {
    if (grpc) {
      loop.responder().trailers(downstream, error);
    } else {
      downstream.reset(ErrorCode.INTERNAL_ERROR);
    }
  }

  /** Ends a gRPC call with the status that an endpoint's HTTP answer stands for. */
  void answerGrpc(GrpcStatus status, byte[] encodedMessage) {
    end(status, CallCounts.BROKEN);
    loop.responder().grpcAnswer(downstream, status, encodedMessage);
  }

  void answer(MockAnswer mock) {
    end(mock.grpcStatus(), mock.httpStatus());
    loop.responder().answer(downstream, mock, grpc);
  }

  void answer(RouteAction.BuiltIn builtIn, FieldList received) {
    over = true;
    loop.responder().answer(downstream, builtIn, received, grpc);
  }

  /**
   * The time for calls that are open is over. A caller that does not read gets its status all the
   * same: what it left unread gives way, and so does an end that waits behind it.
   */
  void shutDown(String reason) {
    ProxyError error = error(Kind.SHUTTING_DOWN, reason + " and this call did not end in time");
    downstream.dropUnsent();
    if (over) {
      failInTheMiddle(error);
    } else {
      fail(error);
    }
  }

  void endIfRevoked() {
    ProxyError revocation = forward == null ? null : caller.revocation(forward);
    if (revocation != null && !over) {
      downstream.dropUnsent();
      fail(revocation);
    }
  }

  boolean isFor(Set<EndpointGroup> groups) {
    return forward != null && groups.contains(forward.group());
  }

  ProxyError error(Kind kind, String detail) {
    return forward == null ? new ProxyError(kind, detail) : forward.error(kind, detail);
  }
}
