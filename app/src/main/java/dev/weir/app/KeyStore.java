package dev.weir.app;

import dev.weir.admin.KeySource;
import dev.weir.admin.KeyVault;
import dev.weir.store.KeyHash;
import dev.weir.store.SqliteStore;
import dev.weir.store.StoreException;
import dev.weir.store.StoreSecret;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The store of a data folder, opened when it is first asked for: a gateway that nobody asks for
 * keys has none. Once closed it stays closed. For all threads.
 */
final class KeyStore implements KeySource, AutoCloseable {
  private final Path dataFolder;
  private final ReentrantLock turn = new ReentrantLock();
  private @Nullable KeyVault vault;
  private boolean closed;

  KeyStore(Path dataFolder) {
    this.dataFolder = dataFolder;
  }

  @Override
  public KeyVault open() throws StoreException {
    turn.lock();
    try {
      if (closed) {
        throw new StoreException(StoreException.Reason.CLOSED, "the gateway is stopping");
      }
      KeyVault there = vault;
      if (there == null) {
        StoreSecret secret = StoreSecret.of(dataFolder);
        there = new KeyVault(SqliteStore.open(dataFolder, secret), new KeyHash(secret));
        vault = there;
      }
      return there;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      if (vault != null) {
        vault.store().close();
      }
    } finally {
      turn.unlock();
    }
  }
}
