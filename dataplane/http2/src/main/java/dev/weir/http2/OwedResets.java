package dev.weir.http2;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The resets that we send to a server, no faster than servers bear. Many end a connection on which
 * too many calls are reset (CVE-2023-44487), and callers who share it would pay for the one who
 * resets. What comes too fast is owed: the streams are over for us, and the server hears of it
 * later, or when the connection closes; until then they are some of those that it allows. One that
 * the server ends by itself in the meantime need not be reset. All that is owed counts as streams
 * of the process, as does what is open, and as streams of the client whose call it was. So clients
 * that are still there come first: the calls of one that has left hold nobody up.
 */
final class OwedResets {
  /**
   * Servers of Netty are the strictest we know of: 200 in 30 s. They count what they send, too, and
   * that is one reset for the payload and one for the trailers of an answer that our windows held
   * back when we reset its call. So each of ours may count three times: 66 in any 30 s.
   */
  static final Rate BEARABLE = new Rate(36, 1);

  /**
   * A reset that a server has yet to hear of.
   *
   * @param client whose call it was, if that is known
   * @param requestEnded whether the stream is over when the server ends its side of it
   */
  private record Owed(int errorCode, @Nullable ClientDebt client, boolean requestEnded) {
    boolean isMissed() {
      return client != null && !client.left;
    }
  }

  private final ConnectionLoop loop;
  private final FrameWriter writer;
  private final TokenBucket bucket;

  /** By stream, the oldest first; of clients that may have left since. */
  private final SequencedMap<Integer, Owed> owed = new LinkedHashMap<>();

  /** Those that nobody waits for. */
  private final SequencedMap<Integer, Owed> unmissed = new LinkedHashMap<>();

  /**
   * @param bearable what the server bears
   */
  OwedResets(ConnectionLoop loop, FrameWriter writer, Rate bearable) {
    this.loop = loop;
    this.writer = writer;
    this.bucket = new TokenBucket(bearable, loop.nowNanos());
  }

  /** How many are owed. */
  int size() {
    return owed.size() + unmissed.size();
  }

  private boolean isNothing() {
    return owed.isEmpty() && unmissed.isEmpty();
  }

  /**
   * Tells the server that the rest of a request is not to come, when it has answered without it
   * (RFC 9113, 8.1): by a reset while there are plenty, and else by an end, which nobody counts. A
   * server that still reads the request takes it for a whole one then.
   */
  void sendNoMore(int stream, long nowNanos) {
    if (!sendSpare(stream, ErrorCode.NO_ERROR, nowNanos)) {
      writer.data(stream, ConnectionLoop.NO_BYTES, 0, 0, true);
    }
  }

  /** Sends a reset that the server can do without, while there are plenty; false if it does not. */
  boolean sendSpare(int stream, int errorCode, long nowNanos) {
    boolean plenty = isNothing() && bucket.isHalfFull(nowNanos) && bucket.take(nowNanos);
    if (plenty) {
      writer.resetStream(stream, errorCode);
    }
    return plenty;
  }

  /**
   * Sends a reset or comes to owe it; false if it is owed.
   *
   * @param client whose call the stream was for, if that is known
   */
  boolean send(Http2Stream stream, int errorCode, @Nullable ClientDebt client, long nowNanos) {
    if (isNothing() && bucket.take(nowNanos)) {
      writer.resetStream(stream.id(), errorCode);
      return true;
    }
    owed.put(stream.id(), new Owed(errorCode, client, stream.localEnded));
    count(client, 1);
    return false;
  }

  private void count(@Nullable ClientDebt client, int change) {
    loop.streams().use(change);
    if (client != null) {
      client.calls += change;
    }
  }

  /** Sends what is owed and has become bearable. */
  void pay(long nowNanos) {
    while (!isNothing() && bucket.take(nowNanos)) {
      Map.Entry<Integer, Owed> next = next();
      writer.resetStream(next.getKey(), next.getValue().errorCode());
      remove(next.getKey());
    }
  }

  /** What is to be paid first, of that which is owed. */
  private Map.Entry<Integer, Owed> next() {
    while (!owed.isEmpty() && !owed.firstEntry().getValue().isMissed()) {
      Map.Entry<Integer, Owed> left = owed.pollFirstEntry();
      unmissed.put(left.getKey(), left.getValue());
    }
    return owed.isEmpty() ? unmissed.firstEntry() : owed.firstEntry();
  }

  /**
   * The server ends a stream by itself: by a reset, or its side of it, which is the rest of it when
   * the request is complete. Whether it need not hear of our reset any more, which was owed.
   */
  boolean endedByServer(int stream, boolean byReset) {
    if (isNothing()) {
      return false;
    }
    Owed reset = owed.getOrDefault(stream, unmissed.get(stream));
    boolean over = reset != null && (byReset || reset.requestEnded());
    if (over) {
      remove(stream);
    }
    return over;
  }

  private void remove(int stream) {
    Owed missed = owed.remove(stream);
    Owed reset = missed == null ? unmissed.remove(stream) : missed;
    if (reset != null) {
      count(reset.client(), -1);
    }
  }

  /** The connection is over, by which the server hears of all. */
  void clear() {
    Stream.of(owed, unmissed)
        .forEach(all -> {
          all.values().forEach(reset -> count(reset.client(), -1));
          all.clear();
        });
  }
}
