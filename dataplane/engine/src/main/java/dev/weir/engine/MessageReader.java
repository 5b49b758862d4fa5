package dev.weir.engine;

import io.netty.buffer.ByteBuf;

/**
 * Where the messages of one side of a gRPC call begin and end, by the five bytes before each: a
 * flag and the length (gRPC document "PROTOCOL-HTTP2", Length-Prefixed-Message). Looks at payload
 * as it passes and keeps none. Confined to the event loop of the call, and used again.
 */
final class MessageReader {
  static final int PREFIX_BYTES = 5;

  private int prefix;
  private long left;
  private int wholeBytes;

  /** Begins anew, for another call. */
  void clear() {
    prefix = 0;
    left = 0;
  }

  /** Whether what comes next begins a message. */
  boolean isBetween() {
    return prefix == 0;
  }

  /**
   * Reads up to the end of the message that is being read, or as far as there is payload.
   *
   * @param most how long it may be
   * @return the index behind what was read; -1 for a message that says it is longer
   */
  int read(ByteBuf source, int from, int to, long most) {
    int at = from;
    while (prefix < PREFIX_BYTES && at < to) {
      int read = source.getUnsignedByte(at++);
      left = prefix++ == 0 ? 0 : left << Byte.SIZE | read;
      if (prefix == PREFIX_BYTES && left > most) {
        return -1;
      }
    }
    if (prefix == PREFIX_BYTES) {
      int taken = (int) Math.min(left, to - at);
      at += taken;
      left -= taken;
      prefix = left == 0 ? 0 : prefix;
    }
    return at;
  }

  /** Reads all of it; whether no message in it says that it is longer. */
  boolean readAll(ByteBuf source, int offset, int length, long most) {
    int to = offset + length;
    int at = offset;
    wholeBytes = 0;
    while (at >= 0 && at < to) {
      at = read(source, at, to, most);
      wholeBytes = at >= 0 && isBetween() ? at - offset : wholeBytes;
    }
    return at >= 0;
  }

  /** How much of that was before the end of the last whole message in it. */
  int wholeBytes() {
    return wholeBytes;
  }

  /** The same for what has no messages in it: whether all of it is no longer. */
  boolean readBody(int length, long most) {
    left += length;
    return left <= most;
  }

  /** How many bytes have come of a prefix that is not whole yet; they came last. */
  int begunBytes() {
    return prefix == PREFIX_BYTES ? 0 : prefix;
  }

  /** How long the message says it is that was refused. */
  long refusedBytes() {
    return left;
  }
}
