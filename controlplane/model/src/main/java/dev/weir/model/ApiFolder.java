package dev.weir.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What {@code app_path} holds.
 *
 * @param files sorted by name
 * @param folderProblems about the folder as a whole
 */
public record ApiFolder(Path path, List<ApiFile> files, List<Problem> folderProblems) {

  public ApiFolder {
    files = List.copyOf(files);
    folderProblems = List.copyOf(folderProblems);
  }

  /** Definitions to load: valid and active, those with a {@link ApiDefinition#refusal()} too. */
  public List<ApiDefinition> definitions() {
    return files.stream()
        .map(ApiFile::definition)
        .filter(Objects::nonNull)
        .filter(ApiDefinition::active)
        .toList();
  }

  /** All problems: the folder's own, then file by file. */
  public List<Problem> problems() {
    return Stream.concat(
            folderProblems.stream(), files.stream().flatMap(file -> file.problems().stream()))
        .toList();
  }
}
