package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfFileTest {

  @Test
  void takesTheFileThatWasAskedForEvenIfItIsNotThere() {
    Path asked = Path.of("not-there.conf");

    assertThat(ConfFile.find(asked, List.of())).contains(asked);
  }

  @Test
  void takesTheFirstUsualPlaceWhereThereIsOne(@TempDir Path folder) throws IOException {
    Path first = folder.resolve("first.conf");
    Path second = Files.createFile(folder.resolve("second.conf"));

    assertThat(ConfFile.find(null, List.of(first, second))).contains(second);
  }

  @Test
  void findsNothingWhereThereIsNothing(@TempDir Path folder) {
    assertThat(ConfFile.find(null, List.of(folder.resolve("a")))).isEmpty();
  }
}
