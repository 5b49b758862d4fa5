package dev.weir.http2;

import java.util.Arrays;

/**
 * A cursor over one header block that reads HPACK's two primitive types, integers and strings (RFC
 * 7541, 5). Whatever runs over the end of the block is a compression error. Confined to one event
 * loop.
 */
final class HpackReader {
  /** Four octets carry 28 bits and the fifth the rest of an int; no honest sender needs more. */
  static final int MAX_CONTINUATION_OCTETS = 5;

  private static final byte[] NOTHING = {};

  private byte[] block = NOTHING;
  private int position;
  private int end;

  private boolean huffman;
  private int stringOffset;
  private int stringLength;

  void open(byte[] newBlock, int offset, int length) {
    block = newBlock;
    position = offset;
    end = offset + length;
  }

  /** Lets go of the block. */
  void close() {
    open(NOTHING, 0, 0);
  }

  boolean hasMore() {
    return position < end;
  }

  byte[] block() {
    return block;
  }

  int position() {
    return position;
  }

  /** The next octet, without moving on; there is one. */
  int peek() {
    return block[position] & 0xff;
  }

  /** Moves over these bytes if they come next. */
  boolean skip(byte[] expected) {
    int behind = position + expected.length;
    if (behind > end || !Arrays.equals(expected, 0, expected.length, block, position, behind)) {
      return false;
    }
    position = behind;
    return true;
  }

  /** Goes back to a position that {@link #position} gave. */
  void moveTo(int earlier) {
    position = earlier;
  }

  int octet() {
    if (position == end) {
      throw malformed("header block ends inside a field");
    }
    return block[position++] & 0xff;
  }

  /**
   * The integer that begins in {@code first}, the octet read last.
   *
   * @param prefix the bits of {@code first} that belong to it, all ones
   */
  int integer(int first, int prefix) {
    int value = first & prefix;
    return value < prefix ? value : longInteger(prefix);
  }

  private int longInteger(int prefix) {
    long value = prefix;
    for (int i = 0; i < MAX_CONTINUATION_OCTETS; i++) {
      int octet = octet();
      value += (long) (octet & 0x7f) << (7 * i);
      if (octet < 0x80) {
        return checkedInt(value);
      }
    }
    throw malformed("integer of more than " + MAX_CONTINUATION_OCTETS + " continuation octets");
  }

  private static int checkedInt(long value) {
    if (value > Integer.MAX_VALUE) {
      throw malformed("integer above 2^31 - 1");
    }
    return (int) value;
  }

  /** Moves over a string, which the next three methods then tell about. */
  void string() {
    int first = octet();
    int length = integer(first, 0x7f);
    if (length > end - position) {
      throw malformed("string is longer than the rest of its header block");
    }
    huffman = first >= 0x80;
    stringOffset = position;
    stringLength = length;
    position += length;
  }

  /** Moves over so many bytes; false, and to the end, if there are fewer. */
  boolean skip(int bytes) {
    boolean whole = bytes <= end - position;
    position = whole ? position + bytes : end;
    return whole;
  }

  boolean isHuffman() {
    return huffman;
  }

  /** Where the string's encoded bytes begin in {@link #block}. */
  int stringOffset() {
    return stringOffset;
  }

  /** The number of encoded bytes. */
  int stringLength() {
    return stringLength;
  }

  static ConnectionFault malformed(String message) {
    return new ConnectionFault(PeerFault.COMPRESSION, message);
  }
}
