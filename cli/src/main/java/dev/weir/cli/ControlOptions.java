package dev.weir.cli;

import dev.weir.model.ControlFiles;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Json;
import dev.weir.model.JsonReader;
import dev.weir.model.Problem;
import dev.weir.model.Reading;
import dev.weir.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What commands that speak with a running gateway have in common. */
final class ControlOptions {
  /** Longer than any request takes, a reload too. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Option(
      names = {"-c", "--conf"},
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = {
        "The configuration file of the gateway, which says where its data folder is. Without it: "
            + Documents.PLACES
            + ", else ./weir-data."
      })
  @Nullable Path conf;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      scope = ScopeType.INHERIT,
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}: for people or for programs.")
  OutputForm form = OutputForm.TEXT;

  /** The client of the gateway that is meant. */
  ControlClient client(Map<String, String> environment) throws ControlFailure {
    Reading<GatewayConfig> reading = Documents.readConfig(conf, environment);
    GatewayConfig config = reading.value();
    if (config == null) {
      throw new ControlFailure(
          ExitCode.REFUSED,
          "the configuration cannot be read: " + Problem.summary(reading.problems()),
          reading.problems().stream().map(Problem::toString).toList());
    }
    var files = new ControlFiles(config.weir().dataDir());
    Secret configured = config.controlApi().secret();
    return new ControlClient(files, configured.isSet() ? configured : made(files), PATIENCE);
  }

  private static Secret made(ControlFiles files) throws ControlFailure {
    try {
      return new Secret(Files.readString(files.secret()).strip());
    } catch (IOException e) {
      throw new ControlFailure(
          ExitCode.FAILED,
          "there is no secret in the configuration and none can be read from %s, was a gateway started with this --conf?"
              .formatted(files.secret()),
          List.of());
    }
  }

  /** What a gateway has said, or what is wrong with it. */
  static Json parsed(ControlClient.Answer answer) throws ControlFailure {
    Json json = said(answer);
    if (answer.status() >= 400) {
      throw new ControlFailure(
          ExitCode.REFUSED, JsonText.text(json, "message"), JsonText.texts(json, "problems"));
    }
    return json;
  }

  /** What a gateway has said, be it what is wrong. */
  static Json said(ControlClient.Answer answer) throws ControlFailure {
    Reading<Json> reading = JsonReader.readAll("the gateway's answer", answer.body());
    Json json = reading.value();
    if (json == null) {
      throw new ControlFailure(
          ExitCode.FAILED,
          "the gateway answered with HTTP status %d and what is no JSON".formatted(answer.status()),
          reading.problems().stream().map(Problem::toString).toList());
    }
    return json;
  }
}
