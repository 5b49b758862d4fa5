package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts the bytes of a connection into frames. Payload of DATA passes on piece by piece as it comes;
 * every other frame is handed over whole, in an array.
 *
 * <pre>
 * +-----------------------------------------------+
 * |                 Length (24)                   |
 * +---------------+---------------+---------------+
 * |   Type (8)    |   Flags (8)   |
 * +-+-------------+---------------+-------------------------------+
 * |R|                 Stream Identifier (31)                      |
 * +=+=============================================================+
 * |                   Frame Payload (0...)                      ...
 * +---------------------------------------------------------------+
 * </pre>
 *
 * (RFC 9113, 4.1 and 4.2)
 */
final class FrameReader {
  static final int HEADER_BYTES = 9;

  /** The largest payload that we take, which is the least that a peer may set (RFC 9113, 6.5.2). */
  static final int MAX_PAYLOAD_BYTES = 16384;

  private static final int STREAM_ID_AT = 5;
  private static final byte[] EMPTY = new byte[0];

  private final FrameDispatcher frames;
  private final ConnectionLoop loop;

  private byte[] carry = EMPTY;
  private int carried;
  private long carriedSinceNanos;

  private boolean inData;
  private int dataLeft;
  private int paddingLeft;
  private boolean dataEndsStream;

  FrameReader(FrameDispatcher frames, ConnectionLoop loop) {
    this.frames = frames;
    this.loop = loop;
  }

  /**
   * Takes all bytes of {@code in}, or those up to the connection's end; keeps the beginning of an
   * unfinished frame for the next call.
   */
  void read(ByteBuf in) {
    int at = in.readerIndex();
    int limit = in.writerIndex();
    while (at < limit && frames.goesOn()) {
      if (inData) {
        at = readData(in, at, limit);
      } else if (carried > 0) {
        at = readCarried(in, at, limit);
      } else {
        at = readFrame(in, at, limit);
      }
    }
  }

  /** Whether the peer is in the middle of a frame, other than in payload, or of a header block. */
  boolean isUnfinished() {
    return carried > 0 || frames.isInsideBlock();
  }

  /** When what is unfinished began. */
  long unfinishedSinceNanos() {
    return frames.isInsideBlock() ? frames.blockSinceNanos() : carriedSinceNanos;
  }

  /** The common case: nothing is carried over from an earlier read. */
  private int readFrame(ByteBuf in, int at, int limit) {
    int available = limit - at;
    if (available < HEADER_BYTES) {
      return carry(in, at, limit);
    }
    long head = in.getLong(at);
    int length = (int) (head >>> 40);
    int type = (int) (head >>> 32) & 0xff;
    checkLength(length);
    if (type == FrameType.DATA) {
      return beginData(in, at, limit, length, (int) (head >>> 24) & 0xff, streamId(head, in, at));
    }
    if (available < HEADER_BYTES + length) {
      return carry(in, at, limit);
    }
    byte[] payload = loop.scratch(length);
    in.getBytes(at + HEADER_BYTES, payload, 0, length);
    frames.onFrame(type, (int) (head >>> 24) & 0xff, streamId(head, in, at), payload, 0, length);
    return at + HEADER_BYTES + length;
  }

  private static int streamId(long head, ByteBuf in, int at) {
    return ((int) head << 8 | (in.getByte(at + 8) & 0xff)) & 0x7fffffff;
  }

  /** Completes first the header and then the payload of a frame that came in pieces. */
  private int readCarried(ByteBuf in, int at, int limit) {
    int from = at;
    if (carried < HEADER_BYTES) {
      from = fill(in, from, limit, HEADER_BYTES);
      if (carried < HEADER_BYTES) {
        return from;
      }
      checkLength(carriedLength());
    }
    int flags = carry[4] & 0xff;
    if (carry[3] == FrameType.DATA) {
      return readCarriedData(in, from, limit, flags);
    }
    int whole = HEADER_BYTES + carriedLength();
    from = fill(in, from, limit, whole);
    if (carried == whole) {
      byte[] frame = carry;
      dropCarry();
      frames.onFrame(
          frame[3] & 0xff,
          flags,
          Bytes.int31(frame, STREAM_ID_AT),
          frame,
          HEADER_BYTES,
          whole - HEADER_BYTES);
      frames.frameBeganAt(carriedSinceNanos);
    }
    return from;
  }

