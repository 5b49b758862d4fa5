package dev.weir.store;

/**
 * A record of the store.
 *
 * @param document may hold secrets, thus is not in {@link #toString}
 * @param revision of its last write
 */
public record StoredRecord(RecordKind kind, String id, String document, long revision) {
  @Override
  public String toString() {
    return kind + " " + id + " at " + revision;
  }
}
