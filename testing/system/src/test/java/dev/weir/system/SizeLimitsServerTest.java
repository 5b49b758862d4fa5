package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How large requests may be by the version of an API: each message of gRPC, or a body of HTTP. */
class SizeLimitsServerTest {
  private static final int CANCEL = 8;

  private static Api api(String target) {
    return Api.of("sized", target)
        .with("version_data.not_versioned", true)
        .with(
            "version_data.versions",
            Map.of(
                "Default",
                Map.of(
                    "global_size_limit",
                    1000,
                    "use_extended_paths",
                    true,
                    "extended_paths",
                    Map.of(
                        "size_limits",
                        List.of(
                            Map.of("path", "/weir.testkit.Echo/Chat", "size_limit", 100),
                            Map.of("path", "/short", "method", "PUT", "size_limit", 10),
                            Map.of("path", "/long", "size_limit", 5000))))));
  }

  @Test
  void messagesOfGrpcThatAreTooLongEndTheirCallsG7() {
    try (EchoBackend backend = EchoBackend.start("echo");
        var gateway = TestGateway.serving(api(backend.target()));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.call(EchoClient.UNARY, EchoClient.request(900)).code()).isZero();
      Outcome tooLong = client.call(EchoClient.UNARY, EchoClient.request(1100));
      OpenCall chat = client.open(EchoClient.CHAT);
      chat.send("short").awaitReply();
      Outcome stream = chat.send("x".repeat(200)).awaitEnd();

      assertThat(tooLong.code()).isEqualTo(8);
      assertThat(tooLong.message()).contains("API sized", "the API allows 1000");
      assertThat(stream.code()).isEqualTo(8);
      assertThat(stream.message()).contains("the API allows 100");
      assertThat(stream.replies()).hasSize(1);
    }
  }

  /** What a head says counts before anything is sent on. */
  @ParameterizedTest
  @CsvSource({
    "POST, /any,   1001,  http 400",
    "POST, /any,   1000,  http 200",
    "PUT,  /short, 11,    http 400",
    "POST, /short, 11,    http 200",
    "POST, /long,  1001,  http 400",
    "POST, /any,   99999999999999, http 400",
  })
  void bodiesOfHttpAreMeasuredByTheirHeads(String method, String path, String length, String fate) {
    try (WireServer server = WireServer.listen();
        var gateway = TestGateway.serving(api(server.target()));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, http(method, path).with("content-length", length)));
      if (fate.equals("http 200")) {
        client.send(Frame.data(1, "x".repeat(Integer.parseInt(length))).last());
        WirePeer upstream = server.accept();
        int stream = upstream.expectHeaders().stream();
        upstream.send(Frame.headers(stream, Fields.of(":status", "200")).last());
      }

      assertThat(client.expectFate(1)).isEqualTo(fate);
    }
  }

  @Test
  void bodiesOfHttpThatDoNotSayHowLongTheyAreEndWhenTheyAreTooLong() {
    try (WireServer server = WireServer.listen();
        var gateway = TestGateway.serving(api(server.target()));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, http("POST", "/any")), Frame.data(1, "x".repeat(1000)));
      WirePeer upstream = server.accept();
      int stream = upstream.expectHeaders().stream();
      upstream.expectBytes(stream, 1000);
      client.send(Frame.data(1, "y").last());

      assertThat(client.expectFate(1)).isEqualTo("http 400");
      assertThat(upstream.expectReset(stream)).isEqualTo(CANCEL);
    }
  }

  private static Fields http(String method, String path) {
    return Fields.of(
        ":method", method, ":scheme", "http", ":path", path, ":authority", "weir.test");
  }
}
