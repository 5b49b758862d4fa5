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
  /** What each of them has room for. */
  static final int BYTES = 16 << 10;

  private static final int BUFFERS = 8;

  /** Nothing for a detector of leaks. */
  private static final ByteBufAllocator FOR_THREADS =
      new UnpooledByteBufAllocator(true, true, false);

  private static final FastThreadLocal<SharedBuffers> OF_THREAD =
      new FastThreadLocal<>() {
        @Override
        protected SharedBuffers initialValue() {
          return new SharedBuffers();
        }
      };

  private final ByteBuf[] buffers = new ByteBuf[BUFFERS];
  private int made;

  private SharedBuffers() {}

  /** Those of the thread that calls. */
  static SharedBuffers ofThread() {
    return OF_THREAD.get();
  }

  /** The first that nobody holds on to, retained and empty; null when all of them are held. */
  @Nullable ByteBuf take() {
    for (int i = 0; i < made; i++) {
      if (buffers[i].refCnt() == 1) {
        return emptied(buffers[i]).retain();
      }
    }
    if (made == BUFFERS) {
      return null;
    }
    buffers[made] = FOR_THREADS.directBuffer(BYTES);
    return buffers[made++].retain();
  }

  /** Whoever had it may have made it larger. */
  private static ByteBuf emptied(ByteBuf used) {
    used.clear();
    return used.capacity() == BYTES ? used : used.capacity(BYTES);
  }
}
