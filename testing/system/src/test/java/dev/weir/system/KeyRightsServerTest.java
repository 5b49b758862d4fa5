package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.weir.compiler.Reload;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.StatusProto;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rights that are given, changed and taken away while calls go on. */
class KeyRightsServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String ALL = "{'org_id':'default','access_rights':{'echo':{}}}";
  private static final String CHAT_ONLY =
      "{'org_id':'default','access_rights':{'echo':{'allowed_urls':"
          + "[{'url':'/weir.testkit.Echo/Chat','methods':['POST']}]}}}";
  private static final String LASTING = "{'weir':{'end_streams_on_revoke':false}";
  private static final String GOLD = "{'org_id':'default','apply_policies':['gold']}";

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api echo = Api.of("echo", backend.target()).with("use_keyless", false);

  @TempDir Path folder;

  @AfterEach
  void stop() {
    backend.close();
  }

  private TestGateway gateway(Api... apis) {
    return TestGateway.configured(
        Map.of(
            "secret",
            Operator.SECRET,
            "policies",
            Map.of("policy_source", "file", "policy_path", policies().toString()),
            "weir",
            Map.of("data_dir", folder.resolve("data").toString())),
        apis);
  }

  private Path policies() {
    return folder.resolve("policies");
  }

  private void policy(String text) throws Exception {
    Files.createDirectories(policies());
    Files.writeString(policies().resolve("gold.json"), Operator.json(text));
  }

  private static String policyFor(String api) {
    return "{'id':'gold','org_id':'default','active':true,'access_rights':{'" + api + "':{}}}";
  }

  private static String create(Operator operator, String key) {
    return operator.ask("POST", "/keys", key).member("key");
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
  void aKeyCountsForTheNextCallUntilItIsDeleted() {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      assertThat(code(client, "defaultmine")).isEqualTo(UNAUTHENTICATED);

      operator.ask("POST", "/keys/mine", ALL).member("key");
      assertThat(code(client, "defaultmine")).isEqualTo(OK);

      assertThat(operator.delete("/keys/mine?org_id=default").status()).isEqualTo(200);
      assertThat(code(client, "defaultmine")).isEqualTo(UNAUTHENTICATED);

      operator.ask("POST", "/keys/mine", ALL).member("key");
      assertThat(code(client, "defaultmine")).isEqualTo(OK);
    }
  }

  @Test
  void aDeletedKeyEndsItsStreamsAndNoOthers() {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String mine = create(operator, ALL);
      String others = create(operator, ALL);
      OpenCall doomed = client.open(EchoClient.CHAT, shown(mine)).send("before");
      OpenCall other = client.open(EchoClient.CHAT, shown(others)).send("before");
      doomed.awaitReply();
      other.awaitReply();

      assertThat(operator.delete("/keys/" + mine).status()).isEqualTo(200);

      Outcome end = doomed.awaitEnd();
      assertThat(end.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(end.message()).contains("is unknown");
      assertThat(other.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(other.halfClose().awaitEnd().code()).isEqualTo(OK);
    }
    await()
        .atMost(Patience.LIMIT)
        .until(() -> backend.calls().stream().allMatch(c -> c.hasEnded()));
  }

  @Test
  void streamsOfAKeyThatSaysSoGoOnWhenItIsDeleted() {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String lasting = create(operator, ALL.replace("{'org_id'", LASTING + ",'org_id'"));
      String doomed = create(operator, ALL);
      OpenCall stays = client.open(EchoClient.CHAT, shown(lasting)).send("before");
      OpenCall ends = client.open(EchoClient.CHAT, shown(doomed)).send("before");
      stays.awaitReply();
      ends.awaitReply();

      operator.delete("/keys/" + lasting);
      operator.delete("/keys/" + doomed);

      assertThat(ends.awaitEnd().code()).isEqualTo(UNAUTHENTICATED);
      assertThat(stays.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(code(client, lasting)).isEqualTo(UNAUTHENTICATED);
      assertThat(stays.halfClose().awaitEnd().code()).isEqualTo(OK);
    }
  }

  @Test
  void aPolicyThatSaysSoNoMoreEndsWhatIsOpenByThen() throws Exception {
    policy(policyFor("echo").replace("{'id'", LASTING + ",'id'"));
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      String key = create(new Operator(gateway.port()), GOLD);
      OpenCall ends = client.open(EchoClient.CHAT, shown(key)).send("before");
      ends.awaitReply();

      policy(policyFor("other"));
      gateway.reload();

      assertThat(ends.awaitEnd().code()).isEqualTo(PERMISSION_DENIED);
    }
  }

  @Test
  void aPolicySaysSoForItsKeysAndAKeyForItself() throws Exception {
    policy(policyFor("echo").replace("{'id'", LASTING + ",'id'"));
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String lasting = create(operator, GOLD);
      String doomed =
          create(
              operator, GOLD.replace("{'org_id'", LASTING.replace("false", "true") + ",'org_id'"));
      OpenCall stays = client.open(EchoClient.CHAT, shown(lasting)).send("before");
      OpenCall ends = client.open(EchoClient.CHAT, shown(doomed)).send("before");
      stays.awaitReply();
      ends.awaitReply();

      policy(policyFor("other").replace("{'id'", LASTING + ",'id'"));
      gateway.reload();

      assertThat(ends.awaitEnd().code()).isEqualTo(PERMISSION_DENIED);
      assertThat(stays.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(code(client, lasting)).isEqualTo(PERMISSION_DENIED);
      assertThat(stays.halfClose().awaitEnd().code()).isEqualTo(OK);
    }
  }

  /** What Tyk does with {@code SayHello} and {@code SayHelloAgain}. */
  @Test
  void aRuleIsAPatternWhereTheApiSaysSo() {
    Api loose =
        new Api("loose", 0, "/loose/", echo.targets(), echo.more())
            .with("weir", Map.of("loose_path_matching", true))
            .with("proxy.strip_listen_path", true);
    String key =
        "{'org_id':'default','access_rights':{'echo':{'allowed_urls':[URL]},'loose':{'allowed_urls':[URL]}}}"
            .replace("URL", "{'url':'/weir.testkit.Echo/Un','methods':['POST']}");
    try (TestGateway gateway = gateway(echo, loose);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(new Operator(gateway.port()), key);

      assertThat(code(client, token)).isEqualTo(PERMISSION_DENIED);
      assertThat(call(client, below("loose", EchoClient.UNARY), token).code()).isEqualTo(OK);
      assertThat(call(client, below("loose", EchoClient.CHAT), token).code())
          .isEqualTo(PERMISSION_DENIED);
    }
  }

  private static MethodDescriptor<EchoRequest, EchoReply> below(
      String path, MethodDescriptor<EchoRequest, EchoReply> method) {
    return method.toBuilder().setFullMethodName(path + "/" + method.getFullMethodName()).build();
  }

  @Test
  void aPatternThatIsNoneIsRefusedWithItsPlaceWhenItIsWritten() {
    try (TestGateway gateway = gateway(echo)) {
      Operator operator = new Operator(gateway.port());
      String rights =
          "'org_id':'default','access_rights':{'echo':{'allowed_urls':[{'url':'/a(','methods':['POST']}]}}}";
      String place = "access_rights.echo.allowed_urls[0].url";

      Operator.Answer key = operator.ask("POST", "/keys", "{" + rights);
      Operator.Answer named = operator.ask("POST", "/keys/mine", "{" + rights);
      Operator.Answer policy = operator.ask("POST", "/policies", "{'id':'p'," + rights);

      assertThat(key.status()).isEqualTo(400);
      assertThat(key.body()).contains(place, "is no regular expression");
      assertThat(named.status()).isEqualTo(400);
      assertThat(policy.status()).isEqualTo(400);
      assertThat(policy.body()).contains(place);
      assertThat(operator.get("/keys/defaultmine").status()).isEqualTo(404);
    }
  }

  /** It is neither a path nor a pattern of Tyk that limits could be counted by. */
  @Test
  void aKeyWithALimitOfAPatternIsNotServedAndDisturbsNobody() {
    String limited =
        "{'org_id':'default','access_rights':{'echo':{'endpoints':[{'path':'//*','methods':"
            + "[{'name':'POST','limit':{'rate':1,'per':1}}]}]}}}";
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String good = create(operator, ALL);
      OpenCall beside = client.open(EchoClient.CHAT, shown(good)).send("before");
      beside.awaitReply();
      Operator.Answer created = operator.ask("POST", "/keys", limited);
      assertThat(created.body()).contains("access_rights.echo.endpoints[0].path");

      Outcome refused = call(client, EchoClient.UNARY, created.member("key"));
      operator.ask("PUT", "/keys/" + good, limited);

      assertThat(refused.code()).isEqualTo(UNAVAILABLE);
      assertThat(refused.message()).contains("patterns of paths");
      assertThat(beside.awaitEnd().message()).contains("patterns of paths");
    }
  }

  @Test
  void aRightThatIsTakenAwayEndsTheStreamsThatNeedIt() {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String token = create(operator, ALL);
      OpenCall upload = client.open(EchoClient.UPLOAD, shown(token)).send("before");
      OpenCall chat = client.open(EchoClient.CHAT, shown(token)).send("before");
      chat.awaitReply();
      await().atMost(Patience.LIMIT).until(() -> backend.calls().size() == 2);

      assertThat(operator.ask("PUT", "/keys/" + token, CHAT_ONLY).status()).isEqualTo(200);

      assertThat(upload.awaitEnd().code()).isEqualTo(PERMISSION_DENIED);
      assertThat(chat.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(chat.halfClose().awaitEnd().code()).isEqualTo(OK);
    }
  }

  @Test
  void aMethodThatIsNotListedIsRefusedByName() {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(new Operator(gateway.port()), CHAT_ONLY);
      assertThat(call(client, EchoClient.CHAT, token).code()).isEqualTo(OK);
      Outcome refused = call(client, EchoClient.UNARY, token);
      assertThat(refused.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(refused.message())
          .isEqualTo(
              "key …%s may not call /weir.testkit.Echo/Unary on API echo"
                  .formatted(token.substring(token.length() - 4)));
      assertThat(call(client, EchoClient.CHAT, token).code()).isEqualTo(OK);
    }
    assertThat(backend.calls()).hasSize(2);
  }

  @Test
  void e10_aRuleIsNoPatternAndNoPrefix() {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String prefix = create(operator, CHAT_ONLY.replace("Chat", "Una"));
      String dots = create(operator, CHAT_ONLY.replace("testkit.Echo/Chat", "testkitxEcho/Unary"));
      String wholeService = create(operator, CHAT_ONLY.replace("Chat", "*"));
      assertThat(code(client, prefix)).isEqualTo(PERMISSION_DENIED);
      assertThat(code(client, dots)).isEqualTo(PERMISSION_DENIED);
      assertThat(code(client, wholeService)).isEqualTo(OK);
    }
  }

  @Test
  void aPatternIsSearchedAsInTyk() {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String token = create(operator, CHAT_ONLY.replace("/weir.testkit.Echo/Chat", "Echo/U[np]"));
      assertThat(code(client, token)).isEqualTo(OK);
      assertThat(call(client, EchoClient.UPLOAD, token).code()).isEqualTo(OK);
      assertThat(call(client, EchoClient.CHAT, token).code()).isEqualTo(PERMISSION_DENIED);
    }
  }

  @Test
  void aRuleMayLeaveOutTheListenPath() {
    Api below = echo.at("/below/").with("proxy.strip_listen_path", true);
    try (TestGateway gateway = gateway(below);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(new Operator(gateway.port()), CHAT_ONLY);
      assertThat(call(client, below(EchoClient.CHAT), token).code()).isEqualTo(OK);
      assertThat(call(client, below(EchoClient.UNARY), token).code()).isEqualTo(PERMISSION_DENIED);
    }
  }

  private static MethodDescriptor<EchoRequest, EchoReply> below(
      MethodDescriptor<EchoRequest, EchoReply> method) {
    return method.toBuilder().setFullMethodName("below/" + method.getFullMethodName()).build();
  }

  @Test
  void aPolicyCountsFromTheStartAndAChangedOneAfterAReload() throws Exception {
    policy(policyFor("echo"));
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(new Operator(gateway.port()), GOLD);
      assertThat(code(client, token)).isEqualTo(OK);
      OpenCall chat = client.open(EchoClient.CHAT, shown(token)).send("before");
      chat.awaitReply();

      policy(policyFor("other"));
      assertThat(code(client, token)).isEqualTo(OK);
      assertThat(gateway.reload().isWhole()).isTrue();
      assertThat(code(client, token)).isEqualTo(PERMISSION_DENIED);
      assertThat(chat.awaitEnd().code()).isEqualTo(PERMISSION_DENIED);
    }
  }

  @Test
  void aBrokenPolicyKeepsItsLastGoodVersionAndADeletedOneOpensNothing() throws Exception {
    policy(policyFor("echo"));
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token = create(new Operator(gateway.port()), GOLD);

      policy("{'id':'gold',");
      Reload broken = gateway.reload();
      assertThat(broken.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(broken.problems().getFirst().toString()).contains("gold.json");
      assertThat(code(client, token)).isEqualTo(OK);

      Files.delete(policies().resolve("gold.json"));
      assertThat(gateway.reload().result()).isEqualTo(Reload.Result.IN_PART);
      Outcome refused = call(client, EchoClient.UNARY, token);
      assertThat(refused.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(refused.message()).contains("policy not found");
    }
  }

  private void policy(String id, String text) throws Exception {
    Files.createDirectories(policies());
    Files.writeString(policies().resolve(id + ".json"), Operator.json(text));
  }

  /** What is missing may have been what limited it. */
  @Test
  void aKeyOneOfWhosePoliciesIsGoneIsRefused() throws Exception {
    policy(policyFor("echo"));
    String narrow = "{'id':'narrow','org_id':'default','partitions':{'quota':true},'quota_max':9}";
    policy("narrow", narrow);
    String both = GOLD.replace("'gold'", "'gold','narrow'");
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String token = create(operator, both);
      String other = create(operator, GOLD);
      OpenCall chat = client.open(EchoClient.CHAT, shown(token)).send("before");
      chat.awaitReply();

      Files.delete(policies().resolve("narrow.json"));
      Reload reload = gateway.reload();

      assertThat(reload.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(ready(gateway)).contains("the last reload was applied in part");
      assertThat(reload.problems().toString())
          .contains("tyk.conf:")
          .contains("error: policies: policy not found: \"narrow\"; a key names it and is refused")
          .doesNotContain(token);
      Outcome refused = call(client, EchoClient.UNARY, token);
      assertThat(refused.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(refused.message()).isEqualTo("policy not found: \"narrow\"");
      assertThat(chat.awaitEnd().code()).isEqualTo(PERMISSION_DENIED);
      assertThat(code(client, other)).isEqualTo(OK);
      Operator.Answer written = operator.ask("PUT", "/keys/" + token, both);
      assertThat(written.status()).isEqualTo(200);
      assertThat(written.body()).contains("warning: apply_policies: policy not found", "narrow");
      create(operator, both);
      Reload still = gateway.reload();
      assertThat(still.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(still.problems().toString()).contains("2 keys name it and are refused");

      policy("narrow", narrow);
      assertThat(gateway.reload().problems()).isEmpty();
      assertThat(ready(gateway)).doesNotContain("in part");
      assertThat(code(client, token)).isEqualTo(OK);
      Files.delete(policies().resolve("narrow.json"));
    }
    try (TestGateway gateway = gateway(echo)) {
      // After a start nobody knows that it has counted.
      Reload reload = gateway.reload();
      assertThat(reload.isWhole()).isTrue();
      assertThat(reload.problems().toString()).contains("warning: policies: policy not found");
    }
  }

  private static String ready(TestGateway gateway) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d/ready".formatted(gateway.port()));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  @Test
  void aPatternThatIsNoneIsAnErrorOfItsFileAndTheLastGoodVersionGoesOn() throws Exception {
    String token;
    String rule = "'access_rights':{'echo':{'allowed_urls':[{'url':'%s','methods':['POST']}]}}";
    String gold = "{'id':'gold','org_id':'default'," + rule + "}";
    policy(gold.formatted("Unary$"));
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      token = create(new Operator(gateway.port()), GOLD);
      assertThat(code(client, token)).isEqualTo(OK);

      policy(gold.formatted("Una("));
      Reload broken = gateway.reload();

      assertThat(broken.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(broken.problems()).hasSize(2).last().asString().contains("warning: access_rights");
      assertThat(broken.problems())
          .first()
          .asString()
          .contains("gold.json:1:81: error: access_rights.echo.allowed_urls[0].url: \"Una(\"");
      assertThat(code(client, token)).isEqualTo(OK);
      assertThat(call(client, EchoClient.CHAT, token).code()).isEqualTo(PERMISSION_DENIED);
    }
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      // There is no last good version after a start.
      Outcome refused = call(client, EchoClient.UNARY, token);
      assertThat(refused.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(refused.message()).isEqualTo("policy not found: \"gold\"");
      Operator.Answer written = new Operator(gateway.port()).ask("PUT", "/keys/" + token, GOLD);
      assertThat(written.status()).isEqualTo(200);
      assertThat(written.body())
          .contains("warning: apply_policies: policy does not count yet: \\\"gold\\\"");
      policy("other", gold.formatted("Unary$").replace("'gold'", "'other'"));
      assertThat(gateway.reload().result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(code(client, create(new Operator(gateway.port()), GOLD.replace("gold", "other"))))
          .isEqualTo(OK);
      assertThat(new Operator(gateway.port()).ask("POST", "/keys", GOLD.replace("gold", "other")))
          .extracting(Operator.Answer::body)
          .asString()
          .doesNotContain("problems");
    }
  }

  @Test
  void aKeyIsHeldToItsRateAndToldWhenToComeAgain() throws Exception {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String limited = ALL.replace("{'org", "{'rate':3,'per':3600,'org");
      String token = create(operator, limited);
      String other = create(operator, limited);
      for (int i = 0; i < 3; i++) {
        assertThat(code(client, token)).isEqualTo(OK);
      }
      Outcome refused = call(client, EchoClient.CHAT, token);
      assertThat(refused.code()).isEqualTo(RESOURCE_EXHAUSTED);
      assertThat(refused.message()).contains("may call 3 times in 1h");
      assertThat(Long.parseLong(String.valueOf(refused.trailers().get(PUSHBACK))))
          .isBetween(1L, 3_600_000L);
      var details = StatusProto.fromStatusAndTrailers(refused.status(), refused.trailers());
      assertThat(details.getDetails(0).unpack(ErrorInfo.class))
          .isEqualTo(
              ErrorInfo.newBuilder().setReason("RATE_LIMITED").setDomain("weir.dev").build());
      assertThat(details.getDetails(1).is(RetryInfo.class)).isTrue();
      assertThat(code(client, other)).isEqualTo(OK);

      String more = ALL.replace("{'org", "{'rate':4,'per':3600,'org");
      assertThat(operator.ask("PUT", "/keys/" + token, more).status()).isEqualTo(200);
      assertThat(code(client, token)).isEqualTo(OK);
    }
  }

  @Test
  void anApiMayLeaveTheRatesOfKeysOut() {
    try (TestGateway gateway = gateway(echo.with("disable_rate_limit", true));
        EchoClient client = EchoClient.to(gateway.port())) {
      String token =
          create(new Operator(gateway.port()), ALL.replace("{'org", "{'rate':1,'per':3600,'org"));
      assertThat(code(client, token)).isEqualTo(OK);
      assertThat(code(client, token)).isEqualTo(OK);
    }
  }

  @Test
  void aKeyThatAsksForMoreThanCanBeEnforcedIsNotServed() {
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      String token =
          create(
              new Operator(gateway.port()),
              ALL.replace("{'org", "{'smoothing':{'enabled':true},'org"));
      Outcome refused = call(client, EchoClient.UNARY, token);
      assertThat(refused.code()).isEqualTo(UNAVAILABLE);
      assertThat(refused.message()).contains("asks for smoothing");
    }
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void aFolderOfPoliciesThatHasGoneOpensNothing() throws Exception {
    policy(policyFor("echo"));
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      Operator operator = new Operator(gateway.port());
      String token = create(operator, GOLD);

      Files.delete(policies().resolve("gold.json"));
      Files.delete(policies());
      Reload gone = gateway.reload();
      assertThat(gone.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(gone.problems().getFirst().toString()).contains("does not exist");
      assertThat(code(client, token)).isEqualTo(OK);
    }
  }

  @Test
  void keysAreThereAfterARestart() {
    String token;
    try (TestGateway gateway = gateway(echo)) {
      token = create(new Operator(gateway.port()), CHAT_ONLY);
    }
    try (TestGateway gateway = gateway(echo);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(call(client, EchoClient.CHAT, token).code()).isEqualTo(OK);
      assertThat(code(client, token)).isEqualTo(PERMISSION_DENIED);
    }
  }

  @Test
  void anApiThatWantsKeysWhileAnotherGatewayHasThemIsRefusedInWords() {
    try (TestGateway first = gateway(echo);
        TestGateway second = gateway(echo, Api.of("open", backend.target()).at("/open"))) {
      assertThat(first.apis()).hasSize(1);
      assertThat(second.apis().toString())
          .contains("there are no keys")
          .contains("is in use by this process already");
    }
  }
}
