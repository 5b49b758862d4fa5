package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcLimitsReaderTest {
  private static ApiFile read(String grpc) {
    GatewayConfig config = Objects.requireNonNull(ConfigReader.read(Map.of()).value());
    return new ApiReader(config, Map.of())
        .read(
            Path.of("apps/a.json"),
            """
            {"api_id": "a", "use_keyless": true, "proxy": {"listen_path": "/", "target_url": "h2c://b:1"},
             "grpc": %s}
            """
                .formatted(grpc.replace('\'', '"')));
  }

  private static GrpcLimits limits(String grpc) {
    ApiFile file = read(grpc);
    assertThat(file.problems()).isEmpty();
    return Objects.requireNonNull(file.definition()).limits();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'deadline': {'default': 'none', 'max': 'none'}}",
        "{'stream': {'idle_timeout': 'none', 'max_age': 'none', 'max_age_jitter': '10%'}}",
        "{'message': {'max_request_bytes': 0, 'max_response_bytes': 0, 'max_per_second': 0}}",
        "{'methods': {'/a.B/C': {}}}"
      })
  void nothingIsLimitedUnlessSomethingSaysSo(String grpc) {
    assertThat(limits(grpc).isEmpty()).isTrue();
  }

  @Test
  void whatAMethodDoesNotSayIsWhatItsServiceOrTheApiSays() {
    GrpcLimits limits =
        limits(
            """
            {'deadline': {'default': '1m', 'max': '5m'}, 'message': {'max_request_bytes': 1000},
             'methods': {
               '/a.B/C': {'deadline': {'max': 'none'}},
               '/a.B/*': {'message': {'max_per_second': 5}, 'stream': {'max_age': '1h'}},
               '/a.D/E': {'deadline': {'max': '30s'}, 'message': {'max_request_bytes': 0}}
             }}
            """);

    CallLimits all = limits.all();
    assertThat(all.defaultDeadline()).hasValue(Duration.ofMinutes(1));
    assertThat(all.maxDeadline()).hasValue(Duration.ofMinutes(5));
    CallLimits one = Objects.requireNonNull(limits.methods().get("/a.B/C"));
    assertThat(one.defaultDeadline()).isEqualTo(all.defaultDeadline());
    assertThat(one.maxDeadline()).isEmpty();
    assertThat(one.maxAge()).hasValue(Duration.ofHours(1));
    assertThat(one.maxAgeJitter()).isEqualTo(0.1);
    assertThat(one.maxPerSecond()).isEqualTo(5);
    assertThat(one.maxRequestBytes()).isEqualTo(1000);
    CallLimits other = Objects.requireNonNull(limits.methods().get("/a.D/E"));
    // No call is longer than the longest.
    assertThat(other.defaultDeadline()).isEqualTo(Optional.of(Duration.ofSeconds(30)));
    assertThat(other.maxRequestBytes()).isZero();
    assertThat(other.maxPerSecond()).isZero();
  }

  static Stream<Arguments> findings() {
    return Stream.of(
        arguments(
            "{'deadline': {'max': 'soon'}}",
            ":2:31: error: grpc.deadline.max: \"soon\" is no span of time, write it as 1m30s"),
        arguments("{'deadline': {'max': '-1s'}}", "grpc.deadline.max: \"-1s\" is no span of time"),
        arguments("{'deadline': {'max': 0}}", "grpc.deadline.max: is a number, text is needed"),
        arguments(
            "{'deadline': {'default': '2m', 'max': '1m'}}",
            ":2:35: error: grpc.deadline.default: is longer than deadline.max"),
        arguments("{'deadlin': {}}", ":2:11: error: grpc.deadlin: unknown key, it would have no"),
        arguments("{'deadlin': {}}", "did you mean deadline?"),
        arguments(
            "{'message': {'max_bytes': 1}}", "grpc.message.max_bytes: unknown key, it would have"),
        arguments("{'message': {'Max_request_bytes': 1}}", "did you mean max_request_bytes?"),
        arguments(
            "{'message': {'max_request_bytes': -1}}",
            "grpc.message.max_request_bytes: is negative, 0 or more is needed, write 0 for no"),
        arguments(
            "{'message': {'max_per_second': 2000000}}", "max_per_second: is more than 1000000"),
        arguments("{'stream': {'idle_timeout': '0s'}}", "grpc.stream.idle_timeout: \"0s\" is no"),
        arguments("{'stream': {'max_age_jitter': '0.1'}}", "is no part of a whole, write it as"),
        arguments("{'stream': {'max_age_jitter': '101%'}}", "is no part of a whole, write it as"),
        arguments("{'stream': '1h'}", "grpc.stream: is text, an object is needed"),
        arguments("{'methods': []}", "grpc.methods: is a list, an object is needed"),
        arguments(
            "{'methods': {'a.B/C': {}}}",
            ":2:23: error: grpc.methods.a.B/C: \"a.B/C\" is the name of no method, write /a.B/C"),
        arguments(
            "{'methods': {'/a.B': {}}}",
            "is the name of no method, write /pkg.Service/Method or /pkg.Service/*"),
        arguments("{'methods': {'/a.B/C/': {}}}", "is the name of no method"),
        arguments("{'methods': {'/a.*/C': {}}}", "is the name of no method"),
        arguments("{'methods': {'/a.B/C': 1}}", "grpc.methods./a.B/C: is a number, an object"),
        arguments(
            "{'methods': {'/a.B/C': {'retry': {}}}}",
            "grpc.methods./a.B/C.retry: is not available for a single method, known are deadline"),
        arguments("{'methods': {'/a.B/C': {'stram': {}}}}", "did you mean stream?"),
        arguments("[1]", "grpc: is a list, an object is needed"));
  }

  @ParameterizedTest
  @MethodSource("findings")
  void whatIsWrongIsAnErrorAtItsPlace(String grpc, String finding) {
    ApiFile file = read(grpc);
    assertThat(file.definition()).isNull();
    assertThat(file.problems())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .contains(": error: ", finding);
  }
}
