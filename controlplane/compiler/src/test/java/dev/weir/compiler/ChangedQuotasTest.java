package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangedQuotasTest {
  private static final int THREADS = 4;

  private final ChangedQuotas changed = new ChangedQuotas();

  private static List<KeptQuota> quotas(int count) {
    var rule = new QuotaRule("", 10, 60);
    return Stream.generate(() -> new KeptQuota(new AnyOwner(1), rule, QuotaUse.NONE, _ -> {}))
        .limit(count)
        .toList();
  }

  private static List<KeptQuota> all(ChangedQuotas.Taken taken) {
    List<KeptQuota> all = new ArrayList<>();
    KeptQuota[] room = new KeptQuota[16];
    for (int count = taken.next(room); count > 0; count = taken.next(room)) {
      all.addAll(Arrays.asList(room).subList(0, count));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 1023, 1024, 1025, 5000})
  void allAreTakenOnceAndAgainAfterARewind(int count) {
    List<KeptQuota> quotas = quotas(count);
    quotas.forEach(changed::add);
    ChangedQuotas.Taken taken = changed.take();

    assertThat(taken.isEmpty()).isEqualTo(count == 0);
    assertThat(all(taken)).hasSize(count).containsExactlyInAnyOrderElementsOf(quotas);
    assertThat(all(taken)).isEmpty();
    taken.rewind();
    assertThat(all(taken)).hasSize(count);
    assertThat(changed.take().isEmpty()).isTrue();
  }

  @Test
  void whatIsAddedAfterATakeIsForTheNext() {
    List<KeptQuota> quotas = quotas(2);
    changed.add(quotas.get(0));
    ChangedQuotas.Taken first = changed.take();
    changed.add(quotas.get(1));

    assertThat(all(first)).containsExactly(quotas.get(0));
    assertThat(all(changed.take())).containsExactly(quotas.get(1));
  }

  /** Nothing is lost, and nothing comes twice, whenever they are taken. */
  @Test
  void whatManyThreadsAddIsTakenAsOftenAsItWasAdded() throws Exception {
    int times = 1_000;
    List<KeptQuota> quotas = quotas(THREADS * 1_000);
    List<KeptQuota> taken = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> adding = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        List<KeptQuota> own = quotas.subList(thread * 1_000, (thread + 1) * 1_000);
        adding.add(
            threads.submit(() -> {
              for (int i = 0; i < times; i++) {
                own.forEach(changed::add);
              }
            }));
      }
      while (!adding.stream().allMatch(Future::isDone)) {
        taken.addAll(all(changed.take()));
      }
      for (Future<?> one : adding) {
        one.get();
      }
    }
    taken.addAll(all(changed.take()));

    Map<KeptQuota, Integer> counts = new HashMap<>();
    taken.forEach(quota -> counts.merge(quota, 1, Integer::sum));
    assertThat(counts).hasSize(quotas.size());
    assertThat(counts.values()).containsOnly(times);
  }
}
