package dev.weir.store;

import static dev.weir.store.RecordKind.KEY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {

  @TempDir private Path folder;

  @Override
  protected Store open() throws StoreException {
    return open(folder.resolve("contract"));
  }

  private static SqliteStore open(Path data) throws StoreException {
    return SqliteStore.open(data, StoreSecret.of(data));
  }

  private Path data() {
    return folder.resolve("own");
  }

  private static void put(Store store, String id, String document) throws StoreException {
    store.put(KEY, id, document, Condition.any());
  }

  private static String document(Store store, String id) throws StoreException {
    return Objects.requireNonNull(store.get(KEY, id)).document();
  }

  private static void assertRefused(Reason reason, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }

  @Test
  void aSecondStoreInTheSameFolderIsRefused() throws Exception {
    try (Store first = open(data())) {
      assertRefused(Reason.LOCKED, "in use by this process already", () -> open(data()));
      assertRefused(Reason.LOCKED, "in use by this process already", () -> open(data()));
      put(first, "a", "still works");
    }
    try (Store second = open(data())) {
      assertThat(second.get(KEY, "a")).isNotNull();
    }
  }

  @Test
  void oneThatWasClosedIsOneFile() throws Exception {
    try (Store store = open(data())) {
      put(store, "a", "there");
    }
    try (Stream<Path> files = Files.list(StoreFolder.of(data()))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("weir.db")
          .doesNotContain("weir.db-wal", "weir.db-shm");
    }
  }

  @Test
  void aSecondProcessIsRefusedUntilTheFirstEnds() throws Exception {
    try (var other = StoreProcess.start(data(), "hold")) {
      assertThat(other.readLine()).isEqualTo("ready");
      assertRefused(Reason.LOCKED, "in use by process " + other.pid() + ":", () -> open(data()));
      other.kill();
      open(data()).close();
    }
  }

  @Test
  void othersMayReadNothing() throws Exception {
    try (Store store = open(data())) {
      put(store, "a", "one");
      try (Stream<Path> all = Files.walk(data())) {
        assertThat(all)
            .hasSizeGreaterThan(4)
            .allSatisfy(path ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .as(path.toString())
                    .endsWith("------"));
      }
    }
  }

  @Test
  void noFileHoldsATokenOrASecret() throws Exception {
    String token = "5d2f0c7e1b0a4c5e9f8e7d6c5b4a3928";
    try (Store store = open(data())) {
      put(store, new KeyHash(StoreSecret.of(data())).of(token), "{\"hmac_string\": \"cleartext\"}");
      assertInNoFile(token, "cleartext", "hmac_string");
    }
    assertInNoFile(token, "cleartext", "hmac_string");
  }

  private void assertInNoFile(String... secrets) throws IOException {
    try (Stream<Path> all = Files.walk(data()).filter(Files::isRegularFile)) {
      assertThat(all)
          .isNotEmpty()
          .allSatisfy(
              file -> assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(secrets));
    }
  }

  @Test
  void withoutItsKeyAStoreIsNotReplaced() throws Exception {
    open(data()).close();
    byte[] key = Files.readAllBytes(data().resolve("store.key"));
    Files.delete(data().resolve("store.key"));
    assertRefused(Reason.KEY, "bring the file back", () -> open(data()));

    open(folder.resolve("other")).close();
    Files.copy(folder.resolve("other/store.key"), data().resolve("store.key"));
    assertRefused(Reason.KEY, "made with another store.key", () -> open(data()));

    Files.writeString(data().resolve("store.key"), "no key");
    assertRefused(Reason.KEY, "64 hexadecimal digits", () -> open(data()));

    Files.write(data().resolve("store.key"), key);
    Files.setPosixFilePermissions(
        data().resolve("store.key"), PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(Reason.KEY, "chmod 600", () -> open(data()));
  }

  @Test
  void aFolderThatOthersMayEnterIsRefused() throws Exception {
    open(data()).close();
    Files.setPosixFilePermissions(
        data().resolve("store"), PosixFilePermissions.fromString("rwxr-xr-x"));

    assertRefused(Reason.KEY, "chmod 700", () -> open(data()));
  }

  @Test
  void aFileThatIsNoDatabaseIsCorrupt() throws Exception {
    try (Store store = open(data())) {
      put(store, "a", "one");
    }
    Path database = StoreFolder.database(data());
    byte[] bytes = Files.readAllBytes(database);
    System.arraycopy("no database at all".getBytes(UTF_8), 0, bytes, 0, 18);
    Files.write(database, bytes);

    assertRefused(Reason.CORRUPT, "run weir store check", () -> open(data()));
  }

  @Test
  void aFullStoreRefusesWritesUntilThereIsRoom() throws Exception {
    StoreSecret secret = StoreSecret.of(data());
    try (Store store = SqliteStore.open(data(), secret, with("PRAGMA max_page_count = 60"))) {
      List<String> written = fill(store);
      assertThat(document(store, written.getLast())).isEqualTo("x".repeat(20_000));
      assertThat(store.delete(KEY, written.getFirst(), Condition.any())).isTrue();
      put(store, "last", "x".repeat(15_000));
      assertThat(store.list(KEY, "", 100)).hasSameSizeAs(written);
    }
  }

  /** The last one is refused. */
  private static List<String> fill(Store store) throws StoreException {
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      try {
        put(store, "k" + i, "x".repeat(20_000));
        written.add("k" + i);
      } catch (StoreException e) {
        assertThat(e.reason()).isEqualTo(Reason.FULL);
        assertThat(e).hasMessageContaining("make room");
        assertThat(store.get(KEY, "k" + i)).isNull();
        return written;
      }
    }
    throw new AssertionError("it is never full");
  }

  private static Migrations with(String... more) {
    List<Migrations.Step> steps = new ArrayList<>(Migrations.CURRENT.steps());
    steps.add(new Migrations.Step(1, List.of(more)));
    return new Migrations(steps);
  }

  @Test
  void aStoreThatMayNotBeWrittenSaysSo() throws Exception {
    StoreSecret secret = StoreSecret.of(data());
    Migrations readOnly =
        with("PRAGMA user_version = 2", "COMMIT", "PRAGMA query_only = 1", "BEGIN");
    assertRefused(
        Reason.READ_ONLY,
        "make the folder and its files writable",
        () -> SqliteStore.open(data(), secret, readOnly));
  }

  @Test
  void anOlderStoreIsBroughtUpToDate() throws Exception {
    try (Store store = open(data())) {
      put(store, "a", "one");
    }
    StoreSecret secret = StoreSecret.of(data());
    Migrations next = with("ALTER TABLE records ADD COLUMN more TEXT");
    try (Store store = SqliteStore.open(data(), secret, next)) {
      assertThat(document(store, "a")).isEqualTo("one");
      put(store, "b", "two");
    }
    try (Store older = open(data())) { // which understands it
      assertThat(older.list(KEY, "", 10)).extracting(StoredRecord::id).containsExactly("a", "b");
      put(older, "c", "three");
    }
  }

  @Test
  void aStepThatFailsLeavesNoTrace() throws Exception {
    open(data()).close();
    StoreSecret secret = StoreSecret.of(data());
    Migrations broken = with("ALTER TABLE records ADD COLUMN more TEXT", "SELECT nothing");
    assertThatThrownBy(() -> SqliteStore.open(data(), secret, broken))
        .isInstanceOf(StoreException.class);

    SqliteStore.open(data(), secret, with("ALTER TABLE records ADD COLUMN more TEXT")).close();
  }

  @Test
  void aStoreOfALaterTimeIsRefused() throws Exception {
    StoreSecret secret = StoreSecret.of(data());
    List<Migrations.Step> steps = new ArrayList<>(Migrations.CURRENT.steps());
    steps.add(
        new Migrations.Step(
            steps.size() + 1,
            List.of("DROP TABLE records", "CREATE TABLE records (revision INTEGER, value BLOB)")));
    SqliteStore.open(data(), secret, new Migrations(steps)).close();

    assertRefused(Reason.NEWER, "made by a newer Weir", () -> open(data()));
  }
}
