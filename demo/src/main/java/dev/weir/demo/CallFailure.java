package dev.weir.demo;

import dev.weir.call.GrpcStatus;

/** Ends a call with a status. */
final class CallFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final GrpcStatus status;

  CallFailure(GrpcStatus status, String message) {
    super(message);
    this.status = status;
  }

  static CallFailure malformed(String detail) {
    return new CallFailure(GrpcStatus.INTERNAL, "malformed message: " + detail);
  }

  GrpcStatus status() {
    return status;
  }

  String message() {
    return String.valueOf(getMessage());
  }
}
