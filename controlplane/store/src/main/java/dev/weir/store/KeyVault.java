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
  public record Open(Store store, KeyHash hash) {}

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
        StoreSecret secret = StoreSecret.of(dataFolder);
        there = new Open(SqliteStore.open(dataFolder, secret), new KeyHash(secret));
        open = there;
      }
      return there;
    } finally {
      opening.unlock();
    }
  }

  /** Closes it, for good. */
  @Override
  public void close() {
    opening.lock();
    try {
      closed = true;
      if (open != null) {
        open.store().close();
      }
    } finally {
      opening.unlock();
    }
  }
}
