package dev.weir.engine;

import dev.weir.call.GrpcTimeout;
import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a gRPC call has to keep to beyond HTTP (gRPC document "PROTOCOL-HTTP2",
 * Requests). A call that does not is answered here: servers differ in what they make of it, and
 * some end the connection, which other callers share.
 */
final class GrpcRules {
  private GrpcRules() {}

  /** What is wrong with the head, or null. */
  static @Nullable ProxyError request(FieldList head, boolean plainPath) {
    if (!plainPath) {
      return new ProxyError(
          Kind.NO_ROUTE, "the path of a gRPC call is /service/method, without anything to decode");
    }
    boolean timed = false;
    boolean typed = false;
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      ProxyError malformed = check(field);
      if (malformed != null) {
        return malformed;
      }
      if (field.name() == HeaderName.GRPC_TIMEOUT) {
        if (timed) {
          return badTimeout();
        }
        timed = true;
      } else if (field.name() == HeaderName.CONTENT_TYPE) {
        if (typed) {
          return FieldRules.twoTypes();
        }
        typed = true;
      }
    }
    return null;
  }

  private static @Nullable ProxyError check(HeaderField field) {
    if (field.name() == HeaderName.METHOD) {
      return field.hasValue(Fields.POST)
          ? null
          : new ProxyError(Kind.NO_ROUTE, "a gRPC call is a POST");
    }
    if (field.name() == HeaderName.GRPC_TIMEOUT) {
      return GrpcTimeout.parseNanos(field.value()) == GrpcTimeout.INVALID ? badTimeout() : null;
    }
    if (field.hasControls()) {
      return FieldRules.controls(field);
    }
    return field.isWellFormedBinary() ? null : badBinary(field);
  }

  /** What is wrong with trailers, which gRPC callers do not send but servers read; or null. */
  static @Nullable ProxyError trailers(FieldList trailers) {
    ProxyError malformed = FieldRules.trailers(trailers);
    if (malformed != null) {
      return malformed;
    }
    for (int i = 0; i < trailers.size(); i++) {
      if (!trailers.get(i).isWellFormedBinary()) {
        return badBinary(trailers.get(i));
      }
    }
    return null;
  }

  private static ProxyError badTimeout() {
    return new ProxyError(
        Kind.BAD_REQUEST, "grpc-timeout is one to eight digits and one of H M S m u n");
  }

  private static ProxyError badBinary(HeaderField field) {
    return new ProxyError(Kind.BAD_REQUEST, "the value of " + field.name() + " is not base64");
  }
}
