package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Where sockets are read into. Calls of all connections of a thread are read into the same buffer:
 * it stays in the cache of its core, and nobody allocates. So is the bulk, into larger ones: a new
 * buffer would have to be filled with zeros before the kernel fills it.
 *
 * <p>Whoever keeps bytes of a read retains the buffer as usual; the thread then takes another of a
 * few, and when all are kept each read gets one of its own.
 */
public final class ReceiveBuffers extends AdaptiveRecvByteBufAllocator {
  private static final int LEAST_BYTES = 1 << 10;

  /** A connection that has more than this to read lets others read before it goes on. */
  private static final int BYTES_AT_ONCE = 128 << 10;

  private static final int READS_AT_ONCE = 16;

  /** Reads that begin with the shared buffer. */
  public ReceiveBuffers() {
    super(LEAST_BYTES, SharedBuffers.BYTES, SharedBuffers.LARGE_BYTES);
    maxMessagesPerRead(READS_AT_ONCE);
  }

  @Override
  @SuppressWarnings("deprecation")
  public RecvByteBufAllocator.Handle newHandle() {
    return new Handle((ExtendedHandle) super.newHandle());
  }

  /** For one channel; confined to its event loop. */
  @SuppressWarnings("deprecation")
  private static final class Handle extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle adaptive;
    private int bytesAtOnce;

    Handle(ExtendedHandle adaptive) {
      super(adaptive);
      this.adaptive = adaptive;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      boolean small = adaptive.guess() <= SharedBuffers.BYTES;
      ByteBuf shared = (small ? SharedBuffers.ofThread() : SharedBuffers.largeOfThread()).take();
      return shared != null ? shared : adaptive.allocate(allocator);
    }

    @Override
    public void reset(ChannelConfig config) {
      bytesAtOnce = 0;
      adaptive.reset(config);
    }

    @Override
    public void lastBytesRead(int bytes) {
      bytesAtOnce += Math.max(0, bytes);
      adaptive.lastBytesRead(bytes);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return bytesAtOnce < BYTES_AT_ONCE && adaptive.continueReading(maybeMore);
    }
  }
}
