package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {

  private static final long SECOND = 1_000_000_000;
  private static final int THREADS = 3;

  /** What the limit has to keep to: remembers each admission. */
  private static final class Log {
    private final ArrayDeque<Long> times = new ArrayDeque<>();
    private final RateLimit limit;

    Log(RateLimit limit) {
      this.limit = limit;
    }

    boolean admit(long now) {
      while (!times.isEmpty() && times.peekFirst() <= now - limit.spanNanos()) {
        times.removeFirst();
      }
      boolean admitted = times.size() < limit.calls();
      if (admitted) {
        times.addLast(now);
      }
      return admitted;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 127, 128, 129, 130, 255, 256, 257, 1_000, 12_345, 1_000_000})
  void admitsThatManyAtOnceAndAgainAfterTheSpan(int calls) {
    RateLimit limit = new RateLimit(calls, 1, 7);

    assertThat(burst(limit, 7)).isEqualTo(calls);
    assertThat(burst(limit, 6 + SECOND)).isZero();
    assertThat(burst(limit, 7 + SECOND)).isEqualTo(calls);
    assertThat(burst(limit, 5 * SECOND)).isEqualTo(calls);
    assertThat(burst(limit, 5 * SECOND + 1)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0.5,   1,     1, 2000000000",
    "0.1,   60,    1, 600000000000",
    "2.5,   1,     3, 1200000000",
    "100,   0.25,  100, 250000000",
    "1,     1e-12, 1, 1",
    "1e300, 1,     274877906944, 1",
    "1,     1e300, 1, 1152921504606846976",
  })
  void fractionsBecomeWholeCallsInAsMuchMoreTime(
      double rate, double per, long calls, long spanNanos) {
    RateLimit limit = new RateLimit(rate, per, 0);

    assertThat(limit.calls()).isEqualTo(calls);
    assertThat(limit.spanNanos()).isEqualTo(spanNanos);
    assertThat(limit.admit(0)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "-1, 1", "1, -1", "NaN, 1", "1, NaN"})
  void noLimitIsNone(double rate, double per) {
    assertThatThrownBy(() -> new RateLimit(rate, per, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 50, 128})
  void decidesAsALogOfAllCallsDoes(int calls) {
    for (int seed = 0; seed < 30; seed++) {
      RateLimit limit = new RateLimit(calls, 1, 0);
      Log log = new Log(limit);
      LongSupplier arrivals = arrivals(new Random(seed), SECOND / calls);
      for (int i = 0; i < 4_000; i++) {
        long now = arrivals.getAsLong();
        assertThat(limit.admit(now)).isEqualTo(log.admit(now));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {129, 130, 200, 257, 385, 1_000, 5_000, 100_001})
  void ofManyCallsNoSpanHasMoreAndAFullLoadGetsNearlyAll(int calls) {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      RateLimit limit = new RateLimit(calls, 1, 0);
      Log log = new Log(limit);
      long mean = SECOND / calls * 10 / (11 + random.nextInt(100));
      LongSupplier arrivals = seed % 3 == 0 ? steps(mean) : arrivals(random, mean);
      List<Long> admitted = new ArrayList<>();
      int most = 0;
      long now = 0;
      while (now < 20 * SECOND && admitted.size() < 300_000) {
        now = arrivals.getAsLong();
        most += log.admit(now) ? 1 : 0;
        if (limit.admit(now)) {
          admitted.add(now);
        }
      }
      assertKeepsTo(limit, admitted);
      assertThat(admitted.size()).as("seed %d", seed).isGreaterThanOrEqualTo((int) (0.99 * most));
    }
  }

  private static void assertKeepsTo(RateLimit limit, List<Long> admitted) {
    int calls = (int) limit.calls();
    for (int i = calls; i < admitted.size(); i++) {
      assertThat(admitted.get(i) - admitted.get(i - calls))
          .isGreaterThanOrEqualTo(limit.spanNanos());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 128, 1_000})
  void tellsWhenTheNextCallIsAdmitted(int calls) {
    RateLimit limit = new RateLimit(calls, 1, 0);
    LongSupplier arrivals = arrivals(new Random(calls), SECOND / calls / 2);
    int refused = 0;
    for (int i = 0; i < 4_000; i++) {
      long now = arrivals.getAsLong();
      long wait = limit.waitNanos(now);
      assertThat(limit.admit(now)).isEqualTo(wait == 0);
      if (wait > 0) {
        refused++;
        assertThat(limit.admit(now + wait - 1)).isFalse();
        assertThat(limit.waitNanos(now + wait)).isZero();
      }
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 128, 129, 1_000})
  void tellsHowManyCallsAreLeft(int calls) {
    RateLimit limit = new RateLimit(calls, 1, 0);
    Random random = new Random(calls);
    assertThat(limit.remaining(0)).isEqualTo(calls);
    long now = 0;
    for (int i = 0; i < 2_000; i++) {
      now += random.nextLong(SECOND / calls * 2);
      limit.admit(now);
      if (random.nextInt(50) == 0) {
        long remaining = limit.remaining(now);
        assertThat(burst(limit, now)).isEqualTo(remaining);
        assertThat(limit.remaining(now)).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 256})
  void aThreadWhoseTimeIsBehindMakesNoCallOlder(int calls) {
    RateLimit limit = new RateLimit(calls, 1, 0);

    assertThat(limit.admit(SECOND)).isTrue();
    assertThat(limit.admit(SECOND / 2)).isTrue();
    burst(limit, SECOND);

    assertThat(burst(limit, SECOND / 2 + SECOND)).isZero();
    assertThat(burst(limit, 2 * SECOND)).isEqualTo(calls);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5, Long.MAX_VALUE - 10, Long.MIN_VALUE})
  void timesMayBeginAnywhere(long origin) {
    RateLimit limit = new RateLimit(3, 1, origin);

    assertThat(limit.admit(origin - 1_000)).isTrue();
    assertThat(burst(limit, origin)).isEqualTo(2);
    assertThat(burst(limit, origin + SECOND - 1)).isZero();
    assertThat(burst(limit, origin + SECOND)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 128, 300})
  void threadsTogetherGetNoneMoreAndNoneLess(int calls) throws Exception {
    assertThat(admittedInRounds(calls, calls + 5)).containsOnly((long) calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 126, 300})
  void noThreadIsRefusedWhileCallsAreLeft(int calls) throws Exception {
    assertThat(admittedInRounds(calls, calls / THREADS)).containsOnly((long) calls);
  }

  /** How many threads together get in each of many rounds, all at one time and full of calls. */
  private static List<Long> admittedInRounds(int calls, int attemptsOfEach) throws Exception {
    RateLimit limit = new RateLimit(calls, 1, 0);
    AtomicLong admitted = new AtomicLong();
    List<Long> rounds = new ArrayList<>();
    CyclicBarrier end = new CyclicBarrier(THREADS, () -> rounds.add(admitted.getAndSet(0)));
    together(() -> {
      for (int round = 0; round < 3_000; round++) {
        for (int i = 0; i < attemptsOfEach; i++) {
          if (limit.admit(round * SECOND)) {
            admitted.incrementAndGet();
          }
        }
        end.await();
      }
      return null;
    });
    return rounds;
  }

  /**
   * A span is full of calls that certainly were in it: begun after its begin, over before its end.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 128, 1_000})
  void noSpanHasMoreWhenThreadsRace(int calls) throws Exception {
    RateLimit limit = new RateLimit(calls, 50e-6, System.nanoTime());
    List<long[]> admitted = new ArrayList<>();
    List<List<long[]>> all =
        together(() -> {
          List<long[]> mine = new ArrayList<>();
          for (int i = 0; i < 300_000; i++) {
            long before = System.nanoTime();
            if (limit.admit(before)) {
              mine.add(new long[] {before, System.nanoTime()});
            }
          }
          return mine;
        });
    all.forEach(admitted::addAll);

    assertThat(admitted.size()).isGreaterThan(calls);
    assertThat(mostWithin(admitted, limit.spanNanos())).isLessThanOrEqualTo(calls);
  }

  /** The most calls that lie in one span, ends excluded. */
  private static int mostWithin(List<long[]> calls, long span) {
    long[][] byBegin = calls.toArray(long[][]::new);
    Arrays.sort(byBegin, (a, b) -> Long.compare(a[0], b[0]));
    int most = 0;
    for (int from = 0; from < byBegin.length; from++) {
      long end = byBegin[from][0] + span;
      int within = 0;
      for (int i = from; i < byBegin.length && byBegin[i][0] < end; i++) {
        within += byBegin[i][1] < end ? 1 : 0;
      }
      most = Math.max(most, within);
    }
    return most;
  }

  @Test
  void admittingAllocatesNothing() {
    RateLimit limit = new RateLimit(1_000, 1, 0);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 30_000; i++) {
      long now = i * 500_000L;
      sum += limit.admit(now) ? limit.remaining(now) : limit.waitNanos(now);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(sum).isPositive();
    assertThat(allocated).isLessThan(20_000);
  }

  /** Most callers are far from their limits, and there are many of them. */
  @Test
  void whoCallsSeldomTakesLittle() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    RateLimit[] limits = new RateLimit[100];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < limits.length; i++) {
      limits[i] = new RateLimit(1_000, 1, 0);
      for (int call = 0; call < 10; call++) {
        assertAdmits(limits[i]);
      }
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / limits.length).isLessThan(400);
  }

  private static void assertAdmits(RateLimit limit) {
    if (!limit.admit(0)) {
      throw new AssertionError("refused");
    }
  }

  private static <T> List<T> together(Callable<T> work) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<T> results = new ArrayList<>();
      for (Future<T> one : pool.invokeAll(Collections.nCopies(THREADS, work))) {
        results.add(one.get());
      }
      return results;
    }
  }

  private static long burst(RateLimit limit, long now) {
    long admitted = 0;
    while (limit.admit(now)) {
      admitted++;
    }
    return admitted;
  }

  private static LongSupplier steps(long step) {
    long[] now = {0};
    return () -> now[0] += step;
  }

  /** Single calls at random, crowds, and pauses. */
  private static LongSupplier arrivals(Random random, long mean) {
    long[] now = {0};
    return () -> {
      int kind = random.nextInt(100);
      double pause = kind == 0 ? 20 : kind < 20 ? 0 : 1;
      return now[0] += (long) (pause * mean * -Math.log(1 - random.nextDouble()));
    };
  }
}
