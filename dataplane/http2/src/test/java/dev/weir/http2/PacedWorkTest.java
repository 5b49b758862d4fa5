package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Work that comes in heaps leaves the event loop to others in between (C13, C15). */
class PacedWorkTest {
  private static final long EACH_NANOS = 100_000;
  private static final int IN_A_TURN = (int) (PacedWork.TURN_NANOS / EACH_NANOS);

  private final Turns turns = new Turns();
  private final ConnectionLoop loop = new ConnectionLoop(Runnable::run, turns::nanos);
  private final List<Integer> done = new ArrayList<>();

  private void perform(int number) {
    loop.paced()
        .perform(
            () -> {
              turns.pass(EACH_NANOS);
              done.add(number);
            },
            turns);
  }

  @Test
  void littleWorkIsDoneAtOnce() {
    perform(1);

    assertThat(done).containsExactly(1);
  }

  @Test
  void aHeapIsDoneInSeveralTurnsInOrder() {
    IntStream.range(0, 5 * IN_A_TURN).forEach(this::perform);

    for (int turn = 1; turn <= 5; turn++) {
      assertThat(done).hasSize(turn * IN_A_TURN);
      turns.turn();
    }

    assertThat(done).isSorted().hasSize(5 * IN_A_TURN);
  }

  /** A call that comes in the meantime is served before the heap is worked off. */
  @Test
  void othersTurnComesInBetween() {
    IntStream.range(0, 5 * IN_A_TURN).forEach(this::perform);
    var _ = turns.schedule(() -> done.add(-1), 0, TimeUnit.NANOSECONDS);

    turns.turn();

    assertThat(done).contains(-1).hasSizeLessThanOrEqualTo(2 * IN_A_TURN + 1);
  }

  @Test
  void eachTurnHasTimeOfItsOwn() {
    for (int turn = 0; turn < 3; turn++) {
      IntStream.range(0, IN_A_TURN).forEach(this::perform);
      assertThat(done).hasSize((turn + 1) * IN_A_TURN);
      turns.turn();
    }
    assertThat(turns.turn()).as("timers when there is nothing to do").isZero();
  }

  @Test
  void whatCostsMoreThanATurnIsDoneAlone() {
    for (int i = 0; i < 3; i++) {
      loop.paced().perform(() -> turns.pass(2 * PacedWork.TURN_NANOS), turns);
      perform(i);
    }

    assertThat(done).isEmpty();
    for (int turn = 0; turn < 3; turn++) {
      turns.turn();
    }
    assertThat(done).containsExactly(0, 1, 2);
  }

  @Test
  void workThatFailsKeepsNoOtherFromBeingDone() {
    IntStream.range(0, IN_A_TURN).forEach(this::perform);
    loop.paced()
        .perform(
            () -> {
              throw new IllegalStateException("broken");
            },
            turns);
    perform(100);

    turns.turn();
    turns.turn();

    assertThat(done).last().isEqualTo(100);
  }

  @Test
  void workThatBringsWorkIsFinishedFirst() {
    loop.paced()
        .perform(
            () -> {
              perform(2);
              done.add(1);
            },
            turns);

    assertThat(done).containsExactly(1, 2);
  }
}
