package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.Condition;
import dev.weir.store.KeyVault;
import dev.weir.store.RecordKind;
import dev.weir.store.StoreException;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import io.grpc.Metadata;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** APIs that ask for a token, and for a name and a password besides. */
class SeveralMethodsServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNAUTHENTICATED = 16;
  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final Metadata.Key<String> TOKEN = key("x-token");

  /** Of "open:sesame:ü", as another gateway has made it: quick to compare. */
  private static final String HASH = "$2a$04$x60oub9ohkopeowAHpTsbuersG6B8tpqBjL5PleKPchBNN0A4y07S";

  private static final String ALICE = basic("alice", "open:sesame:ü");
  private static final String PASSWORD =
      ",'basic_auth_data':{'password':'" + HASH + "','hash_type':'bcrypt'}";

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api guarded =
      Api.of("guarded", backend.target())
          .with("use_keyless", false)
          .with("use_basic_auth", true)
          .with("use_standard_auth", true)
          .with("auth_configs", Map.of("authToken", Map.of("auth_header_name", "x-token")));

  @TempDir Path data;

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static String basic(String name, String password) {
    byte[] pair = (name + ":" + password).getBytes(UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private TestGateway gateway(Api... apis) {
    return TestGateway.configured(
        Map.of("secret", Operator.SECRET, "weir", Map.of("data_dir", data.toString())), apis);
  }

  private void put(String name, String more) throws StoreException {
    try (KeyVault vault = new KeyVault(data)) {
      KeyVault.Open open = vault.open();
      String document =
          Operator.json("{'org_id':'default','access_rights':{'guarded':{}}%s}".formatted(more));
      open.store().put(RecordKind.KEY, open.hash().of(name), document, Condition.any());
    }
  }

  /** Both are there, with nothing to hold against them. */
  private void putBoth() throws StoreException {
    put("defaultalice", PASSWORD);
    put("defaulttoken", "");
  }

  private static Metadata shown(String basic, String token) {
    Metadata metadata = new Metadata();
    if (!basic.isEmpty()) {
      metadata.put(AUTHORIZATION, basic);
    }
    if (!token.isEmpty()) {
      metadata.put(TOKEN, token);
    }
    return metadata;
  }

  private static Outcome call(EchoClient client, String basic, String token) {
    return client.call(EchoClient.UNARY, shown(basic, token), EchoClient.request("hi"));
  }

  @Test
  void whoShowsAllOfItIsLetInAndServersSeeNoneOfIt() throws Exception {
    putBoth();
    try (TestGateway gateway = gateway(guarded.with("strip_auth_data", true));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, ALICE, "token").code()).isEqualTo(OK);
      assertThat(call(client, ALICE, "Bearer defaulttoken").code()).isEqualTo(OK);
    }
    assertThat(backend.calls())
        .hasSize(2)
        .allSatisfy(call -> {
          assertThat(call.metadata().containsKey(AUTHORIZATION)).isFalse();
          assertThat(call.metadata().containsKey(TOKEN)).isFalse();
        });
  }

  /** Else the wrong password would be what is told. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "expires     | 1000 | the key has expired",
        "is_inactive | true | the key is inactive",
        "access_rights | {'other':{}} | the key may not call API guarded",
      })
  void nobodyHasAPasswordComparedWhoIsRefusedAnyway(String field, String value, String message)
      throws Exception {
    putBoth();
    put("defaultmylongertoken", ",'%s':%s".formatted(field, value));
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, basic("alice", "wrong"), "mylongertoken").message())
          .contains(message);
      assertThat(call(client, basic("alice", "wrong"), "token").message())
          .contains("the name and password in authorization are unknown");
      assertThat(call(client, ALICE, "token").code()).isEqualTo(OK);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "       |        | takes a credential in the metadata x-token",
        " alice |        | takes a credential in the metadata x-token",
        " alice | wrong  | the credential in x-token is unknown",
        " alice | alice  | the credential in x-token is unknown",
        " wrong | wrong  | the credential in x-token is unknown",
        "       | token  | takes a name and password (Basic) in the metadata authorization",
        " wrong | token  | the name and password in authorization are unknown",
        " token | token  | the name and password in authorization are unknown",
      })
  void whoLacksAnyOfItIsNot(@Nullable String name, @Nullable String token, String message)
      throws Exception {
    putBoth();
    String basic = name == null ? "" : name.equals("alice") ? ALICE : basic(name, "open:sesame:ü");
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      for (int i = 0; i < 2; i++) {
        Outcome refused = call(client, basic, token == null ? "" : token);
        assertThat(refused.code()).isEqualTo(UNAUTHENTICATED);
        assertThat(refused.message()).isEqualTo("API guarded: " + message);
      }
      // What was found out about one call is not believed for another.
      assertThat(call(client, ALICE, "token").code()).isEqualTo(OK);
      assertThat(call(client, basic, token == null ? "" : token).code()).isEqualTo(UNAUTHENTICATED);
    }
    assertThat(backend.calls()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"'', token", "auth_token, token", "basic_auth_user, alice"})
  void oneOfTheKeysTellsWhatMayBeCalledAndHowOften(String base, String counted) throws Exception {
    String chat =
        ",'access_rights':{'guarded':{'allowed_urls':"
            + "[{'url':'/weir.testkit.Echo/Unary','methods':['POST']}]}}";
    boolean byToken = counted.equals("token");
    put("defaulttoken", byToken ? ",'quota_max':1,'quota_renewal_rate':3600" + chat : "");
    put("defaultalice", PASSWORD + (byToken ? "" : ",'quota_max':1,'quota_renewal_rate':3600"));
    try (TestGateway gateway = gateway(guarded.with("base_identity_provided_by", base));
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome other = client.call(EchoClient.CHAT, shown(ALICE, "token"), EchoClient.request("hi"));
      assertThat(other.code()).isEqualTo(byToken ? PERMISSION_DENIED : OK);
      assertThat(call(client, ALICE, "token").code()).isEqualTo(byToken ? OK : RESOURCE_EXHAUSTED);
      assertThat(call(client, ALICE, "token").code()).isEqualTo(RESOURCE_EXHAUSTED);
    }
  }

  /** Rights of the other key are not asked for, but it has to be good. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'access_rights':{'elsewhere':{}} | 0",
        "'is_inactive':true               | 7",
        "'expires':1                      | 16",
        "'apply_policies':['none']        | 7"
      })
  void theOtherKeyHasToBeGood(String more, int code) throws Exception {
    put("defaulttoken", "");
    put("defaultalice", PASSWORD + "," + more);
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, ALICE, "token").code()).isEqualTo(code);
      assertThat(call(client, ALICE, "token").code()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @CsvSource({"alice, Chat", "token, Chat", "alice, Upload", "token, Upload"})
  void f10_eitherKeyEndsStreamsWhenItGoes(String gone, String method) throws Exception {
    putBoth();
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      OpenCall stream =
          client
              .open(
                  method.equals("Chat") ? EchoClient.CHAT : EchoClient.UPLOAD,
                  shown(ALICE, "token"))
              .send("before");
      assertThat(call(client, ALICE, "token").code()).isEqualTo(OK);

      delete(gateway, gone);
      assertThat(call(client, ALICE, "token").code()).isEqualTo(UNAUTHENTICATED);
      assertThat(stream.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  private static String bob() {
    return basic("bob", "open:sesame:ü");
  }

  private static OpenCall chat(EchoClient client, String basic) {
    OpenCall chat = client.open(EchoClient.CHAT, shown(basic, "token")).send("before");
    chat.awaitReply();
    return chat;
  }

  private static void delete(TestGateway gateway, String... names) {
    for (String name : names) {
      assertThat(new Operator(gateway.port()).delete("/keys/" + name + "?org_id=default").status())
          .isEqualTo(200);
    }
  }

  @Test
  void theOtherKeyMayHaveStreamsGoOnWhenItGoes() throws Exception {
    put("defaultalice", PASSWORD + ",'weir':{'end_streams_on_revoke':false}");
    put("defaultbob", PASSWORD);
    put("defaulttoken", "");
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      OpenCall stays = chat(client, ALICE);
      OpenCall ends = chat(client, bob());

      delete(gateway, "alice", "bob");

      assertThat(ends.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
      assertThat(stays.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(call(client, ALICE, "token").code()).isEqualTo(UNAUTHENTICATED);
      assertThat(stays.halfClose().awaitEnd().code()).isEqualTo(OK);
    }
  }

  /** What is kept of a call serves the next one on its event loop. */
  @Test
  void theOtherKeyOfACallThatIsOverEndsNoStream() throws Exception {
    putBoth();
    put("defaultbob", PASSWORD);
    put("defaultcarol", PASSWORD);
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, ALICE, "token").code()).isEqualTo(OK);
      OpenCall stays = chat(client, bob());
      OpenCall ends = chat(client, basic("carol", "open:sesame:ü"));

      delete(gateway, "alice", "carol");

      assertThat(ends.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
      assertThat(stays.send("after").awaitReply().getMessages()).isEqualTo(2);
      delete(gateway, "bob");
      assertThat(stays.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
    }
  }
}
