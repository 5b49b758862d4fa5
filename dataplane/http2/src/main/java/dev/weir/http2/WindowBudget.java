package dev.weir.http2;

/**
 * What the streams of one event loop may be allowed beyond their usual windows. A larger window is
 * granted only while there is budget for it: what streams have been granted and what waits to be
 * sent, together, stay within it. So memory stays bounded when all readers stop at once, also for
 * responses whose stream has ended already. Confined to that event loop.
 */
final class WindowBudget {
  private final long bytes;
  private long granted;
  private long waiting;

  /**
   * @param bytes 0 for usual windows only
   */
  WindowBudget(long bytes) {
    this.bytes = bytes;
  }

  /** Takes that many bytes, or none. */
  int take(int wanted) {
    if (used() + wanted > bytes) {
      return 0;
    }
    granted += wanted;
    return wanted;
  }

  void giveBack(int taken) {
    granted -= taken;
  }

  /** Payload has to wait for its reader, or no longer when negative. */
  void waiting(int change) {
    waiting += change;
  }

  /** All that the budget is used for. */
  long used() {
    return granted + waiting;
  }

  /** Payload that waits for its reader, over all streams. */
  long waiting() {
    return waiting;
  }
}
