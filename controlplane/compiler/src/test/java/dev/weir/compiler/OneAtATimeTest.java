package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
  private static final int THREADS = 4;
  private static final int EACH = 50_000;

  private final List<Throwable> faults = new ArrayList<>();
  private final OneAtATime oneAtATime = new OneAtATime(faults::add);

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

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
