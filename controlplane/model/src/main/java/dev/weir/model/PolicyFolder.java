package dev.weir.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What {@code policies.policy_path} or {@code policies.policy_record_name} holds.
 *
 * @param files in the order of their names, or of the record
 * @param wholeProblems about the folder or the record as a whole
 */
public record PolicyFolder(Path path, List<PolicyFile> files, List<Problem> wholeProblems) {

  public PolicyFolder {
    files = List.copyOf(files);
    wholeProblems = List.copyOf(wholeProblems);
  }

  /** Policies without an error by their ids, those that are inactive too. */
  public Map<String, PolicyDefinition> policies() {
    var policies = new LinkedHashMap<String, PolicyDefinition>();
    for (PolicyFile file : files) {
      PolicyDefinition policy = file.definition();
      if (policy != null) {
        policies.put(policy.id(), policy);
      }
    }
    return policies;
  }

  /** Whether nobody can tell what is in it. */
  public boolean isUnreadable() {
    return wholeProblems.stream().anyMatch(Problem::isError);
  }

  /** All problems: those of the whole, then policy by policy. */
  public List<Problem> problems() {
    return Stream.concat(
            wholeProblems.stream(), files.stream().flatMap(file -> file.problems().stream()))
        .toList();
  }
}
