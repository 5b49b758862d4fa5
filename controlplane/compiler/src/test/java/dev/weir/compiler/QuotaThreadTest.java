package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When quotas are written. */
class QuotaThreadTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** What is used right after one write has begun is on the disk when the next one has ended. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 250, 499, 500})
  void whatIsUsedIsKeptWithinASecond(long writing) {
    Duration took = Duration.ofMillis(writing);

    Duration until = took.plus(QuotaThread.rest(took.toNanos())).plus(took);

    assertThat(until).isLessThanOrEqualTo(SECOND);
  }

  /** Else nothing would be kept from then on, and nobody would know. */
  @Test
  void aFaultOfTheGatewayItselfEndsNothing() throws Exception {
    var written = new CountDownLatch(2);
    var times = new AtomicInteger();
    try (QuotaThread thread =
        QuotaThread.start(() -> {
          written.countDown();
          if (times.incrementAndGet() == 1) {
            throw new IllegalStateException("a fault");
          }
        })) {
      assertThat(thread).isNotNull();
      assertThat(written.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(times).hasValueGreaterThanOrEqualTo(3);
  }

  @Test
  void aSlowDiskIsNotWaitedForTwice() {
    assertThat(QuotaThread.rest(SECOND.toNanos())).isZero();
    assertThat(QuotaThread.rest(0)).isPositive();
  }
}
