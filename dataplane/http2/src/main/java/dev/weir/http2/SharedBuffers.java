package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * A few buffers that a thread uses over and over, so that they stay in the cache of its core and
 * nobody allocates. Whoever keeps bytes of one retains it as usual; the thread then takes another,
 * and none when all are kept. They live as long as their thread.
 */
final class SharedBuffers {
  /** What each of those for calls has room for. */
  static final int BYTES = 16 << 10;

  /** What each of those for bulk has room for. */
  static final int LARGE_BYTES = 256 << 10;

  private static final int BUFFERS = 8;
  private static final int LARGE_BUFFERS = 4;

  /** Nothing for a detector of leaks. */
  private static final ByteBufAllocator FOR_THREADS =
      new UnpooledByteBufAllocator(true, true, false);

  private static final FastThreadLocal<SharedBuffers> OF_THREAD = of(BYTES, BUFFERS);
  private static final FastThreadLocal<SharedBuffers> LARGE_OF_THREAD =
      of(LARGE_BYTES, LARGE_BUFFERS);

  private final int bytes;
  private final ByteBuf[] buffers;
  private int made;

  private SharedBuffers(int bytes, int most) {
    this.bytes = bytes;
    this.buffers = new ByteBuf[most];
  }

  private static FastThreadLocal<SharedBuffers> of(int bytes, int most) {
    return new FastThreadLocal<>() {
      @Override
      protected SharedBuffers initialValue() {
        return new SharedBuffers(bytes, most);
      }
    };
  }

  /** Those of the thread that calls. */
  static SharedBuffers ofThread() {
    return OF_THREAD.get();
  }

  /** Those for bulk, of the thread that calls. */
  static SharedBuffers largeOfThread() {
    return LARGE_OF_THREAD.get();
  }

  /** The first that nobody holds on to, retained and empty; null when all of them are held. */
  @Nullable ByteBuf take() {
    for (int i = 0; i < made; i++) {
      if (buffers[i].refCnt() == 1) {
        return emptied(buffers[i]).retain();
      }
    }
    if (made == buffers.length) {
      return null;
    }
    buffers[made] = FOR_THREADS.directBuffer(bytes);
    return buffers[made++].retain();
  }

  /** Whoever had it may have made it larger. */
  private ByteBuf emptied(ByteBuf used) {
    used.clear();
    return used.capacity() == bytes ? used : used.capacity(bytes);
  }
}
