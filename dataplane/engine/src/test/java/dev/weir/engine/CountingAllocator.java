package dev.weir.engine;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/** Allocates buffers on the heap, which is quick, and knows how much of them is not released. */
final class CountingAllocator extends AbstractByteBufAllocator {
  private int buffers;
  private long bytes;
  private int largest;

  int buffers() {
    return buffers;
  }

  long bytes() {
    return bytes;
  }

  /** The capacity of the largest buffer so far. */
  int largest() {
    return largest;
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    buffers++;
    largest = Math.max(largest, initialCapacity);
    return new Counted(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    return newHeapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }

  private final class Counted extends UnpooledHeapByteBuf {
    Counted(int initialCapacity, int maxCapacity) {
      super(CountingAllocator.this, initialCapacity, maxCapacity);
    }

    @Override
    protected byte[] allocateArray(int initialCapacity) {
      bytes += initialCapacity;
      return super.allocateArray(initialCapacity);
    }

    @Override
    protected void freeArray(byte[] array) {
      bytes -= array.length;
    }

    @Override
    protected void deallocate() {
      buffers--;
      super.deallocate();
    }
  }
}
