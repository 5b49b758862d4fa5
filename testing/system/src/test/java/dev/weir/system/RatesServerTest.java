package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import dev.weir.compiler.ApiStatus;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.StatusProto;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rates of APIs, of their methods, and of single methods of keys. */
class RatesServerTest {
  private static final int OK = 0;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api open = Api.of("echo", backend.target());
  private final Api limited = open.with("global_rate_limit", rate(3));

  @TempDir Path data;

  @AfterEach
  void stop() {
    backend.close();
  }

  private static Map<String, Object> rate(int calls) {
    return Map.of("rate", calls, "per", 3600);
  }

  private static Map<String, Object> endpoint(String path, int calls) {
    return Map.of("path", path, "method", "POST", "rate", calls, "per", 3600);
  }

  private static Api withEndpoints(Api api, Object... endpoints) {
    return api.with(
        "version_data",
        Map.of(
            "not_versioned",
            true,
            "versions",
            Map.of("Default", Map.of("extended_paths", Map.of("rate_limit", List.of(endpoints))))));
  }

  private TestGateway gateway(Api... apis) {
    return TestGateway.configured(
        Map.of(
            "secret",
            Operator.SECRET,
            "weir",
            Map.of("data_dir", data.toString(), "event_loops", 2)),
        apis);
  }

  private static Outcome call(EchoClient client, MethodDescriptor<EchoRequest, EchoReply> method) {
    return client.call(method, new Metadata(), EchoClient.request("hi"));
  }

  private static int code(
      EchoClient client, MethodDescriptor<EchoRequest, EchoReply> method, String token) {
    Metadata shown = new Metadata();
    shown.put(AUTHORIZATION, token);
    return client.call(method, shown, EchoClient.request("hi")).code();
  }

  @Test
  void anApiIsCalledNoMoreOftenThanItMayByAllTogether() throws Exception {
    try (TestGateway gateway = gateway(limited);
        EchoClient one = EchoClient.to(gateway.port());
        EchoClient other = EchoClient.to(gateway.port())) {
      assertThat(call(one, EchoClient.UNARY).code()).isEqualTo(OK);
      assertThat(call(other, EchoClient.UNARY).code()).isEqualTo(OK);
      assertThat(call(one, EchoClient.CHAT).code()).isEqualTo(OK);

      Outcome refused = call(other, EchoClient.UNARY);
      assertThat(refused.code()).isEqualTo(RESOURCE_EXHAUSTED);
      assertThat(refused.message())
          .isEqualTo("API echo: may be called by all together 3 times in 1h");
      assertThat(Long.parseLong(String.valueOf(refused.trailers().get(PUSHBACK))))
          .isBetween(1L, 3_600_000L);
      var details = StatusProto.fromStatusAndTrailers(refused.status(), refused.trailers());
      assertThat(details.getDetails(0).unpack(ErrorInfo.class).getReason())
          .isEqualTo("API_RATE_LIMITED");
      HttpResponse<String> http = http(gateway.port(), "/any");
      assertThat(http.statusCode()).isEqualTo(429);
      assertThat(http.body()).contains("\"API Rate Limit Exceeded\"");
    }
  }

