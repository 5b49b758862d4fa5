package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: writes frames into the output, keeps to the peer's windows and
 * frame size, and lets streams that were held back go on in turn. Confined to the event loop.
 */
final class FrameSender {
  /** Payload from this size up is sent by reference; smaller pieces are cheaper to copy. */
  static final int BY_REFERENCE_FROM = 2 << 10;

  /** Output that is sent before the iteration ends, so that large streams do not gather memory. */
  private static final int FLUSH_AT = 64 << 10;

  private static final int MAX_WINDOW = 0x7fffffff;

  private final Transport transport;
  private final HpackEncoder encoder = new HpackEncoder();
  private final OutputBuffer output;

  private int peerMaxFrameBytes = 16384;
  private int peerInitialWindow = 65535;
  private int connectionWindow = 65535;
  private boolean writable = true;
  private int queuedControlFrames;

  private @Nullable Http2Stream firstReady;
  private @Nullable Http2Stream lastReady;

  FrameSender(ConnectionLoop loop, Transport transport) {
    this.transport = transport;
    this.output = new OutputBuffer(loop);
  }

  OutputBuffer output() {
    return output;
  }

  HpackEncoder encoder() {
    return encoder;
  }

  int peerInitialWindow() {
    return peerInitialWindow;
  }

  void peerMaxFrameBytes(int bytes) {
    peerMaxFrameBytes = bytes;
  }

  /** Answers that have been written since the transport last took output. */
  int queuedControlFrames() {
    return queuedControlFrames;
  }

  // ---- frames without flow control -------------------------------------------------------------

  void preface(byte[] bytes) {
    byte[] out = room(bytes.length);
    System.arraycopy(bytes, 0, out, output.end(), bytes.length);
    output.end(output.end() + bytes.length);
  }

  /** Writes SETTINGS; {@code pairs} holds identifier, value, identifier, value... */
  void settings(int... pairs) {
    int length = pairs.length / 2 * 6;
    byte[] out = room(FrameReader.HEADER_BYTES + length);
    int at = OutputBuffer.frameHeader(out, output.end(), length, FrameType.SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      at = OutputBuffer.putShort(out, at, pairs[i]);
      at = OutputBuffer.putInt(out, at, pairs[i + 1]);
    }
    output.end(at);
  }

  void settingsAck() {
    byte[] out = room(FrameReader.HEADER_BYTES);
    output.end(OutputBuffer.frameHeader(out, output.end(), 0, FrameType.SETTINGS, Flags.ACK, 0));
    queuedControlFrames++;
  }

  void ping(int flags, long opaque) {
    byte[] out = room(FrameReader.HEADER_BYTES + 8);
    int at = OutputBuffer.frameHeader(out, output.end(), 8, FrameType.PING, flags, 0);
    at = OutputBuffer.putInt(out, at, (int) (opaque >>> 32));
    output.end(OutputBuffer.putInt(out, at, (int) opaque));
    queuedControlFrames++;
  }

  void goAway(int lastStreamId, int errorCode, byte[] debug) {
    byte[] out = room(FrameReader.HEADER_BYTES + 8 + debug.length);
    int at = OutputBuffer.frameHeader(out, output.end(), 8 + debug.length, FrameType.GOAWAY, 0, 0);
    at = OutputBuffer.putInt(out, at, lastStreamId);
    at = OutputBuffer.putInt(out, at, errorCode);
    System.arraycopy(debug, 0, out, at, debug.length);
    output.end(at + debug.length);
  }

  void resetStream(int streamId, int errorCode) {
    byte[] out = room(FrameReader.HEADER_BYTES + 4);
    int at = OutputBuffer.frameHeader(out, output.end(), 4, FrameType.RST_STREAM, 0, streamId);
    output.end(OutputBuffer.putInt(out, at, errorCode));
    queuedControlFrames++;
  }

  void windowUpdate(int streamId, int increment) {
    byte[] out = room(FrameReader.HEADER_BYTES + 4);
    int at = OutputBuffer.frameHeader(out, output.end(), 4, FrameType.WINDOW_UPDATE, 0, streamId);
    output.end(OutputBuffer.putInt(out, at, increment));
  }

  // ---- heads and trailers ----------------------------------------------------------------------

  /** Writes a header block, with CONTINUATION frames when it is longer than the peer's frames. */
  void headers(int streamId, FieldList fields, boolean endStream) {
    int size = HpackEncoder.MAX_UPDATE_BYTES;
    for (int i = 0; i < fields.size(); i++) {
      size += HpackEncoder.maxEncodedSize(fields.get(i));
    }
    int extraFrames = size / peerMaxFrameBytes + 1;
    byte[] out = room(size + (extraFrames + 1) * FrameReader.HEADER_BYTES);
    int start = output.end();
    int block = start + FrameReader.HEADER_BYTES;
    int at = encoder.beginBlock(out, block);
    for (int i = 0; i < fields.size(); i++) {
      at = encoder.encode(fields.get(i), out, at);
    }
    int endFlag = endStream ? Flags.END_STREAM : Flags.NONE;
    if (at - block <= peerMaxFrameBytes) {
      OutputBuffer.frameHeader(
          out, start, at - block, FrameType.HEADERS, Flags.END_HEADERS | endFlag, streamId);
      output.end(at);
    } else {
      output.end(split(out, start, at - block, streamId, endFlag));
    }
  }

