package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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

  @Test
  void aSlowDiskIsNotWaitedForTwice() {
    assertThat(QuotaThread.rest(SECOND.toNanos())).isZero();
    assertThat(QuotaThread.rest(0)).isPositive();
  }
}