  private static HttpResponse<String> http(int port, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  @Test
  void aMethodsOwnRateCountsInPlaceOfThatOfTheApi() {
    Api api = withEndpoints(limited, endpoint("/weir.testkit.Echo/Unary", 1));
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, EchoClient.UNARY).code()).isEqualTo(OK);
      assertThat(call(client, EchoClient.UNARY).code()).isEqualTo(RESOURCE_EXHAUSTED);
      for (int i = 0; i < 3; i++) {
        assertThat(call(client, EchoClient.CHAT).code()).isEqualTo(OK);
      }
      assertThat(call(client, EchoClient.CHAT).code()).isEqualTo(RESOURCE_EXHAUSTED);
    }
  }

  /** A server may take %55nary for Unary, and there is no rate for that. */
  @Test
  void noPathIsWrittenAroundARate() throws Exception {
    Api api = withEndpoints(open, endpoint("/weir.testkit.Echo/Unary", 1));
    try (TestGateway gateway = gateway(api)) {
      assertThat(http(gateway.port(), "/weir.testkit.Echo/%55nary").statusCode()).isEqualTo(403);
    }
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void aReloadForgetsNothingAndAnotherRateBeginsAnew() {
    try (TestGateway gateway = gateway(limited);
        EchoClient client = EchoClient.to(gateway.port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(call(client, EchoClient.UNARY).code()).isEqualTo(OK);
      }
      gateway.write(limited.with("name", "another")).reload();
      assertThat(call(client, EchoClient.UNARY).code()).isEqualTo(RESOURCE_EXHAUSTED);
      gateway.write(open.with("global_rate_limit", rate(4))).reload();
      assertThat(call(client, EchoClient.UNARY).code()).isEqualTo(OK);
      gateway.write(open).reload();
      for (int i = 0; i < 5; i++) {
        assertThat(call(client, EchoClient.UNARY).code()).isEqualTo(OK);
      }
    }
  }

  @Test
  void aPatternThatIsNoneIsAnErrorWithItsPlace() {
    Api api = withEndpoints(open, endpoint("Un[ary", 1));
    try (TestGateway gateway = gateway(api)) {
      assertThat(gateway.apis().getFirst()).isInstanceOf(ApiStatus.Refused.class);
      assertThat(gateway.apis().toString()).contains("rate_limit[0].path").contains("Un[ary");
    }
  }

  @Test
  void aMethodOfAKeyMayHaveARateOfItsOwn() {
    try (TestGateway gateway = gateway(open.with("use_keyless", false));
        EchoClient client = EchoClient.to(gateway.port())) {
      String token =
          new Operator(gateway.port())
              .ask(
                  "POST",
                  "/keys",
                  "{'org_id':'default','rate':2,'per':3600,'access_rights':{'echo':{'endpoints':["
                      + "{'path':'/weir.testkit.Echo/Unary','methods':[{'name':'POST','limit':"
                      + "{'rate':1,'per':3600}}]},"
                      + "{'path':'/weir.testkit.Echo/Upload','methods':[{'name':'POST','limit':"
                      + "{'rate':-1}}]}]}}}")
              .member("key");
      assertThat(code(client, EchoClient.UNARY, token)).isEqualTo(OK);
      assertThat(code(client, EchoClient.UNARY, token)).isEqualTo(RESOURCE_EXHAUSTED);
      assertThat(code(client, EchoClient.CHAT, token)).isEqualTo(OK);
      assertThat(code(client, EchoClient.CHAT, token)).isEqualTo(OK);
      assertThat(code(client, EchoClient.CHAT, token)).isEqualTo(RESOURCE_EXHAUSTED);
      assertThat(code(client, EchoClient.UNARY, token)).isEqualTo(RESOURCE_EXHAUSTED);
      for (int i = 0; i < 4; i++) {
        assertThat(code(client, EchoClient.UPLOAD, token)).isEqualTo(OK);
      }
    }
  }

  @Test
  void allLoopsCountTogetherWithinOnePercent() throws Exception {
    int rate = 600;
    try (TestGateway gateway = gateway(open.with("global_rate_limit", rate(rate)))) {
      List<Future<Integer>> admitted = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 6; i++) {
          admitted.add(threads.submit(() -> callsUntilRefused(gateway.port())));
        }
      }
      int sum = 0;
      for (Future<Integer> one : admitted) {
        sum += one.get();
      }
      assertThat(sum).isBetween(rate - rate / 100, rate);
    }
  }

  private static int callsUntilRefused(int port) {
    try (EchoClient client = EchoClient.to(port)) {
      int calls = 0;
      while (call(client, EchoClient.UNARY).code() == OK) {
        calls++;
      }
      return calls;
    }
  }
}
