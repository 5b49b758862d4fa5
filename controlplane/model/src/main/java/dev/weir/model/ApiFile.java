package dev.weir.model;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file of {@code app_path} and what came of it.
 *
 * @param apiId as written, even when the file is refused; null when it could not be read
 * @param definition null when the file is refused or skipped
 */
public record ApiFile(
    Path path, @Nullable String apiId, @Nullable ApiDefinition definition, List<Problem> problems) {

  public ApiFile {
    problems = List.copyOf(problems);
  }

  public boolean hasErrors() {
    return problems.stream().anyMatch(Problem::isError);
  }
}
