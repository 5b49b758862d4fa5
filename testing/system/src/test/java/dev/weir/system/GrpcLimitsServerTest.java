package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deadlines, streams and messages as the {@code grpc} object of an API limits them. */
class GrpcLimitsServerTest {
  private static final String PATH = "/pkg.Service/Say";
  private static final int CANCEL = 8;
  private static final Map<String, Object> METRICS =
      Map.of("weir", Map.of("admin", Map.of("address", "127.0.0.1:0")));
  private static final EchoRequest HOLD = EchoRequest.newBuilder().setHold(true).build();

  private static Api api(String target, Map<String, Object> grpc) {
    return Api.of("limited", target).with("grpc", grpc);
  }

  private static double failed(TestGateway gateway, String reason) {
    return Metrics.at(gateway.adminPort())
        .get("weir_calls_failed_total{reason=\"" + reason + "\"}");
  }

  private static String reason(Outcome outcome) {
    var status =
        Objects.requireNonNull(
            StatusProto.fromStatusAndTrailers(outcome.status(), outcome.trailers()));
    try {
      return status.getDetails(0).unpack(ErrorInfo.class).getReason();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  // ---- deadlines -------------------------------------------------------------------------------

  /** What servers are told, in whole seconds that are left at most. */
  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/Say,   ,    30",
    "/pkg.Service/Say,   5S,  5",
    "/pkg.Service/Say,   1H,  60",
    "/pkg.Service/Watch, ,    3600",
    "/pkg.Service/Watch, 2H,  3600",
    "/pkg.Other/Say,     1H,  20",
    "/pkg.Other/Free,    2H,  7200",
  })
  void serversAreToldWhatIsLeftP12(String path, String asked, int seconds) {
    Map<String, Object> grpc =
        Map.of(
            "deadline",
            Map.of("default", "30s", "max", "1m"),
            "methods",
            Map.of(
                "/pkg.Service/Watch",
                Map.of("deadline", Map.of("default", "1h", "max", "1h")),
                "/pkg.Other/*",
                Map.of("deadline", Map.of("max", "20s")),
                "/pkg.Other/Free",
                Map.of("deadline", Map.of("max", "none", "default", "none"))));
    try (WireServer server = WireServer.listen();
        var gateway = TestGateway.serving(api(server.target(), grpc));
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields call = Fields.grpcRequest(path);
      client.send(Frame.headers(1, asked == null ? call : call.with("grpc-timeout", asked)).last());
      WirePeer upstream = server.accept();
      var head = upstream.expectHeaders();

      assertThat(DeadlineWireTest.nanos(head.fields().get("grpc-timeout")))
          .isBetween(
              TimeUnit.SECONDS.toNanos(seconds) - TimeUnit.SECONDS.toNanos(2),
              TimeUnit.SECONDS.toNanos(seconds));
      upstream.sendResponse(head.stream());
      assertThat(client.expectFate(1)).isEqualTo("grpc 0");
    }
  }

  @Test
  void aCallWithoutADeadlineGetsOneP12() {
    try (EchoBackend backend = EchoBackend.start("echo");
        var gateway =
            TestGateway.configured(
                METRICS, api(backend.target(), Map.of("deadline", Map.of("default", "200ms"))));
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.call(EchoClient.UNARY, HOLD);

      assertThat(outcome.code()).isEqualTo(4);
      assertThat(reason(outcome)).isEqualTo("DEADLINE_EXCEEDED");
      assertThat(client.unary("quick").reply().getServer()).isEqualTo("echo");
      assertThat(failed(gateway, "DEADLINE_EXCEEDED")).isEqualTo(1);
    }
  }

