package dev.weir.http2;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * For channels whose handlers hand on what they take, as a rule before the next one does: small
 * buffers are those that all channels of the thread share, and may be larger than was asked for.
 * Others, and those of channels that wait while all of these are kept, are Netty's.
 */
final class PassingBuffers extends AbstractByteBufAllocator {
  /** For all threads. */
  static final ByteBufAllocator ALLOCATOR = new PassingBuffers(ByteBufAllocator.DEFAULT);

  private static final FastThreadLocal<SharedBuffers> SHARED =
      new FastThreadLocal<>() {
        @Override
        protected SharedBuffers initialValue() {
          return new SharedBuffers();
        }
      };

  private final ByteBufAllocator others;

  private PassingBuffers(ByteBufAllocator others) {
    super(true);
    this.others = others;
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    ByteBuf shared = initialCapacity <= SharedBuffers.BYTES ? SHARED.get().take() : null;
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
