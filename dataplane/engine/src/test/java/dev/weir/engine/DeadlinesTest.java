package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.Deadlines.Deadline;
import dev.weir.http2.ConnectionLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final long MILLI = 1_000_000;

  private final SimulatedClock clock = new SimulatedClock();
  private final SimulatedLoop eventLoop = new SimulatedLoop(clock);
  private final ConnectionLoop loop = new ConnectionLoop(eventLoop, clock::nanoTime);
  private final Deadlines deadlines = new Deadlines(loop, eventLoop);
  private final List<Integer> passed = new ArrayList<>();

  @Test
  void eachPassesAtItsTimeWhateverTheirOrderAndHoweverManyAreTakenBack() {
    SplittableRandom random = new SplittableRandom(12);
    Deadline[] all = new Deadline[1000];
    int[] due = new int[all.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = named(i);
      due[i] = 1 + random.nextInt(500);
      set(all[i], Duration.ofMillis(due[i]));
    }
    for (int i = 0; i < all.length; i++) {
      if (random.nextInt(3) > 0) {
        deadlines.clear(all[i]);
        due[i] = 0;
      }
    }

    for (int milli = 1; milli <= 500; milli++) {
      passed.clear();
      pass(MILLI);
      assertThat(passed).containsExactlyInAnyOrderElementsOf(indexes(due, milli));
    }
    assertThat(deadlines.size()).isZero();
  }

  private static List<Integer> indexes(int[] values, int wanted) {
    List<Integer> indexes = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] == wanted) {
        indexes.add(i);
      }
    }
    return indexes;
  }

  @Test
  void noneIsEarly() {
    set(named(1), Duration.ofSeconds(1));

    pass(999_999_999);
    assertThat(passed).isEmpty();

    pass(1);
    assertThat(passed).containsExactly(1);
  }

  @Test
  void maySetAnotherWhenItPasses() {
    Deadline second = named(2);
    set(new Deadline(() -> set(second, Duration.ofMillis(5))), Duration.ofMillis(5));

    pass(5 * MILLI);
    pass(5 * MILLI);

    assertThat(passed).containsExactly(2);
  }

  @Test
  void takingBackTwiceChangesNothing() {
    Deadline taken = named(1);
    set(taken, Duration.ofMillis(1));
    set(named(2), Duration.ofMillis(2));

    deadlines.clear(taken);
    deadlines.clear(taken);
    pass(2 * MILLI);

    assertThat(passed).containsExactly(2);
  }

  /** A caller whose time-outs get shorter and shorter would have a timer for each otherwise. */
  @Test
  void thereIsOneTimerHoweverManyThereAre() {
    for (int i = 1000; i > 0; i--) {
      Deadline one = named(i);
      set(one, Duration.ofHours(i));
      deadlines.clear(one);
    }

    assertThat(timers()).isEqualTo(1);
  }

  @Test
  void whoAllowsAlmostForEverHasNone() {
    deadlines.set(named(1), loop.nowNanos(), Long.MAX_VALUE);

    assertThat(deadlines.size()).isZero();
    assertThat(timers()).isZero();
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthers() {
    Deadline broken =
        new Deadline(() -> {
          throw new IllegalStateException("on purpose");
        });
    set(broken, Duration.ofMillis(1));
    set(named(2), Duration.ofMillis(1));

    pass(MILLI);

    assertThat(passed).containsExactly(2);
  }

  /** Calls that began together are over together: others get their turn in between. */
  @Test
  void manyPassInSeveralTurns() {
    long costNanos = 100_000;
    for (int i = 0; i < 500; i++) {
      int name = i;
      Runnable costly =
          () -> {
            clock.advance(costNanos);
            passed.add(name);
          };
      set(new Deadline(costly), Duration.ofMillis(1));
    }
    set(new Deadline(() -> passed.add(-1)), Duration.ofHours(1));

    int turns = 0;
    for (int before = -1; passed.size() > before; turns++) {
      before = passed.size();
      clock.advance(turns == 0 ? MILLI : 0);
      eventLoop.turnOnce();
      assertThat(passed.size() - before).as("at once").isLessThanOrEqualTo(50);
    }

    assertThat(passed).hasSize(500).doesNotContain(-1);
    assertThat(turns).isGreaterThan(10);
  }

  private Deadline named(int name) {
    return new Deadline(() -> passed.add(name));
  }

  private void set(Deadline deadline, Duration timeout) {
    deadlines.set(deadline, loop.nowNanos(), timeout.toNanos());
  }

  private void pass(long nanos) {
    clock.advance(nanos);
    eventLoop.turn();
  }

  /** Lets all of them go off. */
  private int timers() {
    int count = 0;
    for (long next = eventLoop.untilNextTimer(); next >= 0; next = eventLoop.untilNextTimer()) {
      clock.advance(next);
      eventLoop.turn();
      count++;
    }
    return count;
  }
}
