package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** F-13, of what there is: an API definition ends with a definition or with an error. */
final class ApiTarget implements FuzzTarget {
  private final Path file = ConfigTarget.temporaryFile();
  private final ApiReader reader =
      new ApiReader(requireNonNull(ConfigReader.read(Map.of()).value()), Map.of());

  @Override
  public void run(byte[] input) throws IOException {
    Files.write(file, input);
    ApiFile read = reader.read(file);
    assertThat(read.definition() == null)
        .isEqualTo(read.problems().stream().anyMatch(Problem::isError));
  }
}
