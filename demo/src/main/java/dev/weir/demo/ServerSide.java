package dev.weir.demo;

import dev.weir.call.GrpcStatus;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;

/** A connection at a demo server: finds the method of each call. */
final class ServerSide implements ConnectionHandler {
  private final Service service;

  ServerSide(Service service) {
    this.service = service;
  }

  @Override
  public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
    if (!Heads.isGrpc(head)) {
      stream.sendHeaders(Heads.notGrpc(), true);
      return new Answered();
    }
    String path = Heads.text(head, HeaderName.PATH);
    Service.Method method = service.method(path);
    if (method == null) {
      stream.sendHeaders(
          Heads.failureOnly(GrpcStatus.UNIMPLEMENTED, "unknown method " + path), true);
      return new Answered();
    }
    ServerCall call = new ServerCall(stream, method);
    if (endStream) {
      call.end();
    }
    return call;
  }

  @Override
  public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
    stream.sendHeaders(Heads.failureOnly(GrpcStatus.RESOURCE_EXHAUSTED, "too much metadata"), true);
  }

  /** A stream that has its answer: what still comes on it does not count. */
  private static final class Answered implements StreamHandler {
    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {}

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {}

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {}
  }
}
