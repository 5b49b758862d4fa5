package dev.weir.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
    List<Problem> problems = new ArrayList<>(folderProblems);
    files.forEach(file -> problems.addAll(file.problems()));
    return problems;
  }
}
