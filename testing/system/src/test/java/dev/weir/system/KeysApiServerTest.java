package dev.weir.system;

import static dev.weir.system.Operator.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.store.Edit;
import dev.weir.store.RecordKind;
import dev.weir.store.SqliteStore;
import dev.weir.store.Store;
import dev.weir.store.StoreSecret;
import dev.weir.system.Operator.Answer;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Tyk's operators do with keys over HTTP, with Tyk's shapes and texts. */
class KeysApiServerTest {
  private static final String KEY =
      "{'org_id':'o','theirs':[1.50],'access_rights':{'echo':{'api_id':'echo'}}}";
  private static final int READERS = 100;
  private static final String NO_KEYS = "{\"keys\":[]}";

  @TempDir private Path folder;

  private static TestGateway gateway() {
    return gateway(Map.of());
  }

  private static TestGateway gateway(Map<String, Object> more) {
    var all = new LinkedHashMap<>(configuration());
    all.putAll(more);
    return TestGateway.configured(all);
  }

  private static Map<String, Object> configuration() {
    var configuration = new LinkedHashMap<String, Object>();
    configuration.put("secret", Operator.SECRET);
    configuration.put("enable_hashed_keys_listing", true);
    configuration.put("policies", Map.of("policy_source", "file", "policy_path", "policies"));
    configuration.put("weir", Map.of("data_dir", "data"));
    return configuration;
  }

  private static String with(String more) {
    return KEY.replace("{'org_id'", "{" + more + ",'org_id'");
  }

  @Test
  void aKeyIsMadeReadChangedAndDeleted() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      Answer added = operator.ask("POST", "/keys/create", KEY);
      String token = added.member("key");
      String hash = added.member("key_hash");
      assertThat(token).matches("o[0-9a-f]{32}");
      assertThat(hash).matches("[0-9a-f]{64}");
      assertThat(added.body()).contains("\"status\":\"ok\",\"action\":\"added\"");

      Answer read = operator.get("/keys/" + token);
      assertThat(read.body())
          .contains(json("'theirs':[1.50]"), "\"date_created\":\"20")
          .doesNotContain(token);
      assertThat(operator.get("/keys/" + hash + "?hashed=1")).isEqualTo(read);
      assertThat(operator.get("/keys").body()).isEqualTo("{\"keys\":[\"" + hash + "\"]}");
      assertThat(operator.get("/keys?filter=x").body()).isEqualTo(NO_KEYS);

      assertThat(operator.ask("PUT", "/keys/" + token, KEY.replace("1.50", "2")).body())
          .isEqualTo(
              json(
                  "{'key':'"
                      + token
                      + "','status':'ok','action':'modified','problems':"
                      + "['key:1:15: warning: theirs: unknown key, it has no effect']}"));
      assertThat(operator.get("/keys/" + token).body())
          .contains(json("'theirs':[2]"), read.member("date_created"));

