package dev.weir.http2;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * For channels whose handlers hand on what they take, as a rule before the next one does. Small
 * buffers are the {@link SharedBuffers} of the thread, with more room than was asked for, and no
 * bound to what they may grow to. Larger ones are Netty's, and all of them while those are kept.
 */
final class PassingBuffers extends AbstractByteBufAllocator {
  /** For all threads. */
  static final ByteBufAllocator ALLOCATOR = new PassingBuffers(ByteBufAllocator.DEFAULT);

  private final ByteBufAllocator others;

  private PassingBuffers(ByteBufAllocator others) {
    super(true);
    this.others = others;
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    ByteBuf shared =
        initialCapacity <= SharedBuffers.BYTES ? SharedBuffers.ofThread().take() : null;
    return shared != null ? shared : others.directBuffer(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return others.heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return others.isDirectBufferPooled();
  }
}
