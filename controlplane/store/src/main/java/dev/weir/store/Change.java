package dev.weir.store;

/** What happened to a record. */
public sealed interface Change {
  /** Its place in the order of all changes. */
  long revision();

  /** A record was written. */
  record Written(StoredRecord record) implements Change {
    @Override
    public long revision() {
      return record.revision();
    }
  }

  /** A record was removed. */
  record Deleted(RecordKind kind, String id, long revision) implements Change {}
}
