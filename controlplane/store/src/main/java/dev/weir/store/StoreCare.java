package dev.weir.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * What whoever runs a gateway does with the files of its store: copy them, bring them back, look
 * whether they are whole. To copy and to look, the gateway need not stop.
 */
public final class StoreCare {
  private final Path dataFolder;
  private final Failures failures;

  /** For the store in a data folder. */
  public StoreCare(Path dataFolder) {
    this.dataFolder = dataFolder;
    this.failures = new Failures(StoreFolder.of(dataFolder));
  }

  /**
   * What there is in a store.
   *
   * @param problems what is wrong with it, the first hundred; empty when it is whole
   */
  public record Inspection(long records, long deleted, List<String> problems) {
    public Inspection {
      problems = List.copyOf(problems);
    }
  }

  /** Reads everything there is. */
  public Inspection check() throws StoreException {
    refuseAbsent();
    StoreSecret secret = secret();
    try (Sqlite database = reader(StoreFolder.database(dataFolder), secret)) {
      return inspect(database, secret);
    } catch (SQLException | IOException e) {
      throw failures.of(e);
    }
  }

  /**
   * Copies the store as it is at this moment into one file, encrypted as it is; the key is not in
   * it.
   *
   * @param to must not be there
   */
  public void backup(Path to) throws StoreException {
    refuseAbsent();
    if (Files.exists(to)) {
      throw failures.invalid(to + " is there already: name another file, or remove it");
    }
    try (Sqlite database = reader(StoreFolder.database(dataFolder), secret())) {
      Path draft = DurableFile.draft(to);
      try {
        database.copyTo(draft);
        DurableFile.forceAndPublish(draft, to);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (SQLException | IOException e) {
      throw new Failures(to).of(e);
    }
  }

  /**
   * Puts a backup in the place of the store, as a whole or not at all; no process may have it.
   *
   * @param replace whether a store that is there is given up
   */
  public void restore(Path from, boolean replace) throws StoreException {
    StoreSecret secret = secret();
    try (StoreFolder held = StoreFolder.hold(dataFolder, failures)) {
      SqliteLibrary.prepare(held.folder());
      if (!replace && Files.size(held.database()) > 0) {
        throw failures.invalid(
            "there is a store in %s: back it up, then say --replace to give it up"
                .formatted(dataFolder));
      }
      refuseDamaged(from, secret);
      Path draft = DurableFile.draft(held.restored());
      try {
        copy(from, draft);
        DurableFile.forceAndPublish(draft, held.restored());
      } finally {
        Files.deleteIfExists(draft);
      }
      held.takeInRestored();
    } catch (IOException e) {
      throw failures.of(e);
    }
  }

  private static void copy(Path from, Path draft) throws IOException {
    try (OutputStream out = Files.newOutputStream(draft)) {
      Files.copy(from, out);
    }
  }

  private void refuseDamaged(Path from, StoreSecret secret) throws StoreException {
    Failures ofBackup = new Failures(from);
    if (!Files.isRegularFile(from)) {
      throw failures.invalid("there is no file " + from);
    }
    try (Sqlite backup = Sqlite.reader(from, new SealedDocument(secret), ofBackup)) {
      backup.refuseNewer(Migrations.CURRENT);
      List<String> problems = inspect(backup, secret).problems();
      if (!problems.isEmpty()) {
        throw failures.invalid("%s is no sound backup: %s".formatted(from, problems.getFirst()));
      }
    } catch (SQLException e) {
      throw failures.invalid("%s is no backup of a store: %s".formatted(from, e.getMessage()));
    }
  }

  private Inspection inspect(Sqlite database, StoreSecret secret)
      throws SQLException, StoreException {
    if (!secret.mark().equals(database.meta("secret"))) {
      throw failures.key("it was made with another store.key than that of " + dataFolder);
    }
    return database.inspect();
  }

  /** Before the first key there is neither a store nor anything that could be wrong with it. */
  private void refuseAbsent() throws StoreException {
    if (!Files.exists(StoreSecret.file(dataFolder))
        && !Files.exists(StoreFolder.database(dataFolder))) {
      throw failures.invalid(
          "there is no store in %s, the first key makes one: --conf or WEIR_DATA_DIR name another folder"
              .formatted(dataFolder.toAbsolutePath()));
    }
  }

  private StoreSecret secret() throws StoreException {
    if (!Files.exists(StoreSecret.file(dataFolder))) {
      throw failures.key(
          "there is no %s: a store and its backups are worth nothing without it"
              .formatted(StoreSecret.file(dataFolder)));
    }
    return StoreSecret.of(dataFolder);
  }

  private Sqlite reader(Path database, StoreSecret secret)
      throws StoreException, SQLException, IOException {
    if (!Files.exists(database)) {
      throw failures.invalid("there is no store in " + dataFolder);
    }
    SqliteLibrary.prepare(StoreFolder.of(dataFolder));
    return Sqlite.reader(database, new SealedDocument(secret), failures);
  }
}
