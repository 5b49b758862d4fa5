package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.call.GrpcMessage;
import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Stream;
import io.netty.buffer.Unpooled;

/**
 * The only writer of answers that no endpoint gave. A gRPC caller gets one HEADERS frame with
 * status and message, or trailers when the response has begun; an HTTP caller gets Tyk's JSON.
 */
final class ErrorResponder {
  private final FieldList fields = new FieldList();

  /** Answers a call whose response has not begun. */
  void answer(Http2Stream stream, ProxyError error, boolean grpc, boolean hidesGenerator) {
    if (grpc) {
      grpcAnswer(stream, error.kind().grpcStatus(), GrpcMessage.encode(error.detail()));
    } else if (error.kind() == ProxyError.Kind.NO_ROUTE) {
      httpAnswer(stream, 404, Fields.TYPE_TEXT, error.kind().httpText(), true);
    } else {
      httpAnswer(
          stream,
          error.kind().httpStatus(),
          Fields.TYPE_JSON,
          "{\n    \"error\": \"" + error.kind().httpText() + "\"\n}\n",
          hidesGenerator);
    }
  }

  /** Answers a gRPC call with a status that an endpoint gave in another form. */
  void grpcAnswer(Http2Stream stream, GrpcStatus status, byte[] encodedMessage) {
    fields.clear();
    fields.add(Fields.STATUS_200);
    fields.add(Fields.TYPE_GRPC);
    fields.add(Fields.grpcStatus(status));
    fields.add(HeaderField.of(HeaderName.GRPC_MESSAGE, encodedMessage));
    stream.sendHeaders(fields, true);
  }

  /** Ends a gRPC response that has begun, so that it never looks complete. */
  void trailers(Http2Stream stream, ProxyError error) {
    fields.clear();
    fields.add(Fields.grpcStatus(error.kind().grpcStatus()));
    fields.add(HeaderField.of(HeaderName.GRPC_MESSAGE, GrpcMessage.encode(error.detail())));
    stream.sendHeaders(fields, true);
  }

  void answer(Http2Stream stream, RouteAction.Answer answer) {
    httpAnswer(stream, answer.httpStatus(), Fields.TYPE_JSON, answer.json(), true);
  }

  void methodNotAllowed(Http2Stream stream) {
    httpAnswer(
        stream,
        405,
        Fields.TYPE_JSON,
        "{\"status\":\"error\",\"message\":\"Method Not Allowed\"}",
        true);
  }

  private void httpAnswer(
      Http2Stream stream, int status, HeaderField type, String text, boolean hidesGenerator) {
    byte[] body = text.getBytes(UTF_8);
    fields.clear();
    fields.add(HeaderField.of(HeaderName.STATUS, Integer.toString(status)));
    fields.add(type);
    fields.add(HeaderField.of(HeaderName.CONTENT_LENGTH, Integer.toString(body.length)));
    if (!hidesGenerator) {
      fields.add(Fields.GENERATOR);
    }
    if (status == 405) {
      fields.add(Fields.ALLOW_GET);
    }
    stream.sendHeaders(fields, false);
    stream.sendData(Unpooled.wrappedBuffer(body), 0, body.length, true);
  }
}
