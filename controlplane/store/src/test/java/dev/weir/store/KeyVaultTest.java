package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyVaultTest {
  @TempDir private Path data;

  @Test
  void itOpensOnceAndWhenItIsFirstAskedFor() throws Exception {
    try (var store = new KeyVault(data)) {
      assertThat(data).isEmptyDirectory();

      KeyVault.Open vault = store.open();

      assertThat(vault.store().get(RecordKind.KEY, vault.hash().of("a"))).isNull();
      assertThat(store.open()).isSameAs(vault);
    }
  }

  @Test
  void onceClosedItStaysClosed() throws Exception {
    var store = new KeyVault(data);
    store.open();
    store.close();

    assertThatThrownBy(store::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is closed");
    try (var next = new KeyVault(data)) {
      assertThat(next.open()).isNotNull();
    }
    store.close();
  }

  @Test
  void oneThatNobodyAskedForIsClosedToo() {
    var store = new KeyVault(data);
    store.close();

    assertThatThrownBy(store::open).isInstanceOf(StoreException.class);
    assertThat(data).isEmptyDirectory();
  }
}
