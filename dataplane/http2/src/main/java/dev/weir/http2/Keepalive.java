package dev.weir.http2;

/**
 * Finds out by a PING (RFC 9113, 6.7) whether a server is there that has been silent while calls
 * wait for it; gRPC proposal A8. It is looked at now and then, and sees by the bytes received so
 * far whether anything came: calls pay nothing for it. Confined to the event loop.
 */
final class Keepalive {
  private static final long PING = 0x7765697264726e32L;

  private final FrameWriter writer;
  private long heardBytes;
  private long sinceNanos;
  private boolean asked;
  private boolean overdue;

  Keepalive(FrameWriter writer, long nowNanos) {
    this.writer = writer;
    this.sinceNanos = nowNanos;
  }

  /**
   * Sends a PING when one is due. A server is given up at the second look behind its time: after a
   * pause of ours its answer may have come and not been read yet.
   *
   * @param receivedBytes all that ever came
   * @param calls whether there are any
   * @return whether the server is still taken to be there
   */
  boolean look(
      long nowNanos, long receivedBytes, boolean calls, long intervalNanos, long timeoutNanos) {
    if (receivedBytes != heardBytes) {
      heardBytes = receivedBytes;
      sinceNanos = nowNanos;
      asked = false;
      overdue = false;
    } else if (asked) {
      boolean given = overdue;
      overdue = nowNanos - sinceNanos >= timeoutNanos;
      return !given;
    } else if (calls && nowNanos - sinceNanos >= intervalNanos) {
      writer.ping(Flags.NONE, PING);
      sinceNanos = nowNanos;
      asked = true;
    }
    return true;
  }
}
