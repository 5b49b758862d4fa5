package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Fields.Field;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.WirePeer;
import io.grpc.Metadata;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that an API has written out. */
class MocksServerTest {
  private static final String UNARY = "/weir.testkit.Echo/Unary";
  private static final Map<String, String> GRPC = Map.of("Content-Type", "application/grpc");

  private final HeadRecorder server = HeadRecorder.listen();

  @TempDir Path data;

  @AfterEach
  void stop() {
    server.close();
  }

  private Api api(Map<?, ?>... mocks) {
    return Api.of("mocked", server.target())
        .with("version_data.not_versioned", true)
        .with(
            "version_data.versions",
            Map.of(
                "Default",
                Map.of(
                    "use_extended_paths",
                    true,
                    "extended_paths",
                    Map.of("mock_response", List.of(mocks)))));
  }

  private static Map<String, Object> mock(int code, String body, Map<String, String> headers) {
    var mock = new LinkedHashMap<String, Object>();
    mock.put("path", "/weir.testkit.Echo/");
    mock.put("code", code);
    mock.put("body", body);
    mock.put("headers", headers);
    return mock;
  }

  private static Map<String, String> and(Map<String, String> some, String name, String value) {
    var more = new LinkedHashMap<>(some);
    more.put(name, value);
    return more;
  }

  private static Fields http(String method, String path) {
    return new Fields(
        Fields.grpcRequest(path).without("content-type").without("te").list().stream()
            .map(field -> field.name().equals(":method") ? new Field(":method", method) : field)
            .toList());
  }

