package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.store.KeyVault;
import dev.weir.store.QuotaEntry;
import dev.weir.store.QuotaFile;
import dev.weir.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaKeeperTest {
  private static final QuotaRule RULE = new QuotaRule("greeter", 10, 60);

  @TempDir private Path data;

  private final QuotaKeeper keeper = new QuotaKeeper();
  private KeyVault vault;
  private QuotaFile file;

  @BeforeEach
  void open() throws Exception {
    vault = new KeyVault(data);
    file = vault.open().quotas();
  }

  @AfterEach
  void close() {
    vault.close();
  }

  /** All entries of the file, in words. */
  private List<String> written() throws Exception {
    List<String> entries = new ArrayList<>();
    file.read((QuotaEntry entry) -> entries.add(entry.high() + " used " + entry.used()));
    return entries;
  }

  private static void use(Quota quota, int calls) {
    for (int i = 0; i < calls; i++) {
      assertThat(quota.admit(100)).isTrue();
    }
  }

  @Test
  void onlyWhatWasUsedSinceIsWritten() throws Exception {
    Quota one = keeper.of(new AnyOwner(1), RULE);
    Quota two = keeper.of(new AnyOwner(2), RULE);
    Quota unused = keeper.of(new AnyOwner(3), RULE);
    use(one, 2);
    use(two, 1);
    keeper.keep(file);
    use(one, 3);
    keeper.keep(file);
    long size = Files.size(data.resolve("store/quotas"));
    keeper.keep(file);

    assertThat(unused.remaining(100)).isEqualTo(10);
    assertThat(Files.size(data.resolve("store/quotas"))).isEqualTo(size);
    assertThat(written()).containsExactly("1 used 2", "2 used 1", "1 used 5");
  }

  @Test
  void whatCouldNotBeWrittenIsTriedAgain() throws Exception {
    AnyOwner gone = new AnyOwner(1);
    Quota quota = keeper.of(gone, RULE);
    use(quota, 1);
    use(keeper.of(new AnyOwner(2), RULE), 2);
    keeper.keep(file);
    gone.deleted = true;
    keeper.forget(gone);
    Quota three = keeper.of(new AnyOwner(3), RULE);
    use(three, 3);
    vault.close();
    assertThatThrownBy(() -> keeper.keep(file)).isInstanceOf(StoreException.class);

    vault = new KeyVault(data);
    file = vault.open().quotas();
    assertThat(written()).containsExactly("1 used 1", "2 used 2");
    keeper.keep(file);
    assertThat(written()).endsWith("1 used 0", "3 used 3").hasSize(4);
    use(three, 1);
    keeper.keep(file);
    assertThat(written()).endsWith("3 used 4").hasSize(5);
  }

  @Test
  void whatAFaultHasKeptFromTheFileIsTriedAgain() throws Exception {
    Quota one = keeper.of(new AnyOwner(1), RULE);
    use(one, 1);
    assertThatThrownBy(() -> keeper.keep(missing())).isInstanceOf(NullPointerException.class);
    use(one, 1);
    keeper.keep(file);

    assertThat(written()).containsExactly("1 used 2");
  }

  /** What nobody has thought of. */
  @SuppressWarnings("NullAway") // a fault, on purpose
  private static QuotaFile missing() {
    return null;
  }

  @Test
  void usedByWhoIsGoneIsNotWritten() throws Exception {
    AnyOwner owner = new AnyOwner(1);
    Quota before = keeper.of(owner, RULE);
    owner.deleted = true;
    keeper.forget(owner);
    use(before, 1);
    use(keeper.of(owner, RULE), 1);
    keeper.keep(file);

    assertThat(written()).isEmpty();
    assertThat(keeper.isUsed(owner, 100)).isFalse();
  }

  @Test
  void whoIsMadeAgainHasTheNewUse() throws Exception {
    AnyOwner first = new AnyOwner(1);
    use(keeper.of(first, RULE), 5);
    keeper.keep(file);
    use(keeper.of(first, RULE), 1);
    first.deleted = true;
    keeper.forget(first);
    use(keeper.of(new AnyOwner(1), RULE), 1);
    keeper.keep(file);

    assertThat(written()).containsExactly("1 used 5", "1 used 0", "1 used 1");
  }

  @Test
  void madeWholeIsWritten() throws Exception {
    AnyOwner owner = new AnyOwner(1);
    use(keeper.of(owner, RULE), 5);
    keeper.keep(file);
    keeper.reset(owner);
    keeper.keep(file);

    assertThat(written()).containsExactly("1 used 5", "1 used 0");
  }

  /** A file that begins anew is written while calls go on. */
  @Test
  void whatIsCopiedBeforeItWasWrittenIsTakenBackWhenItIsReset() throws Exception {
    var quota = new KeptQuota(new AnyOwner(1), RULE, QuotaUse.NONE, _ -> {});
    use(quota, 3);
    file.rewrite(quota::copy);
    quota.reset();
    file.write(quota::store);
    assertThat(written()).containsExactly("1 used 3", "1 used 0");
  }

  /** Calls come while their quotas are written: what the file has last is all of them. */
  @Test
  void whatIsUsedWhileItIsWrittenIsWrittenAgain() throws Exception {
    var rule = new QuotaRule("", Long.MAX_VALUE, 60);
    List<Quota> quotas =
        LongStream.range(0, 5_000).mapToObj(i -> keeper.of(new AnyOwner(i), rule)).toList();
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 50; round++) {
        file.rewrite(_ -> {});
        quotas.forEach(quota -> quota.admit(100));
        List<Future<?>> calls = new ArrayList<>();
        for (int thread = 0; thread < 2; thread++) {
          List<Quota> some = new ArrayList<>(quotas);
          Collections.shuffle(some, new Random(2L * round + thread));
          calls.add(threads.submit(() -> some.forEach(quota -> quota.admit(100))));
        }
        keeper.keep(file);
        for (Future<?> one : calls) {
          one.get();
        }
        keeper.keep(file);
        assertThat(lastUsed()).containsOnly(3L * (round + 1)).hasSize(quotas.size());
      }
    }
  }

  private Collection<Long> lastUsed() throws Exception {
    Map<Long, Long> used = new HashMap<>();
    file.read(entry -> used.put(entry.high(), entry.used()));
    return used.values();
  }
}
