package dev.weir.call;

import org.jspecify.annotations.Nullable;

/**
 * The status of a finished call, in the order and with the numbers of the gRPC document
 * "statuscodes".
 */
public enum GrpcStatus {
  OK(0),
  CANCELLED(1),
  UNKNOWN(2),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  ALREADY_EXISTS(6),
  PERMISSION_DENIED(7),
  RESOURCE_EXHAUSTED(8),
  FAILED_PRECONDITION(9),
  ABORTED(10),
  OUT_OF_RANGE(11),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14),
  DATA_LOSS(15),
  UNAUTHENTICATED(16);

  private static final GrpcStatus[] BY_CODE = values();

  private final int code;

  GrpcStatus(int code) {
    this.code = code;
  }

  /** The number that travels in {@code grpc-status}. */
  public int code() {
    return code;
  }

  /** The status with this number in decimal text, or null. */
  public static @Nullable GrpcStatus ofText(String text) {
    for (GrpcStatus status : values()) {
      if (Integer.toString(status.code).equals(text)) {
        return status;
      }
    }
    return null;
  }

  /** The status with this number in decimal ASCII; UNKNOWN where there is none, as clients do. */
  public static GrpcStatus of(byte[] decimal) {
    int number = 0;
    for (byte digit : decimal) {
      number = digit < '0' || digit > '9' ? BY_CODE.length : number * 10 + digit - '0';
      if (number >= BY_CODE.length) {
        return UNKNOWN;
      }
    }
    return decimal.length == 0 ? UNKNOWN : BY_CODE[number];
  }

  /**
   * The status that a gRPC client gives a call that ended with RST_STREAM (gRPC document
   * "PROTOCOL-HTTP2", Errors).
   *
   * @param errorCode as RFC 9113, 7, has it
   */
  public static GrpcStatus ofReset(int errorCode) {
    return switch (errorCode) {
      case 0x7 -> UNAVAILABLE;
      case 0x8 -> CANCELLED;
      case 0xb -> RESOURCE_EXHAUSTED;
      case 0xc -> PERMISSION_DENIED;
      case 0x0, 0x1, 0x2, 0x3, 0x4, 0x6, 0x9, 0xa -> INTERNAL;
      default -> UNKNOWN;
    };
  }

  /**
   * The status that a gRPC client has to assume for an answer without {@code grpc-status} (gRPC
   * document "http-grpc-status-mapping", and 431 for metadata that was too large).
   */
  public static GrpcStatus ofHttpStatus(int httpStatus) {
    return switch (httpStatus) {
      case 400, 431 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }
}
