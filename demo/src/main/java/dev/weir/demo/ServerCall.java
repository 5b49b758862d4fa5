package dev.weir.demo;

import dev.weir.call.GrpcStatus;
import dev.weir.http2.FieldList;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;

/**
 * One call at a demo server. Confined to the connection's event loop. Takes no more from a caller
 * who does not read what it is answered.
 */
final class ServerCall implements StreamHandler, Service.Answer {
  private static final int MAX_QUEUED_BYTES = 64 << 10;

  private final Http2Stream stream;
  private final Service.Requests requests;
  private final MessageAssembler assembler;
  private int heldCredit;
  private boolean headSent;
  private boolean over;

  ServerCall(Http2Stream stream, Service.Method method) {
    this.stream = stream;
    this.requests = method.begin(this);
    this.assembler = new MessageAssembler(requests::onMessage);
  }

  // ---- what the caller says --------------------------------------------------------------------

  @Override
  public void onData(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    attempt(() -> assembler.add(source, offset, length));
    heldCredit += length;
    returnCredit();
    if (endStream) {
      end();
    }
  }

  @Override
  public void onHeaders(Http2Stream stream, FieldList trailers, boolean endStream) {
    end();
  }

  @Override
  public void onDrained(Http2Stream stream, int bytes) {
    returnCredit();
  }

  @Override
  public void onReset(Http2Stream stream, StreamReset reset) {
    over = true;
  }

  /** The caller has said everything. */
  void end() {
    attempt(() -> {
      if (assembler.isMidMessage()) {
        throw CallFailure.malformed("the call ends inside of it");
      }
      requests.onEnd();
    });
  }

  private void attempt(Runnable step) {
    if (over) {
      return;
    }
    try {
      step.run();
    } catch (CallFailure failure) {
      fail(failure.status(), failure.message());
    }
  }

  private void returnCredit() {
    if (!over && stream.queuedBytes() <= MAX_QUEUED_BYTES) {
      stream.returnCredit(heldCredit);
      heldCredit = 0;
    }
  }

  // ---- what the service says -------------------------------------------------------------------

  @Override
  public void send(byte[] message) {
    if (over) {
      return;
    }
    if (!headSent) {
      headSent = true;
      stream.sendHeaders(Heads.answer(), false);
    }
    ByteBuf frame = MessageAssembler.frame(message);
    stream.sendData(frame, 0, frame.readableBytes(), false);
    frame.release();
  }

  @Override
  public void finish() {
    finish(headSent ? Heads.ok() : Heads.okOnly());
  }

  private void fail(GrpcStatus status, String message) {
    finish(headSent ? Heads.failure(status, message) : Heads.failureOnly(status, message));
  }

  private void finish(FieldList trailers) {
    if (!over) {
      over = true;
      stream.sendHeaders(trailers, true);
    }
  }
}
