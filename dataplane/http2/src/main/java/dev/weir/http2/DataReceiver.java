package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection's flow control: takes DATA and gives credit for it (RFC 9113,
 * 5.2, 6.1 and 6.9). Credit of the connection is returned as DATA comes, so that a stream that is
 * not read never holds back its neighbours; credit of a stream only as its user returns it.
 *
 * <p>Credit is announced when half of a window has gathered: less would be a frame for every frame.
 * Where a sender needs less than {@link #FAST_NANOS} for that half and nothing of it waits here,
 * the window is what holds it back, and it is doubled as far as the {@link WindowBudget} goes.
 */
final class DataReceiver {
  /** The window until SETTINGS change it, and of the connection always (RFC 9113, 6.9.2). */
  static final int DEFAULT_WINDOW = 65535;

  /** The largest window that a stream grows to. */
  static final int MAX_GROWN_WINDOW = 1 << 20;

  /** As long as the way to the sender and back may be: 200 ms for a whole window. */
  private static final long FAST_NANOS = 100_000_000;

  private final Http2Connection connection;
  private final FrameWriter writer;
  private final int connectionWindow;
  private final int streamWindow;
  private final PeerConduct conduct;

  /** What the peer may still send on the connection. */
  private int window;

  private boolean settingsAcknowledged;

  /** The stream of the DATA frame that is being read; null when nobody wants its payload. */
  private @Nullable Http2Stream current;

  DataReceiver(Http2Connection connection, FrameWriter writer, Http2Limits limits) {
    this.connection = connection;
    this.writer = writer;
    this.conduct = connection.conduct;
    this.connectionWindow = limits.connectionWindowBytes();
    this.streamWindow = limits.streamWindowBytes();
    this.window = connectionWindow;
  }

  /** Announces the connection's window, where it is not the default one. */
  void start() {
    if (connectionWindow > DEFAULT_WINDOW) {
      writer.windowUpdate(0, connectionWindow - DEFAULT_WINDOW);
    }
  }

  /**
   * The peer has applied our SETTINGS: from now on it keeps to our stream window. False if it had
   * said so before.
   */
  boolean settingsAcknowledged() {
    boolean first = !settingsAcknowledged;
    settingsAcknowledged = true;
    return first;
  }

  boolean isAcknowledged() {
    return settingsAcknowledged;
  }

  /** The window that a new stream begins with, as the peer may see it. */
  int streamWindow() {
    return settingsAcknowledged ? streamWindow : Math.max(streamWindow, DEFAULT_WINDOW);
  }

  // ---- DATA (6.1) ------------------------------------------------------------------------------

  /** A DATA frame begins: accounts for it as a whole, before its payload comes. */
  void begin(int id, int frameBytes, int paddingBytes, int payload, boolean endStream) {
    takeConnectionCredit(frameBytes);
    conduct.data(payload, paddingBytes, endStream);
    current = null;
    Http2Stream stream = connection.streams.get(id);
    if (stream == null) {
      connection.errors.onMissing(id, FrameType.DATA);
      conduct.lateData(frameBytes);
      if (endStream) {
        connection.peerEnds(id, false);
      }
    } else if (stream.remoteEnded) {
      connection.blatantFault(stream, PeerFault.STREAM_CLOSED, "DATA after the end of the stream");
    } else if (accept(stream, frameBytes, payload, endStream)) {
      current = stream;
      if (paddingBytes > 0) {
        returnCredit(stream, paddingBytes);
      }
    }
  }

  /** A piece of a DATA frame's payload. */
  void piece(ByteBuf source, int offset, int length, boolean endStream) {
    Http2Stream stream = current;
    if (stream == null) {
      return;
    }
    StreamHandler user = stream.handler;
    if (endStream) {
      connection.remoteEnd(stream);
    }
    if (user != null) {
      user.onData(stream, source, offset, length, endStream);
    } else {
      // An oversized request's, for which only the answer is left.
      returnCredit(stream, length);
    }
  }

  /** A stream closed, perhaps in the middle of its DATA frame; its object may become another. */
  void forget(Http2Stream stream) {
    if (current == stream) {
      current = null;
    }
    connection.loop.windowBudget().giveBack(stream.windowGrowth);
    stream.windowGrowth = 0;
  }

  private boolean accept(Http2Stream stream, int frameBytes, int payload, boolean endStream) {
    stream.receiveWindow -= frameBytes;
    if (stream.receiveWindow < 0) {
      connection.errors.reset(
          stream, ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the stream's window allows");
      return false;
    }
    if (!stream.headReceived) {
      connection.errors.reset(stream, ErrorCode.PROTOCOL_ERROR, "DATA before the head");
      return false;
    }
    if (stream.contentLeft >= 0) {
      stream.contentLeft -= payload;
      if (stream.contentLeft < 0 || (endStream && stream.contentLeft > 0)) {
        connection.errors.reset(
            stream, ErrorCode.PROTOCOL_ERROR, "payload differs from content-length");
        return false;
      }
    }
    return true;
  }

  // ---- credit (6.9) ----------------------------------------------------------------------------

  private void takeConnectionCredit(int bytes) {
    window -= bytes;
    if (window < 0) {
      throw ConnectionFault.flowControl("more DATA than the connection's window allows");
    }
    int used = connectionWindow - window;
    if (used >= connectionWindow / 2) {
      writer.windowUpdate(0, used);
      window = connectionWindow;
    }
  }

  void returnCredit(Http2Stream stream, int bytes) {
    if (stream.closed || stream.remoteEnded) {
      return;
    }
    stream.unannounced += bytes;
    if (stream.unannounced >= Math.max((streamWindow + stream.windowGrowth) / 2, 1)) {
      int credit = stream.unannounced + grow(stream);
      writer.windowUpdate(stream.id(), credit);
      stream.receiveWindow += credit;
      stream.unannounced = 0;
    }
  }

  /** By how much the window grows now. */
  private int grow(Http2Stream stream) {
    long now = connection.loop.nowNanos();
    boolean fast = now - stream.announcedNanos < FAST_NANOS;
    stream.announcedNanos = now;
    int window = streamWindow + stream.windowGrowth;
    int waiting = window - stream.receiveWindow - stream.unannounced;
    if (!fast
        || window >= MAX_GROWN_WINDOW
        || waiting > window / 4
        || connection.loop.buffered().isShort()) {
      return 0;
    }
    int more = connection.loop.windowBudget().take(Math.min(window, MAX_GROWN_WINDOW - window));
    stream.windowGrowth += more;
    return more;
  }
}
