package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
  private static final int THREADS = 4;
  private static final int EACH = 50_000;

  private final Deque<Runnable> others = new ArrayDeque<>();
  private final List<Throwable> faults = new ArrayList<>();
  private final OneAtATime oneAtATime = new OneAtATime(others::add, faults::add);

  @Test
  void whoComesWhileAnotherIsAtItWaitsForNobody() throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    List<String> run = new ArrayList<>();
    Thread slow =
        Thread.ofPlatform()
            .start(() ->
                oneAtATime.run(() -> {
                  begun.countDown();
                  await(goOn);
                  run.add("first");
                }));
    await(begun);
    oneAtATime.run(() -> run.add("second"));
    assertThat(oneAtATime.undone()).isEqualTo(2);
    goOn.countDown();
    slow.join();

    assertThat(run).containsExactly("first", "second");
    assertThat(oneAtATime.undone()).isZero();
  }

  @Test
  void allAreRunOnceAndNeverTwoAtOnce() throws Exception {
    // No thread but the one that is at it sees these.
    int[] count = new int[1];
    int[] last = new int[THREADS];
    List<Thread> all =
        IntStream.range(0, THREADS)
            .mapToObj(thread ->
                Thread.ofPlatform()
                    .start(() -> {
                      for (int i = 1; i <= EACH; i++) {
                        int number = i;
                        oneAtATime.run(() -> {
                          count[0]++;
                          last[thread] = last[thread] == number - 1 ? number : -EACH;
                        });
                      }
                    }))
            .toList();
    for (Thread thread : all) {
      thread.join();
    }

    assertThat(count[0]).isEqualTo(THREADS * EACH);
    assertThat(last).containsOnly(EACH);
  }

  @Test
  void aTaskThatFailsHoldsUpNobody() {
    var fault = new InternalError("no thread");
    List<String> run = new ArrayList<>();
    oneAtATime.run(() -> {
      oneAtATime.run(() -> run.add("behind it"));
      throw fault;
    });
    oneAtATime.run(() -> run.add("after it"));

    assertThat(run).containsExactly("behind it", "after it");
    assertThat(faults).containsExactly(fault);
    assertThat(oneAtATime.undone()).isZero();
  }

  /** One that has another come, so that there is always one to do. */
  private void flood(OneAtATime flooded, int[] run, int tasks) {
    flooded.run(() -> {
      run[0]++;
      if (run[0] < tasks) {
        flood(flooded, run, tasks);
      }
    });
  }

  @Test
  void nobodyIsKeptByAFlood() {
    int[] run = new int[1];
    flood(oneAtATime, run, 10_000);
    assertThat(run[0]).isEqualTo(OneAtATime.MOST);
    assertThat(others).hasSize(1);
    oneAtATime.run(() -> {});
    assertThat(run[0]).isBetween(2 * OneAtATime.MOST - 1, 2 * OneAtATime.MOST);
    assertThat(others).hasSize(1);
    while (!others.isEmpty()) {
      int before = run[0];
      others.remove().run();
      assertThat(run[0] - before).isBetween(1, OneAtATime.MANY);
      assertThat(others).hasSizeLessThanOrEqualTo(1);
    }

    assertThat(run[0]).isEqualTo(10_000);
    assertThat(oneAtATime.undone()).isZero();
  }

  @Test
  void whoComesGoesOnWhereThereIsNoOther() {
    int[] run = new int[1];
    var closed =
        new OneAtATime(
            task -> {
              throw new RejectedExecutionException("closed");
            },
            faults::add);
    flood(closed, run, 1000);

    assertThat(run[0]).isEqualTo(1000);
    assertThat(closed.undone()).isZero();
    assertThat(faults).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
