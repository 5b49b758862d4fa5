package dev.weir.engine;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Bytes on their way in one direction, in order. */
final class Pipe {
  private byte[] bytes = new byte[512];
  private int from;
  private int to;

  int size() {
    return to - from;
  }

  /** The array with the bytes in it, which begin at {@link #from}. */
  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  void write(byte[] source, int offset, int length) {
    int at = room(length);
    System.arraycopy(source, offset, bytes, at, length);
    to += length;
  }

  /** Takes bytes from the buffer's reader index, which stays. */
  void write(ByteBuf source, int length) {
    int at = room(length);
    source.getBytes(source.readerIndex(), bytes, at, length);
    to += length;
  }

  void write8(int value) {
    int at = room(1);
    bytes[at] = (byte) value;
    to++;
  }

  void write32(int value) {
    int at = room(4);
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
    to += 4;
  }

  void skip(int length) {
    from += length;
    if (from == to) {
      from = 0;
      to = 0;
    }
  }

  /** Loses all but the first bytes. */
  void cutTo(int length) {
    to = from + length;
  }

  int int32(int offset) {
    int at = from + offset;
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  int int24(int offset) {
    return int32(offset) >>> 8;
  }

  int int8(int offset) {
    return bytes[from + offset] & 0xff;
  }

  /** Makes room for more bytes; answers where it begins. */
  private int room(int length) {
    if (to + length > bytes.length) {
      int size = to - from;
      byte[] target =
          size + length > bytes.length / 2
              ? new byte[Math.max(bytes.length * 2, size + length)]
              : bytes;
      System.arraycopy(bytes, from, target, 0, size);
      bytes = target;
      from = 0;
      to = size;
    }
    return to;
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOfRange(bytes, from, to));
  }
}
