package dev.weir.http2;

import java.util.Arrays;

/** A header block that comes in HEADERS and CONTINUATION frames (RFC 9113, 6.10). */
final class HeaderBlock {
  private final LoopBudget buffered;
  private byte[] bytes = ConnectionLoop.EMPTY;
  private int size;
  private int streamId;
  private int frames;
  private long sinceNanos;
  private boolean endsStream;
  private boolean dependsOnItself;

  /**
   * @param buffered where its size is counted while it is open
   */
  HeaderBlock(LoopBudget buffered) {
    this.buffered = buffered;
  }

  boolean isOpen() {
    return streamId != 0;
  }

  int streamId() {
    return streamId;
  }

  /** CONTINUATION frames so far. */
  int frames() {
    return frames;
  }

  /** When its first byte came. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** Its first byte came earlier than its first frame was whole. */
  void beganAt(long nanos) {
    sinceNanos = nanos;
  }

  boolean endsStream() {
    return endsStream;
  }

  boolean dependsOnItself() {
    return dependsOnItself;
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  void open(
      int id, boolean endStream, boolean ownDependency, byte[] source, int offset, int length) {
    streamId = id;
    endsStream = endStream;
    dependsOnItself = ownDependency;
    frames = -1;
    size = 0;
    append(source, offset, length);
  }

  void append(byte[] source, int offset, int length) {
    frames++;
    buffered.useHeap(length);
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, bytes.length * 2));
    }
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** Forgets the block; the array that {@link #bytes} gave out stays valid. */
  void close() {
    buffered.useHeap(-size);
    streamId = 0;
    size = 0;
    bytes = ConnectionLoop.EMPTY;
  }
}
