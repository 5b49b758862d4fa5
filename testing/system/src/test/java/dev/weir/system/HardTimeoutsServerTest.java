package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Fields.Field;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long calls may take, whatever their callers allow. */
class HardTimeoutsServerTest {
  private static final String PATH = "/pkg.Service/Say";
  private static final int CANCEL = 8;

  private static Api api(String target, Map<String, Object> version) {
    return Api.of("timed", target)
        .with("version_data.not_versioned", true)
        .with("version_data.versions", Map.of("Default", version));
  }

  private static Map<String, Object> paths(Map<?, ?>... entries) {
    return Map.of(
        "use_extended_paths",
        true,
        "global_enforce_timeout",
        "1h",
        "extended_paths",
        Map.of("hard_timeouts", List.of(entries)));
  }

  @Test
  void aServerThatTakesTooLongIsCancelled() {
    try (WireServer server = WireServer.listen();
        var gateway =
            TestGateway.serving(
                api(server.target(), paths(Map.of("path", PATH, "duration", "150ms"))));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest(PATH).with("grpc-timeout", "1H")).last());
      WirePeer upstream = server.accept();
      int stream = upstream.expectHeaders().stream();
      Fields answer = client.expectHeaders(1).fields();
      assertThat(answer.get("grpc-status")).isEqualTo("4");
      assertThat(answer.get("grpc-message")).contains("API timed", "or API allows");
      assertThat(upstream.expectReset(stream)).isEqualTo(CANCEL);
    }
  }

  @Test
  void othersThanGrpcGetTheStatusOfTyk() {
    try (WireServer server = WireServer.listen();
        var gateway =
            TestGateway.serving(api(server.target(), Map.of("global_enforce_timeout", "150ms")));
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields get =
          new Fields(
              Fields.grpcRequest(PATH).without("content-type").without("te").list().stream()
                  .map(f -> f.name().equals(":method") ? new Field(":method", "GET") : f)
                  .toList());
      client.send(Frame.headers(1, get).last());
      WirePeer upstream = server.accept();
      int stream = upstream.expectHeaders().stream();
      assertThat(client.expectFate(1)).isEqualTo("http 504");
      assertThat(upstream.expectReset(stream)).isEqualTo(CANCEL);
    }
  }

  /** A server is told what is less, of what its caller and the API allow. */
  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/Say,    ,     0,     30000",
    "/pkg.Service/Say,    1H,   0,     30000",
    "/pkg.Service/Say,    5S,   0,     5000",
    "/pkg.Service/Other,  5S,   0,     5000",
    "/pkg.Service/Other,  2H,   0,     3600000",
    "/pkg.Service/Watch,  2H,   3600001, 7200000",
  })
  void serversAreToldHowLongTheyMayTake(String path, String asked, long least, long most) {
    try (HeadRecorder server = HeadRecorder.listen();
        var gateway =
            TestGateway.serving(
                api(
                    server.target(),
                    paths(
                        Map.of("path", PATH, "timeout", 30),
                        Map.of("path", "/pkg.Service/Watch", "timeout", 0))));
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields call = Fields.grpcRequest(path);
      client.send(Frame.headers(1, asked == null ? call : call.with("grpc-timeout", asked)).last());
      assertThat(client.expectFate(1)).isEqualTo("grpc 0");
      assertThat(millis(server.awaitHead().get("grpc-timeout"))).isBetween(least, most);
    }
  }

  private static long millis(String timeout) {
    long amount = Long.parseLong(timeout.substring(0, timeout.length() - 1));
    return switch (timeout.charAt(timeout.length() - 1)) {
      case 'H' -> amount * 3_600_000;
      case 'M' -> amount * 60_000;
      case 'S' -> amount * 1000;
      case 'm' -> amount;
      case 'u' -> amount / 1000;
      default -> amount / 1_000_000;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'global_enforce_timeout': 'soon'",
        "'extended_paths': {'hard_timeouts': [{'path': '/a', 'timeout': -1}]}",
        "'extended_paths': {'hard_timeouts': [{'path': '/a', 'duration': '-1s'}]}",
        "'extended_paths': {'hard_timeouts': [{'path': '', 'timeout': 1}]}",
        "'extended_paths': {'hard_timeouts': [{'path': '(', 'timeout': 1}]}"
      })
  void badInputIsAnErrorAtItsPlace(String fields) {
    try (HeadRecorder server = HeadRecorder.listen();
        var gateway = TestGateway.serving(Api.of("timed", server.target()))) {
      gateway.write(
          "timed.json",
          """
          {"api_id": "timed", "use_keyless": true,
           "proxy": {"listen_path": "/", "target_url": "%s"},
           "version_data": {"not_versioned": true, "versions": {"Default": {
             %s}}}}
          """
              .formatted(server.target(), fields.replace('\'', '"')));
      assertThat(gateway.reload().problems().toString())
          .contains("timed.json:4:")
          .contains(": error: version_data.versions.Default.");
    }
  }
}
