package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import dev.weir.store.KeyVault;
import dev.weir.store.QuotaEntry;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quotas of keys: counted by all loops together, told when they are used up, and kept. */
class QuotaServerTest {
  private static final int OK = 0;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final String KEY =
      "{'org_id':'default','quota_max':%d,'quota_renewal_rate':3600,"
          + "'access_rights':{'echo':{},'free':{}}}";

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api echo = Api.of("echo", backend.target()).with("use_keyless", false);
  private final int port = Ports.free();

  private TykFiles files(Map<String, Object> settings) {
    Api free =
        Api.of("free", backend.target())
            .at("/free")
            .with("use_keyless", false)
            .with("disable_quota", true)
            .with("proxy.strip_listen_path", true);
    Map<String, Object> configuration = new HashMap<>(settings);
    configuration.put("secret", Operator.SECRET);
    configuration.put("weir", Map.of("data_dir", "data", "event_loops", 2));
    return TykFiles.write(port, configuration, List.of(echo, free));
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private String create(int quota) {
    return new Operator(port).ask("POST", "/keys", KEY.formatted(quota)).member("key");
  }

  private static Metadata shown(String token) {
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, token);
    return metadata;
  }

  private static Outcome call(
      EchoClient client, MethodDescriptor<EchoRequest, EchoReply> method, String token) {
    return client.call(method, shown(token), EchoClient.request("hi"));
  }

  private static int code(EchoClient client, String token) {
    return call(client, EchoClient.UNARY, token).code();
  }

  @Test
  void aUsedUpQuotaIsToldWithItsRenewal() throws Exception {
    try (TestGateway gateway = TestGateway.of(files(Map.of()));
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(2);
      assertThat(code(client, token)).isEqualTo(OK);
      assertThat(code(client, token)).isEqualTo(OK);

      Outcome refused = call(client, EchoClient.UNARY, token);
      assertThat(refused.code()).isEqualTo(RESOURCE_EXHAUSTED);
      String key = "key …" + token.substring(token.length() - 4);
      assertThat(refused.message())
          .matches("API echo: " + key + " has used its quota of 2 calls, which renews at 2.*Z");
      assertThat(Long.parseLong(String.valueOf(refused.trailers().get(PUSHBACK))))
          .isBetween(1L, 3_600_000L);
      var details = StatusProto.fromStatusAndTrailers(refused.status(), refused.trailers());
      assertThat(details.getDetails(0).unpack(ErrorInfo.class).getReason())
          .isEqualTo("QUOTA_EXCEEDED");
      assertThat(details.getDetails(1).is(RetryInfo.class)).isTrue();
      QuotaFailure failure = details.getDetails(2).unpack(QuotaFailure.class);
      assertThat(failure.getViolations(0).getSubject()).isEqualTo(key);
      assertThat(failure.getViolations(0).getDescription()).isEqualTo(refused.message());
    }
    assertThat(backend.calls()).hasSize(2);
  }

  /** By gRPC's proposal A6: clients with a policy for retries would else call five times. */
  @Test
  void whoHasUsedUpAQuotaThatNeverRenewsIsToldNotToTryAgain() throws Exception {
    try (TestGateway gateway = TestGateway.of(files(Map.of()));
        EchoClient client = EchoClient.to(gateway.port())) {
      String lasting = KEY.formatted(1).replace("3600", "0");
      String token = new Operator(port).ask("POST", "/keys", lasting).member("key");
      assertThat(code(client, token)).isEqualTo(OK);

      Outcome refused = call(client, EchoClient.UNARY, token);
      assertThat(refused.code()).isEqualTo(RESOURCE_EXHAUSTED);
      assertThat(refused.message()).endsWith("which does not renew");
      assertThat(refused.trailers().get(PUSHBACK)).isEqualTo("-1");
      var details = StatusProto.fromStatusAndTrailers(refused.status(), refused.trailers());
      assertThat(details.getDetailsList()).noneMatch(detail -> detail.is(RetryInfo.class));
      assertThat(details.getDetails(1).is(QuotaFailure.class)).isTrue();
    }
  }

