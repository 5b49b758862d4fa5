package dev.weir.engine;

import dev.weir.call.GrpcTimeout;
import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.http2.FieldList;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of every request have to keep to before they go where other callers' requests go,
 * whether it is a call of gRPC or not. Servers of Go and on nghttp2 reset a stream for a control
 * character (RFC 9110, 5.5), and those of gRPC for metadata that is none (gRPC document
 * "PROTOCOL-HTTP2", Requests), which they read before they know what is called; how many resets
 * they put up with on a connection is theirs to say.
 */
final class FieldRules {

  private FieldRules() {}

  /** What is wrong with the head of a request, or null. */
  static @Nullable ProxyError request(FieldList head) {
    boolean timed = false;
    boolean typed = false;
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      ProxyError malformed = check(field);
      if (malformed != null) {
        return malformed;
      }
      if (field.name() == HeaderName.GRPC_TIMEOUT) {
        if (timed || GrpcTimeout.parseNanos(field.value()) == GrpcTimeout.INVALID) {
          return badTimeout();
        }
        timed = true;
      } else if (field.name() == HeaderName.CONTENT_TYPE) {
        if (typed) {
          return twoTypes();
        }
        typed = true;
      }
    }
    return null;
  }

  private static @Nullable ProxyError check(HeaderField field) {
    if (field.hasControls()) {
      return controls(field);
    }
    return field.isWellFormedBinary() ? null : badBinary(field);
  }

  /** By one of them we would take a request for something else than a server by the other. */
  private static ProxyError twoTypes() {
    return new ProxyError(Kind.BAD_REQUEST, "there is more than one content-type");
  }

  private static ProxyError badTimeout() {
    return new ProxyError(
        Kind.BAD_REQUEST, "grpc-timeout is one to eight digits and one of H M S m u n");
  }

  private static ProxyError badBinary(HeaderField field) {
    return new ProxyError(Kind.BAD_REQUEST, "the value of " + field.name() + " is not base64");
  }

  /** What is wrong with the trailers of a request, or null. */
  static @Nullable ProxyError trailers(FieldList trailers) {
    for (int i = 0; i < trailers.size(); i++) {
      HeaderField field = trailers.get(i);
      ProxyError malformed = field.name().isForwarded() ? forProxies(field.name()) : check(field);
      if (malformed != null) {
        return malformed;
      }
    }
    return null;
  }

  /** A trailer that may only be a head's field, and of a trusted proxy's head, or null. */
  static @Nullable ProxyError trailers(FieldList trailers, FoldedNames stripped) {
    for (int i = 0; i < trailers.size(); i++) {
      if (stripped.has(trailers.get(i).name())) {
        return forProxies(trailers.get(i).name());
      }
    }
    return null;
  }

  private static ProxyError forProxies(HeaderName name) {
    return new ProxyError(
        Kind.BAD_REQUEST, name + " says who calls, which is for the head and not for trailers");
  }

  /** A name that some servers cannot tell from another one, or null. */
  static @Nullable ProxyError underscores(FieldList fields) {
    for (int i = 0; i < fields.size(); i++) {
      HeaderName name = fields.get(i).name();
      if (name.hasUnderscore()) {
        return new ProxyError(
            Kind.BAD_REQUEST, "names of fields may not have a _ here: " + name + " has one");
      }
    }
    return null;
  }

  private static ProxyError controls(HeaderField field) {
    return new ProxyError(
        Kind.BAD_REQUEST, "the value of " + field.name() + " has a control character");
  }
}
