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
 * (RFC 9113, 4.1)
 */
final class FrameReader {
  static final int HEADER_BYTES = 9;
  private static final byte[] EMPTY = new byte[0];

  private final Http2Connection connection;
  private final ConnectionLoop loop;
  private final int maxFrameBytes;

  private byte[] carry = EMPTY;
  private int carried;

  private boolean inData;
  private int dataStream;
  private int dataLeft;
  private int paddingLeft;
  private boolean dataEndsStream;

  FrameReader(Http2Connection connection, ConnectionLoop loop, int maxFrameBytes) {
    this.connection = connection;
    this.loop = loop;
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Takes all bytes of {@code in}; keeps the beginning of an unfinished frame for the next call.
   */
  void read(ByteBuf in) {
    int at = in.readerIndex();
    int limit = in.writerIndex();
    while (at < limit) {
      if (inData) {
        at = readData(in, at, limit);
      } else if (carried > 0) {
        at = readCarried(in, at, limit);
      } else {
        at = readFrame(in, at, limit);
      }
    }
  }

  /** Whether a frame has begun and not ended. */
  boolean isMidFrame() {
    return inData || carried > 0;
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
    connection.onFrame(
        type, (int) (head >>> 24) & 0xff, streamId(head, in, at), payload, 0, length);
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
      connection.onFrame(
          frame[3] & 0xff, flags, streamId(frame), frame, HEADER_BYTES, whole - HEADER_BYTES);
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
    int id = streamId(carry);
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
    return inData ? readData(in, payload, limit) : payload;
  }

  private void startData(int id, int flags, int length, int prefix, int padding) {
    boolean padded = Flags.has(flags, Flags.PADDED);
    if (padded && (length == 0 || prefix + padding > length)) {
      throw length == 0
          ? new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "padded DATA without pad length")
          : new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "padding longer than its DATA frame");
    }
    dataStream = id;
    dataEndsStream = Flags.has(flags, Flags.END_STREAM);
    dataLeft = length - prefix - padding;
    paddingLeft = padding;
    connection.onDataFrame(id, length, prefix + padding, dataLeft, dataEndsStream);
    inData = dataLeft + paddingLeft > 0;
    if (!inData && dataEndsStream) {
      connection.onData(id, ConnectionLoop.NO_BYTES, 0, 0, true);
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
      connection.onData(dataStream, in, at, piece, ends);
    }
    return at + piece + skipped;
  }

  private void checkLength(int length) {
    if (length > maxFrameBytes) {
      throw new ConnectionFault(
          ErrorCode.FRAME_SIZE_ERROR,
          "frame length: " + length + " (expected: at most " + maxFrameBytes + ")");
    }
  }

  private int carry(ByteBuf in, int at, int limit) {
    return fill(in, at, limit, limit - at);
  }

  private int fill(ByteBuf in, int at, int limit, int target) {
    int missing = Math.min(target - carried, limit - at);
    if (carried + missing > carry.length) {
      carry = Arrays.copyOf(carry, Math.max(64, carried + missing));
    }
    in.getBytes(at, carry, carried, missing);
    carried += missing;
    return at + missing;
  }

  private void dropCarry() {
    carry = EMPTY;
    carried = 0;
  }

  private int carriedLength() {
    return (carry[0] & 0xff) << 16 | (carry[1] & 0xff) << 8 | (carry[2] & 0xff);
  }

  private static int streamId(byte[] frame) {
    return ((frame[5] & 0xff) << 24
            | (frame[6] & 0xff) << 16
            | (frame[7] & 0xff) << 8
            | (frame[8] & 0xff))
        & 0x7fffffff;
  }
}
