package dev.weir.admin;

import dev.weir.store.StoreException;

/** Where the keys of clients are kept. For all threads. */
@FunctionalInterface
public interface KeySource {

  /** The same each time; may wait until it is open. Who gives it closes it. */
  KeyVault open() throws StoreException;
}
