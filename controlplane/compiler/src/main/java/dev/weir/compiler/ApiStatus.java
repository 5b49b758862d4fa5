package dev.weir.compiler;

import dev.weir.model.ApiDefinition;
import dev.weir.model.Problem;
import java.util.List;

/** What became of an API definition. */
public sealed interface ApiStatus {

  ApiDefinition api();

  /** What keeps it, or versions of it, from being served. */
  default List<Problem> errors() {
    return switch (this) {
      case Serving(ApiDefinition _, int _, List<Problem> problems) ->
          problems.isEmpty() ? problems : problems.stream().filter(Problem::isError).toList();
      case Refused(ApiDefinition _, Problem problem) -> List.of(problem);
      case Internal _ -> List.of();
      case Closed(ApiDefinition api, int _, String _) ->
          api.obstacles().stream().map(Problem::asError).toList();
    };
  }

  /**
   * Its calls are forwarded.
   *
   * @param problems why calls of some of its versions are not, and what else there is to tell
   */
  record Serving(ApiDefinition api, int port, List<Problem> problems) implements ApiStatus {
    public Serving {
      problems = List.copyOf(problems);
    }

    /** All of them are. */
    public Serving(ApiDefinition api, int port) {
      this(api, port, List.of());
    }
  }

  /** It has no place of its own: its calls are those of a version of another API. */
  record Internal(ApiDefinition api) implements ApiStatus {}

  /** It has its place, but every call ends with UNAVAILABLE and this reason. */
  record Closed(ApiDefinition api, int port, String reason) implements ApiStatus {}

  /** It has no place: its port or its path cannot be had. */
  record Refused(ApiDefinition api, Problem problem) implements ApiStatus {}
}
