package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PidFileTest {
  private final String own = ProcessHandle.current().pid() + "\n";
  @TempDir private Path folder;

  @Test
  void isThereFromWhenItIsWrittenUntilItIsClosed() {
    Path file = folder.resolve("pid");
    try (var pid = new PidFile(file, true)) {
      pid.write();
      assertThat(file).hasContent(own);
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void replacesWhatAProcessThatHasEndedLeftBehind() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path file = Files.writeString(folder.resolve("pid"), ended.pid() + "\n");
    try (var pid = new PidFile(file, false)) {
      pid.write();
      assertThat(file).hasContent(own);
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void leavesTheFileOfALivingProcessAlone() throws IOException {
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    remains(Files.writeString(folder.resolve("pid"), parent + "\n"), parent + "\n");
  }

  @Test
  void leavesAFileOfSomethingElseAlone() throws IOException {
    remains(Files.writeString(folder.resolve("notes"), "12 eggs\n"), "12 eggs\n");
  }

  @Test
  void replacesNoLink() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);

    remains(link, "");

    assertThat(link).isSymbolicLink();
  }

  @Test
  void neitherReplacesNorOpensAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    writtenAndClosed(pipe);

    assertThat(Files.exists(pipe)).isTrue();
    assertThat(Files.isRegularFile(pipe, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  /** Another container has the same number. */
  @Test
  void oneThatWasNotWrittenIsNotRemoved() throws IOException {
    Path file = Files.writeString(folder.resolve("pid"), own);

    new PidFile(file, true).close();

    assertThat(file).hasContent(own);
  }

  private static void remains(Path file, String content) {
    writtenAndClosed(file);
    assertThat(file).hasContent(content);
  }

  private static void writtenAndClosed(Path file) {
    for (boolean wished : new boolean[] {true, false}) {
      try (var pid = new PidFile(file, wished)) {
        pid.write();
      }
    }
  }
}
