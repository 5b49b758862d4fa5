package dev.weir.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Brings the tables of a store to the format that the program knows, each step as a whole or not at
 * all.
 *
 * @param steps step n makes format n + 1 of format n; those that were released never change
 */
record Migrations(List<Step> steps) {
  private static final int APPLICATION = 0x57454952; // "WEIR", for file(1) and the like

  /**
   * One step.
   *
   * @param oldestReader the first format whose programs understand the tables as they are then
   */
  record Step(int oldestReader, List<String> statements) {}

  /** Those of this version. */
  static final Migrations CURRENT =
      new Migrations(
          List.of(
              new Step(
                  1,
                  List.of(
                      "PRAGMA application_id = " + APPLICATION,
                      "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
                      // No value: deleted. The last change of each record, in order: the feed.
                      """
                      CREATE TABLE records (
                        revision INTEGER PRIMARY KEY,
                        kind TEXT NOT NULL,
                        id TEXT NOT NULL,
                        value BLOB,
                        UNIQUE (kind, id))
                      """))));

  int newest() {
    return steps.size();
  }

  /** Takes the steps that are missing. */
  void run(Connection connection, Failures failures) throws SQLException, StoreException {
    try (Statement statement = connection.createStatement()) {
      int version = readable(statement, failures);
      for (int next = version; next < newest(); next++) {
        take(statement, next + 1, steps.get(next));
      }
    }
  }

  /** Its format, which is one that this version understands. */
  int readable(Statement statement, Failures failures) throws SQLException, StoreException {
    int version = number(statement, "PRAGMA user_version");
    if (version > newest()
        && number(statement, "SELECT value FROM meta WHERE name = 'oldest_reader'") > newest()) {
      throw failures.newer(version);
    }
    return version;
  }

  private static void take(Statement statement, int version, Step step) throws SQLException {
    statement.execute("BEGIN IMMEDIATE");
    try {
      for (String sql : step.statements()) {
        statement.execute(sql);
      }
      statement.execute(
          "INSERT OR REPLACE INTO meta VALUES ('oldest_reader', '%d')"
              .formatted(step.oldestReader()));
      statement.execute("PRAGMA user_version = " + version);
      statement.execute("COMMIT");
    } catch (SQLException e) {
      Sqlite.rollBack(statement);
      throw e;
    }
  }

  private static int number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }
}
