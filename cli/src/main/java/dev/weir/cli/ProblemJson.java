package dev.weir.cli;

import static dev.weir.model.JsonWriter.quoted;

import dev.weir.model.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Problems as one JSON document: {@code {"problems": [...], "summary": "..."}}. */
final class ProblemJson {
  private ProblemJson() {}

  static String of(List<Problem> problems) {
    String list =
        problems.stream().map(ProblemJson::of).collect(Collectors.joining(",\n  ", "\n  ", "\n"));
    return "{\"problems\": ["
        + (problems.isEmpty() ? "" : list)
        + "], \"summary\": "
        + quoted(Problem.summary(problems))
        + "}";
  }

  private static String of(Problem problem) {
    StringBuilder json = new StringBuilder("{");
    json.append("\"severity\": ").append(quoted(problem.severity().label()));
    json.append(", \"file\": ").append(quoted(problem.file()));
    json.append(", \"line\": ").append(problem.line());
    json.append(", \"column\": ").append(problem.column());
    json.append(", \"path\": ").append(quoted(problem.path()));
    json.append(", \"message\": ").append(quoted(problem.message()));
    if (problem.hint() != null) {
      json.append(", \"hint\": ").append(quoted(problem.hint()));
    }
    return json.append('}').toString();
  }
}
