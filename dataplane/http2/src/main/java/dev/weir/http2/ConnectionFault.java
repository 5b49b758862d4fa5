package dev.weir.http2;

/**
 * The peer broke a rule in a way that ends the connection (RFC 9113, 5.4.1). Thrown inside the
 * engine only, without a stack trace: the message is for the peer's debug data and the log.
 */
final class ConnectionFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errorCode;

  ConnectionFault(int errorCode, String message) {
    super(message, null, false, false);
    this.errorCode = errorCode;
  }

  int errorCode() {
    return errorCode;
  }
}
