package dev.weir.engine;

/** Why a call is refused before anything is done for it. Each has a label for counters and logs. */
public enum CallRefusal {
  /** The process has as many streams open as it may have. */
  STREAMS("streams"),
  /** The process holds nearly as many bytes that wait as it may hold. */
  BUFFERED_BYTES("buffered_bytes");

  private final String label;

  CallRefusal(String label) {
    this.label = label;
  }

  /** The name in counters and logs. */
  public String label() {
    return label;
  }
}