  /** Spreads a block of {@code length} bytes that lies behind one frame header over many frames. */
  private int split(byte[] out, int start, int length, int streamId, int endFlag) {
    int frames = (length + peerMaxFrameBytes - 1) / peerMaxFrameBytes;
    int block = start + FrameReader.HEADER_BYTES;
    for (int i = frames - 1; i >= 0; i--) {
      int from = i * peerMaxFrameBytes;
      int part = Math.min(peerMaxFrameBytes, length - from);
      int frame = start + from + i * FrameReader.HEADER_BYTES;
      System.arraycopy(out, block + from, out, frame + FrameReader.HEADER_BYTES, part);
      int type = i == 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      int flags = (i == 0 ? endFlag : 0) | (i == frames - 1 ? Flags.END_HEADERS : 0);
      OutputBuffer.frameHeader(out, frame, part, type, flags, streamId);
    }
    return start + length + frames * FrameReader.HEADER_BYTES;
  }

  // ---- payload ---------------------------------------------------------------------------------

  /**
   * Sends as much as may go now and queues the rest.
   *
   * @return the bytes that went
   */
  int data(Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    int now = stream.queue != null ? 0 : Math.min(length, allowance(stream));
    if (now == length && stream.queue == null) {
      frames(stream, source, offset, length, endStream);
      return length;
    }
    if (now > 0) {
      frames(stream, source, offset, now, false);
    }
    SendQueue queue = stream.queue;
    if (queue == null) {
      queue = new SendQueue();
      stream.queue = queue;
    }
    queue.add(source, offset + now, length - now);
    if (endStream) {
      queue.end();
    }
    markReady(stream);
    return now;
  }

  /** Lets streams that were held back go on, in turn, a frame each. */
  void resume() {
    for (Http2Stream stream = takeReady(); stream != null; stream = takeReady()) {
      if (stream.queue != null && !stream.closed) {
        resume(stream, stream.queue);
      }
    }
  }

  private void resume(Http2Stream stream, SendQueue queue) {
    ByteBuf chunk = queue.first();
    int sent = 0;
    if (chunk != null) {
      sent = Math.min(Math.min(chunk.readableBytes(), peerMaxFrameBytes), allowance(stream));
      if (sent <= 0) {
        markReady(stream);
        return;
      }
      boolean last = sent == queue.bytes() && queue.endsStream() && queue.trailers() == null;
      frames(stream, chunk, chunk.readerIndex(), sent, last);
      queue.sent(chunk, sent);
    }
    if (queue.bytes() > 0) {
      markReady(stream);
    } else {
      stream.queue = null;
      finish(stream, queue);
    }
    if (sent > 0 && stream.handler != null) {
      stream.handler.onDrained(stream, sent);
    }
  }

  private void finish(Http2Stream stream, SendQueue queue) {
    FieldList trailers = queue.trailers();
    if (trailers != null) {
      headers(stream.id(), trailers, true);
    }
    if (queue.endsStream()) {
      stream.connection().localEnd(stream);
    }
  }

  private int allowance(Http2Stream stream) {
    if (!writable) {
      return 0;
    }
    return Math.max(0, Math.min(stream.sendWindow, connectionWindow));
  }

  /** Writes DATA frames that the windows allow. */
  private void frames(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    int at = offset;
    int left = length;
    do {
      int part = Math.min(left, peerMaxFrameBytes);
      left -= part;
      frame(stream.id(), source, at, part, endStream && left == 0);
      at += part;
    } while (left > 0);
    stream.sendWindow -= length;
    connectionWindow -= length;
    if (output.size() >= FLUSH_AT) {
      transport.flushNow();
    }
    if (endStream && stream.queue == null) {
      stream.connection().localEnd(stream);
    }
  }

  private void frame(int streamId, ByteBuf source, int offset, int length, boolean endStream) {
    int flags = endStream ? Flags.END_STREAM : Flags.NONE;
    if (length >= BY_REFERENCE_FROM) {
      byte[] out = room(FrameReader.HEADER_BYTES);
      output.end(
          OutputBuffer.frameHeader(out, output.end(), length, FrameType.DATA, flags, streamId));
      output.payload(source.retainedSlice(offset, length));
    } else {
      byte[] out = room(FrameReader.HEADER_BYTES + length);
      int at = OutputBuffer.frameHeader(out, output.end(), length, FrameType.DATA, flags, streamId);
      source.getBytes(offset, out, at, length);
      output.end(at + length);
    }
  }

  // ---- windows ---------------------------------------------------------------------------------

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
  boolean peerInitialWindow(int bytes, StreamTable streams) {
    long change = (long) bytes - peerInitialWindow;
    peerInitialWindow = bytes;
    boolean[] fits = {true};
    streams.forEach(stream -> {
      long window = stream.sendWindow + change;
      fits[0] &= window <= MAX_WINDOW;
      stream.sendWindow = (int) window;
      markReady(stream);
    });
    return fits[0];
  }

  /** The transport can take output again, or cannot for now. */
  void writable(boolean now) {
    writable = now;
    if (now) {
      queuedControlFrames = 0;
    }
  }

  private void markReady(Http2Stream stream) {
    if (stream.ready || stream.queue == null || stream.sendWindow <= 0) {
      return;
    }
    stream.ready = true;
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
    if (stream == null || connectionWindow <= 0 || !writable) {
      return null;
    }
    firstReady = stream.nextReady;
    if (firstReady == null) {
      lastReady = null;
    }
    stream.nextReady = null;
    stream.ready = false;
    return stream;
  }

  /** Whether streams wait for the connection's window or the transport. */
  boolean hasReady() {
    return firstReady != null;
  }

  private byte[] room(int length) {
    if (output.isEmpty()) {
      transport.outputPending();
    }
    return output.room(length);
  }
}
