package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a stream could not send yet: payload, then the end of the stream, perhaps with trailers.
 * Exists only while a stream is held back. Its size is bounded by the credit that its user holds
 * back.
 */
final class SendQueue {
  /** Pieces below this size are copied, one behind the other: a reference costs more. */
  private static final int COPY_BELOW = 512;

  /**
   * A piece below this part of the buffer it lies in is copied, so that it does not pin the buffer.
   */
  private static final int COPY_BELOW_PART = 4;

  private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>();
  private long progressNanos;
  private int progressBytes;
  private int bytes;
  private boolean endsStream;
  private @Nullable FieldList trailers;

  SendQueue(long nowNanos) {
    progressNanos = nowNanos;
  }

  /** When the peer last took something worth mentioning, or had to begin to. */
  long progressNanos() {
    return progressNanos;
  }

  /** The peer takes payload; what it takes bit by bit counts when enough has gathered. */
  void progress(int taken, int enough, long nowNanos) {
    progressBytes += taken;
    if (progressBytes >= enough) {
      progressBytes = 0;
      progressNanos = nowNanos;
    }
  }

  int bytes() {
    return bytes;
  }

  boolean endsStream() {
    return endsStream;
  }

  @Nullable FieldList trailers() {
    return trailers;
  }

  void add(ByteBuf source, int offset, int length) {
    if (length == 0) {
      return;
    }
    bytes += length;
    if (length >= COPY_BELOW && !isSmallPart(length, source)) {
      chunks.add(source.retainedSlice(offset, length));
      return;
    }
    ByteBuf last = chunks.peekLast();
    if (last != null && last.writableBytes() >= length) {
      append(last, source, offset, length);
      return;
    }
    ByteBuf copy = ByteBufAllocator.DEFAULT.directBuffer(Math.max(length, COPY_BELOW));
    append(copy, source, offset, length);
    chunks.add(copy);
  }

  /** As {@code writeBytes}, which makes views of both for NIO where they are of different kinds. */
  static void append(ByteBuf target, ByteBuf source, int offset, int length) {
    source.getBytes(offset, target, target.writerIndex(), length);
    target.writerIndex(target.writerIndex() + length);
  }

  /** Whether a reference to so many bytes would keep more memory than they are worth. */
  static boolean isSmallPart(int length, ByteBuf source) {
    return length < source.capacity() / COPY_BELOW_PART;
  }

  void end() {
    endsStream = true;
  }

  /** What the trailers hold in memory. */
  int trailerBytes() {
    return trailers == null ? 0 : trailers.heapBytes();
  }

  void endWith(FieldList fields) {
    FieldList copy = new FieldList();
    copy.addAll(fields);
    trailers = copy;
    endsStream = true;
  }

  /** The chunk that goes out next; lent. */
  @Nullable ByteBuf first() {
    return chunks.peekFirst();
  }

  /** Takes bytes off the first chunk that have been sent. */
  void sent(ByteBuf first, int length) {
    bytes -= length;
    first.skipBytes(length);
    if (!first.isReadable()) {
      chunks.removeFirst();
      first.release();
    }
  }

  void release() {
    for (ByteBuf chunk = chunks.pollFirst(); chunk != null; chunk = chunks.pollFirst()) {
      chunk.release();
    }
    bytes = 0;
  }
}
