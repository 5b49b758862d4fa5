package dev.weir.demo;

import dev.weir.http2.ClientConnection;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A connection that makes one unary call as soon as it can. */
final class ClientSide implements ConnectionHandler, StreamHandler {
  private final FieldList head;
  private final byte[] request;
  private final CompletableFuture<byte[]> reply;
  private final MessageAssembler assembler = new MessageAssembler(message -> answer = message);
  private @Nullable ClientConnection connection;
  private byte @Nullable [] answer;

  /**
   * @param reply gets the answer's message, or an {@link IOException}
   */
  ClientSide(FieldList head, byte[] request, CompletableFuture<byte[]> reply) {
    this.head = head;
    this.request = request;
    this.reply = reply;
  }

  /** Says which connection this is the handler of. */
  void use(ClientConnection connection) {
    this.connection = connection;
  }

  @Override
  public void onReady() {
    Http2Stream stream = connection == null ? null : connection.open(this, head, false);
    if (stream == null) {
      fail("the server allows no call");
      return;
    }
    ByteBuf frame = MessageAssembler.frame(request);
    stream.sendData(frame, 0, frame.readableBytes(), true);
    frame.release();
  }

  @Override
  public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
    if (!endStream) {
      return;
    }
    String status = Heads.text(fields, HeaderName.GRPC_STATUS);
    if (status.equals("0") && answer != null) {
      reply.complete(answer);
    } else {
      fail("status " + status + ": " + Heads.text(fields, HeaderName.GRPC_MESSAGE));
    }
  }

  @Override
  public void onData(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    try {
      assembler.add(source, offset, length);
    } catch (CallFailure failure) {
      fail(failure.message());
    }
    stream.returnCredit(length);
  }

  @Override
  public void onDrained(Http2Stream stream, int bytes) {}

  @Override
  public void onReset(Http2Stream stream, StreamReset reset) {
    fail(reset.detail());
  }

  @Override
  public void onClosed(boolean peerFault, String detail) {
    fail(detail);
  }

  @Override
  public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
    throw new IllegalStateException("a server cannot call");
  }

  @Override
  public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
    throw new IllegalStateException("a server cannot call");
  }

  private void fail(String why) {
    reply.completeExceptionally(new IOException(why));
  }
}
