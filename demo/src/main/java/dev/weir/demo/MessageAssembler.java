package dev.weir.demo;

import dev.weir.call.GrpcStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages together from payload, which cuts them anywhere (gRPC document "PROTOCOL-HTTP2",
 * Length-Prefixed-Message):
 *
 * <pre>
 *   +------------+----------------------+---------
 *   | compressed | length, big endian   | message
 *   | 1 byte     | 4 bytes              |
 *   +------------+----------------------+---------
 * </pre>
 */
final class MessageAssembler {
  static final int PREFIX_BYTES = 5;

  /** The limit that gRPC libraries have for what they receive. */
  static final int MAX_MESSAGE_BYTES = 4 << 20;

  private final Consumer<byte[]> sink;
  private final byte[] prefix = new byte[PREFIX_BYTES];
  private int prefixRead;
  private byte @Nullable [] message;
  private int messageRead;

  /**
   * @param sink gets each message as soon as it is whole
   */
  MessageAssembler(Consumer<byte[]> sink) {
    this.sink = sink;
  }

  /** A message in its frame. */
  static ByteBuf frame(byte[] message) {
    return Unpooled.buffer(PREFIX_BYTES + message.length)
        .writeByte(0)
        .writeInt(message.length)
        .writeBytes(message);
  }

  /** Takes {@code length} bytes from {@code offset}; borrows the buffer. */
  void add(ByteBuf payload, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end || isWhole()) {
      if (message == null) {
        at = addToPrefix(payload, at, end);
      } else {
        at = addToMessage(message, payload, at, end);
      }
    }
  }

  /** Whether a message has begun and not ended. */
  boolean isMidMessage() {
    return prefixRead > 0;
  }

  private boolean isWhole() {
    return message != null && messageRead == message.length;
  }

  private int addToPrefix(ByteBuf payload, int at, int end) {
    int taken = Math.min(PREFIX_BYTES - prefixRead, end - at);
    payload.getBytes(at, prefix, prefixRead, taken);
    prefixRead += taken;
    if (prefixRead == PREFIX_BYTES) {
      message = new byte[messageLength()];
    }
    return at + taken;
  }

  private int addToMessage(byte[] target, ByteBuf payload, int at, int end) {
    int taken = Math.min(target.length - messageRead, end - at);
    payload.getBytes(at, target, messageRead, taken);
    messageRead += taken;
    if (messageRead == target.length) {
      prefixRead = 0;
      messageRead = 0;
      message = null;
      sink.accept(target);
    }
    return at + taken;
  }

  private int messageLength() {
    if (prefix[0] != 0) {
      throw new CallFailure(GrpcStatus.UNIMPLEMENTED, "compressed messages are not understood");
    }
    long length = Unpooled.wrappedBuffer(prefix).getUnsignedInt(1);
    if (length > MAX_MESSAGE_BYTES) {
      throw new CallFailure(
          GrpcStatus.RESOURCE_EXHAUSTED,
          "message length: " + length + " (expected: at most " + MAX_MESSAGE_BYTES + ")");
    }
    return (int) length;
  }
}
