package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class GatheringIoTest {
  private int pauses;
  private boolean paused;
  private int waitsAfterPauses;
  private boolean busy;
  private int rests;
  private long restNanos = 60_000;
  private long othersNanos = 150;

  @Test
  void callerWhoWaitsForEachAnswerIsHardlyEverKeptWaiting() {
    turns(100_000, afterPause -> 1);
    assertThat(pauses).isBetween(1, 200);
  }

  @Test
  void pausesBeforeEveryTurnForAsLongAsThatFindsMany() {
    turns(10_000, afterPause -> afterPause == 1 ? 10 : 2);
    assertThat(pauses).isGreaterThan(9_900);
  }

  @Test
  void stopsWhenItDoesNotPayAnyMore() {
    GatheringIo io = gathering(afterPause -> afterPause == 1 && pauses < 1000 ? 10 : 2);
    turns(io, 1100);
    int paying = pauses;
    turns(io, 1000);
    assertThat(paying).isGreaterThan(950);
    assertThat(pauses - paying).isLessThan(10);
  }

  @Test
  void pausesThatTakeLongPayForNobody() {
    restNanos = 4_000_000;
    turns(10_000, afterPause -> afterPause == 1 ? 10 : 2);
    assertThat(pauses).isLessThan(20);
  }

  @Test
  void whatIsNotThereAfterAPauseIsNotWaitedFor() {
    turns(10_000, afterPause -> afterPause == 1 ? 0 : 8);
    assertThat(pauses).isBetween(1, 200);
    assertThat(waitsAfterPauses).isZero();
  }

  @Test
  void doesNotPauseWhereManyAreReadyAnyway() {
    turns(10_000, afterPause -> 40);
    assertThat(pauses).isZero();
  }

  @Test
  void doesNotPauseWhenNothingHappens() {
    turns(10_000, afterPause -> 0);
    assertThat(pauses).isZero();
  }

  @Test
  void doesNotPauseWhileThereIsOtherWork() {
    busy = true;
    turns(10_000, afterPause -> 2);
    assertThat(pauses).isZero();
  }

  @Test
  void givesWayToOthersOnItsCoreAndDoesNotRest() {
    othersNanos = 40_000;
    turns(10_000, afterPause -> afterPause == 1 ? 3 : 2);
    assertThat(pauses).isGreaterThan(9_900);
    assertThat(rests).isZero();
  }

  @Test
  void restsAgainOnceOthersHaveBeenAwayForAWhile() {
    othersNanos = 40_000;
    GatheringIo io = gathering(afterPause -> afterPause == 1 ? 3 : 2);
    turns(io, 1000);
    othersNanos = 150;
    turns(io, 60);
    assertThat(rests).isZero();
    turns(io, 1000);
    assertThat(rests).isPositive();
  }

  @Test
  void giveWayThatTakesLongPaysForNobody() {
    othersNanos = 400_000;
    turns(10_000, afterPause -> afterPause == 1 ? 10 : 2);
    assertThat(pauses).isLessThan(20);
  }

  @Test
  void losesItsCoreLessAndLessOftenButNotForGood() {
    othersNanos = 4_000_000;
    GatheringIo io = gathering(afterPause -> afterPause == 1 ? 10 : 2);
    turns(io, 10_000);
    assertThat(pauses - rests).isBetween(2, 9);
    turns(io, 90_000);
    assertThat(pauses - rests).isBetween(20, 40);
  }

  @Test
  void forgetsLossesWhenOthersGiveItsCoreBack() {
    othersNanos = 4_000_000;
    GatheringIo io = gathering(afterPause -> afterPause == 1 ? 10 : 2);
    turns(io, 30_000);
    othersNanos = 40_000;
    turns(io, 5_000);
    othersNanos = 4_000_000;
    turns(io, 1);
    rests = 0;
    turns(io, 200);
    assertThat(rests).as("it gives way again after a few rests").isLessThan(190);
  }

  /** How many sockets are ready, given 1 after a pause and 0 without. */
  private void turns(int count, IntUnaryOperator ready) {
    turns(gathering(ready), count);
  }

  private void turns(GatheringIo io, int count) {
    for (int i = 0; i < count; i++) {
      io.run(new Turn(!busy));
    }
  }

  private GatheringIo gathering(IntUnaryOperator ready) {
    return new GatheringIo(
        new Sockets(ready),
        new LoopCore() {
          @Override
          public long giveWay() {
            pauses += paused ? 0 : 1;
            paused = true;
            return othersNanos;
          }

          @Override
          public long rest() {
            pauses += paused ? 0 : 1;
            paused = true;
            rests++;
            return restNanos;
          }
        });
  }

  private record Turn(boolean canBlock) implements IoHandlerContext {
    @Override
    public long delayNanos(long now) {
      return 0;
    }

    @Override
    public long deadlineNanos() {
      return -1;
    }
  }

  /** Ready when the test says so. */
  private final class Sockets implements IoHandler {
    private final IntUnaryOperator ready;

    Sockets(IntUnaryOperator ready) {
      this.ready = ready;
    }

    @Override
    public int run(IoHandlerContext context) {
      waitsAfterPauses += paused && context.canBlock() ? 1 : 0;
      int found = ready.applyAsInt(paused ? 1 : 0);
      paused = false;
      return found;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return false;
    }
  }
}
