package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the gateway answers when it cannot serve a call, to gRPC and to HTTP callers. */
class FailureServerTest {

  private static final int UNIMPLEMENTED = 12;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;

  @Test
  void noRouteIsUnimplementedAndNamesThePathP7() {
    try (var gateway = TestGateway.serving(Api.of("other", "h2c://127.0.0.1:1").at("/other"));
        var client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertThat(outcome.code()).isEqualTo(UNIMPLEMENTED);
      assertThat(outcome.message()).contains("/weir.testkit.Echo/Unary");
    }
  }

  @Test
  void noRouteIsOneHeadersFrameP7() {
    try (var gateway = TestGateway.serving();
        var client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)).last());

      Head answer = client.expectHeaders(1);

      assertThat(answer.isLast()).isTrue();
      assertThat(answer.fields().get(":status")).isEqualTo("200");
      assertThat(answer.fields().get("content-type")).isEqualTo("application/grpc");
      assertThat(answer.fields().get("grpc-status")).isEqualTo("12");
      client.expectQuiet();
    }
  }

  @Test
  void noRouteIs404ForHttpCallers() throws Exception {
    try (var gateway = TestGateway.serving()) {
      HttpResponse<String> answer = get(gateway, "/nothing/here", HttpClient.Version.HTTP_1_1);

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).contains("Not Found");
    }
  }

  @Test
  void noRouteIs404ForHttpCallersOverHttp2() {
    try (var gateway = TestGateway.serving();
        var client = WirePeer.client(gateway.port())) {
      client.send(
          Frame.headers(
                  1,
                  Fields.of(":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "a"))
              .last());

      Head answer = client.expectHeaders(1);

      assertThat(answer.fields().get(":status")).isEqualTo("404");
      assertThat(answer.fields().get("content-type")).startsWith("text/plain");
      assertThat(client.expectData(1).text()).contains("Not Found");
    }
  }

  @Test
  void aTargetThatRefusesIsTyksJsonForHttpCallers() throws Exception {
    String target = "h2c://127.0.0.1:" + Ports.free();
    try (var gateway = TestGateway.serving(Api.of("dead", target))) {
      HttpResponse<String> answer = get(gateway, "/page", HttpClient.Version.HTTP_1_1);

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
      assertThat(answer.body()).contains("\"error\": \"There was a problem proxying the request\"");
    }
  }

  @Test
  void aTargetThatRefusesIsTyksJsonForHttpCallersOverHttp2() {
    String target = "h2c://127.0.0.1:" + Ports.free();
    try (var gateway = TestGateway.serving(Api.of("dead", target));
        var client = WirePeer.client(gateway.port())) {
      client.send(
          Frame.headers(
                  1,
                  Fields.of(":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "a"))
              .last());

      Head answer = client.expectHeaders(1);

      assertThat(answer.fields().get(":status")).isEqualTo("500");
      assertThat(answer.fields().get("content-type")).isEqualTo("application/json");
      assertThat(answer.fields().get("x-generator")).isEqualTo("tyk.io");
      assertThat(client.expectData(1).text())
          .contains("\"error\": \"There was a problem proxying the request\"");
    }
  }

  @Test
  void aTargetThatRefusesIsUnavailableWithinHalfASecondT5() {
    String target = "h2c://127.0.0.1:" + Ports.free();
    try (var gateway = TestGateway.serving(Api.of("dead", target));
        var client = EchoClient.to(gateway.port())) {
      long start = System.nanoTime();

      Outcome outcome = client.unary("hi");

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
      assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
      assertThat(outcome.message()).contains("dead").contains(target.substring(6));
    }
  }

  @Test
  void targetsThatAllRefuseAreUnavailableWithinHalfASecondT5() {
    Api api =
        Api.of(
            "dead",
            "h2c://127.0.0.1:" + Ports.free(),
            "h2c://127.0.0.1:" + Ports.free(),
            "h2c://127.0.0.1:" + Ports.free());
    try (var gateway = TestGateway.serving(api);
        var client = EchoClient.to(gateway.port())) {
      long start = System.nanoTime();

      Outcome outcome = client.unary("hi");

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
      assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
    }
  }

  @Test
  void aNameThatDoesNotResolveIsUnavailableT7() {
    try (var gateway = TestGateway.serving(Api.of("lost", "h2c://no-such-host.invalid:50051"));
        var client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
      assertThat(outcome.message()).contains("no-such-host.invalid").contains("lost");
    }
  }

  @Test
  void aNameIsResolvedToItsAddress() {
    try (var backend = EchoBackend.start("one");
        var gateway = TestGateway.serving(Api.of("local", "h2c://localhost:" + backend.port()));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("one");
    }
  }

  @Test
  void anApiWithAuthenticationIsNeverServedOpen() {
    try (var backend = EchoBackend.start("secret");
        var gateway =
            TestGateway.serving(
                Api.of("token", backend.target())
                    .with("use_keyless", false)
                    .with("use_standard_auth", true),
                Api.of("open", backend.target()).at("/open"));
        var client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertThat(outcome.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(outcome.message()).contains("takes a credential");
      assertThat(backend.calls()).isEmpty();
    }
  }

  @Test
  void everyFeatureThatGuardsAnApiClosesItWhileItIsNotThere() {
    for (String guard :
        new String[] {
          "use_openid", "use_oauth2", "use_go_plugin_auth", "enable_signature_checking"
        }) {
      try (var backend = EchoBackend.start("secret");
          var gateway =
              TestGateway.serving(
                  Api.of("guarded", backend.target())
                      .with("use_keyless", false)
                      .with(guard, true));
          var client = EchoClient.to(gateway.port())) {
        Outcome outcome = client.unary("hi");

        assertThat(outcome.code()).as(guard).isEqualTo(UNAVAILABLE);
        assertThat(backend.calls()).as(guard).isEmpty();
      }
    }
  }

  private static HttpResponse<String> get(
      TestGateway gateway, String path, HttpClient.Version version)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newBuilder().version(version).build()) {
      var uri = URI.create("http://127.0.0.1:" + gateway.port() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
