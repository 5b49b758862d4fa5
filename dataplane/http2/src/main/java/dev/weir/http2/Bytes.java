package dev.weir.http2;

/** Numbers as frames hold them, big end first, and text as fields hold it. */
final class Bytes {
  private Bytes() {}

  static int uint16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  static int int32(byte[] bytes, int at) {
    return uint16(bytes, at) << 16 | uint16(bytes, at + 2);
  }

  /** A number behind a reserved bit, which is ignored (RFC 9113, 4.1). */
  static int int31(byte[] bytes, int at) {
    return int32(bytes, at) & 0x7fffffff;
  }

  static long uint32(byte[] bytes, int at) {
    return int32(bytes, at) & 0xffffffffL;
  }

  static long int64(byte[] bytes, int at) {
    return (long) int32(bytes, at) << 32 | uint32(bytes, at + 4);
  }

  /** Writes a number and gives the position after it. */
  static int putInt(byte[] out, int at, int value) {
    out[at] = (byte) (value >>> 24);
    out[at + 1] = (byte) (value >>> 16);
    out[at + 2] = (byte) (value >>> 8);
    out[at + 3] = (byte) value;
    return at + 4;
  }

  static int putShort(byte[] out, int at, int value) {
    out[at] = (byte) (value >>> 8);
    out[at + 1] = (byte) value;
    return at + 2;
  }

  /** Whether both are the same text but for the case of ASCII letters. */
  static boolean equalsIgnoreCase(byte[] one, byte[] other) {
    if (one.length != other.length) {
      return false;
    }
    for (int i = 0; i < one.length; i++) {
      if (lowerCase(one[i]) != lowerCase(other[i])) {
        return false;
      }
    }
    return true;
  }

  private static int lowerCase(byte b) {
    return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
  }
}
