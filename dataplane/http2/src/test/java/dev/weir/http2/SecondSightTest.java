package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecondSightTest {
  private final SecondSight sight = new SecondSight();

  @Test
  void aHashIsSecondWhenItComesAgain() {
    assertThat(sight.isSecond(7)).isFalse();
    assertThat(sight.isSecond(7)).isTrue();
  }

  /** Many pairs, so that some of them share a place. */
  @Test
  void twoThatComeInTurnsAreBothSeenAgain() {
    for (int one = 1; one <= 1_000; one++) {
      for (int other = 1_001; other <= 2_000; other += 37) {
        var fresh = new SecondSight();
        fresh.isSecond(one);
        fresh.isSecond(other);

        assertThat(fresh.isSecond(one) && fresh.isSecond(other)).isTrue();
      }
    }
  }
}
