package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When an event loop stays on its core; each look is a second after the one before. */
class HomeCoreTest {
  private static final long MILLI = 1_000_000;

  private final HomeCore core = new HomeCore();

  private boolean looks(int times, long ranMillis, long waitedMillis) {
    boolean stays = false;
    for (int i = 0; i < times; i++) {
      stays = core.look(ranMillis * MILLI, waitedMillis * MILLI);
    }
    return stays;
  }

  /** How many looks it takes, at most so many, until it is as told. */
  private int looksUntil(boolean stays, int most, long ranMillis, long waitedMillis) {
    for (int i = 1; i <= most; i++) {
      if (core.look(ranMillis * MILLI, waitedMillis * MILLI) == stays) {
        return i;
      }
    }
    return most + 1;
  }

  @Test
  void aBusyLoopStays() {
    assertThat(looks(1, 300, 10)).isTrue();
    assertThat(looks(50, 300, 10)).isTrue();
  }

  @Test
  void anIdleLoopIsLeftToTheKernel() {
    assertThat(looks(100, 19, 0)).isFalse();
    assertThat(looks(1, 20, 0)).isTrue();
    assertThat(looksUntil(false, 100, 1, 0)).as("idle again").isEqualTo(60);
    assertThat(looks(100, 1, 0)).isFalse();
  }

  /** As one does that has little to do where something else never ends. */
  @Test
  void anIdleLoopThatWaitsForItsCoreLeavesItToo() {
    looks(1, 500, 0);
    assertThat(looks(1, 5, 21)).isTrue();
    assertThat(looks(1, 5, 21)).isFalse();
    assertThat(looks(100, 5, 0)).isFalse();
  }

  @Test
  void aLoopThatWaitsForItsCoreLeavesIt() {
    looks(1, 500, 0);
    assertThat(looks(1, 400, 400)).as("once").isTrue();
    assertThat(looks(1, 500, 0)).isTrue();
    assertThat(looks(1, 400, 400)).as("once more").isTrue();
    assertThat(looks(1, 400, 400)).as("twice").isFalse();
  }

  @Test
  void whoFindsNoRoomIsLeftToTheKernel() {
    assertThat(looks(100, 400, 301)).isFalse();
    assertThat(looks(1, 400, 300)).isTrue();
  }

  @Test
  void someWaitingIsBorne() {
    looks(1, 400, 0);
    assertThat(looks(50, 400, 300)).isTrue();
    assertThat(looks(2, 400, 301)).isFalse();
  }

  @Test
  void itHasToGoWellForAllLooksInARow() {
    looks(1, 500, 0);
    looksUntil(false, 10, 400, 400);
    looksUntil(true, 10, 500, 0);
    looksUntil(false, 10, 400, 400);
    assertThat(looks(3, 500, 0)).isFalse();
    assertThat(looks(1, 400, 400)).isFalse();
    assertThat(looks(1, 10, 0)).as("idle").isFalse();
    assertThat(looks(3, 500, 0)).isFalse();
    assertThat(looks(1, 500, 0)).isTrue();
  }

  @Test
  void aMomentOfWaitingIsBorne() {
    looks(1, 100, 0);
    assertThat(looks(50, 20, 20)).isTrue();
    assertThat(looks(2, 20, 21)).isFalse();
  }

  @Test
  void whoLeavesTimeAndAgainStaysAwayForLonger() {
    looks(1, 500, 0);
    for (int free = 2; free <= 64; free *= 2) {
      assertThat(looksUntil(false, 10, 400, 400)).isEqualTo(2);
      assertThat(looksUntil(true, 100, 500, 0)).isEqualTo(free);
    }
    assertThat(looksUntil(false, 10, 400, 400)).isEqualTo(2);
    assertThat(looksUntil(true, 100, 500, 0)).isEqualTo(64);
  }

  /** What waits elsewhere, and where the kernel would have it, change. */
  @Test
  void itIsFreeForASecondOfEachMinute() {
    looks(1, 500, 0);
    for (int minute = 0; minute < 3; minute++) {
      assertThat(looksUntil(false, 100, 500, 0)).isEqualTo(60);
      assertThat(looksUntil(true, 10, 500, 0)).isEqualTo(1);
    }
  }

  @Test
  void whoStayedForAMinuteIsSoonBackOnceItLeaves() {
    looks(1, 500, 0);
    looksUntil(false, 10, 400, 400);
    looksUntil(true, 10, 500, 0);
    assertThat(looksUntil(false, 100, 500, 0)).isEqualTo(60);
    assertThat(looksUntil(true, 10, 500, 0)).isEqualTo(1);
    assertThat(looksUntil(false, 10, 400, 400)).isEqualTo(2);
    assertThat(looksUntil(true, 10, 500, 0)).isEqualTo(2);
  }

  @Test
  void whoFindsNoCoreTriesAgain() {
    assertThat(looks(1, 500, 0)).isTrue();
    core.stayedFree();
    assertThat(looks(1, 500, 0)).isTrue();
  }
}
