package dev.weir.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * The text form of {@code grpc-message}: percent-encoded UTF-8 (gRPC document "PROTOCOL-HTTP2",
 * Responses).
 */
public final class GrpcMessage {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(UTF_8);

  private GrpcMessage() {}

  /** Encodes everything outside of 0x20 to 0x7E, and the percent sign. */
  public static byte[] encode(String message) {
    byte[] utf8 = message.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(utf8.length + 16);
    for (byte b : utf8) {
      if (b >= 0x20 && b <= 0x7E && b != '%') {
        out.write(b);
      } else {
        out.write('%');
        out.write(HEX[(b >> 4) & 0xF]);
        out.write(HEX[b & 0xF]);
      }
    }
    return out.toByteArray();
  }
}
