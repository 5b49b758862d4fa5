package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FailedCredentialsTest {
  private static final long SECOND = 1_000_000_000;
  private static final long ONE = -1L << 32 | 0x0a000001;
  private static final long NETWORK = 0x20010db8_00070000L;

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
  void whatIsTakenBackHasNotFailedG6() {
    for (int i = 0; i < 1000; i++) {
      failed.count(ONE, now);
      failed.takeBack(ONE, now);
    }

    assertThat(failUntilThrottled(ONE)).isEqualTo(40);
    failed.takeBack(ONE, now);
    assertThat(failUntilThrottled(ONE)).isEqualTo(1);
  }

  @Test
  void whatIsTakenBackTooLateMakesNoRoom() {
    failed.count(ONE, now);
    now += 8 * SECOND;
    failed.takeBack(ONE, now);

    assertThat(failUntilThrottled(ONE)).isEqualTo(40);
  }

  /** 65536 networks belong to whoever has one site. */
  @Test
  void theNetworksOfASiteFailNoMoreThanEightOfThemG6() {
    long all = LongStream.range(0, 1 << 16).map(i -> failUntilThrottled(NETWORK + i)).sum();

    assertThat(all).isEqualTo(8 * 40);
    assertThat(failed.waitNanos(NETWORK + (1 << 16), now)).isZero();
    assertThat(LongStream.range(0, 1000).map(i -> failed.waitNanos(ONE + i, now))).containsOnly(0L);
  }

  @Test
  void aNetworkOfASiteLeavesRoomForOthersG6() {
    assertThat(failUntilThrottled(NETWORK)).isEqualTo(40);
    assertThat(failUntilThrottled(NETWORK + 1)).isEqualTo(40);
  }

  @Test
  void whatIsTakenBackHasNotFailedInItsSiteEither() {
    for (int i = 0; i < 1000; i++) {
      failed.count(NETWORK + i, now);
      failed.takeBack(NETWORK + i, now);
    }

    assertThat(failUntilThrottled(NETWORK)).isEqualTo(40);
  }

  @Test
  void withoutABurstNothingIsCounted() {
    FailedCredentials.UNCOUNTED.count(ONE, now);

    assertThat(FailedCredentials.UNCOUNTED.waitNanos(ONE, now)).isZero();
  }
}