      assertThat(operator.delete("/keys/" + token).body())
          .isEqualTo(json("{'key':'" + token + "','status':'ok','action':'deleted'}"));
      assertThat(operator.get("/keys/" + token).status()).isEqualTo(404);
      assertThat(operator.delete("/keys/" + token).status()).isEqualTo(404);
    }
  }

  @Test
  void twoKeysAreNeverTheSame() {
    try (var gateway = gateway()) {
      Set<String> tokens = new LinkedHashSet<>();
      for (int i = 0; i < 10; i++) {
        tokens.add(new Operator(gateway.port()).ask("POST", "/keys", KEY).member("key"));
      }
      assertThat(tokens).hasSize(10);
    }
  }

  @Test
  void aKeyMayHaveANameOfItsOwn() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());

      assertThat(operator.ask("POST", "/keys/chosen", KEY).member("key")).isEqualTo("ochosen");

      assertThat(operator.get("/keys/ochosen").status()).isEqualTo(200);
      assertThat(operator.get("/keys/chosen?org_id=o").status()).isEqualTo(200);
      assertThat(operator.get("/keys/chosen").status()).isEqualTo(404);
      assertThat(operator.ask("PUT", "/keys/chosen", KEY).status()).isEqualTo(200);
      assertThat(operator.delete("/keys/chosen?org_id=o").status()).isEqualTo(200);
      assertThat(operator.get("/keys").body()).isEqualTo(NO_KEYS);
    }
  }

  @Test
  void theOrganisationIsNotPutInFrontTwice() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String first = operator.ask("POST", "/keys/chosen", KEY).member("key_hash");

      Answer again = operator.ask("POST", "/keys/ochosen", KEY);

      assertThat(again.member("key")).isEqualTo("ochosen");
      assertThat(again.member("key_hash")).isEqualTo(first);
      assertThat(operator.get("/keys").body()).isEqualTo("{\"keys\":[\"" + first + "\"]}");
    }
  }

  /** It would be the token that everybody guesses first. */
  @Test
  void theOrganisationAloneIsNoToken() {
    try (var gateway = gateway()) {
      String key = KEY.replace("'o'", "'acme'");
      assertThat(new Operator(gateway.port()).ask("POST", "/keys/acme", key).member("key"))
          .matches("acme[0-9a-f]{32}");
    }
  }

  private static String described(String org, String id) {
    String token = json("{'org':'" + org + "','id':'" + id + "','h':'murmur64'}");
    return Base64.getEncoder().encodeToString(token.getBytes(UTF_8));
  }

  @Test
  void aTokenThatTellsOfItselfIsTakenAsItIs() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String token = described("o", "chosen");

      assertThat(operator.ask("POST", "/keys/" + token, KEY).member("key")).isEqualTo(token);

      assertThat(operator.get("/keys/" + token).status()).isEqualTo(200);
      assertThat(operator.get("/keys/chosen?org_id=o").status()).isEqualTo(200);
      Answer other = operator.ask("POST", "/keys/" + described("p", "chosen"), KEY);
      assertThat(other.status()).isEqualTo(400);
      assertThat(other.body()).contains("of another organisation");
    }
  }

  @Test
  void tokensHaveTheShapeThatTheHashFunctionAsksFor() {
    try (var gateway = gateway(Map.of("hash_key_function", "murmur64"))) {
      var operator = new Operator(gateway.port());
      String token = operator.ask("POST", "/keys", KEY).member("key");
      assertThat(new String(Base64.getDecoder().decode(token), UTF_8))
          .matches(json("\\{'org':'o','id':'[0-9a-f]{32}','h':'murmur64'}"));
      assertThat(operator.get("/keys/" + token).status()).isEqualTo(200);

      assertThat(operator.ask("POST", "/keys/alice", KEY).member("key"))
          .isEqualTo(described("o", "alice"));
      assertThat(operator.get("/keys/alice?org_id=o").status()).isEqualTo(200);
      assertThat(operator.get("/keys/oalice?org_id=o").status()).isEqualTo(200);
    }
  }

  @Test
  void aKeyMayComeByTheHashOfItsToken() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      Answer added = operator.ask("POST", "/keys", KEY);
      String hash = added.member("key_hash");
      operator.delete("/keys/" + hash + "?hashed=1");

      Answer again = operator.ask("POST", "/keys/" + hash + "?hashed=1", KEY);

      assertThat(again.member("key")).isEqualTo(hash);
      assertThat(again.member("key_hash")).isEqualTo(hash);
      assertThat(operator.get("/keys/" + added.member("key")).status()).isEqualTo(200);
      assertThat(operator.ask("POST", "/keys/chosen?hashed=1", KEY).status()).isEqualTo(400);
      assertThat(operator.get("/keys").body()).isEqualTo("{\"keys\":[\"" + hash + "\"]}");
    }
  }

  /** It has a date more when it is kept. */
  @Test
  void whatCouldNotBeReadAgainIsNotKept() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String many = "'theirs':[" + "1,".repeat(99_993) + "1]";
      String key = KEY.replace("'theirs':[1.50]", many);
      for (String query : List.of("", "?dry_run=1")) {
        Answer refused = operator.ask("POST", "/keys/chosen" + query, key);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("more than 100000 values");
      }
      assertThat(operator.get("/keys/ochosen").status()).isEqualTo(404);
      assertThat(operator.ask("POST", "/keys/chosen", KEY).status()).isEqualTo(200);
      assertThat(operator.ask("PUT", "/keys/ochosen", key).status()).isEqualTo(400);
      assertThat(
              operator
                  .ask(
                      "POST",
                      "/org/keys/o",
                      "{" + many.replace("[1,1,1,1,", "[1,1,1,1,1,1,1,1,") + "}")
                  .status())
          .isEqualTo(400);
    }
  }

  private static void policy(Operator operator, String id, int expiresIn) {
    String policy =
        "{'id':'%s','org_id':'o','key_expires_in':%d,'access_rights':{'echo':{}}}"
            .formatted(id, expiresIn);
    assertThat(operator.ask("POST", "/policies", policy).status()).isEqualTo(200);
  }

  /** Seconds until a new key ends; 0 for never. */
  private static long life(Operator operator, String key) {
    long before = Instant.now().getEpochSecond();
    String token = operator.ask("POST", "/keys", key).member("key");
    String body = operator.get("/keys/" + token).body();
    return body.contains("\"expires\":")
        ? Long.parseLong(body.replaceAll(".*\"expires\":(-?\\d+).*", "$1")) - before
        : 0;
  }

  private static Api lasting(String id, int seconds) {
    return Api.of(id, "http://127.0.0.1:1").with("session_lifetime", seconds);
  }

  @Test
  void aKeyLastsAsLongAsItsApisSay() {
    String both = KEY.replace("'echo':{", "'other':{},'echo':{");
    try (var gateway =
        TestGateway.configured(
            configuration(), lasting("echo", 600), lasting("other", 1200).at("/other"))) {
      var operator = new Operator(gateway.port());

      assertThat(life(operator, KEY)).isBetween(600L, 660L);
      assertThat(life(operator, both)).isBetween(1200L, 1260L);
      assertThat(life(operator, with("'session_lifetime':300"))).isBetween(300L, 360L);
      assertThat(life(operator, with("'post_expiry_action':'delete'"))).isZero();
      assertThat(life(operator, with("'expires':4102444800"))).isGreaterThan(100_000_000L);

      String token = operator.ask("POST", "/keys", with("'expires':4102444800")).member("key");
      operator.ask("PUT", "/keys/" + token, KEY);
      assertThat(operator.get("/keys/" + token).body())
          .containsPattern("\"expires\":\\d+")
          .doesNotContain("4102444800");
    }
  }

  @Test
  void aKeyLastsAsLongAsTheGatewaySays() {
    Api echo = lasting("echo", 600);
    var forced = new LinkedHashMap<>(configuration());
    forced.put("global_session_lifetime", 60);
    try (var gateway = TestGateway.configured(forced, echo)) {
      assertThat(life(new Operator(gateway.port()), KEY)).isBetween(600L, 660L);
    }
    forced.put("force_global_session_lifetime", true);
    try (var gateway = TestGateway.configured(forced, echo)) {
      assertThat(life(new Operator(gateway.port()), KEY)).isBetween(60L, 120L);
    }
    var respected = new LinkedHashMap<>(configuration());
    respected.put("session_lifetime_respects_key_expiration", true);
    try (var gateway = TestGateway.configured(respected, echo)) {
      assertThat(life(new Operator(gateway.port()), KEY)).isZero();
    }
  }

  /** What comes of an end in the past is no end. */
  @Test
  void aChangeWithAnEndInThePastLeavesNoKeyWithoutOne() {
    var forced = new LinkedHashMap<>(configuration());
    Api echo = lasting("echo", 0);
    forced.put("weir", Map.of("data_dir", folder.resolve("kept").toString()));
    String token;
    try (var gateway = TestGateway.configured(forced, echo)) {
      token = new Operator(gateway.port()).ask("POST", "/keys", KEY).member("key");
    }
    forced.put("global_session_lifetime", 60);
    forced.put("force_global_session_lifetime", true);
    try (var gateway = TestGateway.configured(forced, echo)) {
      var operator = new Operator(gateway.port());
      assertThat(operator.get("/keys/" + token).body()).doesNotContain("\"expires\"");

      operator.ask("PUT", "/keys/" + token, with("'expires':1000"));

      assertThat(operator.get("/keys/" + token).body()).containsPattern("\"expires\":\\d{10}");
    }
  }

  @Test
  void aPolicySaysWhatBecomesOfItsExpiredKeys() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String policy =
          "{'id':'%s','org_id':'o','access_rights':{'echo':{}},'post_expiry_action':'delete',"
              + "'post_expiry_grace_period':%d}";
      operator.ask("POST", "/policies", policy.formatted("p", 5));
      operator.ask("POST", "/policies", policy.formatted("q", 0));
      String key =
          "{'org_id':'o','apply_policies':['p','q'],'post_expiry_action':'retain',"
              + "'post_expiry_grace_period':7}";
      String token = operator.ask("POST", "/keys", key).member("key");

      assertThat(operator.get("/keys/" + token).body())
          .contains(json("'post_expiry_action':'delete'"), json("'post_expiry_grace_period':5"));
    }
  }

  @Test
  void policiesAreCheckedAndMayBeChanged() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      policy(operator, "p", 60);
      policy(operator, "q", 0);

      Answer unknown = operator.ask("POST", "/keys", "{'org_id':'o','apply_policies':['none']}");
      assertThat(unknown.status()).isEqualTo(400);
      assertThat(unknown.body()).contains("Failed to create key - policy not found");
      assertThat(operator.ask("POST", "/keys", "{'org_id':'x','apply_policies':['p']}").body())
          .contains("different organisation");

      String hash =
          operator.ask("POST", "/keys", "{'org_id':'o','apply_policy_id':'p'}").member("key_hash");
      assertThat(operator.ask("POST", "/keys/policy/" + hash, "{'policy':'q'}").body())
          .contains("\"action\":\"updated\"");
      Answer read = operator.get("/keys/" + hash + "?hashed=1");
      assertThat(read.body())
          .contains(json("'apply_policies':['q']"))
          .doesNotContain("apply_policy_id");
      assertThat(operator.ask("POST", "/keys/policy/" + hash, "{'policy':'none'}").status())
          .isEqualTo(400);
      assertThat(operator.get("/keys/" + hash + "?hashed=1")).isEqualTo(read);
    }
  }

  private static long expires(Operator operator, String name) {
    return Long.parseLong(
        operator.get("/keys/" + name).body().replaceAll(".*\"expires\":(-?[0-9]+).*", "$1"));
  }

  @Test
  void theLastPolicyThatSaysSoGivesANewKeyItsEnd() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      policy(operator, "long", 9000);
      policy(operator, "short", 500);
      policy(operator, "none", 0);
      String key = "{'org_id':'o','expires':7,'apply_policies':['long','short','none']}";
      long before = Instant.now().getEpochSecond();
      operator.ask("POST", "/keys/chosen", key);
      assertThat(expires(operator, "ochosen")).isBetween(before + 500, before + 5000);

      long later = before + 100_000;
      operator.ask("PUT", "/keys/ochosen", key.replace(":7,", ":" + later + ","));
      assertThat(expires(operator, "ochosen")).isEqualTo(later);
      operator.ask("PUT", "/keys/ochosen", key);
      assertThat(expires(operator, "ochosen")).as("7 is in the past").isEqualTo(later);
      operator.ask("PUT", "/keys/ochosen", key.replace(":7,", ":0,"));
      assertThat(expires(operator, "ochosen")).isZero();
      operator.ask("POST", "/keys/ochosen", key.replace(":7,", ":8,"));
      assertThat(expires(operator, "ochosen")).as("it is there already").isEqualTo(8);
    }
  }

  private String certificate(Operator operator) throws IOException {
    var authority = new DevelopmentAuthority("test", Instant.now(), Duration.ofDays(1));
    Path file = folder.resolve("one.pem");
    PemWriter.write(file, authority.issue(List.of("a.example")));
    return operator.ask("POST", "/certs?org_id=o", Files.readString(file)).member("id");
  }

  @Test
  void aKeyForACertificateStaysOne() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String certificate = certificate(operator);
      String key = with("'certificate':'" + certificate + "'");

      assertThat(operator.ask("POST", "/keys", key).member("key")).isEqualTo(certificate);
      Answer again = operator.ask("POST", "/keys", key);
      assertThat(again.status()).isEqualTo(400);
      assertThat(again.body()).contains("Key with given certificate already found");

      Answer read = operator.get("/keys/" + certificate);
      Answer loose = operator.ask("PUT", "/keys/" + certificate, KEY);
      assertThat(loose.status()).isEqualTo(400);
      assertThat(loose.body()).contains("Key cannot be used without a certificate");
      Answer unknown = operator.ask("PUT", "/keys/" + certificate, with("'certificate':'other'"));
      assertThat(unknown.status()).isEqualTo(400);
      assertThat(unknown.body()).contains("Key must be used with an existent certificate");
      assertThat(operator.get("/keys/" + certificate)).isEqualTo(read);
      assertThat(operator.ask("PUT", "/keys/" + certificate, key).status()).isEqualTo(200);
    }
  }

  @Test
  void aKeyIsBoundToCertificatesThatThereAre() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String bindings = "'mtls_static_certificate_bindings':['%s']";
      String bound = with(bindings.formatted(certificate(operator)));

      assertThat(operator.ask("POST", "/keys", bound).status()).isEqualTo(200);

      Answer refused = operator.ask("POST", "/keys", with(bindings.formatted("none")));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("Key must be used with an existent certificate");
    }
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          GET    | /keys/none           |    | 404 | Key not found
          GET    | /keys/none?hashed=1  |    | 404 | Key not found
          PUT    | /keys/none           | {'access_rights':{'a':{}}} | 404 | Key is not found
          DELETE | /keys/none           |    | 404 | There is no such key found
          DELETE | /keys                |    | 405 | Method not supported
          GET    | /keys/create         |    | 405 | Method not supported
          GET    | /keys/policy/x       |    | 405 | Method not supported
          GET    | /keys/a/b            |    | 404 | Not Found
          GET    | /keys/policy/a/b     |    | 404 | Not Found
          POST   | /keys/policy         | {'access_rights':{'a':{}}} | 404 | Not Found
          POST   | /keys/policy/none    | {'policy':'p'} | 404 | Key not found
          POST   | /keys                | {  | 400 | Request malformed
          POST   | /keys/create         | [] | 400 | Unmarshalling failed
          POST   | /keys/create         |    | 400 | Unmarshalling failed
          POST   | /keys/create         | {} | 400 | keys must have at least one Access Rights record set.
          POST   | /keys/ab             | {} | 400 | min_token_length
          POST   | /keys/create         | {'rate':'x','access_rights':{'a':{}}} | 400 | key:1:9: error: rate
          POST   | /keys/bob            | {'basic_auth_data':{'password':'canary-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456'},'access_rights':{'a':{}}} | 400 | is longer than 72 bytes
          GET    | /keys/preview        |    | 405 | Method not supported
          POST   | /keys/preview        | [] | 400 | Request malformed
          POST   | /keys/preview        | {'apply_policies':['none']} | 400 | policy not found
          """)
  void whatCannotBeDoneIsSaidInTyksWords(
      String method, String path, String body, int status, String told) {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      Answer answer = operator.ask(method, path, body == null ? "" : body);

      assertThat(answer.body())
          .startsWith("{\"status\":\"error\",\"message\":")
          .contains(told)
          .doesNotContain("canary");
      assertThat(answer.status()).isEqualTo(status);
      assertThat(operator.get("/keys").body()).isEqualTo(NO_KEYS);
    }
  }

  @Test
  void aDryRunSaysWhatItWouldDo() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      assertThat(operator.ask("POST", "/keys?dry_run=true", KEY).body())
          .startsWith(json("{'status':'ok','action':'added','dry_run':true,'changes':['+ org_id',"))
          .doesNotContain("\"key\"");
      assertThat(operator.ask("POST", "/keys?dry_run=true", "{}").status()).isEqualTo(400);
      assertThat(operator.get("/keys").body()).isEqualTo(NO_KEYS);

      policy(operator, "p", 0);
      operator.ask("POST", "/keys/chosen", with("'meta_data':{'a':'secret'},'rate':5,'per':1"));
      Answer read = operator.get("/keys/ochosen");
      assertThat(
              operator.ask(
                  "PUT",
                  "/keys/ochosen?dry_run=true",
                  with("'meta_data':{'a':'other'},'quota_max':6")))
          .extracting(Answer::body)
          .asString()
          .contains("\"~ meta_data.a\"", "\"- rate\"", "\"- per\"", "\"+ quota_max\"")
          .doesNotContain("secret", "other", "org_id");
      String hash = operator.get("/keys").body().replaceAll(".*\\[\"(.*)\"].*", "$1");
      assertThat(operator.ask("POST", "/keys/policy/" + hash + "?dry_run=true", "{'policy':'p'}"))
          .extracting(Answer::body)
          .asString()
          .contains("updated", "\"+ apply_policies\"");
      assertThat(operator.delete("/keys/ochosen?dry_run=true").body()).contains("deleted");
      assertThat(operator.get("/keys/ochosen")).isEqualTo(read);
    }
  }

  /** More than are read at a time, some of which begin alike. */
  @ParameterizedTest
  @ValueSource(ints = {1000, 2000, 2345})
  void manyKeysAreListedPageByPage(int many) throws Exception {
    int port = Ports.free();
    TykFiles files = TykFiles.write(port, configuration(), List.of());
    Path data = files.folder().resolve("data");
    List<String> hashes = IntStream.range(0, many).mapToObj("%064x"::formatted).sorted().toList();
    try (Store store = SqliteStore.open(data, StoreSecret.of(data))) {
      store.write(hashes.stream().map(hash -> new Edit(RecordKind.KEY, hash, "{}")).toList());
    }
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      var operator = new Operator(port);
      assertThat(operator.get("/keys").body())
          .isEqualTo(hashes.stream().collect(joining("\",\"", "{\"keys\":[\"", "\"]}")));
      assertThat(operator.get("/keys?filter=" + "0".repeat(62)).body()).hasSize(256 * 67 + 10);
      assertThat(Command.run(weir.folder(), "key", "ls").out().lines()).hasSize(many);
    }
  }

  @Test
  void manyMayListKeysAtATime() throws Exception {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      operator.ask("POST", "/keys", KEY);
      try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Integer>> answers =
            IntStream.range(0, READERS)
                .mapToObj(i -> readers.submit(() -> operator.get("/keys").status()))
                .toList();
        for (Future<Integer> answer : answers) {
          assertThat(answer.get()).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void keysAreListedOnlyWhereThatIsAllowed() {
    try (var gateway = gateway(Map.of("enable_hashed_keys_listing", false))) {
      Answer refused = new Operator(gateway.port()).get("/keys");

      assertThat(refused.status()).isEqualTo(404);
      assertThat(refused.body()).contains("Hashed key listing is disabled in config");
    }
  }

  @Test
  void aKeyForEverythingIsMadeOnlyWhereThatIsAllowed() {
    try (var gateway = gateway(Map.of("allow_master_keys", true))) {
      assertThat(new Operator(gateway.port()).ask("POST", "/keys", "{}").status()).isEqualTo(200);
    }
  }

  @Test
  void keysOutliveAKillAndTokensAreNowhere() throws Exception {
    int port = Ports.free();
    var operator = new Operator(port);
    var configuration = new LinkedHashMap<>(configuration());
    configuration.put("access_logs", Map.of("enabled", true));
    TykFiles files = TykFiles.write(port, configuration, List.of());
    var tokens = new LinkedHashSet<String>();
    var first = WeirProcess.of(files, port).awaitReady();
    for (int i = 0; i < 20; i++) {
      tokens.add(operator.ask("POST", "/keys", KEY).member("key"));
    }
    String revoked = tokens.iterator().next();
    operator.get("/keys/" + revoked);
    assertThat(operator.delete("/keys/" + revoked).status()).isEqualTo(200);
    first.kill();
    assertNowhere(tokens, files.folder());
    try (var weir = WeirProcess.of(files, port).awaitReady()) {
      for (String token : tokens) {
        assertThat(operator.get("/keys/" + token).status())
            .isEqualTo(token.equals(revoked) ? 404 : 200);
      }
      assertThat(weir.output())
          .contains("/tyk/keys/***")
          .containsPattern(
              "\"method\":\"GET\",\"path\":\"/tyk/keys/\\*{3}\",\"status\":200,\"ms\":\\d+,\"client\"");
      assertNowhere(tokens, files.folder());
    }
  }

  private static void assertNowhere(Set<String> tokens, Path folder) throws IOException {
    for (Path file : files(folder)) {
      String bytes = new String(Files.readAllBytes(file), ISO_8859_1);
      assertThat(tokens).as(file.toString()).noneMatch(bytes::contains);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
