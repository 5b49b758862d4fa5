package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.store.Condition;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import dev.weir.store.StoreException;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.Patience;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers of HTTP who show a token in their query or in a cookie. */
class HttpCredentialsServerTest {
  private static final String UNAUTHENTICATED = "http 401";
  private static final String FORBIDDEN = "http 403";

  /** What the server answers, which speaks gRPC only. */
  private static final String LET_IN = "grpc 0";

  private final HeadRecorder server = HeadRecorder.listen();
  private final Map<String, Object> places =
      Map.of("use_param", true, "param_name", "key", "use_cookie", true, "cookie_name", "key");
  private final Api guarded =
      Api.of("guarded", server.target())
          .with("use_keyless", false)
          .with("use_standard_auth", true)
          .with("auth", places);

  @TempDir Path data;

  @BeforeEach
  void putKey() throws StoreException {
    try (KeyVault vault = new KeyVault(data)) {
      KeyVault.Open open = vault.open();
      String document =
          Operator.json(
              "{'org_id':'default','access_rights':{'guarded':{'allowed_urls':"
                  + "[{'url':'/pkg.Service/*','methods':['POST']}]}}}");
      open.store().put(RecordKind.KEY, open.hash().of("defaultsecret"), document, Condition.any());
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private TestGateway gateway(Api api) {
    return TestGateway.configured(
        Map.of(
            "access_logs",
            Map.of("enabled", true),
            "weir",
            Map.of("data_dir", data.toString(), "access_log", Map.of("file", log().toString()))),
        api);
  }

  private Path log() {
    return data.resolve("access.log");
  }

  private static Fields http(String path) {
    return Fields.grpcRequest(path).without("content-type").without("te");
  }

  private static String fate(TestGateway gateway, Fields request) {
    try (WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, request).last());
      return client.expectFate(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/pkg.Service/A?key=secret                | ``                     | grpc 0",
        "/pkg.Service/A?key=defaultsecret&a=b     | ``                     | grpc 0",
        "/pkg.Service/A?a&key=Bearer+%73ecret     | ``                     | grpc 0",
        "/pkg.Service/A                           | key=secret             | grpc 0",
        "/pkg.Service/A                           | a=b; key=\"secret\"    | grpc 0",
        "/pkg.Service/A?key=                      | key=secret             | grpc 0",
        "/pkg.Service/A?key=wrong                 | ``                     | http 403",
        "/pkg.Service/A                           | key=wrong              | http 403",
        "/pkg.Service/A?Key=secret                | Key=secret             | http 401",
        "/pkg.Service/A?key=                      | key=                   | http 401",
        "/pkg.Service/A?key=secret                | key=secret             | http 401",
        "/pkg.Service/A?key=secret&key=secret     | ``                     | http 401",
        "/pkg.Service/A?key=secret&%6bey=wrong    | ``                     | http 401",
        "/pkg.Service/A                           | key=secret; key=wrong  | http 401",
        "/pkg.Service/A?key=secret;key=secret     | ``                     | http 403",
        "/other.Service/A?key=secret              | ``                     | http 403",
      })
  void e11_aTokenIsTakenFromOnePlaceAndNoOther(String path, String cookie, String fate) {
    try (TestGateway gateway = gateway(guarded)) {
      Fields request = cookie.isEmpty() ? http(path) : http(path).with("cookie", cookie);
      assertThat(fate(gateway, request)).isEqualTo(fate);
      assertThat(fate(gateway, request)).isEqualTo(fate);
    }
    assertThat(server.takeHeads()).hasSize(fate.equals(LET_IN) ? 2 : 0);
  }

  @Test
  void e11_twoPlacesAreOneTooMany() {
    try (TestGateway gateway = gateway(guarded)) {
      String path = "/pkg.Service/A";
      Fields both = http(path + "?key=secret").with("authorization", "secret");
      assertThat(fate(gateway, both)).isEqualTo(UNAUTHENTICATED);
      Fields split = http(path).with("cookie", "key=secret").with("cookie", "key=secret");
      assertThat(fate(gateway, split)).isEqualTo(UNAUTHENTICATED);
      Fields crumbs = http(path).with("cookie", "a=b").with("cookie", "key=secret");
      assertThat(fate(gateway, crumbs)).isEqualTo(LET_IN);
      assertThat(fate(gateway, http(path).with("authorization", "secret"))).isEqualTo(LET_IN);
    }
  }

  @Test
  void callsOfGrpcHaveTheirTokenInMetadataAlone() {
    try (TestGateway gateway = gateway(guarded)) {
      Fields cookie = Fields.grpcRequest("/pkg.Service/A").with("cookie", "key=secret");
      assertThat(fate(gateway, cookie)).isEqualTo("grpc 16");
      assertThat(fate(gateway, cookie.with("authorization", "secret"))).isEqualTo("grpc 0");
    }
  }

  @Test
  void whereTheHeaderIsOffItIsNotLookedAt() {
    Api api =
        guarded.with("auth", Map.of("disable_header", true, "use_param", true, "param_name", "k"));
    try (TestGateway gateway = gateway(api)) {
      Fields header = http("/pkg.Service/A").with("authorization", "secret");
      assertThat(fate(gateway, header)).isEqualTo(UNAUTHENTICATED);
      assertThat(fate(gateway, http("/pkg.Service/A?k=secret"))).isEqualTo(LET_IN);
      Fields grpc = Fields.grpcRequest("/pkg.Service/A").with("authorization", "secret");
      assertThat(fate(gateway, grpc)).isEqualTo("grpc 16");
    }
  }

  @Test
  void serversSeeNoneOfItIfItIsToBeHidden() {
    try (TestGateway gateway = gateway(guarded.with("strip_auth_data", true))) {
      Fields query = http("/pkg.Service/A?a=b&key=secret&c=%64").with("cookie", "a=b");
      assertThat(fate(gateway, query)).isEqualTo(LET_IN);
      Fields seen = server.awaitHead();
      assertThat(seen.get(":path")).isEqualTo("/pkg.Service/A?a=b&c=%64");
      assertThat(seen.all("cookie")).containsExactly("a=b");

      Fields cookie =
          http("/pkg.Service/A?key=").with("cookie", "a=b; key=secret").with("cookie", "c=d");
      assertThat(fate(gateway, cookie)).isEqualTo(LET_IN);
      seen = server.awaitHead();
      assertThat(seen.get(":path")).isEqualTo("/pkg.Service/A");
      assertThat(seen.all("cookie")).containsExactly("a=b", "c=d");

      assertThat(fate(gateway, http("/pkg.Service/A").with("cookie", "key=secret")))
          .isEqualTo(LET_IN);
      assertThat(server.awaitHead().has("cookie")).isFalse();
    }
  }

  @Test
  void neitherLogNorAnswerTellsIt() throws Exception {
    try (TestGateway gateway = gateway(guarded);
        HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + gateway.port() + "/other/A?a=b&key=secret");
      HttpResponse<String> refused =
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).doesNotContain("secret");
      assertThat(fate(gateway, http("/pkg.Service/A?key=secret"))).isEqualTo(LET_IN);
      await()
          .atMost(Patience.LIMIT)
          .untilAsserted(() ->
              assertThat(Files.readString(log()))
                  .contains("/other/A?a=b\"", "/pkg.Service/A\"")
                  .doesNotContain("secret"));
    }
  }

  /** An API that takes none from there leaves queries and cookies to its servers. */
  @Test
  void whereItIsNotTakenFromThereNothingChanges() throws IOException {
    Api api = guarded.with("auth", Map.of()).with("strip_auth_data", true);
    try (TestGateway gateway = gateway(api)) {
      Fields request = http("/pkg.Service/A?key=a").with("cookie", "key=b");
      assertThat(fate(gateway, request)).isEqualTo(UNAUTHENTICATED);
      assertThat(fate(gateway, request.with("authorization", "secret"))).isEqualTo(LET_IN);
      Fields seen = server.awaitHead();
      assertThat(seen.get(":path")).isEqualTo("/pkg.Service/A?key=a");
      assertThat(seen.get("cookie")).isEqualTo("key=b");
      assertThat(fate(gateway, request.with("authorization", "wrong"))).isEqualTo(FORBIDDEN);
    }
  }
}