  @Test
  void aMessageIsAnsweredToAllKindsOfCall() {
    byte[] reply = {0x0a, 2, 'h', 'i'};
    String body = Base64.getEncoder().encodeToString(reply);
    try (var gateway = TestGateway.serving(api(mock(200, body, and(GRPC, "x-mock", "yes"))));
        EchoClient client = EchoClient.to(gateway.port())) {
      for (int i = 0; i < 3; i++) {
        Outcome outcome = client.call(EchoClient.UNARY, EchoClient.request("asked"));
        assertThat(outcome.code()).isZero();
        assertThat(outcome.reply().toByteString()).isEqualTo(ByteString.copyFrom(reply));
        assertThat(client.call(EchoClient.UPLOAD, EchoClient.request("a")).code()).isZero();
        assertThat(client.call(EchoClient.DOWNLOAD, EchoClient.request("a")).replies()).hasSize(1);
        assertThat(client.call(EchoClient.CHAT, EchoClient.request("a")).replies()).hasSize(1);
      }
      var open = client.open(EchoClient.CHAT);
      assertThat(
              open.awaitHeaders().get(Metadata.Key.of("x-mock", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("yes");
      assertThat(server.takeHeads()).isEmpty();
    }
  }

  @Test
  void aStatusIsAnsweredInOneHead() {
    Map<String, String> headers =
        and(and(GRPC, "grpc-status", "5"), "Grpc-Message", "no such thing");
    try (var gateway = TestGateway.serving(api(mock(200, "", headers)));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest(UNARY)).last());
      Fields answer = client.expectHeaders(1).fields();
      assertThat(answer.get(":status")).isEqualTo("200");
      assertThat(answer.all("content-type")).containsExactly("application/grpc");
      assertThat(answer.all("grpc-status")).containsExactly("5");
      assertThat(answer.get("grpc-message")).isEqualTo("no such thing");
      assertThat(answer.has("content-length")).isFalse();
      client.send(Frame.headers(3, Fields.grpcRequest("/other.Service/Do")).last());
      assertThat(client.expectFate(3)).isEqualTo("grpc 0");
    }
  }

  @ParameterizedTest
  @CsvSource({"404, 12", "503, 14", "401, 16", "200, 2", "500, 2"})
  void anAnswerOfHttpIsAStatusForCallersOfGrpc(int code, String status) {
    Api api = api(mock(code, "{\"a\": 1}", Map.of("content-type", "application/json", "x-a", "b")));
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest(UNARY)).last());
      Fields answer = client.expectHeaders(1).fields();
      assertThat(answer.get("grpc-status")).isEqualTo(status);
      assertThat(answer.get("grpc-message")).contains("HTTP " + code);
      client.send(Frame.headers(3, http("GET", UNARY)).last());
      Fields plain = client.expectHeaders(3).fields();
      assertThat(plain.get(":status")).isEqualTo(Integer.toString(code));
      assertThat(plain.all("content-type")).containsExactly("application/json");
      assertThat(plain.all("x-a")).containsExactly("b");
      assertThat(new String(client.expectData(3).payload(), US_ASCII)).isEqualTo("{\"a\": 1}");
      assertThat(server.takeHeads()).isEmpty();
    }
  }

  @Test
  void onlyTheMethodOfTheEntryIsAnswered() {
    Map<String, Object> get = mock(204, "", Map.of());
    get.put("method", "GET");
    try (var gateway = TestGateway.serving(api(get));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, http("GET", UNARY)).last());
      assertThat(client.expectFate(1)).isEqualTo("http 204");
      client.send(Frame.headers(3, Fields.grpcRequest(UNARY)).last());
      assertThat(client.expectFate(3)).isEqualTo("grpc 0");
      assertThat(server.takeHeads()).hasSize(1);
    }
  }

  @Test
  void aHeadIsAnsweredWithoutABody() {
    Map<String, Object> none = mock(204, "", Map.of());
    none.put("path", "/none.Service/");
    try (var gateway = TestGateway.serving(api(mock(200, "up", Map.of()), none));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, http("HEAD", UNARY)).last());
      Head head = client.expectHeaders(1);
      assertThat(head.fields().get("content-length")).isEqualTo("2");
      assertThat(head.isLast()).isTrue();
      client.send(Frame.headers(3, http("GET", "/none.Service/Do")).last());
      assertThat(client.expectHeaders(3).fields().has("content-length")).isFalse();
    }
  }

  /** The same as over HTTP/2, and nothing that a client could take for a body (RFC 9110, 8.6). */
  @Test
  void anAnswerOfHttp1SaysHowLongItIsWhereThatCanBeSaid() {
    Map<String, Object> same = mock(304, "", Map.of("x-a", "b"));
    same.put("path", "/same.Service/");
    Map<String, Object> empty = mock(200, "", Map.of());
    empty.put("path", "/empty.Service/");
    try (var gateway = TestGateway.serving(api(mock(200, "up", Map.of()), same, empty))) {
      assertThat(http1(gateway, "HEAD", UNARY))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .containsIgnoringCase("\r\ncontent-length: 2\r\n")
          .endsWith("\r\n\r\n");
      assertThat(http1(gateway, "GET", UNARY))
          .containsIgnoringCase("\r\ncontent-length: 2\r\n")
          .endsWith("\r\n\r\nup");
      assertThat(http1(gateway, "GET", "/same.Service/Do"))
          .startsWith("HTTP/1.1 304 Not Modified\r\n")
          .contains("\r\nx-a: b\r\n")
          .doesNotContainIgnoringCase("content-length")
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith("\r\n\r\n");
      assertThat(http1(gateway, "GET", "/empty.Service/Do"))
          .containsIgnoringCase("\r\ncontent-length: 0\r\n");
    }
  }

  private static String http1(TestGateway gateway, String method, String path) {
    try (WirePeer client = WirePeer.connect(gateway.port())) {
      client.send("%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".formatted(method, path));
      return client.expectTextUntilClose();
    }
  }

  @Test
  void aListOfPathsMayAnswer() {
    Map<String, Object> reply =
        Map.of("action", "reply", "code", 418, "data", "tea", "headers", Map.of("x-a", "b"));
    Map<String, Object> entry = Map.of("path", UNARY, "method_actions", Map.of("GET", reply));
    Api lists =
        Api.of("mocked", server.target())
            .with("version_data.not_versioned", true)
            .with("version_data.versions.Default.use_extended_paths", true);
    String list = "version_data.versions.Default.extended_paths.";
    for (String name : List.of("white_list", "ignored")) {
      try (var gateway = TestGateway.serving(lists.with(list + name, List.of(entry)));
          WirePeer client = WirePeer.client(gateway.port())) {
        client.send(Frame.headers(1, http("GET", UNARY)).last());
        Fields answer = client.expectHeaders(1).fields();
        assertThat(answer.get(":status")).isEqualTo("418");
        assertThat(answer.all("x-a")).containsExactly("b");
        assertThat(new String(client.expectData(1).payload(), US_ASCII)).isEqualTo("tea");
        client.send(Frame.headers(3, Fields.grpcRequest(UNARY)).last());
        assertThat(client.expectFate(3)).isEqualTo(name.equals("ignored") ? "grpc 0" : "grpc 7");
      }
    }
    try (var gateway = TestGateway.serving(lists.with(list + "black_list", List.of(entry)));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, http("GET", UNARY)).last());
      assertThat(client.expectFate(1)).isEqualTo("http 503");
    }
  }

  /** What is larger than the caller's window comes as the caller reads. */
  @Test
  void aLargeMessageWaitsForTheCaller() {
    byte[] payload = new byte[300_000];
    String body =
        Base64.getEncoder().encodeToString(EchoClient.request(payload.length).toByteArray());
    try (var gateway = TestGateway.serving(api(mock(200, body, GRPC)));
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.call(EchoClient.UNARY, EchoClient.request("asked"));
      assertThat(outcome.reply().getSerializedSize()).isGreaterThan(payload.length);
    }
  }

  @Test
  void e10WhoMayNotCallGetsNoAnswer() {
    Api keyed =
        api(mock(200, "", GRPC))
            .with("use_keyless", false)
            .with("global_rate_limit", Map.of("rate", 1, "per", 3600));
    try (var gateway =
            TestGateway.configured(
                Map.of("secret", Operator.SECRET, "weir", Map.of("data_dir", data.toString())),
                keyed);
        WirePeer client = WirePeer.client(gateway.port())) {
      String key =
          new Operator(gateway.port())
              .ask("POST", "/keys", "{'org_id':'default','access_rights':{'mocked':{}}}")
              .member("key");
      Fields call = Fields.grpcRequest(UNARY);
      client.send(Frame.headers(1, call).last());
      assertThat(client.expectFate(1)).isEqualTo("grpc 16");
      client.send(Frame.headers(3, call.with("authorization", key)).last());
      assertThat(client.expectFate(3)).isEqualTo("grpc 0");
      client.send(Frame.headers(5, call.with("authorization", key)).last());
      assertThat(client.expectFate(5)).isEqualTo("grpc 8");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/weir.testkit.Echo//Unary",
    "/weir.testkit.Echo/./Unary",
    "/weir.testkit%2EEcho/Unary"
  })
  void e10NoPathGoesAroundAnAnswer(String path) {
    try (var gateway = TestGateway.serving(api(mock(200, "", Map.of())));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, http("POST", path)).last());
      assertThat(client.expectFate(1)).isEqualTo("http 403");
      assertThat(server.takeHeads()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'code': 99",
        "'code': 101",
        "'code': 600",
        "'code': 204, 'body': 'a'",
        "'code': 200, 'headers': {'content-length': '1'}",
        "'code': 200, 'headers': {':status': '1'}",
        "'code': 200, 'headers': {'connection': 'close'}",
        "'code': 200, 'headers': {'a': 'b\\r\\nc: d'}",
        "'code': 200, 'headers': {'grpc-status': '17'}",
        "'code': 200, 'headers': {'grpc-encoding': 'gzip'}",
        "'code': 200, 'headers': {'a-bin': '!'}",
        "'code': 200, 'body': '{}', 'headers': {'content-type': 'application/grpc'}",
        "'code': 404, 'headers': {'content-type': 'application/grpc'}"
      })
  void whatIsNoAnswerIsAnErrorAtItsPlace(String fields) {
    try (var gateway = TestGateway.serving(api())) {
      gateway.write(
          "mocked.json",
          """
          {"api_id": "mocked", "use_keyless": true,
           "proxy": {"listen_path": "/", "target_url": "%s"},
           "version_data": {"not_versioned": true, "versions": {"Default": {
             "extended_paths": {"mock_response": [{"path": "/", %s}]}}}}}
          """
              .formatted(server.target(), fields.replace('\'', '"')));
      assertThat(gateway.reload().problems().toString())
          .contains("mocked.json:4:")
          .contains(": error: version_data.versions.Default.extended_paths.mock_response[0].");
    }
  }
}
