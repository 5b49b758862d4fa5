package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.compiler.Reload;
import dev.weir.model.JsonWriter;
import dev.weir.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * {@code /tyk/reload} and {@code /tyk/reload/group}. Both wait until the new configuration serves,
 * with or without {@code block=true}, and tell the truth about what came of it.
 */
final class ReloadPaths {
  private static final int IN_PART = 422;
  private static final List<List<String>> PATHS =
      List.of(List.of("reload"), List.of("reload", "group"));

  private final Supplier<Reload> reload;

  /**
   * @param reload reloads and returns when that is done
   */
  ReloadPaths(Supplier<Reload> reload) {
    this.reload = reload;
  }

  ControlAnswer answer(ControlRequest request) {
    if (!PATHS.contains(request.path())) {
      return ControlApi.notFound();
    }
    return request.method().equals("GET") ? told(reload.get()) : ControlApi.methodNotAllowed();
  }

  private static ControlAnswer told(Reload reload) {
    boolean whole = reload.applied() && reload.isWhole();
    return new ControlAnswer(
        whole ? 200 : IN_PART,
        """
        {"status":"%s","message":%s,"generation":%d,"hash":"%s","milliseconds":%d,\
        "added":%s,"changed":%s,"removed":%s,"kept":%s,\
        "policies":{"added":%s,"changed":%s,"removed":%s},"problems":%s,"details":%s}\
        """
            .formatted(
                whole ? "ok" : "error",
                JsonWriter.quoted(message(reload)),
                reload.generation(),
                reload.hash(),
                reload.took().toMillis(),
                ControlAnswer.texts(reload.added()),
                ControlAnswer.texts(reload.changed()),
                ControlAnswer.texts(reload.removed()),
                ControlAnswer.texts(reload.kept()),
                ControlAnswer.texts(reload.policies().added()),
                ControlAnswer.texts(reload.policies().changed()),
                ControlAnswer.texts(reload.policies().removed()),
                ControlAnswer.texts(reload.problems().stream().map(Object::toString).toList()),
                reload.problems().stream()
                    .map(problem -> detail(problem, reload.apiIds()))
                    .collect(joining(",", "[", "]"))));
  }

  /** What does not apply is empty, or 0. */
  private static String detail(Problem problem, Map<String, String> apiIds) {
    return """
    {"severity":"%s","file":%s,"line":%d,"column":%d,"api_id":%s,"field":%s,"message":%s,"hint":%s}\
    """
        .formatted(
            problem.severity().label(),
            JsonWriter.quoted(problem.file()),
            problem.line(),
            problem.column(),
            JsonWriter.quoted(apiIds.getOrDefault(problem.file(), "")),
            JsonWriter.quoted(problem.path()),
            JsonWriter.quoted(problem.message()),
            JsonWriter.quoted(Objects.requireNonNullElse(problem.hint(), "")));
  }

  private static String message(Reload reload) {
    return switch (reload.result()) {
      case WHOLE -> "";
      case IN_PART ->
          "applied in part: what is broken keeps its last good version, and an API is closed that"
              + " asks for what cannot be done";
      case REFUSED -> "refused, what was served goes on";
    };
  }
}
