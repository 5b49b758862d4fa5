package dev.weir.http2;

import java.util.ArrayDeque;

/**
 * The resets that we send to a server, no faster than servers bear. Many end a connection on which
 * too many calls are reset (CVE-2023-44487), and callers who share it would pay for the one who
 * resets. What comes too fast is owed: the streams are over for us, and the server hears of it
 * later, or when the connection closes; until then they are some of those that it allows.
 */
final class OwedResets {
  /**
   * Servers of Netty are the strictest we know of: 200 in 30 s. They count what they send, too, and
   * that is one reset for the payload and one for the trailers of an answer that our windows held
   * back when we reset its call. So each of ours may count three times: 66 in any 30 s.
   */
  static final Rate BEARABLE = new Rate(36, 1);

  private record Owed(int stream, int errorCode) {}

  private final FrameWriter writer;
  private final TokenBucket bucket;
  private final ArrayDeque<Owed> owed = new ArrayDeque<>();

  /**
   * @param bearable what the server bears
   */
  OwedResets(FrameWriter writer, Rate bearable, long nowNanos) {
    this.writer = writer;
    this.bucket = new TokenBucket(bearable, nowNanos);
  }

  /** How many are owed. */
  int size() {
    return owed.size();
  }

  /**
   * Tells the server that the rest of a request is not to come, when it has answered without it
   * (RFC 9113, 8.1): by a reset while there are plenty, and else by an end, which nobody counts.
   */
  void sendNoMore(int stream, long nowNanos) {
    if (bucket.isHalfFull(nowNanos)) {
      send(stream, ErrorCode.NO_ERROR, nowNanos);
    } else {
      writer.data(stream, ConnectionLoop.NO_BYTES, 0, 0, true);
    }
  }

  /** Sends a reset that the server can do without, while there are plenty. */
  void sendSpare(int stream, int errorCode, long nowNanos) {
    if (bucket.isHalfFull(nowNanos)) {
      send(stream, errorCode, nowNanos);
    }
  }

  /** Sends a reset or comes to owe it; false if it is owed. */
  boolean send(int stream, int errorCode, long nowNanos) {
    if (owed.isEmpty() && bucket.take(nowNanos)) {
      writer.resetStream(stream, errorCode);
      return true;
    }
    owed.add(new Owed(stream, errorCode));
    return false;
  }

  /** Sends what is owed and has become bearable. */
  void pay(long nowNanos) {
    while (!owed.isEmpty() && bucket.take(nowNanos)) {
      Owed oldest = owed.remove();
      writer.resetStream(oldest.stream(), oldest.errorCode());
    }
  }
}