  private int readCarriedData(ByteBuf in, int at, int limit, int flags) {
    int from = at;
    int length = carriedLength();
    int padding = 0;
    int prefix = 0;
    if (Flags.has(flags, Flags.PADDED) && length > 0) {
      from = fill(in, from, limit, HEADER_BYTES + 1);
      if (carried < HEADER_BYTES + 1) {
        return from;
      }
      padding = carry[HEADER_BYTES] & 0xff;
      prefix = 1;
    }
    int id = Bytes.int31(carry, STREAM_ID_AT);
    dropCarry();
    startData(id, flags, length, prefix, padding);
    return from;
  }

  private int beginData(ByteBuf in, int at, int limit, int length, int flags, int id) {
    int payload = at + HEADER_BYTES;
    if (Flags.has(flags, Flags.PADDED) && length > 0) {
      if (payload == limit) {
        return carry(in, at, limit);
      }
      startData(id, flags, length, 1, in.getByte(payload) & 0xff);
      payload++;
    } else {
      startData(id, flags, length, 0, 0);
    }
    return inData ? readFirstData(in, payload, limit) : payload;
  }

  /** The header before it has been read, and nobody else needs its place. */
  private int readFirstData(ByteBuf in, int at, int limit) {
    loop.headerRoom(in, at);
    try {
      return readData(in, at, limit);
    } finally {
      loop.headerRoom(null, 0);
    }
  }

  private void startData(int id, int flags, int length, int prefix, int padding) {
    boolean padded = Flags.has(flags, Flags.PADDED);
    if (padded && (length == 0 || prefix + padding > length)) {
      throw length == 0
          ? new ConnectionFault(PeerFault.FRAME_SIZE, "padded DATA without pad length")
          : new ConnectionFault(PeerFault.PROTOCOL, "padding longer than its DATA frame");
    }
    dataEndsStream = Flags.has(flags, Flags.END_STREAM);
    dataLeft = length - prefix - padding;
    paddingLeft = padding;
    frames.onDataFrame(id, length, prefix + padding, dataLeft, dataEndsStream);
    inData = dataLeft + paddingLeft > 0;
    if (!inData && dataEndsStream) {
      frames.onData(ConnectionLoop.NO_BYTES, 0, 0, true);
    }
  }

  private int readData(ByteBuf in, int at, int limit) {
    int piece = Math.min(dataLeft, limit - at);
    int skipped = Math.min(paddingLeft, limit - at - piece);
    dataLeft -= piece;
    paddingLeft -= skipped;
    boolean last = dataLeft + paddingLeft == 0;
    if (last) {
      inData = false;
    }
    boolean ends = last && dataEndsStream;
    if (piece > 0 || ends) {
      frames.onData(in, at, piece, ends);
    }
    return at + piece + skipped;
  }

  private void checkLength(int length) {
    if (length > MAX_PAYLOAD_BYTES) {
      throw new ConnectionFault(
          PeerFault.FRAME_SIZE,
          "frame length: " + length + " (expected: at most " + MAX_PAYLOAD_BYTES + ")");
    }
  }

  private int carry(ByteBuf in, int at, int limit) {
    carriedSinceNanos = loop.nowNanos();
    return fill(in, at, limit, limit - at);
  }

  private int fill(ByteBuf in, int at, int limit, int target) {
    int missing = Math.min(target - carried, limit - at);
    loop.checkRoom(missing);
    loop.buffered().useHeap(missing);
    if (carried + missing > carry.length) {
      carry = Arrays.copyOf(carry, Math.max(carried + missing, Math.max(64, 2 * carry.length)));
    }
    in.getBytes(at, carry, carried, missing);
    carried += missing;
    return at + missing;
  }

  /** The connection is over: forgets what is unfinished. */
  void release() {
    dropCarry();
    frames.release();
  }

  private void dropCarry() {
    loop.buffered().useHeap(-carried);
    carry = EMPTY;
    carried = 0;
  }

  private int carriedLength() {
    return (carry[0] & 0xff) << 16 | (carry[1] & 0xff) << 8 | (carry[2] & 0xff);
  }
}
