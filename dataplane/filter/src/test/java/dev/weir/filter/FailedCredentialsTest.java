package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FailedCredentialsTest {
  private static final long SECOND = 1_000_000_000;
  private static final long ONE = 0x0a000001;

  private final FailedCredentials failed = new FailedCredentials(40, 5, 17, -SECOND);
  private long now = -SECOND;

  private int failUntilThrottled(long network) {
    int count = 0;
    while (count < 1000 && failed.waitNanos(network, now) == 0) {
      failed.count(network, now);
      count++;
    }
    return count;
  }

  @Test
  void asManyAsTheBurstMayFailAtOnceG6() {
    assertThat(failUntilThrottled(ONE)).isEqualTo(40);
    assertThat(failed.waitNanos(ONE, now)).isEqualTo(SECOND / 5);
  }

  @Test
  void afterTheWaitOneMoreMayFailAndInTheEndAllOfThem() {
    failUntilThrottled(ONE);
    now += failed.waitNanos(ONE, now) - 1;
    assertThat(failUntilThrottled(ONE)).isZero();
    now += 1;
    assertThat(failUntilThrottled(ONE)).isEqualTo(1);
    now += 8 * SECOND;
    assertThat(failUntilThrottled(ONE)).isEqualTo(40);
  }

  @Test
  void nobodyElseIsSlowedDown() {
    failUntilThrottled(ONE);

    assertThat(LongStream.range(0, 1000).map(i -> failed.waitNanos(ONE + 1 + i, now)))
        .containsOnly(0L);
  }

  @Test
  void withoutABurstNothingIsCounted() {
    FailedCredentials.UNCOUNTED.count(ONE, now);

    assertThat(FailedCredentials.UNCOUNTED.waitNanos(ONE, now)).isZero();
  }
}
