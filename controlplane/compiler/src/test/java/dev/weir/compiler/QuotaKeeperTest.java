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
import java.util.List;
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

  /** Somebody with quotas; deleted when the test says so. */
  private static final class Owner implements QuotaOwner {
    private final long number;
    private boolean deleted;

    Owner(long number) {
      this.number = number;
    }

    @Override
    public long high() {
      return number;
    }

    @Override
    public long low() {
      return 0;
    }

    @Override
    public String mark() {
      return "";
    }

    @Override
    public boolean isDeleted() {
      return deleted;
    }
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
    Quota one = keeper.of(new Owner(1), RULE);
    Quota two = keeper.of(new Owner(2), RULE);
    Quota unused = keeper.of(new Owner(3), RULE);
    use(one, 2);
    use(two, 1);
    keeper.keep(file);
    use(one, 3);
    keeper.keep(file);
    long size = Files.size(data.resolve("store/quotas"));
    keeper.keep(file);

    assertThat(unused.remaining(100)).isEqualTo(10);
    assertThat(Files.size(data.resolve("store/quotas"))).isEqualTo(size);
    assertThat(written()).containsExactly("2 used 1", "1 used 2", "1 used 5");
  }

  @Test
  void whatCouldNotBeWrittenIsTriedAgain() throws Exception {
    Owner gone = new Owner(1);
    Quota quota = keeper.of(gone, RULE);
    use(quota, 1);
    use(keeper.of(new Owner(2), RULE), 2);
    keeper.keep(file);
    gone.deleted = true;
    keeper.forget(gone);
    Quota three = keeper.of(new Owner(3), RULE);
    use(three, 3);
    vault.close();
    assertThatThrownBy(() -> keeper.keep(file)).isInstanceOf(StoreException.class);

    vault = new KeyVault(data);
    file = vault.open().quotas();
    assertThat(written()).containsExactly("2 used 2", "1 used 1");
    keeper.keep(file);
    assertThat(written()).endsWith("1 used 0", "3 used 3").hasSize(4);
    use(three, 1);
    keeper.keep(file);
    assertThat(written()).endsWith("3 used 4").hasSize(5);
  }

  @Test
  void usedByWhoIsGoneIsNotWritten() throws Exception {
    Owner owner = new Owner(1);
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
    Owner first = new Owner(1);
    use(keeper.of(first, RULE), 5);
    keeper.keep(file);
    use(keeper.of(first, RULE), 1);
    first.deleted = true;
    keeper.forget(first);
    use(keeper.of(new Owner(1), RULE), 1);
    keeper.keep(file);

    assertThat(written()).containsExactly("1 used 5", "1 used 0", "1 used 1");
  }

  @Test
  void madeWholeIsWritten() throws Exception {
    Owner owner = new Owner(1);
    use(keeper.of(owner, RULE), 5);
    keeper.keep(file);
    keeper.reset(owner);
    keeper.keep(file);

    assertThat(written()).containsExactly("1 used 5", "1 used 0");
  }

  /** A file that begins anew is written while calls go on. */
  @Test
  void whatIsCopiedBeforeItWasWrittenIsTakenBackWhenItIsReset() throws Exception {
    var quota = new KeptQuota(new Owner(1), RULE, QuotaUse.NONE, _ -> {});
    use(quota, 3);
    file.rewrite(quota::copy);
    quota.reset();

    assertThat(quota.differs()).isTrue();
    file.write(quota::store);
    assertThat(written()).containsExactly("1 used 3", "1 used 0");
  }
}
