package dev.weir.cli;

import java.nio.file.Path;

/** What {@code weir store} was asked for. */
public sealed interface StoreRequest {

  /** Copy the store into a file that is not there yet. */
  record Backup(Path file) implements StoreRequest {}

  /**
   * Put a backup in the place of the store.
   *
   * @param replace also where there is one already
   */
  record Restore(Path file, boolean replace) implements StoreRequest {}

  /** Look whether the store is whole. */
  record Check() implements StoreRequest {}
}
