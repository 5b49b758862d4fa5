package dev.weir.store;

import org.jspecify.annotations.Nullable;

/**
 * A record that is to be written, or deleted, whatever is there.
 *
 * @param document null for none
 */
public record Edit(RecordKind kind, String id, @Nullable String document) {
  /** Without what may be secret. */
  @Override
  public String toString() {
    return (document == null ? "delete " : "write ") + kind + " " + id;
  }
}
