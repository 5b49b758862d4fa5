package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cli.ExitCode;
import dev.weir.cli.StoreRequest;
import dev.weir.cli.Terminal;
import dev.weir.store.Condition;
import dev.weir.store.RecordKind;
import dev.weir.store.SqliteStore;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.StoreSecret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandsTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path data;
  private Path backup;

  @BeforeEach
  void configure() throws IOException {
    Files.writeString(folder.resolve("tyk.conf"), "{\"weir\": {\"data_dir\": \"data\"}}");
    data = folder.resolve("data");
    backup = folder.resolve("backup.db");
  }

  private Store open() throws StoreException {
    return SqliteStore.open(data, StoreSecret.of(data));
  }

  private int store(StoreRequest request) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false,
            Map.of());
    return new StoreCommands(terminal).run(folder.resolve("tyk.conf"), request);
  }

  @Test
  void backsUpChecksAndRestores() throws Exception {
    try (Store store = open()) {
      store.put(RecordKind.KEY, "a", "document", Condition.any());
      assertThat(store(new StoreRequest.Backup(backup))).isEqualTo(ExitCode.OK);
      assertThat(out.toString(UTF_8)).contains("backed up to " + backup);
      store.delete(RecordKind.KEY, "a", Condition.any());
      assertThat(store(new StoreRequest.Check())).isEqualTo(ExitCode.OK);
      assertThat(out.toString(UTF_8)).contains("whole: 0 records, 1 deleted");
      assertThat(store(new StoreRequest.Restore(backup, true))).isEqualTo(ExitCode.REFUSED);
      assertThat(err.toString(UTF_8)).contains("in use by");
    }
    assertThat(store(new StoreRequest.Restore(backup, true))).isEqualTo(ExitCode.OK);
    assertThat(out.toString(UTF_8)).contains("restored from " + backup);
    assertThat(store(new StoreRequest.Check())).isEqualTo(ExitCode.OK);
    assertThat(out.toString(UTF_8)).contains("whole: 1 records, 0 deleted");
  }

  @Test
  void saysWhatIsDamaged() throws Exception {
    try (Store store = open()) {
      for (int i = 0; i < 100; i++) {
        store.put(RecordKind.KEY, "key-" + i, "x".repeat(500), Condition.any());
      }
    }
    Path database = data.resolve("store/weir.db");
    byte[] bytes = Files.readAllBytes(database);
    for (int i = 4096 * 3; i < bytes.length; i += 97) {
      bytes[i] ^= 0x55;
    }
    Files.write(database, bytes);

    assertThat(store(new StoreRequest.Check())).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8)).contains("weir: ").contains("damaged").contains("restore");
  }

  @Test
  void saysThatThereIsNone() {
    assertThat(store(new StoreRequest.Check())).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8)).contains("weir: there is no store in " + data, "WEIR_DATA_DIR");
    assertThat(data).doesNotExist();
    assertThat(store(new StoreRequest.Backup(backup))).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8)).contains("there is no store in");
  }
}
