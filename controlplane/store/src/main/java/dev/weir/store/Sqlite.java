package dev.weir.store;

import dev.weir.store.ChangePage.Row;
import dev.weir.store.StoreCare.Inspection;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

/**
 * A connection to the database of a store: all of the SQL. For one thread at a time, as is the
 * cipher it opens documents with.
 */
final class Sqlite implements AutoCloseable {
  private static final int BUSY_MILLIS = 2_000;

  /** Kibibytes: the ids of many keys, which come in no order. */
  private static final int CACHE = -16 * 1024;

  /** Newer versions may have more; their records stay as they are. */
  private static final String KINDS =
      Stream.of(RecordKind.values())
          .map(kind -> "'" + kind.name() + "'")
          .collect(Collectors.joining(", "));

  private static final int MOST_PROBLEMS = 100;
  private static final int WAL_BYTES_KEPT = 16 << 20;

  /**
   * How many are taken from the log into the database at once, for which the disk is waited once:
   * the ids of new keys come in no order, so that each is on another page. About as many as are
   * kept of the log in any case.
   */
  private static final int PAGES_TAKEN_OVER = WAL_BYTES_KEPT / 4096;

  /** Ids do not have it, so that all that begin with a text come before that and it. */
  private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

  private final Connection connection;
  private final SealedDocument sealing;
  private final Failures failures;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  private Sqlite(Connection connection, SealedDocument sealing, Failures failures) {
    this.connection = connection;
    this.sealing = sealing;
    this.failures = failures;
  }

