package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.Condition;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import dev.weir.store.StoreException;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Outcome;
import io.grpc.Metadata;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who show a token. */
class TokenServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int UNAUTHENTICATED = 16;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> ALIAS =
      Metadata.Key.of("x_api_key", Metadata.ASCII_STRING_MARSHALLER);
  private static final String TOKEN = "default0123456789abcdef0123456789abcdef";

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api guarded =
      Api.of("guarded", backend.target())
          .with("use_keyless", false)
          .with("use_standard_auth", true);

  @TempDir Path data;

  @AfterEach
  void stop() {
    backend.close();
  }

  private TestGateway gateway(Api... apis) {
    return TestGateway.configured(Map.of("weir", Map.of("data_dir", data.toString())), apis);
  }

  private void put(String token, String document) throws StoreException {
    try (KeyVault vault = new KeyVault(data)) {
      KeyVault.Open open = vault.open();
      open.store().put(RecordKind.KEY, open.hash().of(token), document, Condition.any());
    }
  }

  private static String keyFor(String api, String more) {
    return "{\"org_id\":\"default\",%s\"access_rights\":{\"%s\":{\"api_id\":\"%s\"}}}"
        .formatted(more, api, api);
  }

  private static Metadata authorization(String value) {
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, value);
    return metadata;
  }

  private static Outcome call(TestGateway gateway, Metadata metadata) {
    try (EchoClient client = EchoClient.to(gateway.port())) {
      return client.call(EchoClient.UNARY, metadata, EchoClient.request("hi"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer ", "bearer ", "BEARER "})
  void aTokenIsTakenAsItIsOrAfterBearer(String scheme) throws Exception {
    put(TOKEN, keyFor("guarded", ""));
    try (TestGateway gateway = gateway(guarded)) {
      assertThat(call(gateway, authorization(scheme + TOKEN)).code()).isEqualTo(OK);
    }
    assertThat(backend.calls().getFirst().metadata().get(AUTHORIZATION)).isEqualTo(scheme + TOKEN);
  }

  @Test
  void withoutACredentialNobodyComesIn() throws Exception {
    put(TOKEN, keyFor("guarded", ""));
    try (TestGateway gateway = gateway(guarded)) {
      Outcome none = call(gateway, new Metadata());
      assertThat(none.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(none.message())
          .isEqualTo("API guarded: takes a credential in the metadata authorization");
      assertThat(call(gateway, authorization("")).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, authorization("Bearer")).code()).isEqualTo(UNAUTHENTICATED);
    }
    assertThat(backend.calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "default0123456789abcdef0123456789abcdee",
        "default0123456789abcdef0123456789abcdef ,",
        "Bearer Bearer default0123456789abcdef0123456789abcdef",
        "Basic default0123456789abcdef0123456789abcdef",
        "DEFAULT0123456789ABCDEF0123456789ABCDEF"
      })
  void anUnknownTokenIsRefused(String token) throws Exception {
    put(TOKEN, keyFor("guarded", ""));
    try (TestGateway gateway = gateway(guarded)) {
      Outcome refused = call(gateway, authorization(token));
      assertThat(refused.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(refused.message())
          .isEqualTo("API guarded: the credential in authorization is unknown");
    }
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void e11_twoTokensAreNone() throws Exception {
    put(TOKEN, keyFor("guarded", ""));
    try (TestGateway gateway = gateway(guarded)) {
      Metadata two = authorization(TOKEN);
      two.put(AUTHORIZATION, TOKEN);
      Outcome refused = call(gateway, two);
      assertThat(refused.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(refused.message())
          .isEqualTo("API guarded: there is more than one authorization, send one");
    }
    assertThat(backend.calls()).isEmpty();
  }

  /** Some servers cannot tell a {@code _} from a {@code -} in the name of a field. */
  @Test
  void e11_aTokenInTwoSpellingsOfItsFieldIsNone() throws Exception {
    put(TOKEN, keyFor("guarded", ""));
    Api api = guarded.with("auth_configs.authToken.auth_header_name", "X-Api-Key");
    try (TestGateway gateway = gateway(api)) {
      Metadata two = new Metadata();
      two.put(API_KEY, TOKEN);
      two.put(ALIAS, "another");
      Outcome refused = call(gateway, two);
      assertThat(refused.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(refused.message())
          .isEqualTo("API guarded: there is more than one x-api-key, send one");
      two.removeAll(API_KEY);
      assertThat(call(gateway, two).message())
          .isEqualTo("API guarded: the credential in x-api-key is unknown");
    }
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void e12_noSpellingOfATokensFieldReachesTheServer() throws Exception {
    put(TOKEN, keyFor("guarded", ""));
    Api api =
        guarded
            .with("auth_configs.authToken.auth_header_name", "X-Api-Key")
            .with("strip_auth_data", true)
            .with("version_data.not_versioned", true)
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
                        Map.of(
                            "ignored",
                            List.of(
                                Map.of("path", "/weir.testkit.Echo/Upload", "method", "POST"))))));
    Metadata alias = new Metadata();
    alias.put(ALIAS, TOKEN);
    Metadata both = new Metadata();
    both.merge(alias);
    both.put(API_KEY, "another");
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(gateway, alias).code()).isEqualTo(OK);
      assertThat(client.call(EchoClient.UPLOAD, both, EchoClient.request("hi")).code())
          .isEqualTo(OK);
    }
    assertThat(backend.calls())
        .hasSize(2)
        .allSatisfy(seen -> {
          assertThat(seen.metadata().get(API_KEY)).isNull();
          assertThat(seen.metadata().get(ALIAS)).isNull();
        });
  }

  @Test
  void aTokenMayLeaveOutItsOrganisation() throws Exception {
    put("defaultcustom", keyFor("guarded", ""));
    try (TestGateway gateway = gateway(guarded)) {
      assertThat(call(gateway, authorization("custom")).code()).isEqualTo(OK);
      assertThat(call(gateway, authorization("defaultcustom")).code()).isEqualTo(OK);
    }
  }

  @Test
  void aHeaderOfAnotherNameHasItAndMayBeStripped() throws Exception {
    put(TOKEN, keyFor("guarded", ""));
    Api api =
        guarded
            .with("auth_configs.authToken.auth_header_name", "X-Api-Key")
            .with("strip_auth_data", true);
    try (TestGateway gateway = gateway(api)) {
      Metadata metadata = authorization("of another kind");
      metadata.put(API_KEY, TOKEN);
      assertThat(call(gateway, metadata).code()).isEqualTo(OK);
      assertThat(call(gateway, authorization(TOKEN)).code()).isEqualTo(UNAUTHENTICATED);
    }
    Metadata seen = backend.calls().getFirst().metadata();
    assertThat(seen.get(API_KEY)).isNull();
    assertThat(seen.get(AUTHORIZATION)).isEqualTo("of another kind");
  }

  @Test
  void aKeyForOneApiIsNoneForAnother() throws Exception {
    put(TOKEN, keyFor("other", ""));
    try (TestGateway gateway = gateway(guarded)) {
      Outcome refused = call(gateway, authorization(TOKEN));
      assertThat(refused.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(refused.message()).isEqualTo("key …cdef may not call API guarded");
    }
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void anExpiredKeyAndAnInactiveOneAreRefused() throws Exception {
    put(TOKEN, keyFor("guarded", "\"expires\":1,"));
    put("default-asleep", keyFor("guarded", "\"is_inactive\":true,"));
    put("default-later", keyFor("guarded", "\"expires\":4102444800,"));
    try (TestGateway gateway = gateway(guarded)) {
      Outcome expired = call(gateway, authorization(TOKEN));
      assertThat(expired.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(expired.message()).isEqualTo("API guarded: key …cdef has expired");
      Outcome inactive = call(gateway, authorization("default-asleep"));
      assertThat(inactive.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(call(gateway, authorization("default-later")).code()).isEqualTo(OK);
    }
  }

  @Test
  void anApiWithoutAMethodTakesATokenAndOneThatIsKeylessNone() throws Exception {
    put(TOKEN, keyFor("guarded", ""));
    Api unsaid = guarded.with("use_standard_auth", false).at("/weir.testkit.Echo/Unary");
    Api open = Api.of("open", backend.target()).at("/weir.testkit.Echo/Upload");
    try (TestGateway gateway = gateway(unsaid, open);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").code()).isEqualTo(UNAUTHENTICATED);
      assertThat(client.call(EchoClient.UPLOAD, EchoClient.request("hi")).code()).isEqualTo(OK);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 401, Authorization field missing",
    "unknown, 403, Access to this API has been disallowed",
    "default-asleep, 403, 'Key is inactive, please renew'",
    "default-expired, 401, 'Key has expired, please renew'",
    "default-other, 403, Access to this API has been disallowed",
    "default-method, 403, Access to this resource has been disallowed"
  })
  void otherCallersGetWhatTykAnswers(String token, int status, String text) throws Exception {
    put("default-asleep", keyFor("guarded", "\"is_inactive\":true,"));
    put("default-expired", keyFor("guarded", "\"expires\":1,"));
    put("default-other", keyFor("other", ""));
    put(
        "default-method",
        keyFor("guarded", "")
            .replace(
                "\"api_id\"",
                "\"allowed_urls\":[{\"url\":\"/a\",\"methods\":[\"GET\"]}],\"api_id\""));
    try (TestGateway gateway = gateway(guarded);
        HttpClient http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/b"));
      if (!token.isEmpty()) {
        request.header("authorization", token);
      }
      HttpResponse<String> refused = http.send(request.build(), BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(status);
      assertThat(refused.body()).isEqualTo("{\n    \"error\": \"" + text + "\"\n}\n");
      assertThat(refused.headers().firstValue("content-type")).contains("application/json");
    }
  }

  @Test
  void f10_theFingerprintOfACertificateIsNoToken() throws Exception {
    String fingerprint = "a".repeat(64);
    String certificate = "default" + fingerprint;
    put(certificate, keyFor("guarded", "\"certificate\":\"" + certificate + "\","));
    try (TestGateway gateway = gateway(guarded)) {
      assertThat(call(gateway, authorization("default" + fingerprint)).code())
          .isEqualTo(UNAUTHENTICATED);
    }
    assertThat(backend.calls()).isEmpty();
  }
}
