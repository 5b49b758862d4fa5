package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection's flow control: sends payload as far as the peer's windows and
 * the transport allow, and lets streams that were held back go on in turn, a frame each (RFC 9113,
 * 5.2 and 6.9). Confined to the event loop.
 *
 * <p>A stream is in the list of those that are ready while it has payload queued and its own window
 * is open: what it waits for is the connection's window or the transport.
 */
final class DataSender {
  /** Output that is sent before the iteration ends, so that large streams do not gather memory. */
  private static final int FLUSH_AT = SharedBuffers.LARGE_BYTES;

  private static final int MAX_WINDOW = Integer.MAX_VALUE;

  /** What a peer has to take for each frame that its windows cut short. */
  private static final int BYTES_FOR_DRIBBLE = 16 << 10;

  private final FrameWriter writer;
  private final Transport transport;
  private final ConductLimits limits;
  private int initialWindow = DataReceiver.DEFAULT_WINDOW;
  private int connectionWindow = DataReceiver.DEFAULT_WINDOW;
  private boolean writable = true;
  private int queued;
  private int dribbles;
  private int sentSinceDribble;

  private @Nullable Http2Stream firstReady;
  private @Nullable Http2Stream lastReady;

  DataSender(FrameWriter writer, Transport transport, ConductLimits limits) {
    this.writer = writer;
    this.transport = transport;
    this.limits = limits;
  }

  /** Whether streams wait for the connection's window or the transport. */
  boolean hasReady() {
    return firstReady != null;
  }

  /** Whether payload waits, for whatever it may be. */
  boolean hasQueued() {
    return queued > 0;
  }

  boolean isWritable() {
    return writable;
  }

  /** The transport can take output again, or cannot for now. */
  void writable(boolean now) {
    writable = now;
  }

  // ---- payload ---------------------------------------------------------------------------------

  /**
   * Sends as much as may go now and queues the rest.
   *
   * @return the bytes that went
   */
  int send(Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    int now = stream.queue != null ? 0 : Math.min(length, allowance(stream, length));
    if (now == length && stream.queue == null) {
      frames(stream, source, offset, length, endStream);
      if (endStream) {
        stream.connection().localEnd(stream);
      }
    } else {
      if (now > 0) {
        frames(stream, source, offset, now, false);
        countDribble(stream, now);
      }
      enqueue(stream, source, offset + now, length - now, endStream);
    }
    flushIfLarge();
    return now;
  }

  private void enqueue(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    ConnectionLoop loop = stream.connection().loop;
    if (length > 0 && !loop.buffered().hasRoom(length)) {
      stream.connection().errors.resetForRoom(stream, length);
      return;
    }
    SendQueue queue = stream.queue;
    if (queue == null) {
      queue = new SendQueue(loop.nowNanos());
      stream.queue = queue;
      queued++;
      transport.payloadWaits();
    }
    queue.add(source, offset, length);
    loop.payloadWaits(length);
    if (endStream) {
      queue.end();
    }
    markReady(stream);
  }

  /** How much of so many bytes may go now. */
  private int allowance(Http2Stream stream, int wanted) {
    int open = Math.min(stream.sendWindow, connectionWindow);
    return writable && open >= least(wanted) ? open : 0;
  }

  /**
   * What the windows have to allow before any of so many bytes goes. A peer that opens them byte by
   * byte would have us send a frame for each, so after some of that it waits until a frame is worth
   * its while (RFC 9293, 3.8.6.2.1, has the same for TCP).
   */
  private int least(int wanted) {
    return dribbles < limits.dribbles() ? 1 : Math.clamp(wanted, 1, limits.dribbleBytes());
  }

  private void countDribble(Http2Stream stream, int sent) {
    if (sent < limits.dribbleBytes()
        && dribbles < limits.dribbles()
        && ++dribbles == limits.dribbles()) {
      stream
          .connection()
          .handler
          .onPeerFault(
              PeerFault.DRIBBLES,
              "opens windows for less than " + limits.dribbleBytes() + " bytes again and again");
    }
  }

  /** Writes DATA frames that the windows allow. */
  private void frames(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    int at = offset;
    int left = length;
    do {
      int part = Math.min(left, writer.maxFrameBytes());
      left -= part;
      writer.data(stream.id(), source, at, part, endStream && left == 0);
      at += part;
    } while (left > 0);
    stream.sendWindow -= length;
    connectionWindow -= length;
    if (dribbles > 0) {
      forgive(length);
    }
  }

  /** The end of every window cuts a frame: beside enough others that is no fault. */
  private void forgive(int sent) {
    sentSinceDribble += sent;
    while (sentSinceDribble >= BYTES_FOR_DRIBBLE && dribbles > 0) {
      sentSinceDribble -= BYTES_FOR_DRIBBLE;
      dribbles--;
    }
    if (dribbles == 0) {
      sentSinceDribble = 0;
    }
  }

  /** The last step of everything that writes payload: a flush may end the connection. */
  private void flushIfLarge() {
    if (writer.output().size() >= FLUSH_AT) {
      transport.flushNow();
    }
  }

