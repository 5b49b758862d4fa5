package dev.weir.http2;

import java.util.concurrent.TimeUnit;

/**
 * Ends the streams of a connection whose peer asked for payload and does not take it: what waits
 * for it is memory of ours (RFC 9113, 10.5). A peer that opens its windows byte by byte stalls too.
 * When the process runs short of memory for what waits, peers have hardly any time: others need it.
 */
final class StalledStreams {
  private static final int WORTH_BYTES = 64 << 10;

  private final Http2Connection connection;
  private final int seconds;
  private final int progressBytes;

  /**
   * @param limits how long a stream may take how little; for ever, for a peer whose connection is
   *     never ended for it
   */
  StalledStreams(Http2Connection connection, ConductLimits limits) {
    this.connection = connection;
    this.seconds = limits.stallSeconds();
    this.progressBytes = limits.progressBytes();
  }

  /** Whether there may be streams to end, later if not now. */
  boolean mayBe() {
    return connection.sender.hasQueued() && !connection.isOver();
  }

  /** Ends those that have stalled for long enough; all of them if the socket has. */
  void end(long nowNanos) {
    int patience = connection.loop.stallSeconds(seconds);
    if (patience > 0 && mayBe()) {
      connection.streams.forEach(stream -> {
        if (isStalled(stream, nowNanos, patience)) {
          end(stream, patience);
        }
      });
    }
  }

  /**
   * Ends the connection when its peer takes nothing of what it was sent, heads and payload. A
   * little of it is no reason to be in a hurry.
   */
  void endUntaken(PendingOutput pending) {
    int patience = pending.bytes() < WORTH_BYTES ? seconds : connection.loop.stallSeconds(seconds);
    if (seconds > 0 && !connection.isOver() && pending.isStalledFor(patience)) {
      endConnection(patience);
    }
  }

  private static boolean isStalled(Http2Stream stream, long nowNanos, int patience) {
    SendQueue queue = stream.queue;
    return queue != null
        && queue.bytes() > 0
        && nowNanos - queue.progressNanos() >= TimeUnit.SECONDS.toNanos(patience);
  }

  private void end(Http2Stream stream, int patience) {
    if (seconds == 0 || connection.sender.isWritable()) {
      connection.errors.resetStalled(stream, "stream " + stream.id() + detail(patience));
    } else {
      endConnection(patience);
    }
  }

  private void endConnection(int patience) {
    connection.errors.close(PeerFault.STALLED_READER, "connection" + detail(patience));
  }

  private String detail(int patience) {
    return " took less than " + progressBytes + " bytes in " + patience + " s";
  }
}
