package dev.weir.listener;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * The header by which a balancer tells whom it speaks for (HAProxy's "The PROXY protocol", versions
 * 1 and 2). No port here takes one: whoever connects could claim to be anybody.
 */
final class ProxyHeader {
  static final String REFUSED = "a header of the PROXY protocol, which is not taken here";

  /** What sets a header apart from all that is spoken here. */
  private static final int TELLING_BYTES = 5;

  private static final ByteBuf TEXT = signature("PROXY ");
  private static final ByteBuf BINARY = signature("\r\n\r\n\0\r\nQUIT\n");

  private ProxyHeader() {}

  private static ByteBuf signature(String text) {
    return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, ISO_8859_1)).asReadOnly();
  }

  /** Whether a connection begins with one; its indices stay. */
  static boolean begins(ByteBuf bytes) {
    return begins(bytes, TEXT) || begins(bytes, BINARY);
  }

  private static boolean begins(ByteBuf bytes, ByteBuf signature) {
    int length = Math.min(bytes.readableBytes(), signature.readableBytes());
    return length >= TELLING_BYTES
        && ByteBufUtil.equals(
            bytes, bytes.readerIndex(), signature, signature.readerIndex(), length);
  }
}
