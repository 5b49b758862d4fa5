package dev.weir.store;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Changes that follow each other, as they lie in the store: their documents are decrypted when
 * somebody has the time, on any thread. Immutable.
 */
public final class ChangePage {
  private final List<Row> rows;
  private final SealedDocument sealing;
  private final Failures failures;

  ChangePage(List<Row> rows, SealedDocument sealing, Failures failures) {
    this.rows = List.copyOf(rows);
    this.sealing = sealing;
    this.failures = failures;
  }

  /** One change. */
  static final class Row {
    private final RecordKind kind;
    private final String id;
    private final long revision;
    private final byte @Nullable [] sealed;

    /**
     * @param sealed null for a deletion
     */
    Row(RecordKind kind, String id, long revision, byte @Nullable [] sealed) {
      this.kind = kind;
      this.id = id;
      this.revision = revision;
      this.sealed = sealed;
    }

    Change open(SealedDocument sealing, Failures failures) throws StoreException {
      return sealed == null
          ? new Change.Deleted(kind, id, revision)
          : new Change.Written(record(sealed, sealing, failures));
    }

    /** Of a row that is no deletion. */
    StoredRecord record(SealedDocument sealing, Failures failures) throws StoreException {
      return record(Objects.requireNonNull(sealed), sealing, failures);
    }

    private StoredRecord record(byte[] bytes, SealedDocument sealing, Failures failures)
        throws StoreException {
      try {
        return new StoredRecord(kind, id, sealing.open(kind, id, bytes), revision);
      } catch (GeneralSecurityException e) {
        throw failures.corrupt("%s %s cannot be decrypted".formatted(kind, id), e);
      }
    }
  }

  /** How many there are. */
  public int size() {
    return rows.size();
  }

  /** The revision of the last one; only where there is one. */
  public long last() {
    return rows.getLast().revision;
  }

  /** The changes themselves, in their order. */
  public List<Change> open() throws StoreException {
    SealedDocument mine = sealing.forAnotherThread();
    List<Change> changes = new ArrayList<>(rows.size());
    for (Row row : rows) {
      changes.add(row.open(mine, failures));
    }
    return changes;
  }
}
