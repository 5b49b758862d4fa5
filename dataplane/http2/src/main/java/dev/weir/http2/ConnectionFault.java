package dev.weir.http2;

/**
 * The peer broke a rule in a way that ends the connection (RFC 9113, 5.4.1). Thrown inside the
 * engine only, without a stack trace: the message is for the peer's debug data and the log.
 */
final class ConnectionFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final PeerFault fault;

  ConnectionFault(PeerFault fault, String message) {
    super(message, null, false, false);
    this.fault = fault;
  }

  PeerFault fault() {
    return fault;
  }

  /** A fault that the RFC has no closer code for. */
  static ConnectionFault protocol(String message) {
    return new ConnectionFault(PeerFault.PROTOCOL, message);
  }

  static ConnectionFault flowControl(String message) {
    return new ConnectionFault(PeerFault.FLOW_CONTROL, message);
  }

  /** Fails when a frame of a kind with rules for its size breaks them. */
  static void checkSize(boolean fits, String frame, int length) {
    if (!fits) {
      throw new ConnectionFault(PeerFault.FRAME_SIZE, frame + " length: " + length);
    }
  }
}
