package dev.weir.engine;

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
 * character (RFC 9110, 5.5), and how many resets they put up with on a connection is theirs to say.
 */
final class FieldRules {

  private FieldRules() {}

  /** What is wrong with the head of a request that is no call of gRPC, or null. */
  static @Nullable ProxyError request(FieldList head) {
    boolean typed = false;
    for (int i = 0; i < head.size(); i++) {
      if (head.get(i).name() == HeaderName.CONTENT_TYPE) {
        if (typed) {
          return twoTypes();
        }
        typed = true;
      }
    }
    return check(head);
  }

  /** What is wrong with the values of a head or trailers, or null. */
  static @Nullable ProxyError check(FieldList fields) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).hasControls()) {
        return controls(fields.get(i));
      }
    }
    return null;
  }

  /** By one of them we would take a request for something else than a server by the other. */
  static ProxyError twoTypes() {
    return new ProxyError(Kind.BAD_REQUEST, "there is more than one content-type");
  }

  /** What is wrong with the trailers of a request, or null. */
  static @Nullable ProxyError trailers(FieldList trailers) {
    for (int i = 0; i < trailers.size(); i++) {
      HeaderName name = trailers.get(i).name();
      if (name.isForwarded()) {
        return forProxies(name);
      }
    }
    return check(trailers);
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

  static ProxyError controls(HeaderField field) {
    return new ProxyError(
        Kind.BAD_REQUEST, "the value of " + field.name() + " has a control character");
  }
}
