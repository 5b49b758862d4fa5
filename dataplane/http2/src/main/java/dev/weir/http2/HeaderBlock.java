package dev.weir.http2;

/** A header block that comes in HEADERS and CONTINUATION frames (RFC 9113, 6.10). */
final class HeaderBlock {
  private final LoopBudget buffered;
  private final SpareArrays arrays;
  private byte[] bytes = ConnectionLoop.EMPTY;
  private int size;
  private int streamId;
  private int frames;
  private long sinceNanos;
  private boolean endsStream;
  private boolean dependsOnItself;

  /**
   * @param loop where its size is counted while it is open
   */
  HeaderBlock(ConnectionLoop loop) {
    this.buffered = loop.buffered();
    this.arrays = loop.arrays();
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
      grow(size + length);
    }
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  private void grow(int room) {
    byte[] larger = arrays.take(room);
    System.arraycopy(bytes, 0, larger, 0, size);
    arrays.giveBack(bytes);
    bytes = larger;
  }

  /** Ends the block; its bytes are the caller's until they go to {@link #giveBack}. */
  byte[] take() {
    buffered.useHeap(-size);
    byte[] taken = bytes;
    streamId = 0;
    size = 0;
    bytes = ConnectionLoop.EMPTY;
    return taken;
  }

  void giveBack(byte[] taken) {
    arrays.giveBack(taken);
  }

  /** Forgets the block. */
  void close() {
    giveBack(take());
  }
}
