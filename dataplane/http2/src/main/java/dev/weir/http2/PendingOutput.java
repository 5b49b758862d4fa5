package dev.weir.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What a channel has been given to send and has not sent, counted with everything else that the
 * process holds. The channel tells nobody when it sends some of it, so whoever writes to it has to
 * have it looked at from time to time. Confined to the channel's event loop.
 */
public final class PendingOutput {
  private final ConnectionLoop loop;
  private final int progressBytes;
  private long bytes;
  private long writtenBytes;
  private long takenAtProgress;
  private long progressNanos;

  /**
   * @param progressBytes what a peer has to take, so as not to stall
   */
  public PendingOutput(ConnectionLoop loop, int progressBytes) {
    this.loop = loop;
    this.progressBytes = progressBytes;
  }

  /** What it was when last looked at. */
  public long bytes() {
    return bytes;
  }

  /** So much more was written; only of interest for {@link #isStalled}. */
  public void written(int more) {
    writtenBytes += more;
  }

  /** The channel had nothing to send, and all that it has now was written. */
  void begun(Channel channel) {
    writtenBytes += waiting(channel);
  }

  private static long waiting(Channel channel) {
    ChannelOutboundBuffer output = channel.unsafe().outboundBuffer();
    return output == null ? 0 : output.totalPendingWriteBytes();
  }

  /** Looks at the channel; nothing waits in one that is closed. */
  public void look(Channel channel) {
    long now = waiting(channel);
    boolean begins = bytes == 0;
    if (now != bytes) {
      loop.buffered().use(now - bytes);
      bytes = now;
    }
    long taken = writtenBytes - bytes;
    if (begins || bytes == 0 || taken - takenAtProgress >= progressBytes) {
      takenAtProgress = taken;
      progressNanos = loop.nowNanos();
    }
  }

  /**
   * Whether the peer has taken less than it has to of what waits for it for so long.
   *
   * @param seconds as a rule; 0 for ever
   */
  public boolean isStalled(int seconds) {
    return isStalledFor(loop.stallSeconds(seconds));
  }

  /** The same, whether memory is short or not. */
  boolean isStalledFor(int patience) {
    return bytes > 0
        && patience > 0
        && loop.nowNanos() - progressNanos >= TimeUnit.SECONDS.toNanos(patience);
  }
}
