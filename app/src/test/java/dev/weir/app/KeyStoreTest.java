package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.admin.KeyVault;
import dev.weir.store.RecordKind;
import dev.weir.store.StoreException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {
  @TempDir private Path data;

  @Test
  void itOpensOnceAndWhenItIsFirstAskedFor() throws Exception {
    try (var store = new KeyStore(data)) {
      assertThat(data).isEmptyDirectory();

      KeyVault vault = store.open();

      assertThat(vault.store().get(RecordKind.KEY, vault.hash().of("a"))).isNull();
      assertThat(store.open()).isSameAs(vault);
    }
  }

  @Test
  void onceClosedItStaysClosed() throws Exception {
    var store = new KeyStore(data);
    store.open();
    store.close();

    assertThatThrownBy(store::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("stopping");
    try (var next = new KeyStore(data)) {
      assertThat(next.open()).isNotNull();
    }
    store.close();
  }

  @Test
  void oneThatNobodyAskedForIsClosedToo() {
    var store = new KeyStore(data);
    store.close();

    assertThatThrownBy(store::open).isInstanceOf(StoreException.class);
    assertThat(data).isEmptyDirectory();
  }
}
