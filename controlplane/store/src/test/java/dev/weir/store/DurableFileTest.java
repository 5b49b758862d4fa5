package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsReplacedKeepsItsPermissions() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));

    DurableFile.replace(file, "new".getBytes(UTF_8));
    DurableFile.replace(folder.resolve("b"), "new".getBytes(UTF_8));
    DurableFile.writePublic(folder.resolve("c"), "new".getBytes(UTF_8));

    assertThat(file).hasContent("new");
    assertThat(permissions("a")).isEqualTo("rw-rw----");
    assertThat(permissions("b")).isEqualTo("rw-------");
    assertThat(permissions("c")).isEqualTo("rw-r--r--");
  }

  @Test
  void whatAKilledProcessHasLeftIsRemovedOnceNobodyCanWriteAtItAnyMore() throws IOException {
    Instant now = Instant.now();
    for (String name : List.of(".123.tmp", ".124.tmp", ".mine.tmp", "125.tmp", "a.json")) {
      Files.writeString(folder.resolve(name), "{");
      Files.setLastModifiedTime(folder.resolve(name), FileTime.from(now.minusSeconds(60)));
    }
    Files.setLastModifiedTime(folder.resolve(".124.tmp"), FileTime.from(now));

    assertThat(DurableFile.removeDrafts(folder, Duration.ofSeconds(30))).isEqualTo(1);
    assertThat(folder.resolve(".123.tmp")).doesNotExist();
    assertThat(folder.toFile().list()).hasSize(4);
    assertThat(DurableFile.removeDrafts(folder.resolve("none"), Duration.ZERO)).isZero();
  }

  @Test
  void whatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Path full = folder.resolve("full");
    Files.createDirectories(full.resolve("of"));

    assertThatIOException().isThrownBy(() -> DurableFile.write(full, new byte[1]));
    assertThatIOException().isThrownBy(() -> DurableFile.writePublic(full, new byte[1]));
    assertThatIOException().isThrownBy(() -> DurableFile.replace(full, new byte[1]));

    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.toList()).isEqualTo(List.of(full));
    }
  }

  @Test
  void ofSeveralFilesAllAreReplacedOrNone() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Path third = folder.resolve("third");
    replace("1", first, second, third);
    replace("2", second);
    assertThat(first).hasContent("1");
    assertThat(second).hasContent("2");
    assertThat(third).hasContent("1");

    Path full = folder.resolve("full");
    Files.createDirectories(full.resolve("of"));
    for (Path one : List.of(first, folder.resolve("none"))) {
      assertThatIOException().isThrownBy(() -> replace("3", one, second, full));
      assertThatIOException().isThrownBy(() -> replace("3", full, one, second));
    }

    assertThat(first).hasContent("1");
    assertThat(second).hasContent("2");
    assertThat(full.resolve("of")).exists();
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).containsExactlyInAnyOrder(first, second, third, full);
    }
  }

  /** A link to nowhere cannot be read, whoever runs this. */
  @Test
  void inThePlaceOfWhatCouldNotBeReadTheNewStays() throws IOException {
    Path unreadable = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    Path full = folder.resolve("full");
    Files.createDirectories(full.resolve("of"));

    assertThatIOException().isThrownBy(() -> replace("new", unreadable, full));

    assertThat(unreadable).hasContent("new");
  }

  @Test
  void aLinkStaysAndWhatItLeadsToIsReplaced() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    Path target = Files.writeString(there.resolve("target"), "1");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("there", "target"));
    Path full = folder.resolve("full");
    Files.createDirectories(full.resolve("of"));

    replace("2", link);
    assertThat(link).isSymbolicLink().hasContent("2");
    assertThat(target).isRegularFile().hasContent("2");

    assertThatIOException().isThrownBy(() -> replace("3", link, full));
    var gone = new LinkedHashMap<Path, Optional<byte[]>>();
    gone.put(link, Optional.empty());
    gone.put(full, Optional.empty());
    assertThatIOException().isThrownBy(() -> DurableFile.replaceAll(gone));
    assertThat(link).isSymbolicLink().hasContent("2");
    assertThat(there.toFile().list()).containsExactly("target");

    assertThat(DurableFile.delete(link)).isTrue();
    assertThat(target).hasContent("2");
  }

  private static void replace(String content, Path... files) throws IOException {
    var contents = new LinkedHashMap<Path, Optional<byte[]>>();
    for (Path file : files) {
      contents.put(file, Optional.of(content.getBytes(UTF_8)));
    }
    DurableFile.replaceAll(contents);
  }

  @Test
  void whatIsDeletedBesideOthersIsGoneWithThemOnly() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Path full = folder.resolve("full");
    replace("1", first, second);
    Files.setPosixFilePermissions(second, PosixFilePermissions.fromString("rw-r-----"));
    Files.createDirectories(full.resolve("of"));
    var contents = new LinkedHashMap<Path, Optional<byte[]>>();
    contents.put(first, Optional.of("2".getBytes(UTF_8)));
    contents.put(second, Optional.empty());
    contents.put(full, Optional.empty());

    assertThatIOException().isThrownBy(() -> DurableFile.replaceAll(contents));
    assertThat(first).hasContent("1");
    assertThat(second).hasContent("1");
    assertThat(permissions("second")).isEqualTo("rw-r-----");
    assertThat(full.resolve("of")).exists();

    contents.remove(full);
    contents.put(folder.resolve("none"), Optional.empty());
    DurableFile.replaceAll(contents);
    assertThat(first).hasContent("2");
    assertThat(second).doesNotExist();
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }
}
