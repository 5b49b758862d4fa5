package dev.weir.store;

import static dev.weir.store.RecordKind.KEY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.store.StoreCare.Inspection;
import dev.weir.store.StoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCareTest {

  @TempDir private Path folder;
  private Path data;
  private Path backup;
  private StoreCare care;

  @BeforeEach
  void name() {
    data = folder.resolve("data");
    backup = folder.resolve("backup.db");
    care = new StoreCare(data);
  }

  private Store open() throws StoreException {
    return SqliteStore.open(data, StoreSecret.of(data));
  }

  private static void put(Store store, String... ids) throws StoreException {
    for (String id : ids) {
      store.put(KEY, id, "document of " + id, Condition.any());
    }
  }

  private void assertHolds(String... ids) throws StoreException {
    try (Store store = open()) {
      assertThat(store.list(KEY, "", 100)).extracting(StoredRecord::id).containsExactly(ids);
      for (StoredRecord record : store.list(KEY, "", 100)) {
        assertThat(record.document()).isEqualTo("document of " + record.id());
      }
    }
  }

  private static void assertRefused(Reason reason, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }

  @Test
  void aBackupIsTakenWhileTheStoreIsUsed() throws Exception {
    try (Store store = open()) {
      put(store, "a", "b");
      store.delete(KEY, "b", Condition.any());
      care.backup(backup);
      put(store, "c");
    }
    assertHolds("a", "c");
    care.restore(backup, true);

    assertHolds("a");
    assertThat(care.check()).isEqualTo(new Inspection(1, 1, List.of()));
    assertThat(Files.getPosixFilePermissions(backup))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(backup, ISO_8859_1)).doesNotContain("document of");
  }

  @Test
  void aBackupReplacesNoFile() throws Exception {
    open().close();
    Files.writeString(backup, "precious");

    assertRefused(Reason.INVALID, "name another file", () -> care.backup(backup));
    assertThat(backup).hasContent("precious");
  }

  @Test
  void aStoreIsNotGivenUpUnasked() throws Exception {
    try (Store store = open()) {
      put(store, "a");
      care.backup(backup);
      put(store, "b");
    }
    assertRefused(Reason.INVALID, "--replace", () -> care.restore(backup, false));
    assertHolds("a", "b");
  }

  @Test
  void aStoreInUseIsNotReplaced() throws Exception {
    try (Store store = open()) {
      put(store, "a");
      care.backup(backup);
      assertRefused(Reason.LOCKED, "in use", () -> care.restore(backup, true));
    }
  }

  @Test
  void aBackupGoesToAnotherMachineWithItsKey() throws Exception {
    try (Store store = open()) {
      put(store, "a");
      care.backup(backup);
    }
    Path key = data.resolve("store.key");
    data = folder.resolve("other");
    StoreCare other = new StoreCare(data);
    assertRefused(Reason.KEY, "worth nothing without it", () -> other.restore(backup, false));

    StoreSecret.of(data); // another one
    assertRefused(Reason.KEY, "another store.key", () -> other.restore(backup, false));

    Files.copy(key, data.resolve("store.key"), StandardCopyOption.REPLACE_EXISTING);
    other.restore(backup, false);
    assertHolds("a");
  }

  @Test
  void whatIsNoBackupIsNotRestored() throws Exception {
    try (Store store = open()) {
      put(store, "a");
    }
    assertRefused(Reason.INVALID, "there is no file", () -> care.restore(backup, true));
    Files.writeString(backup, "no backup, but long enough to be looked at: " + "x".repeat(4096));
    assertRefused(Reason.INVALID, "no backup of a store", () -> care.restore(backup, true));
    assertHolds("a");
    assertThat(left()).noneMatch(name -> name.endsWith(".tmp"));
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("store"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aRestoreThatWasKilledIsTakenInAtTheNextStart() throws Exception {
    try (Store store = open()) {
      put(store, "a");
      care.backup(backup);
    }
    try (StoreProcess killed = StoreProcess.start(data, "r")) { // leaves its log behind
      killed.readLine();
      for (int i = 0; i < 20; i++) {
        killed.readLine();
      }
    }
    assertThat(left()).contains("weir.db-wal");
    Files.copy(backup, data.resolve("store/weir.db.restored"));

    assertHolds("a");
    assertThat(left()).doesNotContain("weir.db.restored");
  }

  @Test
  void checkFindsADocumentThatWasChanged() throws Exception {
    try (Store store = open()) {
      put(store, "a", "b");
    }
    change(content -> content.indexOf("KEYb\u0001") + 20); // within the document of b

    assertThat(care.check().problems()).containsExactly("KEY b cannot be decrypted");
    try (Store store = open()) {
      assertRefused(Reason.CORRUPT, "run weir store check", () -> store.get(KEY, "b"));
      assertThat(store.get(KEY, "a")).isNotNull();
    }
  }

  private interface Place {
    int in(String content);
  }

  private void change(Place place) throws IOException {
    Path file = data.resolve("store/weir.db");
    byte[] bytes = Files.readAllBytes(file);
    bytes[place.in(new String(bytes, ISO_8859_1))] ^= 1;
    Files.write(file, bytes);
  }

  /** Whatever is changed: said in words, and no document is ever a wrong one. */
  @Test
  void damageNeverMakesAWrongDocument() throws Exception {
    try (Store store = open()) {
      for (int i = 0; i < 200; i++) {
        put(store, "key-" + i);
      }
    }
    Path file = data.resolve("store/weir.db");
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(11);
    int found = 0;
    for (int round = 0; round < 150; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 10; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      found += readsOrRefuses() ? 0 : 1;
    }
    assertThat(found).isGreaterThan(50);
  }

  private boolean readsOrRefuses() {
    boolean whole;
    try {
      whole = care.check().problems().isEmpty();
    } catch (StoreException e) {
      assertThat(e.reason()).isIn(Reason.CORRUPT, Reason.KEY, Reason.NEWER, Reason.FAILED);
      whole = false;
    }
    try (Store store = open()) {
      for (StoredRecord record : store.list(KEY, "", 1000)) {
        assertThat(record.document()).isEqualTo("document of " + record.id());
      }
    } catch (StoreException e) {
      assertThat(e.getMessage()).isNotBlank();
      whole = false;
    }
    return whole;
  }

  @Test
  void withoutAStoreThereIsNothingToDo() throws Exception {
    assertRefused(Reason.INVALID, "there is no", care::check);
    StoreSecret.of(data);
    assertRefused(Reason.INVALID, "there is no store", care::check);
    assertRefused(Reason.INVALID, "there is no store", () -> care.backup(backup));
    assertThat(backup).doesNotExist();
  }
}
