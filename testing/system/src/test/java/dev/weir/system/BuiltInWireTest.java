package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.WirePeer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /hello} and {@code /ready} on the main port, over HTTP/1.1 and HTTP/2. */
class BuiltInWireTest {

  private final TestGateway gateway =
      TestGateway.serving(Api.of("all", "h2c://127.0.0.1:1").at("/"));

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void helloAnswersOverHttp1InTyksShape() {
    String answer = http1("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("content-type: application/json")
        .contains("\"status\":")
        .contains("\"version\":")
        .contains("\"description\":");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/hello", "/ready"})
  void bothAnswerOverHttp1(String path) {
    assertThat(http1("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/hello", "/ready"})
  void bothAnswerOverHttp2(String path) {
    try (var client = WirePeer.client(gateway.port())) {
      client.send(
          Frame.headers(
                  1,
                  Fields.of(":method", "GET", ":scheme", "http", ":path", path, ":authority", "a"))
              .last());

      Head answer = client.expectHeaders(1);

      assertThat(answer.fields().get(":status")).isEqualTo("200");
      assertThat(answer.fields().get("content-type")).isEqualTo("application/json");
      assertThat(client.expectData(1).text()).contains("\"status\"");
    }
  }

  /** An API with a host of its own and the listen path {@code /} does not take them away. */
  @ParameterizedTest
  @ValueSource(strings = {"gateway.example", "api.example", "another.example"})
  void bothAnswerOnEveryHost(String host) {
    Map<String, Object> hosts =
        Map.of("hostname", "gateway.example", "enable_custom_domains", true);
    Api api = Api.of("api", "h2c://127.0.0.1:1").with("domain", "api.example");
    try (var named =
        TestGateway.configured(hosts, api, Api.of("all", "h2c://127.0.0.1:1").at("/"))) {
      for (String path : List.of("/hello", "/ready")) {
        String request =
            "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
        try (var client = WirePeer.connect(named.port())) {
          assertThat(client.send(request).expectTextUntilClose()).startsWith("HTTP/1.1 200");
        }
      }
    }
  }

  /** Reliability row E7. */
  @ParameterizedTest
  @ValueSource(strings = {"user@a", "a/b", "a:b", "a:80:80", "%61", "[::1"})
  void malformedHostOverHttp1IsRefused(String host) {
    assertThat(http1("GET /hello HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void severalHostsOverHttp1AreRefused() {
    assertThat(http1("GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  /** Reliability row E3: only a target that begins with a scheme has one to take off. */
  @Test
  void aUrlInTheQueryOverHttp1IsNoPath() {
    assertThat(http1("GET x?u=a://b/hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .doesNotStartWith("HTTP/1.1 200");
  }

  @Test
  void anAbsoluteTargetOverHttp1IsItsPath() {
    assertThat(http1("GET http://a/hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void http1ConnectionsAreKeptAlive() {
    try (var client = WirePeer.connect(gateway.port())) {
      String request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

      client.send(
          request + request + "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

      assertThat(client.expectTextUntilClose().split("HTTP/1.1 200", -1)).hasSize(4);
    }
  }

  @Test
  void http10IsAnsweredAndClosed() {
    assertThat(http1("GET /hello HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.");
  }

  private String http1(String request) {
    try (var client = WirePeer.connect(gateway.port())) {
      return client.send(request).expectTextUntilClose();
    }
  }
}