  @Test
  void aCallerOfHttpGetsWhatTykAnswers() throws Exception {
    try (TestGateway gateway = TestGateway.of(files(Map.of()));
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(1);
      assertThat(code(client, token)).isEqualTo(OK);
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/any"))
              .header("authorization", token)
              .build();
      try (var http = HttpClient.newHttpClient()) {
        HttpResponse<String> refused = http.send(request, BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body().replaceAll("\\s", "")).isEqualTo("{\"error\":\"Quotaexceeded\"}");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"quotas, 2, 1, 0", "rate_limits, 9, 8, 7"})
  void answersTellWhatIsLeftWhenThatIsAskedFor(
      String source, String limit, String left, String then) {
    try (TestGateway gateway =
            TestGateway.of(files(Map.of("rate_limit_response_headers", source)));
        EchoClient client = EchoClient.to(gateway.port())) {
      String key = KEY.formatted(2).replace("'quota_max'", "'rate':9,'per':60,'quota_max'");
      String token = new Operator(port).ask("POST", "/keys", key).member("key");
      Metadata first = answer(client, EchoClient.CHAT, token);
      assertThat(first.get(text("x-ratelimit-limit"))).isEqualTo(limit);
      assertThat(first.get(text("x-ratelimit-remaining"))).isEqualTo(left);
      assertThat(Long.parseLong(String.valueOf(first.get(text("x-ratelimit-reset")))))
          .isGreaterThan(Instant.now().getEpochSecond());
      assertThat(answer(client, EchoClient.UNARY, token).get(text("x-ratelimit-remaining")))
          .isEqualTo(then);
      String unlimited = KEY.replace("'quota_max':%d,", "");
      String other = new Operator(port).ask("POST", "/keys", unlimited).member("key");
      assertThat(answer(client, EchoClient.UNARY, other).keys())
          .noneMatch(name -> name.startsWith("x-ratelimit"));
    }
  }

  @Test
  void answersThatAreWrittenOutTellItToo() {
    Api mocked =
        echo.with("version_data.not_versioned", true)
            .with(
                "version_data.versions",
                Map.of(
                    "Default",
                    Map.of(
                        "use_extended_paths",
                        true,
                        "extended_paths",
                        Map.of(
                            "mock_response",
                            List.of(
                                Map.of(
                                    "path", "/",
                                    "headers", Map.of("content-type", "application/grpc"),
                                    "body", ""))))));
    Map<String, Object> settings =
        Map.of(
            "secret",
            Operator.SECRET,
            "weir",
            Map.of("data_dir", "data"),
            "rate_limit_response_headers",
            "quotas");
    try (TestGateway gateway = TestGateway.of(TykFiles.write(port, settings, List.of(mocked)));
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(5);
      assertThat(answer(client, EchoClient.UNARY, token).get(text("x-ratelimit-remaining")))
          .isEqualTo("4");
      assertThat(backend.calls()).isEmpty();
    }
  }

  private static Metadata answer(
      EchoClient client, MethodDescriptor<EchoRequest, EchoReply> method, String token) {
    return Objects.requireNonNull(call(client, method, token).headers());
  }

  private static Metadata.Key<String> text(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Test
  void aStreamCountsOnceWhenItBegins() {
    try (TestGateway gateway = TestGateway.of(files(Map.of()));
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(1);
      OpenCall chat = client.open(EchoClient.CHAT, shown(token));
      for (int i = 1; i <= 5; i++) {
        assertThat(chat.send("hi").awaitReply().getMessages()).isEqualTo(i);
      }
      assertThat(code(client, token)).isEqualTo(RESOURCE_EXHAUSTED);
      assertThat(chat.send("still").awaitReply().getMessages()).isEqualTo(6);
      assertThat(chat.halfClose().awaitEnd().code()).isEqualTo(OK);
    }
  }

  @Test
  void anApiMayLeaveQuotasOut() {
    try (TestGateway gateway = TestGateway.of(files(Map.of()));
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(1);
      var free =
          EchoClient.UNARY.toBuilder()
              .setFullMethodName("free/" + EchoClient.UNARY.getFullMethodName())
              .build();
      for (int i = 0; i < 3; i++) {
        assertThat(call(client, free, token).code()).isEqualTo(OK);
      }
      assertThat(code(client, token)).isEqualTo(OK);
      assertThat(code(client, token)).isEqualTo(RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void aKeyThatIsWrittenAnewMayCallAgainUnlessThatIsSuppressed() {
    try (TestGateway gateway = TestGateway.of(files(Map.of()));
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(port);
      String token = create(1);
      assertThat(code(client, token)).isEqualTo(OK);
      operator.ask("PUT", "/keys/" + token + "?suppress_reset=1", KEY.formatted(1)).member("key");
      assertThat(code(client, token)).isEqualTo(RESOURCE_EXHAUSTED);
      operator.ask("PUT", "/keys/" + token + "?dry_run=true", KEY.formatted(1));
      assertThat(code(client, token)).isEqualTo(RESOURCE_EXHAUSTED);
      operator.ask("PUT", "/keys/" + token, KEY.formatted(1)).member("key");
      assertThat(code(client, token)).isEqualTo(OK);
      assertThat(code(client, token)).isEqualTo(RESOURCE_EXHAUSTED);
    }
  }

  /** Many connections on all loops: every call of the quota is made, and none more. */
  @Test
  void allLoopsCountTogether() throws Exception {
    int quota = 600;
    int clients = 6;
    try (TestGateway gateway = TestGateway.of(files(Map.of()))) {
      String token = create(quota);
      List<Future<Integer>> admitted = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < clients; i++) {
          admitted.add(threads.submit(() -> callsOf(gateway.port(), token)));
        }
      }
      int sum = 0;
      for (Future<Integer> one : admitted) {
        sum += one.get();
      }
      assertThat(sum).isEqualTo(quota);
    }
  }

  private static int callsOf(int port, String token) {
    try (EchoClient client = EchoClient.to(port)) {
      int calls = 0;
      while (code(client, token) == OK) {
        calls++;
      }
      return calls;
    }
  }

  @Test
  void aKilledGatewayForgetsNoMoreThanASecond() throws Exception {
    TykFiles files = files(Map.of());
    var weir = WeirProcess.of(files, port).awaitReady();
    try {
      String token = create(5);
      try (EchoClient client = EchoClient.to(port)) {
        for (int i = 0; i < 3; i++) {
          long written = bytesOfQuotas(weir);
          assertThat(code(client, token)).isEqualTo(OK);
          WeirProcess running = weir;
          await().atMost(Patience.LIMIT).until(() -> bytesOfQuotas(running) > written);
        }
      }
      weir.kill();
      assertThat(kept(weir.folder().resolve("data")).getLast().used()).isEqualTo(3);

      weir = WeirProcess.of(files, port).awaitReady();
      try (EchoClient client = EchoClient.to(port)) {
        assertThat(code(client, token)).isEqualTo(OK);
        assertThat(code(client, token)).isEqualTo(OK);
        assertThat(code(client, token)).isEqualTo(RESOURCE_EXHAUSTED);
      }
    } finally {
      weir.close();
    }
  }

  private static long bytesOfQuotas(WeirProcess weir) throws Exception {
    return Files.size(weir.folder().resolve("data/store/quotas"));
  }

  /** As the next gateway finds it. */
  private static List<QuotaEntry> kept(Path data) throws Exception {
    try (KeyVault vault = new KeyVault(data)) {
      List<QuotaEntry> entries = new ArrayList<>();
      vault.open().quotas().read(entries::add);
      return entries;
    }
  }

  @Test
  void whatAStoppedGatewayHasCountedIsKeptToTheLastCall() throws Exception {
    TykFiles files = files(Map.of());
    var weir = WeirProcess.of(files, port).awaitReady();
    try {
      String token = create(2);
      try (EchoClient client = EchoClient.to(port)) {
        assertThat(code(client, token)).isEqualTo(OK);
        assertThat(code(client, token)).isEqualTo(OK);
      }
      weir.terminate();
      weir.awaitExit();
      weir = WeirProcess.of(files, port).awaitReady();
      try (EchoClient client = EchoClient.to(port)) {
        assertThat(code(client, token)).isEqualTo(RESOURCE_EXHAUSTED);
      }
    } finally {
      weir.close();
    }
  }
}