  // ---- streams that were held back -------------------------------------------------------------

  /** Lets streams go on, in turn. */
  void resume() {
    for (Http2Stream stream = takeReady(); stream != null; stream = takeReady()) {
      SendQueue queue = stream.queue;
      if (queue != null) {
        resume(stream, queue);
        flushIfLarge();
      }
    }
  }

  private void resume(Http2Stream stream, SendQueue queue) {
    ByteBuf chunk = queue.first();
    int allowed = Math.min(writer.maxFrameBytes(), allowance(stream, queue.bytes()));
    if (chunk == null || allowed <= 0) {
      return;
    }
    int sent = Math.min(chunk.readableBytes(), allowed);
    boolean last = sent == queue.bytes() && queue.endsStream() && queue.trailers() == null;
    frames(stream, chunk, chunk.readerIndex(), sent, last);
    if (sent == allowed && sent < queue.bytes()) {
      countDribble(stream, sent);
    }
    queue.sent(chunk, sent);
    ConnectionLoop loop = stream.connection().loop;
    queue.progress(sent, limits.progressBytes(), loop.nowNanos());
    loop.payloadWaits(-sent);
    StreamHandler user = stream.handler;
    if (user != null) {
      user.onDrained(stream, sent);
    }
    if (stream.queue != queue) {
      return;
    }
    if (queue.bytes() > 0) {
      markReady(stream);
    } else {
      stream.queue = null;
      queued--;
      finish(stream, queue, last);
    }
  }

  private void finish(Http2Stream stream, SendQueue queue, boolean ended) {
    if (!queue.endsStream()) {
      return;
    }
    FieldList trailers = queue.trailers();
    if (trailers != null) {
      stream.connection().loop.buffered().useHeap(-queue.trailerBytes());
      writer.headers(stream.id(), trailers, true);
    } else if (!ended) {
      writer.data(stream.id(), ConnectionLoop.NO_BYTES, 0, 0, true);
    }
    stream.connection().localEnd(stream);
  }

  /** Forgets what a stream has queued. */
  void drop(Http2Stream stream) {
    forget(stream);
    SendQueue queue = stream.queue;
    if (queue != null) {
      stream.queue = null;
      queued--;
      ConnectionLoop loop = stream.connection().loop;
      loop.payloadWaits(-queue.bytes());
      loop.buffered().useHeap(-queue.trailerBytes());
      queue.release();
    }
  }

  private void markReady(Http2Stream stream) {
    SendQueue queue = stream.queue;
    if (stream.ready || queue == null || stream.sendWindow < least(queue.bytes())) {
      return;
    }
    stream.ready = true;
    stream.previousReady = lastReady;
    if (lastReady == null) {
      firstReady = stream;
    } else {
      lastReady.nextReady = stream;
    }
    lastReady = stream;
  }

  /** The stream whose turn it is, or null when none may send now. */
  private @Nullable Http2Stream takeReady() {
    Http2Stream stream = firstReady;
    if (stream == null || !writable) {
      return null;
    }
    SendQueue queue = stream.queue;
    if (connectionWindow < least(queue == null ? 0 : queue.bytes())) {
      return null;
    }
    forget(stream);
    return stream;
  }

  /** Takes a stream off the list of those that wait. */
  void forget(Http2Stream stream) {
    if (!stream.ready) {
      return;
    }
    stream.ready = false;
    Http2Stream previous = stream.previousReady;
    Http2Stream next = stream.nextReady;
    if (previous == null) {
      firstReady = next;
    } else {
      previous.nextReady = next;
    }
    if (next == null) {
      lastReady = previous;
    } else {
      next.previousReady = previous;
    }
    stream.previousReady = null;
    stream.nextReady = null;
  }

  // ---- windows ---------------------------------------------------------------------------------

  /** The window that a new stream begins with. */
  int initialWindow() {
    return initialWindow;
  }

  /** Adds to the connection's window; false when it would pass 2^31-1 (RFC 9113, 6.9.1). */
  boolean openConnection(int increment) {
    if (connectionWindow > MAX_WINDOW - increment) {
      return false;
    }
    connectionWindow += increment;
    return true;
  }

  /** Adds to a stream's window; false when it would pass 2^31-1. */
  boolean openStream(Http2Stream stream, int increment) {
    if (stream.sendWindow > MAX_WINDOW - increment) {
      return false;
    }
    stream.sendWindow += increment;
    markReady(stream);
    return true;
  }

  /** Takes a new SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113, 6.9.2); false on overflow. */
  boolean initialWindow(int bytes, StreamTable streams) {
    long change = (long) bytes - initialWindow;
    if (change == 0) {
      return true;
    }
    initialWindow = bytes;
    boolean[] fits = {true};
    streams.forEach(stream -> {
      long window = stream.sendWindow + change;
      fits[0] &= window <= MAX_WINDOW;
      stream.sendWindow = (int) window;
      markReady(stream);
    });
    return fits[0];
  }
}
