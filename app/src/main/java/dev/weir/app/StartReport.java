package dev.weir.app;

import dev.weir.cli.Documents;
import dev.weir.cli.Version;
import dev.weir.compiler.ApiStatus;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFile;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** The lines that a start writes to the log: what was read, what is served, and what is not. */
final class StartReport {
  private final Logger log;

  StartReport(Logger log) {
    this.log = log;
  }

  /** What was read. */
  void documents(Documents documents, GatewayConfig config) {
    log.atInfo().addKeyValue("file", file(config)).log("configuration");
    log.info(Version.line());
    documents.configProblems().forEach(problem -> log.warn("{}", problem));
    if (documents.apis() != null) {
      documents.apis().files().forEach(this::file);
    }
    List<String> idle = config.notActedOn();
    if (!idle.isEmpty()) {
      log.atWarn()
          .addKeyValue("keys", String.join(", ", idle))
          .log("keys that this build does not act on");
    }
  }

  /** What is served. */
  void started(Gateway gateway, GatewayConfig config) {
    gateway.warnings().forEach(problem -> log.warn("{}", problem));
    gateway.policyProblems().forEach(this::policies);
    gateway.apis().forEach(this::api);
    long serving = gateway.apis().stream().filter(StartReport::isServed).count();
    log.atInfo()
        .addKeyValue("serving", serving)
        .addKeyValue("not_serving", gateway.apis().size() - serving)
        .log("APIs");
    log.atInfo().addKeyValue("ports", gateway.ports()).log("listening");
    if (gateway.isControlled()) {
      log.atInfo().addKeyValue("port", control(gateway, config)).log("control API");
    }
    if (gateway.adminPort() != 0) {
      log.atInfo().addKeyValue("port", gateway.adminPort()).log("metrics");
    }
    log.atInfo()
        .addKeyValue("kind", gateway.transport())
        .addKeyValue("event_loops", gateway.eventLoops())
        .log("transport");
    gateway.tls().ifPresent(by -> log.atInfo().addKeyValue("by", by).log("TLS"));
    LoggingEventBuilder ready = log.atInfo();
    ProcessAge.now().map(age -> ready.addKeyValue("ms", age.toMillis())).orElse(ready).log("ready");
  }

  private static boolean isServed(ApiStatus status) {
    return status instanceof ApiStatus.Serving || status instanceof ApiStatus.Internal;
  }

  private void file(ApiFile file) {
    file.problems().forEach(problem -> problem(file, problem));
    ApiDefinition api = file.definition();
    if (api != null && api.active() && !api.notActedOn().isEmpty()) {
      log.atWarn()
          .addKeyValue("api_id", api.apiId())
          .addKeyValue("fields", String.join(", ", api.notActedOn()))
          .log("fields that this build does not act on");
    }
  }

  private void problem(ApiFile file, Problem problem) {
    LoggingEventBuilder line =
        switch (problem.severity()) {
          case ERROR -> log.atError();
          case WARNING -> log.atWarn();
          case NOTE -> log.atInfo();
        };
    line = line.addKeyValue("file", file.path());
    line = file.apiId() == null ? line : line.addKeyValue("api_id", file.apiId());
    line = problem.path().isEmpty() ? line : line.addKeyValue("field", problem.path());
    line.log(problem.isError() ? "{}; the file is left out" : "{}", problem);
  }

  private void policies(Problem problem) {
    LoggingEventBuilder line = problem.isError() ? log.atError() : log.atWarn();
    line.log(problem.isError() ? "{}; the policy is left out" : "{}", problem);
  }

  private void version(ApiDefinition api, Problem problem) {
    LoggingEventBuilder line = problem.isError() ? log.atError() : log.atWarn();
    line.addKeyValue("api_id", api.apiId())
        .log(problem.isError() ? "{}; calls of that version end with UNAVAILABLE" : "{}", problem);
  }

  private void api(ApiStatus status) {
    switch (status) {
      case ApiStatus.Serving(ApiDefinition api, int port, List<Problem> problems) -> {
        log.atDebug().addKeyValue("api_id", api.apiId()).addKeyValue("port", port).log("serving");
        problems.forEach(problem -> version(api, problem));
      }
      case ApiStatus.Internal(ApiDefinition api) ->
          log.atDebug().addKeyValue("api_id", api.apiId()).log("serving as a version of others");
      case ApiStatus.Closed(ApiDefinition api, int port, String reason) ->
          log.atWarn()
              .addKeyValue("api_id", api.apiId())
              .addKeyValue("name", api.name())
              .addKeyValue("port", port)
              .addKeyValue("reason", reason)
              .log("API is closed: its calls end with UNAVAILABLE");
      case ApiStatus.Refused(ApiDefinition api, Problem problem) ->
          log.atError()
              .addKeyValue("api_id", api.apiId())
              .addKeyValue("name", api.name())
              .addKeyValue("reason", problem)
              .log("API is refused");
    }
  }

  private static int control(Gateway gateway, GatewayConfig config) {
    int own = config.controlApi().port();
    return own == 0 ? gateway.port() : own;
  }

  private static Object file(GatewayConfig config) {
    return config.file() == null ? "none, environment only" : config.file().toAbsolutePath();
  }
}
