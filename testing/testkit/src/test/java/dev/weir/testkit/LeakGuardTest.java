package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeakGuardTest {

  private final LeakGuard guard = new LeakGuard();

  @Test
  void failsTheClassAfterALeak() {
    guard.begin();
    PooledByteBufAllocator.DEFAULT.buffer(100).writeByte(1);
    await().until(() -> !guard.reports().isEmpty());

    assertThatThrownBy(() -> guard.end()).hasMessageContaining("leaked buffers");
  }

  @Test
  void acceptsWhatIsReleased() {
    guard.begin();
    PooledByteBufAllocator.DEFAULT.buffer(100).writeByte(1).release();

    assertThat(guard.reports()).isEmpty();
    guard.end();
  }
}
