package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class PendingOutputTest {
  private final ConnectionLoop loop = new ConnectionLoop(Runnable::run, () -> 0);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final PendingOutput pending = new PendingOutput(loop, 1 << 10);

  @Test
  void countsWhatTheChannelHasNotSent() {
    channel.write(Unpooled.copiedBuffer(new byte[1000]));
    pending.look(channel);

    assertThat(pending.bytes()).isGreaterThanOrEqualTo(1000);
    assertThat(loop.buffered().used()).isEqualTo(pending.bytes());

    channel.flush();
    pending.look(channel);

    assertThat(pending.bytes()).isZero();
    assertThat(loop.buffered().used()).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  void nothingWaitsInAClosedChannel() {
    channel.write(Unpooled.copiedBuffer(new byte[1000]));
    pending.look(channel);

    channel.close();
    pending.look(channel);

    assertThat(loop.buffered().used()).isZero();
  }
}
