package dev.weir.http2;

import io.netty.buffer.ByteBuf;

/** Answers each request that ends with one small message, as a gRPC server does. */
final class Answerer implements ConnectionHandler, StreamHandler {
  private static final int MESSAGE_BYTES = 21;

  private final ByteBuf message = Peerless.buffer(new byte[MESSAGE_BYTES]);
  private final FieldList head = new FieldList();
  private final FieldList trailers = new FieldList();
  private long answers;

  Answerer() {
    head.add(HeaderField.of(":status", "200"));
    head.add(HeaderField.of("content-type", "application/grpc"));
    trailers.add(HeaderField.of("grpc-status", "0"));
  }

  long answers() {
    return answers;
  }

  void free() {
    message.release();
  }

  @Override
  public StreamHandler onRequest(Http2Stream stream, FieldList fields, boolean endStream) {
    return this;
  }

  @Override
  public void onOversizedRequest(Http2Stream stream, FieldList fields, HeaderListSize size) {
    throw new IllegalStateException("a head is over the limits: " + size);
  }

  @Override
  public void onData(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    stream.returnCredit(length);
    if (endStream) {
      stream.sendHeaders(head, false);
      stream.sendData(message, 0, MESSAGE_BYTES, false);
      stream.sendHeaders(trailers, true);
      stream.release();
      answers++;
    }
  }

  @Override
  public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {}

  @Override
  public void onDrained(Http2Stream stream, int bytes) {}

  @Override
  public void onReset(Http2Stream stream, StreamReset reset) {
    throw new IllegalStateException("a stream was reset: " + reset);
  }
}
