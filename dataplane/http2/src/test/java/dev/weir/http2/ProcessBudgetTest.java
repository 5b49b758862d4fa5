package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessBudgetTest {
  private static final int WHOLE = 25_600;
  private static final int PORTION = 100;

  private final ProcessBudget process = new ProcessBudget(WHOLE, 4);
  private final LoopBudget one = new LoopBudget(process);
  private final LoopBudget other = new LoopBudget(process);

  @Test
  void loopsTogetherUseAllThatThereIsAndNoMore() {
    one.use(15_600);
    other.use(10_000);

    assertThat(one.isExceeded()).isFalse();
    assertThat(other.isExceeded()).isFalse();
    assertThat(other.hasRoom(1)).isFalse();

    other.use(1);

    assertThat(other.isExceeded()).isTrue();
    assertThat(one.isExceeded()).isFalse();
  }

  @Test
  void whatOneGivesBackTheOtherMayUse() {
    one.use(WHOLE);
    assertThat(other.hasRoom(1)).isFalse();

    one.use(-1000);

    assertThat(other.hasRoom(1000 - 2 * PORTION)).isTrue();
    other.use(1000 - 2 * PORTION);
    assertThat(other.isExceeded()).isFalse();
  }

  @Test
  void whatIsUsedWithoutRoomIsCountedAndGivenBack() {
    one.use(WHOLE + 500);
    assertThat(one.isExceeded()).isTrue();

    one.use(-500);

    assertThat(one.isExceeded()).isFalse();
    one.use(-WHOLE);
    assertThat(one.used()).isZero();
    assertThat(process.left()).isGreaterThanOrEqualTo(WHOLE - 2 * PORTION);
  }

  @Test
  void comingAndGoingTouchesNothingThatLoopsShare() {
    one.use(PORTION + 1);
    long left = process.left();

    for (int i = 0; i < 100; i++) {
      one.use(PORTION - 1);
      one.use(1 - PORTION);
    }

    assertThat(process.left()).isEqualTo(left);
  }

  /** Also where a loop's portion would be less than one. */
  @ParameterizedTest
  @CsvSource({"200000000, 128", "100000, 64", "1000, 64", "100, 128"})
  void loopsThatAreIdleKeepLittle(long whole, int loops) {
    var shared = new ProcessBudget(whole, loops);
    for (int i = 0; i < loops; i++) {
      var idle = new LoopBudget(shared);
      idle.use(1);
      idle.use(-1);
    }

    var last = new LoopBudget(shared);

    assertThat(last.hasPlenty()).isTrue();
    assertThat(last.hasRoom(whole - whole / 32)).isTrue();
  }

  @Test
  void itIsShortWhenAllButAnEighthIsGone() {
    one.use(WHOLE / 8 * 7);
    assertThat(other.isShort()).isFalse();

    one.use(1);

    assertThat(other.isShort()).isTrue();
  }

  @Test
  void nothingIsLostOrMadeByChance() {
    var random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      LoopBudget loop = random.nextBoolean() ? one : other;
      loop.use(Math.max(-loop.used(), random.nextInt(WHOLE) - WHOLE / 2));

      long used = one.used() + other.used();
      boolean exceeded = one.isExceeded() || other.isExceeded();
      assertThat(process.left()).isBetween(0L, (long) WHOLE);
      assertThat(exceeded || used <= WHOLE).as("%d used", used).isTrue();
      assertThat(!exceeded || used > WHOLE - 4 * PORTION).as("%d used", used).isTrue();
    }
    one.use(-one.used());
    other.use(-other.used());
    assertThat(process.left()).isBetween(WHOLE - 4L * PORTION, (long) WHOLE);
  }
}
