package dev.weir.listener;

/** Why a client's connection is not taken in. Each has a label for counters and logs. */
public enum ConnectionRefusal {
  /** The process has as many connections as it may have. */
  CONNECTIONS("connections"),
  /** The client's address has as many as one address may have. */
  CONNECTIONS_PER_ADDRESS("connections_per_address"),
  /** The system gives no socket, for want of file descriptors most often; accepting pauses. */
  ACCEPT_FAILED("accept_failed");

  private final String label;

  ConnectionRefusal(String label) {
    this.label = label;
  }

  /** The name in counters and logs. */
  public String label() {
    return label;
  }
}
