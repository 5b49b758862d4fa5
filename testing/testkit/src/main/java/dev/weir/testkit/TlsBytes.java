package dev.weir.testkit;

import java.io.ByteArrayOutputStream;

/** What messages of TLS are made of (RFC 8446, 3). */
final class TlsBytes {
  private TlsBytes() {}

  static byte[] vector(int lengthBytes, byte[]... content) {
    byte[] joined = join(content);
    return join(number(lengthBytes, joined.length), joined);
  }

  static byte[] number(int bytes, int value) {
    var number = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      number[i] = (byte) (value >> (8 * (bytes - 1 - i)));
    }
    return number;
  }

  static byte[] join(byte[]... parts) {
    var joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
