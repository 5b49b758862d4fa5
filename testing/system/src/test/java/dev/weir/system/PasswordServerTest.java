package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.ErrorInfo;
import dev.weir.store.Condition;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import dev.weir.store.StoreException;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import io.grpc.Metadata;
import io.grpc.protobuf.StatusProto;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who show a name and a password. */
class PasswordServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  /** With colons, and beyond ASCII. */
  private static final String PASSWORD = "open:sesame:ü";

  /** Of that, as another gateway has made it: quick to compare. */
  private static final String HASH = "$2a$04$x60oub9ohkopeowAHpTsbuersG6B8tpqBjL5PleKPchBNN0A4y07S";

  private static final String UNKNOWN =
      "API guarded: the name and password in authorization are unknown";
  private static final String USER = "{'org_id':'default','access_rights':{'guarded':{}}%s}";

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api guarded =
      Api.of("guarded", backend.target()).with("use_keyless", false).with("use_basic_auth", true);

  @TempDir Path data;

  @AfterEach
  void stop() {
    backend.close();
  }

  private TestGateway gateway(Api... apis) {
    return gateway(Map.of(), apis);
  }

  private TestGateway gateway(Map<String, Object> limits, Api... apis) {
    return TestGateway.configured(
        Map.of(
            "secret",
            Operator.SECRET,
            "weir",
            Map.of("data_dir", data.toString(), "limits", limits)),
        apis);
  }

  private void put(String name, String more) throws StoreException {
    try (KeyVault vault = new KeyVault(data)) {
      KeyVault.Open open = vault.open();
      String document = Operator.json(USER.formatted(more));
      open.store().put(RecordKind.KEY, open.hash().of(name), document, Condition.any());
    }
  }

  private static String password(String hash) {
    return ",'basic_auth_data':{'password':'%s','hash_type':'bcrypt'}".formatted(hash);
  }

  private static Metadata authorization(String value) {
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, value);
    return metadata;
  }

  private static String basic(String name, String password) {
    return "Basic " + base64(name + ":" + password);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static Outcome call(EchoClient client, String shown) {
    return client.call(EchoClient.UNARY, authorization(shown), EchoClient.request("hi"));
  }

  private static Outcome call(TestGateway gateway, String shown) {
    try (EchoClient client = EchoClient.to(gateway.port())) {
      return call(client, shown);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic ", "basic ", "BASIC ", "Basic   "})
  void aUserIsKnownByNameAndPasswordInAnyCaseOfTheScheme(String scheme) throws Exception {
    put("defaultalice", password(HASH));
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      String shown = scheme + base64("alice:" + PASSWORD);
      assertThat(call(client, shown).code()).isEqualTo(OK);
      assertThat(call(client, shown).code()).isEqualTo(OK);
    }
    assertThat(backend.calls()).hasSize(2);
  }

  /** What is told with 401 says how to do better (RFC 9110, 11.6.1). */
  @Test
  void e11_twoFieldsAreNoLogin() throws Exception {
    put("defaultalice", password(HASH));
    String shown = basic("alice", PASSWORD);
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port());
        HttpClient http = HttpClient.newHttpClient()) {
      Metadata two = authorization(shown);
      two.put(AUTHORIZATION, shown);
      Outcome refused = client.call(EchoClient.UNARY, two, EchoClient.request("hi"));
      assertThat(refused.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(refused.message()).contains("there is more than one authorization");
      var details = StatusProto.fromStatusAndTrailers(refused.status(), refused.trailers());
      assertThat(Objects.requireNonNull(details).getDetails(0).unpack(ErrorInfo.class).getReason())
          .isEqualTo("LOGIN_MISSING");

      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/x"))
                  .header("authorization", shown)
                  .header("authorization", shown)
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("www-authenticate")).isPresent();
    }
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void theSameIsToldWhateverIsWrong() throws Exception {
    put("defaultalice", password(HASH));
    put("defaulttoken", "");
    put("defaultbroken", password("no hash at all"));
    List<String> wrong =
        List.of(
            basic("alice", "open"),
            basic("alice", ""),
            basic("alice", PASSWORD + " "),
            basic("Alice", PASSWORD),
            basic("defaultalice", PASSWORD),
            basic("", PASSWORD),
            basic("mallory", PASSWORD),
            basic("token", PASSWORD),
            basic("token", ""),
            basic("broken", "no hash at all"),
            basic("alice", "x".repeat(73)),
            "Basic " + base64("alice"),
            "Basic",
            "Basic %%%",
            "Foo " + base64("alice:" + PASSWORD),
            "Bearer " + base64("alice:" + PASSWORD),
            base64("alice:" + PASSWORD),
            "defaultalice",
            "defaulttoken");
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      for (String shown : wrong) {
        Outcome refused = call(client, shown);
        assertThat(refused.code()).as(shown).isEqualTo(UNAUTHENTICATED);
        assertThat(refused.message()).as(shown).isEqualTo(UNKNOWN);
        assertThat(reason(refused)).isEqualTo("LOGIN_REFUSED");
      }
      Outcome none = client.call(EchoClient.UNARY, new Metadata(), EchoClient.request("hi"));
      assertThat(none.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(none.message())
          .isEqualTo(
              "API guarded: takes a name and password (Basic) in the metadata authorization");
    }
    assertThat(backend.calls()).isEmpty();
  }

  private static String reason(Outcome refused) {
    var status =
        Objects.requireNonNull(
            StatusProto.fromStatusAndTrailers(refused.status(), refused.trailers()));
    try {
      return status.getDetails(0).unpack(ErrorInfo.class).getReason();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aNameIsNoTokenAndATokenNoName() throws Exception {
    put("defaultalice", password(HASH));
    Api byToken =
        Api.of("guarded", backend.target())
            .with("use_keyless", false)
            .with("use_standard_auth", true);
    try (TestGateway gateway = gateway(byToken)) {
      assertThat(call(gateway, "alice").code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, "defaultalice").code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, basic("alice", PASSWORD)).code()).isEqualTo(UNAUTHENTICATED);
    }
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void anApiByPasswordAndOneByTokenDoNotBelieveEachOther() throws Exception {
    put("defaultalice", password(HASH));
    Api byToken =
        Api.of("other", backend.target())
            .at("/weir.testkit.Echo/Chat")
            .with("use_keyless", false)
            .with("use_standard_auth", true);
    try (TestGateway gateway = gateway(guarded, byToken);
        EchoClient client = EchoClient.to(gateway.port())) {
      Metadata shown = authorization(basic("alice", PASSWORD));
      assertThat(client.call(EchoClient.UNARY, shown, EchoClient.request("hi")).code())
          .isEqualTo(OK);
      assertThat(client.call(EchoClient.CHAT, shown, EchoClient.request("hi")).code())
          .isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void aChangedPasswordCountsForTheNextCallAndEndsStreams() {
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String first = USER.formatted(",'basic_auth_data':{'password':'first'}");
      operator.ask("POST", "/keys/bob", first).member("key");
      assertThat(call(client, basic("bob", "first")).code()).isEqualTo(OK);
      OpenCall chat =
          client.open(EchoClient.CHAT, authorization(basic("bob", "first"))).send("before");
      chat.awaitReply();

      operator.ask("PUT", "/keys/bob", first.replace("first", "second")).member("key");
      assertThat(call(client, basic("bob", "first")).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(chat.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(client, basic("bob", "second")).code()).isEqualTo(OK);

      assertThat(operator.delete("/keys/bob?org_id=default").status()).isEqualTo(200);
      assertThat(call(client, basic("bob", "second")).code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void rightsCountAsForATokenAndTheRefusalTellsNothingOfThePassword() throws Exception {
    put(
        "defaultalice",
        (password(HASH)
            + ",'access_rights':{'guarded':{'allowed_urls':"
            + "[{'url':'/weir.testkit.Echo/Chat','methods':['POST']}]}}"));
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome refused = call(client, basic("alice", PASSWORD));
      assertThat(refused.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(refused.message())
          .isEqualTo("the user may not call /weir.testkit.Echo/Unary on API guarded");
    }
  }

  @Test
  void whatACallSendsWhileItWaitsIsKept() {
    Api mine = guarded.with("strip_auth_data", true);
    try (TestGateway gateway = gateway(mine);
        EchoClient client = EchoClient.to(gateway.port())) {
      new Operator(gateway.port())
          .ask(
              "POST",
              "/keys/alice",
              USER.formatted(",'basic_auth_data':{'password':'" + PASSWORD + "'}"))
          .member("key");
      OpenCall upload = client.open(EchoClient.UPLOAD, authorization(basic("alice", PASSWORD)));
      for (int i = 0; i < 20; i++) {
        upload.send(EchoClient.request(10_000));
      }
      assertThat(upload.halfClose().awaitReply().getMessages()).isEqualTo(20);
      assertThat(upload.awaitEnd().code()).isEqualTo(OK);
    }
    assertThat(backend.calls().getFirst().metadata().get(AUTHORIZATION)).isNull();
  }

  @Test
  void aCallThatIsCancelledWhileItWaitsGoesNowhere() {
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      new Operator(gateway.port())
          .ask(
              "POST",
              "/keys/alice",
              USER.formatted(",'basic_auth_data':{'password':'" + PASSWORD + "'}"))
          .member("key");
      Metadata shown = authorization(basic("alice", PASSWORD));
      client.open(EchoClient.UPLOAD, shown).send("hi").cancel();
      assertThat(client.call(EchoClient.UNARY, shown, EchoClient.request("hi")).code())
          .isEqualTo(OK);
    }
    assertThat(backend.calls()).hasSize(1);
  }

  @Test
  void g6_guessersAreToldToComeAgainAndHoldUpNobodyWhoIsKnown() throws Exception {
    put("defaultalice", password(HASH));
    // As if each of them had an address of its own.
    try (TestGateway gateway = gateway(Map.of("failed_credentials_burst", 0), guarded);
        EchoClient known = EchoClient.to(gateway.port());
        EchoClient guesser = EchoClient.to(gateway.port())) {
      assertThat(call(known, basic("alice", PASSWORD)).code()).isEqualTo(OK);
      List<OpenCall> guesses = new ArrayList<>();
      int most = 65 * Math.max(1, Runtime.getRuntime().availableProcessors() / 2) + 20;
      for (int i = 0; i < most; i++) {
        guesses.add(guesser.open(EchoClient.UPLOAD, authorization(basic("mallory", "" + i))));
      }
      await()
          .atMost(Patience.LIMIT)
          .until(() -> guesses.stream().anyMatch(guess -> codeOf(guess) == UNAVAILABLE));
      Outcome busy =
          guesses.stream()
              .filter(g -> codeOf(g) == UNAVAILABLE)
              .findFirst()
              .orElseThrow()
              .awaitEnd();
      assertThat(reason(busy)).isEqualTo("LOGINS_BUSY");
      assertThat(busy.trailers().get(PUSHBACK)).isEqualTo("1000");
      assertThat(call(known, basic("alice", PASSWORD)).code()).isEqualTo(OK);
      guesses.forEach(OpenCall::cancel);
    }
    await().atMost(Patience.LIMIT).until(() -> backend.calls().size() == 2);
  }

  private static int codeOf(OpenCall call) {
    return call.hasEnded() ? call.awaitEnd().code() : OK;
  }

  @ParameterizedTest
  @CsvSource({"'', Authorization field missing", "Basic bm9ib2R5Og==, User not authorised"})
  void otherCallersAreAskedForIt(String shown, String text) throws Exception {
    try (TestGateway gateway = gateway(guarded);
        HttpClient http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/b"));
      if (!shown.isEmpty()) {
        request.header("authorization", shown);
      }
      HttpResponse<String> refused = http.send(request.build(), BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).isEqualTo("{\n    \"error\": \"" + text + "\"\n}\n");
      assertThat(refused.headers().firstValue("www-authenticate"))
          .contains("Basic realm=\"gateway\", charset=\"UTF-8\"");
    }
  }
}
