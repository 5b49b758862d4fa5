package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store of one gateway: SQLite in the folder {@code store} of the data folder. One process at a
 * time has it. It opens after whatever happened to the process before, by itself.
 */
public final class SqliteStore implements Store {
  private static final int PAGE = 1000;

  private final StoreFolder folder;
  private final Failures failures;
  private final SealedDocument sealing;
  private final GroupWriter writer;
  private final Sqlite reader;
  private final ReentrantLock reading = new ReentrantLock();
  private boolean closed;

  private SqliteStore(
      StoreFolder folder,
      Failures failures,
      SealedDocument sealing,
      GroupWriter writer,
      Sqlite reader) {
    this.folder = folder;
    this.failures = failures;
    this.sealing = sealing;
    this.writer = writer;
    this.reader = reader;
  }

  /**
   * Opens the store in a data folder, which is made when it is not there.
   *
   * @param secret of the same data folder
   */
  public static SqliteStore open(Path dataFolder, StoreSecret secret) throws StoreException {
    return open(dataFolder, secret, Migrations.CURRENT);
  }

  static SqliteStore open(Path dataFolder, StoreSecret secret, Migrations migrations)
      throws StoreException {
    Failures failures = new Failures(StoreFolder.of(dataFolder));
    StoreFolder folder = null;
    try {
      folder = StoreFolder.hold(dataFolder, failures);
      SqliteLibrary.prepare(folder.folder());
      return open(folder, secret, migrations, failures);
    } catch (IOException | SQLException | StoreException e) {
      release(folder);
      throw failures.of(e);
    }
  }

  private static void release(@Nullable StoreFolder folder) {
    if (folder != null) {
      folder.close();
    }
  }

  private static SqliteStore open(
      StoreFolder folder, StoreSecret secret, Migrations migrations, Failures failures)
      throws SQLException, StoreException {
    Sqlite writing = Sqlite.writer(folder.database(), new SealedDocument(secret), failures);
    try {
      writing.migrate(migrations);
      if (!writing.metaOr("secret", secret.mark()).equals(secret.mark())) {
        throw failures.key(
            "the store %s was made with another store.key: bring that one back"
                .formatted(folder.folder()));
      }
      long last = writing.last();
      Sqlite reading = Sqlite.reader(folder.database(), new SealedDocument(secret), failures);
      var writer = GroupWriter.start(writing, last, failures);
      return new SqliteStore(folder, failures, new SealedDocument(secret), writer, reading);
    } catch (SQLException | StoreException e) {
      writing.close();
      throw e;
    }
  }

  /** What is asked of the connection that reads. */
  private interface Question<T extends @Nullable Object> {
    T ask(Sqlite database) throws SQLException, StoreException;
  }

  private <T extends @Nullable Object> T read(Question<T> question) throws StoreException {
    reading.lock();
    try {
      if (closed) {
        throw failures.closed();
      }
      return question.ask(reader);
    } catch (SQLException e) {
      reader.recover();
      throw failures.of(e);
    } finally {
      reading.unlock();
    }
  }

  @Override
  public @Nullable StoredRecord get(RecordKind kind, String id) throws StoreException {
    return this.<@Nullable StoredRecord>read(database -> database.get(kind, id));
  }

  @Override
  public List<StoredRecord> list(RecordKind kind, String after, int most) throws StoreException {
    return read(database -> database.list(kind, after, most));
  }

  @Override
  public List<String> ids(RecordKind kind, String prefix, String after, int most)
      throws StoreException {
    return read(database -> database.ids(kind, prefix, after, most));
  }

  @Override
  public ChangePage page(long after, int most) throws StoreException {
    return read(database -> database.changes(after, most));
  }

  @Override
  public long put(RecordKind kind, String id, String document, Condition condition)
      throws StoreException {
    Edit edit = new Edit(kind, id, document);
    return writer.write(edit, sealed(edit), condition);
  }

  private byte @Nullable [] sealed(Edit edit) throws StoreException {
    checkId(edit.id());
    String document = edit.document();
    if (document == null) {
      return null;
    }
    if (document.getBytes(UTF_8).length > MOST_BYTES) {
      throw failures.invalid(
          "%s %s is longer than %d bytes, which no store takes"
              .formatted(edit.kind(), edit.id(), MOST_BYTES));
    }
    return sealing.seal(edit.kind(), edit.id(), document);
  }

  @Override
  public void write(List<Edit> edits) throws StoreException {
    List<GroupWriter.Write> writes = new ArrayList<>(edits.size());
    for (Edit edit : edits) {
      writes.add(new GroupWriter.Write(edit, sealed(edit), Condition.any()));
    }
    writer.write(writes);
  }

  @Override
  public boolean delete(RecordKind kind, String id, Condition condition) throws StoreException {
    checkId(id);
    return writer.write(new Edit(kind, id, null), null, condition) > 0;
  }

  private void checkId(String id) throws StoreException {
    if (id.isEmpty() || id.length() > MOST_ID) {
      throw failures.invalid("an id has 1 to %d characters".formatted(MOST_ID));
    }
  }

  /** Most of the past goes by while others write. */
  @Override
  public void follow(long after, Consumer<Change> follower) throws StoreException {
    long told = after;
    for (List<Change> page = changes(told, PAGE); page.size() == PAGE; ) {
      page.forEach(follower);
      told = page.getLast().revision();
      page = changes(told, PAGE);
    }
    writer.follow(told, follower);
  }

  @Override
  public void close() {
    closeReader();
    // The last of both takes the log into the database, which only this one may.
    writer.close();
    folder.close();
  }

  private void closeReader() {
    reading.lock();
    try {
      closed = true;
      reader.close();
    } catch (SQLException e) {
      // It has written nothing.
    } finally {
      reading.unlock();
    }
  }
}
