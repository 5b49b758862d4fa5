package dev.weir.engine;

import dev.weir.call.GrpcMessage;
import dev.weir.call.GrpcStatus;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Stream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that an API has written out, in place of that of a server. Made once; immutable, for
 * all threads.
 */
public final class MockAnswer {
  private static final int FRAME_HEAD = 5;

  private final int httpStatus;
  private final GrpcStatus grpcStatus;
  private final List<HeaderField> httpHead;
  private final List<HeaderField> grpcHead;
  private final List<HeaderField> trailers;
  private final byte[] body;
  private final byte @Nullable [] message;

  private MockAnswer(
      int httpStatus,
      List<HeaderField> httpHead,
      byte[] body,
      Grpc grpc,
      byte @Nullable [] message) {
    this.httpStatus = httpStatus;
    this.httpHead = head(Integer.toString(httpStatus), httpHead);
    this.body = body;
    this.grpcStatus = grpc.status();
    this.grpcHead = head("200", grpc.fields());
    this.trailers =
        List.of(
            Fields.grpcStatus(grpc.status()),
            HeaderField.of(HeaderName.GRPC_MESSAGE, GrpcMessage.encode(grpc.text())));
    this.message = message == null ? null : framed(message);
  }

  /**
   * What callers of gRPC get.
   *
   * @param fields of the head, besides {@code :status}
   */
  public record Grpc(GrpcStatus status, String text, List<HeaderField> fields) {
    public Grpc {
      fields = List.copyOf(fields);
    }
  }

  /**
   * An answer.
   *
   * @param fields of the head for callers of HTTP, besides {@code :status} and {@code
   *     content-length}
   * @param message for callers of gRPC; null for none
   */
  public static MockAnswer of(
      int httpStatus, List<HeaderField> fields, byte[] body, Grpc grpc, byte @Nullable [] message) {
    var head = new ArrayList<>(fields);
    // These have none (RFC 9110, 8.6): of 304 it would be that of the answer to another request.
    if (httpStatus != 204 && httpStatus != 304) {
      head.add(HeaderField.of(HeaderName.CONTENT_LENGTH, Integer.toString(body.length)));
    }
    return new MockAnswer(httpStatus, head, body.clone(), grpc, message);
  }

  private static List<HeaderField> head(String status, List<HeaderField> fields) {
    var head = new ArrayList<HeaderField>();
    head.add(HeaderField.of(HeaderName.STATUS, status));
    head.addAll(fields);
    return List.copyOf(head);
  }

  private static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(FRAME_HEAD + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  int httpStatus() {
    return httpStatus;
  }

  GrpcStatus grpcStatus() {
    return grpcStatus;
  }

  /**
   * Answers a call.
   *
   * @param caller who may be told of its limits
   * @param fields to make heads of
   */
  void sendTo(Http2Stream stream, boolean grpc, Caller caller, FieldList fields) {
    boolean headOnly = !grpc && stream.isHeadRequest();
    fields.clear();
    (grpc ? grpcHead : httpHead).forEach(fields::add);
    caller.tell(fields);
    byte[] bytes = grpc ? message : body;
    boolean empty = bytes == null || headOnly || (!grpc && bytes.length == 0);
    if (empty && grpc) {
      trailers.forEach(fields::add);
    }
    stream.sendHeaders(fields, empty);
    if (bytes != null && !empty) {
      ByteBuf payload = Unpooled.wrappedBuffer(bytes);
      stream.sendData(payload, 0, bytes.length, !grpc);
      if (grpc) {
        fields.clear();
        trailers.forEach(fields::add);
        stream.sendHeaders(fields, true);
      }
    }
  }
}
