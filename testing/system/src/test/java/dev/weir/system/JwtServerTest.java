package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.ErrorInfo;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.KeySetServer;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TokenIssuer;
import io.grpc.Metadata;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers who show a token that somebody else has signed. */
class JwtServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String GOLD =
      "{'id':'gold','org_id':'default','access_rights':{'guarded':{}}%s}";

  private final EchoBackend backend = EchoBackend.start("one");
  private final TokenIssuer rsa = TokenIssuer.rsa("one");
  private final Api guarded =
      Api.of("guarded", backend.target())
          .with("use_keyless", false)
          .with("enable_jwt", true)
          .with("jwt_signing_method", "rsa")
          .with("jwt_source", rsa.source())
          .with("jwt_default_policies", List.of("gold"));

  @AfterEach
  void stop() {
    backend.close();
  }

  private static TestGateway gateway(String policies, Api... apis) throws Exception {
    return gateway("data", policies, apis);
  }

  private static TestGateway gateway(String data, String policies, Api... apis) throws Exception {
    TykFiles files =
        TykFiles.write(
            Ports.free(),
            Map.of(
                "secret",
                Operator.SECRET,
                "policies",
                Map.of("policy_path", "policies"),
                "weir",
                Map.of("data_dir", data)),
            List.of(apis));
    Files.createDirectory(files.folder().resolve("policies"));
    int number = 0;
    for (String policy : policies.split(";", -1)) {
      files.write("policies/p%d.json".formatted(number++), Operator.json(policy));
    }
    return TestGateway.of(files);
  }

  private static TestGateway gateway(Api... apis) throws Exception {
    return gateway(GOLD.formatted(""), apis);
  }

  static String claims(String more) {
    return "{'sub':'alice','exp':%d%s}".formatted(Instant.now().getEpochSecond() + 600, more);
  }

  private static Metadata authorization(String value) {
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, value);
    return metadata;
  }

  private static Outcome call(EchoClient client, String token) {
    return client.call(
        EchoClient.UNARY, authorization("Bearer " + token), EchoClient.request("hi"));
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

  static List<TokenIssuer> issuers() {
    return List.of(
        TokenIssuer.rsa("one"),
        TokenIssuer.ec("one"),
        TokenIssuer.ec384("one"),
        TokenIssuer.ed("one"),
        TokenIssuer.secret("0123456789abcdef0123456789abcdef".getBytes(US_ASCII)));
  }

  private static String method(TokenIssuer issuer) {
    return switch (issuer.header().substring(8, 10)) {
      case "RS" -> "rsa";
      case "ES" -> "ecdsa";
      case "Ed" -> "eddsa";
      default -> "hmac";
    };
  }

  @ParameterizedTest
  @MethodSource("issuers")
  void aTokenOfTheRightKeyIsLetInAndNoOther(TokenIssuer issuer) throws Exception {
    Api api =
        guarded
            .with("jwt_signing_method", method(issuer))
            .with("jwt_source", issuer.source())
            .with("strip_auth_data", true);
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, issuer.token(claims(""))).code()).isEqualTo(OK);
      assertThat(call(client, issuer.token(claims(""))).code()).isEqualTo(OK);
      Metadata raw = authorization(issuer.token(claims(",'raw':1")));
      assertThat(client.call(EchoClient.CHAT, raw, EchoClient.request("hi")).code()).isEqualTo(OK);
      assertThat(backend.calls())
          .allSatisfy(seen -> assertThat(seen.metadata().get(AUTHORIZATION)).isNull());
      for (TokenIssuer other : issuers()) {
        if (!other.source().equals(issuer.source())) {
          assertThat(call(client, other.token(claims(""))).code()).isEqualTo(UNAUTHENTICATED);
        }
      }
    }
  }

  @Test
  void aKeySetHasItsKeysByTheirNames() throws Exception {
    TokenIssuer two = TokenIssuer.rsa("two");
    try (KeySetServer server = KeySetServer.of(rsa, two);
        TestGateway gateway = gateway(guarded.with("jwt_source", server.address()));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, rsa.token(claims(""))).code()).isEqualTo(OK);
      assertThat(call(client, two.token(claims(""))).code()).isEqualTo(OK);
      Outcome other = call(client, rsa.token(two.header(), claims("")));
      assertThat(other.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(reason(other)).isEqualTo("TOKEN_REFUSED");
    }
  }

  @Test
  void withoutATokenTheCallerIsToldWhatIsMissing() throws Exception {
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome none = client.call(EchoClient.UNARY, new Metadata(), EchoClient.request("hi"));
      assertThat(none.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(reason(none)).isEqualTo("TOKEN_MISSING");
      assertThat(none.message())
          .isEqualTo("API guarded: takes a signed token (JWT) in the metadata authorization");
    }
  }

  @Test
  void aTokenThatHasExpiredIsToldSo() throws Exception {
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      long now = Instant.now().getEpochSecond();
      Outcome late = call(client, rsa.token("{'sub':'alice','exp':%d}".formatted(now - 1)));
      assertThat(late.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(reason(late)).isEqualTo("KEY_EXPIRED");
      assertThat(late.message()).isEqualTo("API guarded: the token in authorization has expired");
      assertThat(call(client, rsa.token("{'sub':'alice'}")).code()).isEqualTo(OK);
    }
  }

  /** What a definition says counts for it alone, in each direction; the times are far apart. */
  @ParameterizedTest
  @CsvSource({
    "jwt_expires_at_validation_skew, 3600, exp, -1800, 0",
    "jwt_expires_at_validation_skew, 3600, exp, -5400, 16",
    "jwt_expires_at_validation_skew, 0, exp, -1800, 16",
    "jwt_issued_at_validation_skew, 3600, iat, 1800, 0",
    "jwt_issued_at_validation_skew, 3600, iat, 5400, 16",
    "jwt_issued_at_validation_skew, 0, iat, 1800, 16",
    "jwt_not_before_validation_skew, 3600, nbf, 1800, 0",
    "jwt_not_before_validation_skew, 3600, nbf, 5400, 16",
    "jwt_expires_at_validation_skew, 3600, iat, 1800, 16"
  })
  void clocksMayDifferAsADefinitionSays(
      String field, int seconds, String claim, long ahead, int code) throws Exception {
    try (TestGateway gateway = gateway(guarded.with(field, seconds));
        EchoClient client = EchoClient.to(gateway.port())) {
      long time = Instant.now().getEpochSecond() + ahead;
      String token = rsa.token("{'sub':'alice','%s':%d}".formatted(claim, time));

      assertThat(call(client, token).code()).isEqualTo(code);
    }
  }

  @Test
  void tokensOfOneSubjectShareWhatIsCounted() throws Exception {
    String limited = GOLD.formatted(",'quota_max':3,'quota_renewal_rate':3600");
    try (TestGateway gateway = gateway(limited, guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(call(client, rsa.token(claims(",'n':" + i))).code()).isEqualTo(OK);
      }
      assertThat(call(client, rsa.token(claims(",'n':4"))).code()).isEqualTo(RESOURCE_EXHAUSTED);
      String bob = rsa.token(claims("").replace("alice", "bob"));
      assertThat(call(client, bob).code()).isEqualTo(OK);
    }
  }

  @Test
  void whatASubjectHasUsedOfItsQuotaIsKeptOverARestart(@TempDir Path data) throws Exception {
    String limited = GOLD.formatted(",'quota_max':1,'quota_renewal_rate':3600");
    for (int code : List.of(OK, RESOURCE_EXHAUSTED)) {
      try (TestGateway gateway = gateway(data.toString(), limited, guarded);
          EchoClient client = EchoClient.to(gateway.port())) {
        assertThat(call(client, rsa.token(claims(""))).code()).isEqualTo(code);
      }
    }
  }

  @Test
  void aPolicyThatIsGoneOrOfOthersLetsNobodyIn() throws Exception {
    Api api = guarded.with("jwt_policy_field_name", "pol");
    String others = GOLD.formatted("").replace("default", "other").replace("gold", "others");
    String empty = "{'id':'empty','org_id':'default'}";
    String policies = String.join(";", GOLD.formatted(""), others, empty);
    try (TestGateway gateway = gateway(policies, api);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, rsa.token(claims(",'pol':'gold'"))).code()).isEqualTo(OK);
      for (String policy : List.of("none", "others", "empty")) {
        Outcome refused = call(client, rsa.token(claims(",'pol':'%s'".formatted(policy))));
        assertThat(refused.code()).as(policy).isEqualTo(PERMISSION_DENIED);
        assertThat(reason(refused)).as(policy).isEqualTo("KEY_WITHOUT_POLICY");
      }
    }
  }

  @Test
  void aClaimForAPolicyThatNamesNoneDoesNotComeToThoseByDefault() throws Exception {
    try (TestGateway gateway = gateway(guarded.with("jwt_policy_field_name", "pol"));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, rsa.token(claims(""))).code()).isEqualTo(OK);
      for (String policy : List.of("''", "7", "null", "['gold']", "{}")) {
        Outcome refused = call(client, rsa.token(claims(",'pol':" + policy)));
        assertThat(refused.code()).as(policy).isEqualTo(UNAUTHENTICATED);
        assertThat(reason(refused)).as(policy).isEqualTo("TOKEN_REFUSED");
      }
    }
  }

  @Test
  void aWrongTokenIsRefusedBeforeAPasswordIsCompared() throws Exception {
    Api both =
        guarded.with("use_basic_auth", true).with("auth_configs.basic.auth_header_name", "x-login");
    try (TestGateway gateway = gateway(both);
        EchoClient client = EchoClient.to(gateway.port())) {
      Metadata metadata = authorization("Bearer " + TokenIssuer.rsa("two").token(claims("")));
      metadata.put(
          Metadata.Key.of("x-login", Metadata.ASCII_STRING_MARSHALLER), "Basic YWxpY2U6d3Jvbmc=");
      Outcome refused = client.call(EchoClient.UNARY, metadata, EchoClient.request("hi"));
      assertThat(reason(refused)).isEqualTo("TOKEN_REFUSED");
    }
  }

  @Test
  void scopesGrantWhatTheyAreMappedTo() throws Exception {
    Api api =
        guarded
            .with("jwt_default_policies", List.of("none"))
            .with("scopes.jwt.scope_to_policy", Map.of("read", "gold", "write", "none"));
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, rsa.token(claims(",'scope':'read'"))).code()).isEqualTo(OK);
      assertThat(call(client, rsa.token(claims(",'scope':['a','read']"))).code()).isEqualTo(OK);
      for (String scope : List.of("'other'", "''", "'write'", "'read write'", "7")) {
        assertThat(call(client, rsa.token(claims(",'scope':" + scope))).code())
            .as(scope)
            .isEqualTo(PERMISSION_DENIED);
      }
    }
  }

  @Test
  void aPolicyThatGoesEndsStreamsAndCountsForTheNextCall() throws Exception {
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = rsa.token(claims(""));
      OpenCall chat = client.open(EchoClient.CHAT, authorization("Bearer " + token)).send("before");
      chat.awaitReply();

      Files.delete(gateway.folder().resolve("policies/p0.json"));
      gateway.reload();
      assertThat(call(client, token).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(chat.awaitEnd().code()).isEqualTo(PERMISSION_DENIED);
    }
  }

  @Test
  void anotherKeyInTheDefinitionCountsForTheNextCall() throws Exception {
    TokenIssuer two = TokenIssuer.rsa("two");
    try (TestGateway gateway = gateway(guarded);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = rsa.token(claims(""));
      OpenCall chat = client.open(EchoClient.CHAT, authorization("Bearer " + token)).send("before");
      chat.awaitReply();
      gateway.write(guarded.with("jwt_source", two.source())).reload();

      assertThat(call(client, token).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(client, two.token(claims(""))).code()).isEqualTo(OK);
      assertThat(chat.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  /** A stream keeps the definition that it began with, as long as its key counts somewhere. */
  @Test
  void aStreamGoesOnWhereAnotherApiNamesItsKeyStillAndEndsWithThatOne() throws Exception {
    Api named = guarded.with("jwt_policy_field_name", "pol");
    Api other = Api.of("other", backend.target()).at("/other").with("use_keyless", false);
    Api sharing =
        other
            .with("enable_jwt", true)
            .with("jwt_signing_method", "rsa")
            .with("jwt_source", rsa.source())
            .with("jwt_default_policies", List.of("gold"));
    String policies = GOLD.formatted("") + ";" + GOLD.formatted("").replace("gold", "silver");
    try (TestGateway gateway = gateway(policies, named, sharing);
        EchoClient client = EchoClient.to(gateway.port())) {
      OpenCall chat = open(client, rsa.token(claims("")));
      OpenCall ends = open(client, rsa.token(claims(",'pol':'silver'")));

      Files.delete(gateway.folder().resolve("policies/p1.json"));
      gateway.write(named.with("jwt_source", TokenIssuer.rsa("two").source())).reload();
      assertThat(call(client, rsa.token(claims(""))).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(ends.awaitEnd().code()).isEqualTo(PERMISSION_DENIED);
      chat.send("after").awaitReply();

      gateway.write(other).reload();
      assertThat(chat.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  private static OpenCall open(EchoClient client, String token) {
    OpenCall chat = client.open(EchoClient.CHAT, authorization("Bearer " + token)).send("before");
    chat.awaitReply();
    return chat;
  }

  @Test
  void keysThatCannotBeFetchedLetNobodyInAndCallersAreToldSo() throws Exception {
    try (KeySetServer server = KeySetServer.of().fail(500);
        TestGateway gateway = gateway(guarded.with("jwt_source", server.address()));
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome refused = call(client, rsa.token(claims("")));
      assertThat(refused.code()).isEqualTo(UNAVAILABLE);
      assertThat(reason(refused)).isEqualTo("TOKEN_KEYS_MISSING");

      server.publish(rsa);
      String token = rsa.token(claims(""));
      await().untilAsserted(() -> assertThat(call(client, token).code()).isEqualTo(OK));
    }
  }

  @Test
  void keySetsAreFetchedAnewWhenAnOperatorAsksForIt() throws Exception {
    TokenIssuer two = TokenIssuer.rsa("two");
    try (KeySetServer server = KeySetServer.of(rsa);
        TestGateway gateway = gateway(guarded.with("jwt_source", server.address()));
        EchoClient client = EchoClient.to(gateway.port())) {
      var operator = new Operator(gateway.port());
      String token = rsa.token(claims(""));
      for (String path : List.of("/cache/jwks/guarded", "/cache/jwks/")) {
        assertThat(call(client, token).code()).isEqualTo(OK);
        server.publish(two);
        assertThat(call(client, token).code()).isEqualTo(OK);

        assertThat(operator.delete(path).body()).contains("\"message\":\"cache invalidated\"");
        await().until(() -> call(client, token).code() != OK);

        server.publish(rsa);
        operator.delete(path);
        await().until(() -> call(client, token).code() == OK);
      }
      assertThat(operator.delete("/cache/jwks/none").status()).isEqualTo(404);
    }
  }

  // ---- keys of clients -------------------------------------------------------------------------

  private static final String SIGNING =
      "{'org_id':'default','access_rights':{'guarded':{},'plain':{}},'jwt_data':{'secret':'%s'}}";
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private final TokenIssuer signing = TokenIssuer.secret(SECRET.getBytes(US_ASCII));

  private Api ofClients(String method) {
    return Api.of("guarded", backend.target())
        .with("use_keyless", false)
        .with("enable_jwt", true)
        .with("jwt_signing_method", method);
  }

  private static void put(TestGateway gateway, String name, String key) {
    assertThat(new Operator(gateway.port()).ask("PUT", "/keys/" + name, key).status())
        .isIn(200, 404);
    assertThat(new Operator(gateway.port()).ask("POST", "/keys/" + name, key).status())
        .isEqualTo(200);
  }

  @Test
  void aClientSignsWithTheSecretOfItsKey() throws Exception {
    Api plain =
        new Api("plain", 0, "/plain/", List.of(backend.target()), Map.of())
            .with("use_keyless", false)
            .with("proxy.strip_listen_path", true);
    try (TestGateway gateway = gateway(ofClients("hmac"), plain);
        EchoClient client = EchoClient.to(gateway.port())) {
      String byClaim = signing.token("{'alg':'HS256'}", claims(""));
      assertThat(reason(call(client, byClaim))).isEqualTo("TOKEN_REFUSED");
      put(gateway, "alice", SIGNING.formatted(SECRET));
      put(gateway, "secret", SIGNING.formatted(SECRET).replace("guarded", "other"));
      assertThat(call(client, byClaim).code()).isEqualTo(OK);

      Outcome byKeyId = call(client, signing.token(claims("")));
      assertThat(reason(byKeyId)).isEqualTo("API_NOT_GRANTED");
      String other =
          TokenIssuer.token("{'alg':'HS256'}", claims(""), TokenIssuer.hmac(new byte[32]));
      assertThat(reason(call(client, other))).isEqualTo("TOKEN_REFUSED");
      String none = signing.token("{'alg':'HS256'}", claims("").replace("alice", "bob"));
      assertThat(reason(call(client, none))).isEqualTo("TOKEN_REFUSED");
      String late = signing.token("{'alg':'HS256'}", "{'sub':'alice','exp':1000}");
      assertThat(reason(call(client, late))).isEqualTo("KEY_EXPIRED");
      assertThat(reason(call(client, "alice"))).isEqualTo("TOKEN_REFUSED");
    }
  }

  @Test
  void whatChangesOfAClientCountsForTheNextCall() throws Exception {
    try (TestGateway gateway = gateway(ofClients("hmac"));
        EchoClient client = EchoClient.to(gateway.port())) {
      put(gateway, "secret", SIGNING.formatted(SECRET));
      String token = signing.token(claims(""));
      OpenCall chat = client.open(EchoClient.CHAT, authorization("Bearer " + token)).send("before");
      chat.awaitReply();

      put(gateway, "secret", SIGNING.formatted(SECRET.replace('0', '9')));
      assertThat(reason(call(client, token))).isEqualTo("TOKEN_REFUSED");
      assertThat(chat.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);

      put(gateway, "secret", SIGNING.formatted(SECRET));
      assertThat(call(client, token).code()).isEqualTo(OK);
      new Operator(gateway.port()).delete("/keys/secret?org_id=default");
      assertThat(reason(call(client, token))).isEqualTo("TOKEN_REFUSED");
    }
  }

  @Test
  void aClientMayHaveAPublicKeyInTheSecretsPlaceAndNoneForAnotherMethod() throws Exception {
    String pem = new String(rsa.file(), US_ASCII).replace("\r", "").replace("\n", "\\n");
    try (TestGateway gateway = gateway(ofClients("rsa"));
        EchoClient client = EchoClient.to(gateway.port())) {
      put(gateway, "one", SIGNING.formatted(pem));
      put(gateway, "secret", SIGNING.formatted(SECRET));
      assertThat(call(client, rsa.token(claims(""))).code()).isEqualTo(OK);
      assertThat(reason(call(client, signing.token(claims(""))))).isEqualTo("TOKEN_REFUSED");
      String confused =
          TokenIssuer.token(
              "{'alg':'HS256','kid':'one'}", claims(""), TokenIssuer.hmac(rsa.file()));
      assertThat(reason(call(client, confused))).isEqualTo("TOKEN_REFUSED");
    }
  }

  @Test
  void theKeyOfAClientIsNotKnownByItsNameAlone() throws Exception {
    Api plain = Api.of("plain", backend.target()).with("use_keyless", false);
    try (TestGateway gateway = gateway(plain);
        EchoClient client = EchoClient.to(gateway.port())) {
      put(gateway, "alice", SIGNING.formatted(""));
      assertThat(call(client, "defaultalice").code()).isEqualTo(OK);
      put(gateway, "alice", SIGNING.formatted(SECRET));
      assertThat(call(client, "defaultalice").code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void aTokenHasTheFirstPolicyOfItsClient() throws Exception {
    String key = "{'org_id':'default','apply_policies':['%s']%s}";
    Api api = guarded.with("jwt_client_base_field", "azp").with("jwt_default_policies", List.of());
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = rsa.token(claims(",'azp':'app'"));
      assertThat(reason(call(client, token))).isEqualTo("TOKEN_REFUSED");
      put(gateway, "app", key.formatted("gold", ""));
      assertThat(call(client, token).code()).isEqualTo(OK);
      assertThat(reason(call(client, rsa.token(claims(""))))).isEqualTo("KEY_WITHOUT_POLICY");
      assertThat(reason(call(client, rsa.token(claims(",'azp':7"))))).isEqualTo("TOKEN_REFUSED");

      put(gateway, "app", key.formatted("gold", ",'is_inactive':true"));
      assertThat(reason(call(client, token))).isEqualTo("KEY_WITHOUT_POLICY");
      put(gateway, "app", key.formatted("gold", ",'expires':1000"));
      assertThat(reason(call(client, token))).isEqualTo("KEY_EXPIRED");
      put(gateway, "app", "{'org_id':'default','access_rights':{'guarded':{}}}");
      assertThat(reason(call(client, token))).isEqualTo("KEY_WITHOUT_POLICY");
      new Operator(gateway.port()).delete("/keys/app?org_id=default");
      assertThat(reason(call(client, token))).isEqualTo("TOKEN_REFUSED");
    }
  }

  @Test
  void serversAreToldWhatATokenClaims() throws Exception {
    Api api =
        guarded
            .with("version_data.not_versioned", true)
            .with(
                "version_data.versions.Default.global_headers",
                Map.of(
                    "x-mail", "$tyk_context.jwt_claims_email",
                    "x-groups", "$tyk_context.jwt_claims_groups;$tyk_context.jwt_claims_none",
                    "x-level", "$tyk_context.jwt_claims_level"));
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      Metadata mine =
          authorization(
              "Bearer " + rsa.token(claims(",'email':'a\\r\\nx: é','groups':['a','b'],'level':7")));
      mine.put(Metadata.Key.of("x-mail", Metadata.ASCII_STRING_MARSHALLER), "forged");
      assertThat(client.call(EchoClient.UNARY, mine, EchoClient.request("hi")).code())
          .isEqualTo(OK);

      Metadata seen = backend.calls().getLast().metadata();
      assertThat(seen.getAll(Metadata.Key.of("x-mail", Metadata.ASCII_STRING_MARSHALLER)))
          .containsExactly("a??x: ?");
      assertThat(seen.get(Metadata.Key.of("x-groups", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("a,b;");
      assertThat(seen.get(Metadata.Key.of("x-level", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("7");
    }
  }

  /** Other rules for tokens have those that were found good forgotten. */
  @Test
  void anOpenCallKeepsWhatItsTokenClaimsWhenThatIsForgotten() throws Exception {
    Api api =
        guarded
            .with("version_data.not_versioned", true)
            .with(
                "version_data.versions.Default.global_response_headers",
                Map.of("x-mail", "$tyk_context.jwt_claims_email"));
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      Metadata mine = authorization("Bearer " + rsa.token(claims(",'email':'a@b.test'")));
      OpenCall chat = client.open(EchoClient.CHAT, mine);
      await().until(() -> backend.calls().size() == 1);

      gateway.write(api.with("jwt_not_before_validation_skew", 31)).reload();
      assertThat(client.call(EchoClient.UNARY, mine, EchoClient.request("hi")).code())
          .isEqualTo(OK);
      chat.send("after").awaitReply();
      assertThat(
              chat.awaitHeaders().get(Metadata.Key.of("x-mail", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("a@b.test");
      assertThat(chat.halfClose().awaitEnd().code()).isEqualTo(OK);
    }
  }

  @Test
  void aConditionMayBeAboutAClaimWithAnyName() throws Exception {
    Map<String, Object> admins = Map.of("match_rx", "(^|,)admin(,|$)");
    Map<String, Object> trigger =
        Map.of(
            "on",
            "all",
            "options",
            Map.of(
                "request_context_matches", Map.of("jwt_claims_https://issuer.test/roles", admins)),
            "rewrite_to",
            "/admin.Only/Say");
    Api api =
        guarded
            .with("version_data.not_versioned", true)
            .with(
                "version_data.versions.Default.extended_paths.url_rewrites",
                List.of(
                    Map.of(
                        "path",
                        "/",
                        "match_pattern",
                        "^/(.*)$",
                        "rewrite_to",
                        "/$1",
                        "triggers",
                        List.of(trigger))));
    try (TestGateway gateway = gateway(api);
        EchoClient client = EchoClient.to(gateway.port())) {
      String roles = ",'https://issuer.test/roles':['%s']";
      assertThat(call(client, rsa.token(claims(roles.formatted("user")))).code()).isEqualTo(OK);
      assertThat(call(client, rsa.token(claims(roles.formatted("admin")))).code())
          .isEqualTo(UNIMPLEMENTED);
    }
  }
}