  @Test
  void aDeadlineIsShortenedP12() {
    try (EchoBackend backend = EchoBackend.start("echo");
        var gateway =
            TestGateway.serving(api(backend.target(), Map.of("deadline", Map.of("max", "200ms"))));
        EchoClient client = EchoClient.to(gateway.port())) {
      OpenCall call =
          client.open(
              EchoClient.CHAT,
              new Metadata(),
              CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS));

      assertThat(call.send("one").awaitReply().getPayload().toStringUtf8()).isEqualTo("one");
      assertThat(call.awaitEnd().code()).isEqualTo(4);
    }
  }

  // ---- streams ---------------------------------------------------------------------------------

  @Test
  void idleAndOldStreamsEndAndAreCountedP12() {
    Map<String, Object> grpc =
        Map.of(
            "stream",
            Map.of("idle_timeout", "300ms"),
            "methods",
            Map.of(
                "/weir.testkit.Echo/Upload",
                Map.of("stream", Map.of("idle_timeout", "none", "max_age", "300ms"))));
    try (EchoBackend backend = EchoBackend.start("echo");
        var gateway = TestGateway.configured(METRICS, api(backend.target(), grpc));
        EchoClient client = EchoClient.to(gateway.port())) {
      OpenCall chat = client.open(EchoClient.CHAT);
      chat.send("go on").awaitReply();
      OpenCall upload = client.open(EchoClient.UPLOAD).send("one");
      Outcome idle = chat.awaitEnd();
      Outcome old = upload.awaitEnd();

      assertThat(idle.code()).isEqualTo(14);
      assertThat(idle.replies()).hasSize(1);
      assertThat(idle.message()).contains("API limited", "nothing was sent for 0.3s");
      assertThat(reason(idle)).isEqualTo("STREAM_IDLE");
      assertThat(reason(old)).isEqualTo("STREAM_TOO_OLD");
      assertThat(failed(gateway, "STREAM_IDLE")).isEqualTo(1);
      assertThat(failed(gateway, "STREAM_TOO_OLD")).isEqualTo(1);
    }
  }

  // ---- messages --------------------------------------------------------------------------------

  @Test
  void g7MessagesThatAreTooLongEndTheirCalls() {
    Map<String, Object> grpc =
        Map.of(
            "message",
            Map.of("max_request_bytes", 1000, "max_response_bytes", 2000),
            "methods",
            Map.of("/weir.testkit.Echo/Upload", Map.of("message", Map.of("max_request_bytes", 0))));
    try (EchoBackend backend = EchoBackend.start("echo");
        var gateway = TestGateway.configured(METRICS, api(backend.target(), grpc));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.call(EchoClient.UNARY, EchoClient.request(990)).code()).isZero();
      Outcome request = client.call(EchoClient.UNARY, EchoClient.request(1100));
      Outcome response =
          client.call(
              EchoClient.DOWNLOAD,
              EchoRequest.newBuilder().setReplyBytes(1990).setReplies(3).build(),
              EchoRequest.getDefaultInstance());
      Outcome tooLong =
          client.call(
              EchoClient.CHAT,
              EchoRequest.newBuilder().setReplyBytes(1500).build(),
              EchoRequest.newBuilder().setReplyBytes(2500).build());

      assertThat(request.code()).isEqualTo(8);
      assertThat(request.message()).contains("API limited", "the API allows 1000");
      assertThat(reason(request)).isEqualTo("REQUEST_MESSAGE_TOO_LARGE");
      assertThat(response.replies()).hasSizeLessThanOrEqualTo(3);
      assertThat(tooLong.code()).isEqualTo(8);
      assertThat(reason(tooLong)).isEqualTo("RESPONSE_MESSAGE_TOO_LARGE");
      assertThat(client.call(EchoClient.UPLOAD, EchoClient.request(5000)).code()).isZero();
      assertThat(failed(gateway, "REQUEST_MESSAGE_TOO_LARGE")).isEqualTo(1);
    }
  }

  /** Five bytes that promise 4 GiB are enough, and the connection goes on. */
  @Test
  void g7ALyingPrefixIsRefusedAtOnce() {
    Map<String, Object> grpc = Map.of("message", Map.of("max_request_bytes", 4 << 20));
    try (WireServer server = WireServer.listen();
        var gateway = TestGateway.serving(api(server.target(), grpc));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest(PATH)));
      WirePeer upstream = server.accept();
      int stream = upstream.expectHeaders().stream();
      for (byte b : new byte[] {0, -1, -1, -1, -1}) {
        client.send(Frame.data(1, new byte[] {b}));
      }

      var answer = client.expectHeaders(1);
      assertThat(answer.isLast()).isTrue();
      assertThat(answer.fields().get("grpc-status")).isEqualTo("8");
      assertThat(answer.fields().get("grpc-message")).contains("4294967295 bytes");
      assertThat(upstream.expectBytes(stream, 4)).containsExactly(0, -1, -1, -1);
      assertThat(upstream.expectReset(stream)).isEqualTo(CANCEL);
      assertThat(client.expectReset(1)).isZero();
      client.sendRequest(3, PATH);
      upstream.sendResponse(upstream.expectRequest().stream());
      assertThat(client.expectResponse(3).get("grpc-status")).isEqualTo("0");
    }
  }

  /** Without a limit it passes, and what waits of a stream is within its window. */
  @Test
  void g7ALyingPrefixWithoutALimitCostsAWindow() {
    try (WireServer server = WireServer.listen();
        var gateway = TestGateway.configured(METRICS, api(server.target(), Map.of()));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest(PATH)));
      WirePeer upstream = server.accept();
      int stream = upstream.expectHeaders().stream();
      client.send(Frame.data(1, new byte[] {0, -1, -1, -1, -1}));
      for (int i = 0; i < 100; i++) {
        client.send(Frame.data(1, new byte[1]));
      }

      assertThat(upstream.expectBytes(stream, 105)).startsWith(0, -1, -1, -1, -1);
      client.fill(1);
      double held = Metrics.at(gateway.adminPort()).get("weir_buffered_bytes");
      assertThat(held).isLessThanOrEqualTo(2 * (64 << 10));
    }
  }

  // ---- calls that do not say what they are -----------------------------------------------------

  /** Servers on the C core of gRPC look at {@code te} and not at the type, others at neither. */
  @ParameterizedTest
  @CsvSource({
    "POST, /pkg.Service/Say,   application/json,     trailers, http 415",
    "POST, /pkg.Service/Say,   application/json,             , http 415",
    "POST, /pkg.Service/Say,   application/grpc-web, trailers, http 415",
    "POST, /pkg.Service/Say,                       , trailers, http 415",
    "POST, /pkg.Service/Say?x, application/json,     trailers, http 415",
    "GET,  /pkg.Service/Say,                       ,         , http 415",
    "POST, /Bare/Say,          application/json,             , http 415",
    "POST, /was/Say,           application/json,             , http 415",
    "POST, /pkg.Free/Say,      application/json,     trailers, grpc 0",
    "POST, /Other/Say,         application/json,     trailers, grpc 0",
    "POST, /v1.0/users,        application/json,     trailers, grpc 0",
    "GET,  /users/7,                               , trailers, grpc 0",
  })
  void whatServersTakeForCallsIsNotLetPastTheirLimits(
      String method, String path, String type, String te, String fate) {
    Map<String, Object> none = Map.of("message", Map.of("max_request_bytes", 0));
    Map<String, Object> grpc =
        Map.of(
            "message",
            Map.of("max_request_bytes", 1000),
            "methods",
            Map.of("/Bare/*", Map.of("deadline", Map.of("max", "1m")), "/pkg.Free/*", none));
    try (HeadRecorder server = HeadRecorder.listen();
        var gateway = TestGateway.serving(rewritten(api(server.target(), grpc)));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, http(method, path, type, te)).last());

      assertThat(client.expectFate(1)).isEqualTo(fate);
      List<Fields> seen = server.takeHeads();
      assertThat(seen).hasSize(fate.equals("grpc 0") ? 1 : 0);
      boolean limited = !path.startsWith("/pkg.Free");
      assertThat(seen).allMatch(head -> head.has("te") != limited || te == null);
    }
  }

  /** Of what is called by one path, a server may see another one. */
  private static Api rewritten(Api api) {
    Map<String, Object> rewrite =
        Map.of(
            "path",
            "/was/",
            "method",
            "POST",
            "match_pattern",
            "/was/(.*)",
            "rewrite_to",
            "/pkg.Service/$1");
    return api.with("version_data.not_versioned", true)
        .with(
            "version_data.versions",
            Map.of(
                "Default",
                Map.of(
                    "name",
                    "Default",
                    "use_extended_paths",
                    true,
                    "extended_paths",
                    Map.of("url_rewrites", List.of(rewrite)))));
  }

  private static Fields http(String method, String path, String type, String te) {
    Fields head =
        Fields.of(":method", method, ":scheme", "http", ":path", path, ":authority", "weir.test");
    Fields typed = type == null ? head : head.with("content-type", type);
    return te == null ? typed : typed.with("te", te);
  }

  @Test
  void withoutLimitsItIsHttpAsBefore() {
    try (HeadRecorder server = HeadRecorder.listen();
        var gateway = TestGateway.serving(Api.of("open", server.target()));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, http("POST", PATH, "application/json", "trailers")).last());

      assertThat(client.expectFate(1)).isEqualTo("grpc 0");
      assertThat(server.awaitHead().get("te")).isEqualTo("trailers");
    }
  }

  // ---- messages per second ---------------------------------------------------------------------

  /** By back-pressure, on each stream by itself. */
  @Test
  void messagesGoOnAtTheirPace() {
    Map<String, Object> grpc = Map.of("message", Map.of("max_per_second", 50));
    try (EchoBackend backend = EchoBackend.start("echo");
        var gateway = TestGateway.serving(api(backend.target(), grpc));
        EchoClient client = EchoClient.to(gateway.port())) {
      long begun = System.nanoTime();
      List<OpenCall> calls =
          List.of(client.open(EchoClient.UPLOAD), client.open(EchoClient.UPLOAD));
      for (int i = 0; i < 51; i++) {
        calls.forEach(call -> call.send("one of many"));
      }
      calls.forEach(OpenCall::halfClose);

      assertThat(calls)
          .allSatisfy(call -> assertThat(call.awaitEnd().reply().getMessages()).isEqualTo(51));
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
      // Unary calls have one message.
      assertThat(client.unary("at once").code()).isZero();
    }
  }

  @Test
  void badInputIsAnErrorAtItsPlace() {
    try (WireServer server = WireServer.listen();
        var gateway = TestGateway.serving(Api.of("limited", server.target()))) {
      gateway.write(
          "limited.json",
          """
          {"api_id": "limited", "use_keyless": true,
           "proxy": {"listen_path": "/", "target_url": "%s"},
           "grpc": {"message": {"max_requst_bytes": 5}}}
          """
              .formatted(server.target()));
      assertThat(gateway.reload().problems().toString())
          .contains("limited.json:3:23: error: grpc.message.max_requst_bytes: unknown key")
          .contains("did you mean max_request_bytes?");
    }
  }
}