  /** The one connection that writes; a commit returns when it is on the disk. */
  static Sqlite writer(Path database, SealedDocument sealing, Failures failures)
      throws SQLException {
    SQLiteConfig config = config();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setJournalSizeLimit(WAL_BYTES_KEPT);
    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(PAGES_TAKEN_OVER));
    config.setCacheSize(CACHE);
    return new Sqlite(config.createConnection("jdbc:sqlite:" + database), sealing, failures);
  }

  /** One of those that read. */
  static Sqlite reader(Path database, SealedDocument sealing, Failures failures)
      throws SQLException {
    SQLiteConfig config = config();
    config.setReadOnly(true);
    return new Sqlite(config.createConnection("jdbc:sqlite:" + database), sealing, failures);
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    return config;
  }

  void migrate(Migrations migrations) throws SQLException, StoreException {
    migrations.run(connection, failures);
  }

  /** The value there is now, which is the one given if there was none. */
  String metaOr(String name, String value) throws SQLException {
    PreparedStatement insert = prepare("INSERT OR IGNORE INTO meta VALUES (?, ?)");
    insert.setString(1, name);
    insert.setString(2, value);
    insert.executeUpdate();
    return String.valueOf(meta(name));
  }

  @Nullable String meta(String name) throws SQLException {
    PreparedStatement select = prepare("SELECT value FROM meta WHERE name = ?");
    select.setString(1, name);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  void refuseNewer(Migrations migrations) throws SQLException, StoreException {
    try (Statement statement = connection.createStatement()) {
      migrations.readable(statement, failures);
    }
  }

  /** Into an empty file, as it is at this moment, while others read and write. */
  void copyTo(Path file) throws SQLException {
    try (PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
      copy.setString(1, file.toString());
      copy.execute();
    }
  }

  /** Reads everything. */
  Inspection inspect() throws SQLException {
    List<String> problems = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
        while (rows.next()) {
          problems.add(rows.getString(1));
        }
      }
      problems.remove("ok");
      return inspectRecords(statement, problems);
    }
  }

  private Inspection inspectRecords(Statement statement, List<String> problems)
      throws SQLException {
    long records = 0;
    long deleted = 0;
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT kind, id, value FROM records WHERE +kind IN (%s)".formatted(KINDS))) {
      while (rows.next()) {
        byte[] sealed = rows.getBytes(3);
        deleted += sealed == null ? 1 : 0;
        records += sealed == null ? 0 : 1;
        if (sealed != null && problems.size() < MOST_PROBLEMS) {
          inspect(RecordKind.valueOf(rows.getString(1)), rows.getString(2), sealed, problems);
        }
      }
    }
    return new Inspection(records, deleted, problems);
  }

  private void inspect(RecordKind kind, String id, byte[] sealed, List<String> problems) {
    try {
      sealing.open(kind, id, sealed);
    } catch (GeneralSecurityException e) {
      problems.add("%s %s cannot be decrypted".formatted(kind, id));
    }
  }

  /**
   * Begins to write.
   *
   * @param patience for another process that writes
   */
  void begin(Duration patience) throws SQLException {
    connection.unwrap(SQLiteConnection.class).setBusyTimeout((int) patience.toMillis());
    prepare("BEGIN IMMEDIATE").execute();
  }

  void commit() throws SQLException {
    prepare("COMMIT").execute();
  }

  /** After a failure: the driver does not reset statements that have failed. */
  void recover() {
    prepared.values().forEach(Sqlite::close);
    prepared.clear();
    try (Statement statement = connection.createStatement()) {
      rollBack(statement);
    } catch (SQLException e) {
      // As below.
    }
  }

  private static void close(Statement statement) {
    try {
      statement.close();
    } catch (SQLException e) {
      // It tells again what has failed before.
    }
  }

  static void rollBack(Statement statement) {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      // There is nothing to roll back: SQLite may have done so itself, after a full disk.
    }
  }

  /** The highest revision; 0 at first. */
  long last() throws SQLException {
    try (ResultSet rows = prepare("SELECT max(revision) FROM records").executeQuery()) {
      return rows.getLong(1);
    }
  }

  /** The revision of a record that is there; null for none. */
  @Nullable Long revision(RecordKind kind, String id) throws SQLException {
    PreparedStatement select =
        prepare("SELECT revision FROM records WHERE kind = ? AND id = ? AND value IS NOT NULL");
    select.setString(1, kind.name());
    select.setString(2, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? rows.getLong(1) : null;
    }
  }

  /** Puts a record in place of the one that was there. */
  void write(long revision, RecordKind kind, String id, byte @Nullable [] sealed)
      throws SQLException {
    PreparedStatement insert =
        prepare("INSERT OR REPLACE INTO records (revision, kind, id, value) VALUES (?, ?, ?, ?)");
    insert.setLong(1, revision);
    insert.setString(2, kind.name());
    insert.setString(3, id);
    insert.setBytes(4, sealed);
    insert.executeUpdate();
  }

  @Nullable StoredRecord get(RecordKind kind, String id) throws SQLException, StoreException {
    PreparedStatement select =
        prepare(
            "SELECT revision, value FROM records WHERE kind = ? AND id = ? AND value IS NOT NULL");
    select.setString(1, kind.name());
    select.setString(2, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? record(kind, id, rows.getLong(1), rows.getBytes(2)) : null;
    }
  }

  List<StoredRecord> list(RecordKind kind, String after, int most)
      throws SQLException, StoreException {
    PreparedStatement select =
        prepare(
            """
            SELECT id, revision, value FROM records
            WHERE kind = ? AND id > ? AND value IS NOT NULL ORDER BY id LIMIT ?
            """);
    select.setString(1, kind.name());
    select.setString(2, after);
    select.setInt(3, most);
    List<StoredRecord> page = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        page.add(record(kind, rows.getString(1), rows.getLong(2), rows.getBytes(3)));
      }
    }
    return page;
  }

  List<String> ids(RecordKind kind, String prefix, String after, int most) throws SQLException {
    // One bound where a page begins: of two SQLite may seek by the one that is far before it.
    boolean isFirst = after.isEmpty();
    PreparedStatement select =
        prepare(
            """
            SELECT id FROM records
            WHERE kind = ? AND id %s ? AND id < ? AND value IS NOT NULL ORDER BY id LIMIT ?
            """
                .formatted(isFirst ? ">=" : ">"));
    select.setString(1, kind.name());
    select.setString(2, isFirst ? prefix : after);
    select.setString(3, prefix + LAST_CHARACTER);
    select.setInt(4, most);
    List<String> page = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        page.add(rows.getString(1));
      }
    }
    return page;
  }

  /** The plus keeps SQLite from collecting all of a kind, and sorting that, for each page. */
  ChangePage changes(long after, int most) throws SQLException {
    PreparedStatement select =
        prepare(
            """
            SELECT revision, kind, id, value FROM records
            WHERE revision > ? AND +kind IN (%s) ORDER BY revision LIMIT ?
            """
                .formatted(KINDS));
    select.setLong(1, after);
    select.setInt(2, most);
    List<Row> page = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        RecordKind kind = RecordKind.valueOf(rows.getString(2));
        page.add(new Row(kind, rows.getString(3), rows.getLong(1), rows.getBytes(4)));
      }
    }
    return new ChangePage(page, sealing, failures);
  }

  private StoredRecord record(RecordKind kind, String id, long revision, byte[] sealed)
      throws StoreException {
    return new Row(kind, id, revision, sealed).record(sealing, failures);
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement present = prepared.get(sql);
    if (present == null) {
      present = connection.prepareStatement(sql);
      prepared.put(sql, present);
    }
    return present;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
