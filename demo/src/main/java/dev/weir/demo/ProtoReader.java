package dev.weir.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Reads the fields of one protobuf message, in the order of the wire: {@link #next()} moves to a
 * field, whose value one of the others takes. What nobody takes is passed over.
 */
final class ProtoReader {
  /** {@link #next()} found no more fields. */
  static final int END = 0;

  private static final int FIXED64 = 1;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private int position;
  private long number;
  private int start;

  ProtoReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The number of the next field, or {@link #END}. */
  int next() {
    if (position == bytes.length) {
      return END;
    }
    long tag = varint();
    int field = (int) (tag >>> 3);
    if (field <= 0) {
      throw CallFailure.malformed("field number " + field);
    }
    readValue((int) tag & 7);
    return field;
  }

  int int32() {
    return (int) number;
  }

  String string() {
    return new String(bytes, start, position - start, UTF_8);
  }

  byte[] message() {
    return Arrays.copyOfRange(bytes, start, position);
  }

  private void readValue(int type) {
    switch (type) {
      case ProtoWriter.VARINT -> {
        number = varint();
        start = position;
      }
      case FIXED64 -> skip(8);
      case FIXED32 -> skip(4);
      case ProtoWriter.BYTES -> skip(varint());
      default -> throw CallFailure.malformed("wire type " + type);
    }
  }

  private void skip(long length) {
    if (length < 0 || length > bytes.length - position) {
      throw CallFailure.malformed("field longer than its message");
    }
    start = position;
    position += (int) length;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position == bytes.length) {
        throw CallFailure.malformed("message ends inside of a number");
      }
      byte b = bytes[position++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw CallFailure.malformed("number of more than ten bytes");
  }
}
