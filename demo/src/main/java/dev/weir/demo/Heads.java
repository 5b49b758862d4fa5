package dev.weir.demo;

import dev.weir.call.GrpcMessage;
import dev.weir.call.GrpcStatus;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import org.jspecify.annotations.Nullable;

/** The heads and trailers of gRPC (document "PROTOCOL-HTTP2"). */
final class Heads {
  private static final HeaderField STATUS_200 = HeaderField.of(HeaderName.STATUS, "200");
  private static final HeaderField STATUS_415 = HeaderField.of(HeaderName.STATUS, "415");
  private static final HeaderField GRPC =
      HeaderField.of(HeaderName.CONTENT_TYPE, "application/grpc");
  private static final HeaderField GRPC_OK = HeaderField.of(HeaderName.GRPC_STATUS, "0");

  private Heads() {}

  /** The head of a call. */
  static FieldList request(String authority, String path) {
    FieldList head = new FieldList();
    head.add(HeaderField.of(HeaderName.METHOD, "POST"));
    head.add(HeaderField.of(HeaderName.SCHEME, "http"));
    head.add(HeaderField.of(HeaderName.PATH, path));
    head.add(HeaderField.of(HeaderName.AUTHORITY, authority));
    head.add(HeaderField.of(HeaderName.TE, "trailers"));
    head.add(GRPC);
    return head;
  }

  /** The head of an answer that has messages. */
  static FieldList answer() {
    return of(STATUS_200, GRPC);
  }

  /** Trailers of a call that went well. */
  static FieldList ok() {
    return of(GRPC_OK);
  }

  /** Head and trailers in one, of a call that went well without a message. */
  static FieldList okOnly() {
    return of(STATUS_200, GRPC, GRPC_OK);
  }

  /** Trailers of a call that failed after the head was out. */
  static FieldList failure(GrpcStatus status, String message) {
    return of(
        HeaderField.of(HeaderName.GRPC_STATUS, Integer.toString(status.code())),
        HeaderField.of(HeaderName.GRPC_MESSAGE, GrpcMessage.encode(message)));
  }

  /** Head and trailers in one, of a call that failed before there was an answer. */
  static FieldList failureOnly(GrpcStatus status, String message) {
    FieldList head = answer();
    head.addAll(failure(status, message));
    return head;
  }

  /** What a caller gets that does not speak gRPC. */
  static FieldList notGrpc() {
    return of(STATUS_415);
  }

  static boolean isGrpc(FieldList head) {
    return text(head, HeaderName.CONTENT_TYPE).startsWith("application/grpc")
        && text(head, HeaderName.METHOD).equals("POST");
  }

  static String text(FieldList head, HeaderName name) {
    @Nullable HeaderField field = head.find(name);
    return field == null ? "" : field.valueText();
  }

  private static FieldList of(HeaderField... fields) {
    FieldList list = new FieldList();
    for (HeaderField field : fields) {
      list.add(field);
    }
    return list;
  }
}
