package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** F-13, of what there is: a {@code tyk.conf} ends with a configuration or with an error. */
final class ConfigTarget implements FuzzTarget {
  private final Path file = temporaryFile();

  /** A file that goes when this process does. */
  static Path temporaryFile() {
    try {
      Path file = Files.createTempFile("weir-fuzz-", ".json");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void run(byte[] input) throws IOException {
    Files.write(file, input);
    Reading<GatewayConfig> reading = ConfigReader.read(file, Map.of());
    assertThat(reading.value() == null).isEqualTo(reading.hasErrors());
    reading.problems().forEach(problem -> assertThat(problem.toString()).isNotBlank());
    Reading<GatewayConfig> draft = ConfigReader.readDraft(file, Map.of());
    assertThat(draft.problems()).isEqualTo(reading.problems());
  }
}
