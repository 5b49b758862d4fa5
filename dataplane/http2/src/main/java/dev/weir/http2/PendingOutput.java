package dev.weir.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * What a channel has been given to send and has not sent, counted with everything else that the
 * process holds. The channel tells nobody when it sends some of it, so whoever writes to it has to
 * have it looked at from time to time. Confined to the channel's event loop.
 */
public final class PendingOutput {
  private final LoopBudget buffered;
  private long bytes;

  public PendingOutput(ConnectionLoop loop) {
    this.buffered = loop.buffered();
  }

  /** What it was when last looked at. */
  public long bytes() {
    return bytes;
  }

  /** Looks at the channel; nothing waits in one that is closed. */
  public void look(Channel channel) {
    ChannelOutboundBuffer output = channel.unsafe().outboundBuffer();
    long now = output == null ? 0 : output.totalPendingWriteBytes();
    if (now != bytes) {
      buffered.use(now - bytes);
      bytes = now;
    }
  }
}
