package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of quotas, also as a killed process leaves it. */
class QuotaFileTest {
  private static final List<QuotaEntry> FIRST = List.of(entry(1), entry(2));
  private static final List<QuotaEntry> SECOND = List.of(entry(3));

  private final Path folder;
  private final Path path;
  private final Failures failures;
  private QuotaFile file;

  QuotaFileTest(@TempDir Path folder) throws StoreException {
    this.folder = folder;
    path = folder.resolve("quotas");
    failures = new Failures(folder);
    file = QuotaFile.open(folder, failures);
  }

  @AfterEach
  void close() {
    file.close();
  }

  private static QuotaEntry entry(int number) {
    return new QuotaEntry(-number, number, "api " + number, 10, 60, number, 1L << 40);
  }

  /** As the next process finds it. */
  private List<QuotaEntry> found(long lost) throws StoreException {
    close();
    file = QuotaFile.open(folder, failures);
    var entries = new ArrayList<QuotaEntry>();
    assertThat(file.read(entries::add)).isEqualTo(lost);
    return entries;
  }

  @Test
  void whatIsWrittenIsReadInItsOrder() throws Exception {
    assertThat(found(0)).isEmpty();
    file.write(FIRST);
    file.write(SECOND);
    assertThat(found(0)).containsExactly(entry(1), entry(2), entry(3));
    file.write(List.of(new QuotaEntry(1, 2, "", 3, 0, 0, 0)));
    assertThat(found(0)).hasSize(4).endsWith(new QuotaEntry(1, 2, "", 3, 0, 0, 0));
  }

  @Test
  void longScopesAndManyEntriesFit() throws Exception {
    List<QuotaEntry> many =
        IntStream.range(0, 3000)
            .mapToObj(i -> new QuotaEntry(i, i, "ü".repeat(i % 256), 1, 1, 1, 1))
            .toList();
    file.write(many);
    assertThat(found(0)).isEqualTo(many);
  }

  @Test
  void onlyTheOwnerMayReadIt() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatEndsAnywhereHasAllThatWasWholeAndGoesOnBehindIt() throws Exception {
    file.write(FIRST);
    long whole = Files.size(path);
    file.write(SECOND);
    byte[] all = Files.readAllBytes(path);
    for (int length = (int) whole; length < all.length; length++) {
      Files.write(path, Arrays.copyOf(all, length));
      assertThat(found(length - whole)).as("%d bytes", length).isEqualTo(FIRST);
      file.write(SECOND);
      assertThat(found(0)).as("%d bytes", length).containsExactly(entry(1), entry(2), entry(3));
    }
  }

  @Test
  void aFileThatEndsInItsBeginningIsBegunAnew() throws Exception {
    for (int length = 1; length < 8; length++) {
      Files.write(path, Arrays.copyOf("weirquo1".getBytes(UTF_8), length));
      assertThat(found(length)).isEmpty();
      file.write(FIRST);
      assertThat(found(0)).isEqualTo(FIRST);
    }
  }

  @Test
  void aChangedByteEndsIt() throws Exception {
    file.write(FIRST);
    byte[] all = Files.readAllBytes(path);
    for (int at = 0; at < all.length; at++) {
      byte[] changed = all.clone();
      changed[at] ^= 1;
      Files.write(path, changed);
      close();
      file = QuotaFile.open(folder, failures);
      var entries = new ArrayList<QuotaEntry>();
      assertThat(file.read(entries::add)).as("byte %d", at).isPositive();
      assertThat(entries).as("byte %d", at).isEqualTo(FIRST.subList(0, entries.size()));
    }
  }

  @Test
  void aWornFileIsWrittenAnew() throws Exception {
    for (int i = 0; i < 11; i++) {
      assertThat(file.isWorn(1)).isFalse();
      file.write(IntStream.range(0, 1000).mapToObj(QuotaFileTest::entry).toList());
    }
    assertThat(file.isWorn(1)).isTrue();
    assertThat(file.isWorn(10_000)).isFalse();
    file.rewrite(to -> {
      to.add(entry(1));
      to.add(entry(2));
    });
    assertThat(file.isWorn(1)).isFalse();
    file.write(SECOND);
    assertThat(found(0)).containsExactly(entry(1), entry(2), entry(3));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void aClosedOneSaysSo() throws Exception {
    file.close();
    assertThatThrownBy(() -> file.write(FIRST))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.CLOSED));
  }
}
