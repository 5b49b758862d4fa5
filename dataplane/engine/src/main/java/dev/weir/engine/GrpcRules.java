package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a gRPC call has to keep to beyond what all do ({@link FieldRules}; gRPC document
 * "PROTOCOL-HTTP2", Requests).
 */
final class GrpcRules {
  private GrpcRules() {}

  /** What is wrong with the head, or null. */
  static @Nullable ProxyError request(FieldList head, boolean plainPath) {
    if (!plainPath) {
      return new ProxyError(
          Kind.NO_ROUTE, "the path of a gRPC call is /service/method, without anything to decode");
    }
    HeaderField method = head.find(HeaderName.METHOD);
    return method != null && method.hasValue(Fields.POST)
        ? FieldRules.request(head)
        : new ProxyError(Kind.NO_ROUTE, "a gRPC call is a POST");
  }
}
