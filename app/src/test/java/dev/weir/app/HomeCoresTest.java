package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where busy threads run that are as event loops are, on this machine's own cores. */
class HomeCoresTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final ExecutorService second = Executors.newSingleThreadExecutor();
  private final List<Thread> others = new ArrayList<>();
  private final List<HomeCores> kept = new ArrayList<>();
  private final CompletableFuture<BitSet> crowded = new CompletableFuture<>();
  private volatile boolean ended;

  private void keepCores(boolean asked) {
    kept.add(HomeCores.start(List.of(loop, second), asked));
  }

  @BeforeEach
  void assumeCores() {
    try (ThreadCalls calls = ThreadCalls.open()) {
      assumeTrue(calls != null && calls.cores(0).cardinality() > 1, "no cores to choose from");
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    ended = true;
    crowded.complete(cores(0));
    kept.forEach(HomeCores::close);
    // No turn comes after it that asks for another one.
    for (ExecutorService ends : List.of(loop, second)) {
      CompletableFuture.runAsync(() -> {}, ends).join();
      ends.shutdown();
    }
    for (Thread other : others) {
      other.join();
    }
  }

  private void work() {
    while (!ended) {
      Thread.onSpinWait();
    }
  }

  /** As an event loop's, so that others get their turns. */
  private void turn(ExecutorService busy) {
    long until = System.nanoTime() + 10_000_000;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    if (!ended) {
      busy.execute(() -> turn(busy));
    }
  }

  /** The number of the thread that asks. */
  private static long number() {
    try {
      return Long.parseLong(Path.of("/proc/thread-self").toRealPath().getFileName().toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private long busyLoop() {
    return busy(loop);
  }

  private long busy(ExecutorService busy) {
    long number = CompletableFuture.supplyAsync(HomeCoresTest::number, busy).join();
    busy.execute(() -> turn(busy));
    return number;
  }

  private static BitSet cores(long thread) {
    try (ThreadCalls calls = ThreadCalls.open()) {
      return calls == null ? new BitSet() : calls.cores(thread);
    }
  }

  private static void keepTo(BitSet cores, long thread) {
    try (ThreadCalls calls = ThreadCalls.open()) {
      Objects.requireNonNull(calls).keepTo(cores, thread);
    }
  }

  private static BitSet only(int core) {
    BitSet only = new BitSet();
    only.set(core);
    return only;
  }

  /** Threads that are there already when they crowd together on some cores. */
  private void crowd() {
    for (int i = 0; i < 6; i++) {
      others.add(
          Thread.ofPlatform()
              .start(() -> {
                keepTo(crowded.join(), 0);
                work();
              }));
    }
  }

  private static BitSet home(long thread) {
    await().atMost(SOON).until(() -> cores(thread).cardinality() == 1);
    return cores(thread);
  }

  @Test
  void aBusyLoopStaysOnItsCoreUntilOthersDo() {
    BitSet all = cores(0);
    crowd();
    keepCores(true);
    long thread = busyLoop();
    BitSet home = home(thread);
    assertThat(all.intersects(home)).isTrue();

    crowded.complete(home);
    await().atMost(SOON).until(() -> cores(thread).equals(all));
  }

  @Test
  void whatALoopStartsIsNotKeptThere() {
    BitSet all = cores(0);
    keepCores(true);
    BitSet home = home(busyLoop());
    var first = new CompletableFuture<BitSet>();
    var started = new CompletableFuture<Long>();
    loop.execute(() ->
        others.add(
            Thread.ofPlatform()
                .start(() -> {
                  first.complete(cores(0));
                  started.complete(number());
                  work();
                })));
    assertThat(first.join()).isEqualTo(home);
    await().atMost(SOON).until(() -> cores(started.join()).equals(all));
  }

  @Test
  void whatSomebodyChoseForALoopStays() {
    BitSet all = cores(0);
    crowd();
    keepCores(true);
    long thread = busyLoop();
    BitSet home = home(thread);
    BitSet chosen =
        only(home.nextSetBit(0) == all.nextSetBit(0) ? all.length() - 1 : all.nextSetBit(0));
    keepTo(chosen, thread);
    crowded.complete(chosen);
    await().during(Duration.ofSeconds(5)).atMost(SOON).until(() -> cores(thread).equals(chosen));
  }

  @Test
  void nothingIsKeptWhereThatIsNotWanted() {
    BitSet all = cores(0);
    keepCores(false);
    long thread = busyLoop();
    await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> cores(thread).equals(all));
  }

  @Test
  void whatSomebodyChoseForAnotherThreadStays() {
    var here = new CompletableFuture<Long>();
    others.add(
        Thread.ofPlatform()
            .start(() -> {
              here.complete(number());
              work();
            }));
    long other = here.join();
    keepCores(true);
    BitSet home = home(busyLoop());
    keepTo(home, other);
    await().during(Duration.ofSeconds(4)).atMost(SOON).until(() -> cores(other).equals(home));
  }

  @Test
  void twoBusyLoopsHaveACoreEach() {
    keepCores(true);
    long one = busy(loop);
    long other = busy(second);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          assertThat(cores(one).cardinality()).isOne();
          assertThat(cores(other).cardinality()).isOne();
          assertThat(cores(one)).isNotEqualTo(cores(other));
        });
  }

  @Test
  void theyAreFreeOnceNobodyLooks() {
    BitSet all = cores(0);
    keepCores(true);
    long thread = busyLoop();
    home(thread);
    kept.forEach(HomeCores::close);
    await().atMost(SOON).until(() -> cores(thread).equals(all));
  }

  /** Linux before 6.12 has no slices of one's own, and may not tell of them. */
  private static String slice() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/sched"))) {
      return lines.filter(line -> line.startsWith("se.slice")).findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static String sliceOf(ExecutorService loop) {
    return CompletableFuture.supplyAsync(HomeCoresTest::slice, loop).join();
  }

  private boolean takesSlices() {
    var told = new CompletableFuture<Boolean>();
    others.add(
        Thread.ofPlatform()
            .start(() -> {
              String usual = slice();
              try (ThreadCalls calls = ThreadCalls.open()) {
                Objects.requireNonNull(calls).slice(number(), 100_000);
              }
              told.complete(!slice().equals(usual));
            }));
    return told.join();
  }

  @Test
  void whatALoopStartsHasSlicesAsUsual() {
    String usual = slice();
    assumeTrue(takesSlices(), "slices are not taken, or not told of");
    keepCores(false);
    await().atMost(SOON).until(() -> !sliceOf(loop).equals(usual));
    var started = new CompletableFuture<String>();
    loop.execute(() -> others.add(Thread.ofPlatform().start(() -> started.complete(slice()))));
    assertThat(started.join()).isEqualTo(usual);
  }
}
