package dev.weir.model;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One policy of a file and what came of it.
 *
 * @param id as written, even when the policy is refused; null when it could not be read
 * @param definition null when the policy is refused
 */
public record PolicyFile(
    Path path, @Nullable String id, @Nullable PolicyDefinition definition, List<Problem> problems) {

  public PolicyFile {
    problems = List.copyOf(problems);
  }

  public boolean hasErrors() {
    return problems.stream().anyMatch(Problem::isError);
  }
}
