package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What must not last is looked at twice a second, however much of it there is (C13). */
class SweepTest {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** What it takes to close a connection. */
  private static final long END_NANOS = 20_000;

  private final Turns turns = new Turns();
  private final ConnectionLoop loop = new ConnectionLoop(Runnable::run, turns::nanos);
  private int looks;
  private int ended;

  private void watch(int count, Sweep.Watched watched) {
    for (int i = 0; i < count; i++) {
      loop.sweep().watch(watched, turns);
    }
  }

  private boolean stay(long nowNanos) {
    looks++;
    return true;
  }

  private boolean end(long nowNanos) {
    ended++;
    turns.pass(END_NANOS);
    return false;
  }

  @Test
  void looksOnceAPeriodAtWhatStays() {
    watch(1000, this::stay);
    assertThat(turns.turn()).isZero();

    for (int period = 1; period <= 3; period++) {
      turns.pass(PERIOD_NANOS);
      turns.turn();
      assertThat(looks).isEqualTo(period * 1000);
      assertThat(turns.turn()).isZero();
    }
  }

  @Test
  void endsThousandsInSeveralTurnsAndAllOfThem() {
    int connections = 4000;
    int inATurn = (int) (PacedWork.TURN_NANOS / END_NANOS);
    watch(connections, this::end);
    watch(1, this::stay);
    turns.pass(PERIOD_NANOS);

    for (int turn = 1; turn <= connections / inATurn; turn++) {
      turns.turn();
      assertThat(ended).isEqualTo(turn * inATurn);
    }

    turns.turn();
    assertThat(ended).isEqualTo(connections);
    assertThat(looks).isEqualTo(1);
    turns.pass(PERIOD_NANOS);
    turns.turn();
    assertThat(looks).isEqualTo(2);
  }

  /** It waits for the next time, and no second sweep begins for its sake. */
  @Test
  void whatComesMeanwhileIsLookedAtTheNextTime() {
    watch(200, this::end);
    turns.pass(PERIOD_NANOS);
    turns.turn();
    watch(1, this::stay);

    turns.turn();
    assertThat(ended).isEqualTo(200);
    assertThat(looks).isZero();

    turns.pass(PERIOD_NANOS);
    turns.turn();
    assertThat(looks).isEqualTo(1);
    assertThat(turns.turn()).isZero();
  }

  @Test
  void oneThatFailsKeepsNoOtherFromBeingLookedAt() {
    watch(
        1,
        _ -> {
          throw new IllegalStateException("broken");
        });
    watch(1, this::stay);
    turns.pass(PERIOD_NANOS);

    turns.turn();
    turns.turn();

    assertThat(looks).isEqualTo(1);
  }

  @Test
  void arraysThatNobodyUsedForAPeriodAreForgotten() {
    loop.arrays().giveBack(loop.arrays().take(100_000));
    watch(1, this::stay);
    turns.pass(PERIOD_NANOS);
    turns.turn();
    assertThat(loop.arrays().spareBytes()).isEqualTo(128 << 10);

    turns.pass(PERIOD_NANOS);
    turns.turn();
    assertThat(loop.arrays().spareBytes()).isZero();
  }

  @Test
  void noArrayIsKeptWhenNothingIsLookedAtAnyMore() {
    loop.arrays().giveBack(loop.arrays().take(100_000));
    watch(1, this::end);
    turns.pass(PERIOD_NANOS);

    turns.turn();

    assertThat(loop.arrays().spareBytes()).isZero();
  }
}
