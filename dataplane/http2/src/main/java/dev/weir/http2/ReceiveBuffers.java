package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where sockets are read into. Calls of all connections of a thread are read into the same buffer:
 * it stays in the cache of its core, and nobody allocates. So is the bulk of servers, into larger
 * ones: a new buffer would have to be filled with zeros before the kernel fills it. Clients with
 * bulk get buffers of their own that grow with what comes, and no more is taken from them at once:
 * what a flood of frames sets off is sent, and bounded, in between.
 *
 * <p>Whoever keeps bytes of a read retains the buffer as usual; the thread then takes another of a
 * few, and when all are kept each read gets one of its own.
 */
public final class ReceiveBuffers extends AdaptiveRecvByteBufAllocator {
  private static final int LEAST_BYTES = 1 << 10;
  private static final int MOST_BYTES = 128 << 10;
  private static final int READS_AT_ONCE = 16;

  /** What clients' sockets are read into. */
  public static final RecvByteBufAllocator OF_CLIENTS =
      new ReceiveBuffers(MOST_BYTES, 64 << 10, false);

  /** What servers' sockets are read into. */
  public static final RecvByteBufAllocator OF_SERVERS =
      new ReceiveBuffers(SharedBuffers.LARGE_BYTES, 128 << 10, true);

  private final int mostAtOnce;
  private final boolean sharesLarge;

  /**
   * @param mostBytes of a read
   * @param mostAtOnce with more than this to read a connection lets others read before it goes on
   * @param sharesLarge whether bulk is read into the larger buffers of the thread
   */
  private ReceiveBuffers(int mostBytes, int mostAtOnce, boolean sharesLarge) {
    super(LEAST_BYTES, SharedBuffers.BYTES, mostBytes);
    this.mostAtOnce = mostAtOnce;
    this.sharesLarge = sharesLarge;
    maxMessagesPerRead(READS_AT_ONCE);
  }

  @Override
  @SuppressWarnings("deprecation")
  public RecvByteBufAllocator.Handle newHandle() {
    return new Handle((ExtendedHandle) super.newHandle());
  }

  /** For one channel; confined to its event loop. */
  @SuppressWarnings("deprecation")
  private final class Handle extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle adaptive;
    private int bytesAtOnce;

    /** Whether there is more than one read of calls brings: for less no large buffer is made. */
    private boolean bulk;

    Handle(ExtendedHandle adaptive) {
      super(adaptive);
      this.adaptive = adaptive;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      ByteBuf shared = shared();
      return shared != null ? shared : adaptive.allocate(allocator);
    }

    private @Nullable ByteBuf shared() {
      if (adaptive.guess() <= SharedBuffers.BYTES) {
        bulk = false;
        return SharedBuffers.ofThread().take();
      }
      return sharesLarge && bulk ? SharedBuffers.largeOfThread().take() : null;
    }

    @Override
    public void reset(ChannelConfig config) {
      bytesAtOnce = 0;
      adaptive.reset(config);
    }

    @Override
    public void lastBytesRead(int bytes) {
      bytesAtOnce += Math.max(0, bytes);
      bulk |= bytes > SharedBuffers.BYTES;
      adaptive.lastBytesRead(bytes);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return bytesAtOnce < mostAtOnce && adaptive.continueReading(maybeMore);
    }
  }
}
