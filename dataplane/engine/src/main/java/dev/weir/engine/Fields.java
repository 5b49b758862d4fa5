package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.call.GrpcStatus;
import dev.weir.call.GrpcTimeout;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Header fields that the engine writes, and questions it asks about those it reads. */
final class Fields {
  static final HeaderField STATUS_200 = HeaderField.of(HeaderName.STATUS, "200");
  static final HeaderField SCHEME_HTTP = HeaderField.of(HeaderName.SCHEME, "http");
  static final HeaderField SCHEME_HTTPS = HeaderField.of(HeaderName.SCHEME, "https");
  static final HeaderField NO_AUTHORITY = HeaderField.of(HeaderName.AUTHORITY, "");
  static final HeaderField TE_TRAILERS = HeaderField.of(HeaderName.TE, "trailers");
  static final HeaderField TYPE_GRPC = HeaderField.of(HeaderName.CONTENT_TYPE, "application/grpc");
  static final HeaderField TYPE_JSON = HeaderField.of(HeaderName.CONTENT_TYPE, "application/json");
  static final HeaderField TYPE_TEXT = HeaderField.of(HeaderName.CONTENT_TYPE, "text/plain");
  static final HeaderField GENERATOR = HeaderField.of("x-generator", "tyk.io");
  static final HeaderField BASIC_CHALLENGE =
      HeaderField.of("www-authenticate", "Basic realm=\"gateway\", charset=\"UTF-8\"");
  static final HeaderField ALLOW_GET = HeaderField.of("allow", "GET");

  /** The method of HTTP by which gRPC calls. */
  static final byte[] POST = "POST".getBytes(US_ASCII);

  private static final byte[] GRPC = "application/grpc".getBytes(US_ASCII);
  private static final byte[] GET = "GET".getBytes(US_ASCII);

  private static final HeaderField[] GRPC_STATUS = grpcStatuses();

  private Fields() {}

  static HeaderField grpcStatus(GrpcStatus status) {
    return GRPC_STATUS[status.code()];
  }

  /**
   * Whether a head belongs to a gRPC call: application/grpc, alone or before {@code +} or {@code
   * ;}, in any case (RFC 9110, 8.3.1), as servers of gRPC have it.
   */
  static boolean isGrpc(FieldList head) {
    HeaderField type = head.find(HeaderName.CONTENT_TYPE);
    return type != null && isGrpc(type.value());
  }

  static boolean isGrpc(byte[] type) {
    return type.length >= GRPC.length
        && (Arrays.equals(type, 0, GRPC.length, GRPC, 0, GRPC.length) || beginsWithGrpc(type))
        && (type.length == GRPC.length || type[GRPC.length] == '+' || type[GRPC.length] == ';');
  }

  private static boolean beginsWithGrpc(byte[] type) {
    for (int i = 0; i < GRPC.length; i++) {
      boolean upper = type[i] >= 'A' && type[i] <= 'Z';
      if ((upper ? type[i] + 'a' - 'A' : type[i]) != GRPC[i]) {
        return false;
      }
    }
    return true;
  }

  /** How long a call may take by its head; {@link Long#MAX_VALUE} if nothing is said about it. */
  static long timeoutNanos(FieldList head) {
    HeaderField timeout = head.find(HeaderName.GRPC_TIMEOUT);
    return timeout == null ? Long.MAX_VALUE : GrpcTimeout.parseNanos(timeout.value());
  }

  /** Whether digits are a larger number; what is no number counts as one. */
  static boolean isMoreThan(byte[] digits, long most) {
    long number = 0;
    for (byte digit : digits) {
      int value = digit - '0';
      if (value < 0 || value > 9 || value > most || number > (most - value) / 10) {
        return true;
      }
      number = number * 10 + value;
    }
    return false;
  }

  /**
   * When a client that tries again by itself may do so (gRPC proposal A6), by which a number below
   * 0 has it not do so at all.
   */
  static HeaderField retryPushback(long nanos) {
    long millis = nanos < 0 ? -1 : (nanos + 999_999) / 1_000_000;
    return HeaderField.of("grpc-retry-pushback-ms", Long.toString(millis));
  }

  static boolean isGet(@Nullable HeaderField method) {
    return method != null && method.hasValue(GET);
  }

  /** The status in the trailers of a gRPC call; UNKNOWN without one, as clients have it. */
  static GrpcStatus grpcStatus(FieldList trailers) {
    HeaderField status = trailers.find(HeaderName.GRPC_STATUS);
    return status == null ? GrpcStatus.UNKNOWN : GrpcStatus.of(status.value());
  }

  /** The number in {@code :status}, which the connection has checked. */
  static int status(FieldList head) {
    byte[] value = head.get(0).value();
    return (value[0] - '0') * 100 + (value[1] - '0') * 10 + value[2] - '0';
  }

  private static HeaderField[] grpcStatuses() {
    HeaderField[] fields = new HeaderField[GrpcStatus.values().length];
    for (GrpcStatus status : GrpcStatus.values()) {
      fields[status.code()] =
          HeaderField.of(HeaderName.GRPC_STATUS, Integer.toString(status.code()));
    }
    return fields;
  }
}
