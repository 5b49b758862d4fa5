package dev.weir.store;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The store of a data folder and the hash of its tokens, opened when they are first asked for: a
 * gateway whose APIs want no keys has no store. For all threads, which it may block; none of an
 * event loop.
 */
public final class KeyVault implements AutoCloseable {
  /** What was opened together. */
  public record Open(Store store, KeyHash hash, QuotaFile quotas) {}

  private final Path dataFolder;
  private final ReentrantLock opening = new ReentrantLock();
  private @Nullable Open open;
  private boolean closed;

  /** The one of this data folder. */
  public KeyVault(Path dataFolder) {
    this.dataFolder = dataFolder;
  }

  /**
   * Opens it if it is not open.
   *
   * @throws StoreException when it cannot be opened, or not any more; the next one tries again
   */
  public Open open() throws StoreException {
    opening.lock();
    try {
      if (closed) {
        throw new Failures(StoreFolder.of(dataFolder)).closed();
      }
      Open there = open;
      if (there == null) {
        there = opened(StoreSecret.of(dataFolder));
        open = there;
      }
      return there;
    } finally {
      opening.unlock();
    }
  }

  private Open opened(StoreSecret secret) throws StoreException {
    Store store = SqliteStore.open(dataFolder, secret);
    Path folder = StoreFolder.of(dataFolder);
    try {
      return new Open(store, new KeyHash(secret), QuotaFile.open(folder, new Failures(folder)));
    } catch (StoreException e) {
      store.close();
      throw e;
    }
  }

  /** Closes it, for good. */
  @Override
  public void close() {
    opening.lock();
    try {
      closed = true;
      if (open != null) {
        open.quotas().close();
        open.store().close();
      }
    } finally {
      opening.unlock();
    }
  }
}
