package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Compilation;
import dev.weir.compiler.Deployment;
import dev.weir.compiler.Serving;
import dev.weir.model.ApiDefinition;
import dev.weir.model.JsonWriter;
import dev.weir.model.Problem;
import dev.weir.model.Target;
import java.util.List;

/** {@code /weir/v1/snapshot}: what is served now, as it was compiled. For all threads. */
final class SnapshotPath {
  private final Deployment deployment;

  SnapshotPath(Deployment deployment) {
    this.deployment = deployment;
  }

  ControlAnswer answer(ControlRequest request) {
    return request.method().equals("GET")
        ? ControlAnswer.ok(json(deployment.now()))
        : ControlApi.methodNotAllowed();
  }

  private String json(Serving now) {
    return """
    {"generation":%d,"hash":"%s","since":"%s","ports":%s,"apis":%s}\
    """
        .formatted(now.generation(), now.hash(), now.since(), ports(now.compiled()), apis(now));
  }

  /** As they are bound, which port 0 in a configuration does not tell. */
  private String ports(Compilation compiled) {
    return deployment.bound().entrySet().stream()
        .map(port ->
            "{\"port\":%d,\"tls\":%s}"
                .formatted(port.getValue(), compiled.serverNames().containsKey(port.getKey())))
        .collect(joining(",", "[", "]"));
  }

  private static String apis(Serving now) {
    return now.apis().stream().map(SnapshotPath::api).collect(joining(",", "[", "]"));
  }

  private static String api(ApiStatus status) {
    return switch (status) {
      case ApiStatus.Serving(ApiDefinition api, int port, List<Problem> problems) ->
          api(
              api,
              "serving",
              port,
              problems.stream().map(Problem::toString).collect(joining("; ")));
      case ApiStatus.Internal(ApiDefinition api) ->
          api(api, "internal", api.binding().port(), api.refusal().orElse(""));
      case ApiStatus.Closed(ApiDefinition api, int port, String reason) ->
          api(api, "closed", port, reason);
      case ApiStatus.Refused(ApiDefinition api, Problem problem) ->
          api(api, "refused", api.binding().port(), problem.toString());
    };
  }

  private static String api(ApiDefinition api, String state, int port, String reason) {
    return """
    {"api_id":%s,"name":%s,"state":"%s","port":%d,"domain":%s,"listen_path":%s,"targets":%s,\
    "reason":%s}\
    """
        .formatted(
            JsonWriter.quoted(api.apiId()),
            JsonWriter.quoted(api.name()),
            state,
            port,
            JsonWriter.quoted(api.binding().domain()),
            JsonWriter.quoted(api.proxy().listenPath()),
            ControlAnswer.texts(
                api.proxy().targets().stream().map(Target::authority).distinct().toList()),
            JsonWriter.quoted(reason));
  }
}
