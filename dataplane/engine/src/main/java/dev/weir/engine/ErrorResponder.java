package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.call.GrpcMessage;
import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.call.StatusDetails;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Stream;
import io.netty.buffer.Unpooled;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of answers that no endpoint gave. A gRPC caller gets one HEADERS frame with
 * status and message, or trailers when the response has begun; an HTTP caller gets Tyk's JSON.
 */
final class ErrorResponder {
  /** Characters: some of them are a caller's, who may have chosen many for a large answer. */
  private static final int MOST_TOLD = 1024;

  /** Characters: who reads the details has the text beside them. */
  private static final int MOST_BRIEF = 512;

  private final FieldList fields = new FieldList();

  /** What was told last, which thousands of calls may be at once, and its fields. */
  private @Nullable ProxyError told;

  private HeaderField message = HeaderField.of(HeaderName.GRPC_MESSAGE, "");
  private HeaderField reason = HeaderField.of(HeaderName.GRPC_STATUS_DETAILS, "");

  /** Answers a call whose response has not begun. */
  void answer(Http2Stream stream, ProxyError error, boolean grpc, boolean hidesGenerator) {
    if (grpc) {
      grpcAnswer(stream, error);
    } else if (error.kind() == ProxyError.Kind.NO_ROUTE) {
      httpAnswer(stream, 404, Fields.TYPE_TEXT, error.kind().httpText(), true, null);
    } else {
      httpAnswer(
          stream,
          error.kind().httpStatus(),
          Fields.TYPE_JSON,
          "{\n    \"error\": \"" + error.kind().httpText() + "\"\n}\n",
          hidesGenerator,
          isLogin(error.kind()) ? Fields.BASIC_CHALLENGE : null);
    }
  }

  private void grpcAnswer(Http2Stream stream, ProxyError error) {
    fields.clear();
    fields.add(Fields.STATUS_200);
    fields.add(Fields.TYPE_GRPC);
    trailers(stream, error);
  }

  private void trailers(Http2Stream stream, ProxyError error) {
    if (!error.equals(told)) {
      told = error;
      message =
          HeaderField.of(
              HeaderName.GRPC_MESSAGE, GrpcMessage.encode(cut(error.detail(), MOST_TOLD)));
      reason = HeaderField.of(HeaderName.GRPC_STATUS_DETAILS, reason(error));
    }
    fields.add(Fields.grpcStatus(error.kind().grpcStatus()));
    fields.add(message);
    if (error.retryNanos() != 0) {
      fields.add(Fields.retryPushback(error.retryNanos()));
    }
    fields.add(reason);
    stream.sendHeaders(fields, true);
  }

  private static String cut(String text, int most) {
    return text.length() > most ? text.substring(0, most) : text;
  }

  /** What programs read of an error. */
  private static byte[] reason(ProxyError error) {
    String brief = cut(error.detail(), MOST_BRIEF);
    StatusDetails details =
        new StatusDetails(error.kind().grpcStatus(), brief)
            .errorInfo(error.kind().name(), Map.of());
    if (error.retryNanos() > 0) {
      details.retryInfo(error.retryNanos());
    }
    if (!error.quotaOf().isEmpty()) {
      details.quotaFailure(error.quotaOf(), brief);
    }
    return details.encode();
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

  /** Ends a response that has begun, so that it never looks complete. */
  void breakOff(Http2Stream stream, ProxyError error, boolean grpc) {
    if (grpc) {
      fields.clear();
      trailers(stream, error);
    } else {
      stream.reset(ErrorCode.INTERNAL_ERROR);
    }
  }

  /** Answers with what an API has written out. */
  void answer(Http2Stream stream, MockAnswer mock, boolean grpc, Caller caller) {
    mock.sendTo(stream, grpc, caller, fields);
  }

  /**
   * Answers from the gateway itself.
   *
   * @param received the call's head
   */
  void answer(Http2Stream stream, RouteAction.BuiltIn builtIn, FieldList received, boolean grpc) {
    if (grpc) {
      String detail = "this path is the gateway's own, not gRPC";
      answer(stream, new ProxyError(ProxyError.Kind.NO_ROUTE, detail), true, true);
    } else if (Fields.isGet(received.find(HeaderName.METHOD))) {
      RouteAction.Answer answer = builtIn.answer().get();
      httpAnswer(stream, answer.httpStatus(), Fields.TYPE_JSON, answer.json(), true, null);
    } else {
      methodNotAllowed(stream);
    }
  }

  private void methodNotAllowed(Http2Stream stream) {
    httpAnswer(
        stream,
        405,
        Fields.TYPE_JSON,
        "{\"status\":\"error\",\"message\":\"Method Not Allowed\"}",
        true,
        Fields.ALLOW_GET);
  }

  /** What is told with 401 has to say how to do better (RFC 9110, 11.6.1). */
  private static boolean isLogin(ProxyError.Kind kind) {
    return kind == ProxyError.Kind.LOGIN_MISSING || kind == ProxyError.Kind.LOGIN_REFUSED;
  }

  private void httpAnswer(
      Http2Stream stream,
      int status,
      HeaderField type,
      String text,
      boolean hidesGenerator,
      @Nullable HeaderField more) {
    byte[] body = text.getBytes(UTF_8);
    fields.clear();
    fields.add(HeaderField.of(HeaderName.STATUS, Integer.toString(status)));
    fields.add(type);
    fields.add(HeaderField.of(HeaderName.CONTENT_LENGTH, Integer.toString(body.length)));
    if (!hidesGenerator) {
      fields.add(Fields.GENERATOR);
    }
    if (more != null) {
      fields.add(more);
    }
    boolean empty = stream.isHeadRequest();
    stream.sendHeaders(fields, empty);
    if (!empty) {
      stream.sendData(Unpooled.wrappedBuffer(body), 0, body.length, true);
    }
  }
}
