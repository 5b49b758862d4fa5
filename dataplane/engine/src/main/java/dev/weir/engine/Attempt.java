package dev.weir.engine;

import dev.weir.balance.Endpoint;
import dev.weir.call.GrpcMessage;
import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamReset;
import dev.weir.upstream.ConnectionPool;
import dev.weir.upstream.StreamSeeker;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The try of a call at one endpoint: waits for a stream, then hears it. An exchange has one at a
 * time, and uses its object again for the next.
 */
final class Attempt extends StreamSeeker {
  private static final byte[] NO_MESSAGE = {};

  private final Exchange exchange;
  private @Nullable Endpoint endpoint;
  private @Nullable Http2Stream callers;
  private @Nullable Http2Stream stream;
  private int credited;
  private boolean over;

  Attempt(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Begins a try. The one before, if there was any, has ended: its stream is closed. */
  void begin(Endpoint chosen, Http2Stream from) {
    endpoint = chosen;
    callers = from;
    stream = null;
    credited = 0;
    over = false;
  }

  Endpoint endpoint() {
    return Objects.requireNonNull(endpoint);
  }

  boolean isClosed() {
    return stream != null && !stream.isOpen();
  }

  /**
   * Lets connections use the objects of both streams again, if both are closed: what their peers
   * still send finds no stream. A call that has no stream to an endpoint waits for one, for the
   * turn of the loop to end, or for another thread to find out who makes it, and is known there.
   *
   * @return whether nothing comes of the call any more
   */
  boolean release(Http2Stream callers) {
    if (stream == null || stream.isOpen() || callers.isOpen()) {
      return false;
    }
    stream.release();
    stream = null;
    callers.release();
    return true;
  }

  boolean isOpen() {
    return stream != null;
  }

  /** Does not wait for the iteration's end to open a stream. */
  void openNow(ConnectionPool pool) {
    if (stream == null) {
      pool.openNow(endpoint(), this);
    }
  }

  // ---- the stream's beginning ------------------------------------------------------------------

  @Override
  protected FieldList head(HeaderField authority) {
    return exchange.head(endpoint(), authority);
  }

  @Override
  protected boolean endsWithHead() {
    return exchange.isHeadOnly();
  }

  @Override
  protected void onOpened(Http2Stream opened) {
    stream = opened;
    exchange.onOpened(this);
  }

  @Override
  protected void onUnavailable(ProxyError.Kind kind, String detail) {
    if (over) {
      return;
    }
    over = true;
    exchange.onUnavailable(this, kind, detail);
  }

  // ---- the request -----------------------------------------------------------------------------

  /** Sends payload of the request; answers how many bytes the connection took. */
  int send(ByteBuf source, int offset, int length, boolean endStream) {
    Http2Stream open = stream;
    int taken = open == null ? 0 : open.sendData(source, offset, length, endStream);
    credited += taken;
    return taken;
  }

  /** Sends the caller's trailers, if there is a stream yet and the endpoint takes as many. */
  void endRequest(FieldList trailers) {
    Http2Stream open = stream;
    if (open != null && open.peerTakes(trailers)) {
      open.sendHeaders(trailers, true);
    } else if (open != null) {
      String detail = "trailers are more than the server takes";
      exchange.fail(exchange.error(ProxyError.Kind.HEADERS_TOO_LARGE, detail));
    }
  }

  /** The endpoint's connection took payload that had to wait. */
  @Override
  public void onDrained(Http2Stream drained, int bytes) {
    if (!over) {
      credited += bytes;
      exchange.creditCaller(bytes);
    }
  }

  void returnCredit(int bytes) {
    if (stream != null) {
      stream.returnCredit(bytes);
    }
  }

  /**
   * Nobody wants the answer of this try any more, if there is one; whether that cost the endpoint a
   * reset.
   */
  static boolean cancel(@Nullable Attempt attempt) {
    return attempt != null && attempt.cancel();
  }

  private boolean cancel() {
    over = true;
    Http2Stream open = stream;
    if (open == null) {
      stopWaiting();
      return false;
    }
    boolean resets = open.isOpen();
    if (resets) {
      // Never the caller's own code: callers share the endpoint's connection.
      open.reset(ErrorCode.CANCEL, Objects.requireNonNull(callers));
    }
    return resets;
  }

  /**
   * The answer is complete: the rest of the request is not needed. A server of gRPC has no more to
   * do with the call when it has sent a status; others may still store what they get.
   */
  void endEarly() {
    over = true;
    if (stream != null) {
      stream.endEarly(Objects.requireNonNull(callers), exchange.isGrpc());
    }
  }

  // ---- the response ----------------------------------------------------------------------------

  @Override
  public void onHeaders(Http2Stream from, FieldList fields, boolean endStream) {
    if (over) {
      return;
    }
    if (!exchange.isResponseBegun() && exchange.isGrpc() && !isGrpcAnswer(fields)) {
      translate(fields);
    } else {
      over = endStream;
      exchange.respond(fields, endStream);
    }
  }

  /** A status without content-type is a status still, and its metadata stays with it. */
  private static boolean isGrpcAnswer(FieldList head) {
    return Fields.status(head) == 200
        && (Fields.isGrpc(head) || head.find(HeaderName.GRPC_STATUS) != null);
  }

  /**
   * The endpoint, or something before it, answered a gRPC call in plain HTTP: the caller gets the
   * status that it stands for (gRPC document "http-grpc-status-mapping"). A grpc-status in it wins.
   */
  private void translate(FieldList head) {
    cancel();
    HeaderField status = head.find(HeaderName.GRPC_STATUS);
    GrpcStatus given = status == null ? null : GrpcStatus.ofText(status.valueText());
    if (given != null) {
      HeaderField message = head.find(HeaderName.GRPC_MESSAGE);
      exchange.answerGrpc(given, message == null ? NO_MESSAGE : message.value());
      return;
    }
    exchange.record().failed(ProxyError.Kind.UPSTREAM_NOT_GRPC);
    int http = Fields.status(head);
    ProxyError said =
        exchange.error(
            ProxyError.Kind.UPSTREAM_NOT_GRPC,
            endpoint().authority() + " answered with HTTP status " + http + ", not with gRPC");
    exchange.answerGrpc(GrpcStatus.ofHttpStatus(http), GrpcMessage.encode(said.detail()));
  }

  @Override
  public void onData(Http2Stream from, ByteBuf source, int offset, int length, boolean endStream) {
    if (over) {
      return;
    }
    boolean endsBare = endStream && exchange.isGrpc();
    over = endStream;
    from.returnCredit(exchange.respond(source, offset, length, endStream && !endsBare));
    if (endsBare) {
      exchange.fail(
          exchange.error(
              ProxyError.Kind.UPSTREAM_PROTOCOL,
              endpoint().authority() + " ended the response without a status"));
    }
  }

  @Override
  public void onReset(Http2Stream from, StreamReset reset) {
    if (over) {
      return;
    }
    over = true;
    String detail = endpoint().authority() + ": " + reset.detail();
    switch (reset.cause()) {
      case PEER -> onPeerReset(reset, detail);
      case NOT_PROCESSED -> {
        if (!exchange.retry(false, credited, detail)) {
          exchange.fail(exchange.error(ProxyError.Kind.UPSTREAM_REFUSED, detail));
        }
      }
      case NOT_TAKEN -> onOurReset(ProxyError.Kind.BUFFERS_FULL, detail);
      case PEER_FAULT -> onOurReset(ProxyError.Kind.UPSTREAM_PROTOCOL, detail);
      case HEADERS_TOO_LARGE -> onOurReset(ProxyError.Kind.UPSTREAM_HEADERS_TOO_LARGE, detail);
      case CONNECTION_LOST -> exchange.fail(exchange.error(ProxyError.Kind.UPSTREAM_LOST, detail));
    }
  }

  /**
   * The connection has reset the stream: its peer's answer is none, or it does not take payload.
   */
  private void onOurReset(ProxyError.Kind kind, String detail) {
    ProxyError error = exchange.error(kind, detail);
    if (LimitedCall.isCallers(error)) {
      exchange.chargeReset();
    }
    exchange.fail(error);
  }

  private void onPeerReset(StreamReset reset, String detail) {
    boolean refused = reset.errorCode() == ErrorCode.REFUSED_STREAM;
    if (refused && exchange.isResponseBegun()) {
      // With its code the caller would hear that nothing was done (RFC 9113, 8.7).
      exchange.fail(exchange.error(ProxyError.Kind.UPSTREAM_LOST, detail));
    } else if (!refused || !exchange.retry(true, credited, detail)) {
      exchange.reset(reset.errorCode());
    }
  }
}
