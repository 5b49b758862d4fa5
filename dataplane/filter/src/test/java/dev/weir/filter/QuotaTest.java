package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaTest {
  private static final int THREADS = 4;

  private static Quota quota(long calls, long seconds) {
    return new Quota(new QuotaRule("", calls, seconds), QuotaUse.NONE);
  }

  private static int admitted(Quota quota, long now, int asked) {
    int admitted = 0;
    for (int i = 0; i < asked; i++) {
      admitted += quota.admit(now) ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void aPeriodBeginsWithItsFirstCallAndTheNextOneWithTheFirstAfterIt() {
    Quota quota = quota(3, 60);
    assertThat(quota.remaining(100)).isEqualTo(3);
    assertThat(quota.renews(100)).isEqualTo(160);

    assertThat(admitted(quota, 100, 2)).isEqualTo(2);
    assertThat(quota.remaining(120)).isEqualTo(1);
    assertThat(quota.renews(120)).isEqualTo(160);
    assertThat(admitted(quota, 159, 5)).isEqualTo(1);
    assertThat(quota.remaining(159)).isZero();

    assertThat(quota.remaining(160)).isEqualTo(3);
    assertThat(admitted(quota, 200, 5)).isEqualTo(3);
    assertThat(quota.renews(201)).isEqualTo(260);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE})
  void oneWithoutAnEndNeverRenews(long seconds) {
    Quota quota = quota(2, seconds);
    assertThat(admitted(quota, 100, 5)).isEqualTo(2);
    assertThat(admitted(quota, Long.MAX_VALUE, 5)).isZero();
    assertThat(quota.renews(100)).isEqualTo(Quota.NEVER);
  }

  @Test
  void whatWasUsedBeforeCountsUntilItRenews() {
    Quota quota = new Quota(new QuotaRule("", 5, 60), new QuotaUse(4, 150));
    assertThat(quota.use()).isEqualTo(new QuotaUse(4, 150));
    assertThat(admitted(quota, 149, 5)).isEqualTo(1);
    assertThat(admitted(quota, 150, 9)).isEqualTo(5);
    assertThat(quota.use()).isEqualTo(new QuotaUse(5, 210));
  }

  @Test
  void aResetMakesItWhole() {
    Quota quota = quota(2, 60);
    admitted(quota, 100, 9);
    quota.reset();
    assertThat(quota.use()).isEqualTo(QuotaUse.NONE);
    assertThat(admitted(quota, 130, 9)).isEqualTo(2);
    assertThat(quota.renews(131)).isEqualTo(190);
  }

  @Test
  void oneOfNothingIsNone() {
    assertThatThrownBy(() -> quota(0, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Each thread has a time of its own, as event loops have, and all go through many periods. */
  @Test
  void manyThreadsGetAllOfItAndNeverMore() throws Exception {
    int calls = 1_000;
    int periods = 200;
    Quota quota = quota(calls, 1);
    var time = new AtomicLong();
    var admitted = new ConcurrentHashMap<Long, AtomicLong>();
    var begin = new CyclicBarrier(THREADS);
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(
            threads.submit(() -> {
              begin.await();
              for (long now = time.get(); now < periods; now = time.get()) {
                if (quota.admit(now)) {
                  admitted.computeIfAbsent(now, _ -> new AtomicLong()).incrementAndGet();
                } else {
                  time.compareAndSet(now, now + 1);
                }
              }
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    long sum = admitted.values().stream().mapToLong(AtomicLong::get).sum();
    assertThat(sum).isEqualTo((long) calls * periods);
  }

  /** Resets and ends of periods meet, more often than the number of a period has values. */
  @Test
  void resetsAmongEndsOfPeriodsEndWhole() throws Exception {
    Quota quota = quota(5, 1);
    var over = new AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        calls.add(
            threads.submit(() -> {
              for (long now = 0; !over.get(); now++) {
                quota.admit(now / 3);
              }
            }));
      }
      for (int i = 0; i < 100_000; i++) {
        quota.reset();
      }
      over.set(true);
      for (Future<?> one : calls) {
        one.get();
      }
    }
    quota.reset();
    assertThat(admitted(quota, Long.MAX_VALUE / 2, 9)).isEqualTo(5);
  }

  /** A reset gives one quota back, and no call is counted for two of them. */
  @Test
  void resetsGiveAsMuchAsTheyAre() throws Exception {
    Quota quota = quota(5, -1);
    int resets = 10_000;
    var over = new AtomicBoolean();
    var admitted = new AtomicLong();
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        calls.add(
            threads.submit(() -> {
              while (!over.get()) {
                admitted.addAndGet(quota.admit(1) ? 1 : 0);
              }
            }));
      }
      for (int i = 0; i < resets; i++) {
        quota.reset();
        while (i % 100 == 0 && quota.use().calls() < 5) {
          Thread.onSpinWait();
        }
      }
      over.set(true);
      for (Future<?> one : calls) {
        one.get();
      }
    }
    assertThat(admitted.get()).isBetween(5L * resets / 100, 5L * (resets + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "-1,                  150,                 0, 150",
    "9,                   150,                 5, 150",
    "9223372036854775807, 150,                 5, 150",
    "1,                   -1,                  1, 0",
    "1,                   9223372036854775807, 1, 9223372036854775807",
    "1,                   281474976710655,     1, 9223372036854775807",
  })
  void whatAFileSaysIsTakenAsFarAsItCanBe(long calls, long renews, long used, long end) {
    Quota quota = new Quota(new QuotaRule("", 5, 60), new QuotaUse(calls, renews));
    assertThat(quota.use()).isEqualTo(new QuotaUse(used, end));
  }
}
