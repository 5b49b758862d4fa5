package dev.weir.system;

import static dev.weir.system.Operator.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.RecordKind;
import dev.weir.store.SqliteStore;
import dev.weir.store.Store;
import dev.weir.store.StoreSecret;
import dev.weir.system.Operator.Answer;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords, previews, and who changes what somebody else has changed meanwhile. */
class KeyChangesServerTest {
  private static final String KEY = "{'org_id':'o','access_rights':{'echo':{}}}";
  private static final String ALICE =
      KEY.replace("{'org_id'", "{'basic_auth_data':{'password':'canary-one'},'org_id'");

  private static final Map<String, Object> CONFIGURATION =
      Map.of(
          "secret", Operator.SECRET,
          "policies", Map.of("policy_path", "policies"),
          "weir", Map.of("data_dir", "data"));

  private static TestGateway gateway() {
    return TestGateway.configured(CONFIGURATION);
  }

  @Test
  void aPasswordIsNeverTold() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());

      Answer added = operator.ask("POST", "/keys/alice", ALICE);

      assertThat(added.member("key")).isEmpty();
      assertThat(added.member("key_hash")).matches("[0-9a-f]{64}");
      Answer shown = operator.get("/keys/alice?username=true&org_id=o");
      assertThat(shown.body())
          .contains(json("'basic_auth_data':{'password':'','hash_type':'bcrypt'}"));
      assertThat(operator.get("/keys/oalice")).isEqualTo(shown);
      assertThat(operator.ask("POST", "/keys/preview", ALICE).body())
          .contains(json("'password':''"))
          .doesNotContain("canary");
    }
  }

  /** What a password is kept as is seen in what a change of the key would change. */
  @Test
  void whoDoesNotTellAPasswordDoesNotChangeIt() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      operator.ask("POST", "/keys/alice", ALICE);
      String shown = operator.get("/keys/oalice").body();
      String password = "\"~ basic_auth_data.password\"";

      assertThat(operator.ask("PUT", "/keys/oalice?dry_run=true", shown).body())
          .doesNotContain(password);
      assertThat(operator.ask("PUT", "/keys/oalice?dry_run=true", KEY).body())
          .doesNotContain("basic_auth_data");
      assertThat(operator.ask("PUT", "/keys/oalice?dry_run=true", ALICE).body()).contains(password);
    }
  }

  @Test
  void whatIsKeptOfAPasswordIsItsHash() throws Exception {
    int port = Ports.free();
    var operator = new Operator(port);
    TykFiles files = TykFiles.write(port, CONFIGURATION, List.of());
    var weir = WeirProcess.of(files, port).awaitReady();
    try {
      operator.ask("POST", "/keys/alice", ALICE);
      String first = keptAfterKill(weir);
      assertThat(everythingIn(weir.folder())).contains("/tyk/keys/***").doesNotContain("canary");

      weir = WeirProcess.of(files, port).awaitReady();
      operator.ask("PUT", "/keys/oalice", KEY);
      operator.ask("PUT", "/keys/oalice", operator.get("/keys/oalice").body());
      assertThat(password(keptAfterKill(weir))).isEqualTo(password(first));

      weir = WeirProcess.of(files, port).awaitReady();
      operator.ask("PUT", "/keys/oalice", ALICE.replace("one", "two"));
      assertThat(password(keptAfterKill(weir))).isNotEqualTo(password(first));
    } finally {
      weir.close();
    }
  }

  private static String keptAfterKill(WeirProcess weir) throws Exception {
    weir.kill();
    Path data = weir.folder().resolve("data");
    try (Store store = SqliteStore.open(data, StoreSecret.of(data))) {
      return store.list(RecordKind.KEY, "", 2).getFirst().document();
    }
  }

  private static String password(String key) {
    assertThat(key).doesNotContain("canary");
    String password = key.replaceAll(".*\"password\":\"([^\"]*)\".*", "$1");
    assertThat(password).matches("\\$2b\\$12\\$.{53}");
    return password;
  }

  private static String everythingIn(Path folder) throws IOException {
    var all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, ISO_8859_1)).append('\n');
      }
    }
    return all.toString();
  }

  @Test
  void aPreviewIsTheKeyWithItsPolicies() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      operator.ask(
          "POST",
          "/policies",
          "{'id':'p','org_id':'o','rate':7,'per':2,'tags':['t'],'access_rights':{'echo':{}}}");

      Answer preview =
          operator.ask(
              "POST", "/keys/preview", "{'org_id':'o','theirs':1.50,'apply_policies':['p']}");

      assertThat(preview.status()).isEqualTo(200);
      assertThat(preview.body())
          .contains(json("'theirs':1.50"), json("'rate':7,'per':2"), json("'tags':['t']"))
          .contains(json("'access_rights':{'echo':{'api_id':'echo'"));
      assertThat(operator.get("/keys/preview").status()).isEqualTo(405);
    }
  }

  /** A policy that no reload has taken is one, a field that nobody knows another. */
  @Test
  void aPreviewWarnsOfWhatAWriteWouldWarnOf() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      operator.ask("POST", "/policies", "{'id':'p','org_id':'o','access_rights':{'echo':{}}}");
      String key = "{'org_id':'o','problems':'theirs','apply_policies':['p']}";
      String written = problems(operator.ask("POST", "/keys", key));
      assertThat(written)
          .contains("problems: unknown key")
          .contains("policy does not count yet: \\\"p\\\"");

      Answer preview = operator.ask("POST", "/keys/preview", key);

      assertThat(problems(preview)).isEqualTo(written);
      assertThat(preview.body()).doesNotContain("theirs");
      assertThat(operator.ask("POST", "/keys/preview", KEY).body()).doesNotContain("problems");
    }
  }

  private static String problems(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body().replaceAll(".*\"problems\":(\\[.*?\"\\]).*", "$1");
  }

  @Test
  void aTagThatIsNotThatOfTheKeyAnyMoreIsRefused() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      Answer added = operator.ask("POST", "/keys/chosen", KEY);
      String path = "/keys/ochosen";
      assertThat(operator.get(path).tag()).isEqualTo(added.tag()).matches("\"[0-9]+\"");

      Answer changed = operator.ask("PUT", path, KEY, added.tag());
      assertThat(changed.status()).isEqualTo(200);
      assertThat(changed.tag()).isNotEqualTo(added.tag());
      String now = operator.get(path).body();
      for (String method : List.of("PUT", "POST", "DELETE")) {
        Answer late = operator.ask(method, path, KEY, added.tag());
        assertThat(late.status()).as(method).isEqualTo(412);
        assertThat(late.body()).contains("It was changed since");
      }
      assertThat(operator.ask("PUT", path + "?dry_run=true", KEY, added.tag()).status())
          .isEqualTo(412);
      assertThat(operator.get(path).body()).isEqualTo(now);
      assertThat(operator.ask("POST", "/keys/new", KEY, "*").status()).isEqualTo(412);
      assertThat(operator.ask("DELETE", path, "", "\"x\", " + changed.tag()).status())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'is_inactive':true}",
        "{'rate':5,'per':1}",
        "{'rate':0.5,'per':1}",
        "{'expires':5}",
        "{'quota_max':5}",
        "{'access_rights':{'echo':{'api_id':'echo'}}}"
      })
  void whatWouldHoldAnOrganisationBackAndDoesNotIsRefused(String body) {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());

      Answer refused = operator.ask("POST", "/org/keys/acme", body);

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("nothing here limits an organisation as a whole");
      assertThat(operator.get("/org/keys/acme").status()).isEqualTo(404);
      String none = "{'quota_max':-1,'rate':-1,'throttle_interval':-1,'expires':-1}";
      assertThat(operator.ask("POST", "/org/keys/acme", none).status()).isEqualTo(200);
    }
  }

  @Test
  void whatHoldsForAnOrganisationIsKept() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      Answer unknown = operator.get("/org/keys/acme");
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.body()).contains("Org not found");

      operator.ask("POST", "/org/keys/acme?dry_run=true", "{}");
      Answer added = operator.ask("POST", "/org/keys/acme", "{'data_expires':5,'theirs':1.50}");
      assertThat(added.body())
          .startsWith(json("{'key':'acme','status':'ok','action':'added','problems':['"))
          .contains("theirs: unknown key");
      assertThat(operator.get("/org/keys/acme").body())
          .startsWith(json("{'data_expires':5,'theirs':1.50,'last_updated':'"));
      assertThat(operator.get("/org/keys").body()).isEqualTo(json("{'keys':['acme']}"));

      Answer changed = operator.ask("PUT", "/org/keys/acme", "{'data_expires':6}", added.tag());
      assertThat(changed.member("action")).isEqualTo("modified");
      assertThat(operator.ask("PUT", "/org/keys/acme", "{}", added.tag()).status()).isEqualTo(412);
      assertThat(operator.ask("DELETE", "/org/keys/acme", "", added.tag()).status()).isEqualTo(412);
      assertThat(operator.ask("PUT", "/org/keys/acme?dry_run=true", "{'data_expires':7}").body())
          .contains("\"~ data_expires\"");
      assertThat(operator.delete("/org/keys/acme?dry_run=true").body())
          .contains(json("'changes':['- acme']"));
      assertThat(operator.get("/org/keys/acme").body()).contains(json("'data_expires':6"));

      assertThat(operator.delete("/org/keys/acme").member("action")).isEqualTo("deleted");
      assertThat(operator.delete("/org/keys/acme").status()).isEqualTo(404);
      assertThat(operator.get("/org/keys").body()).isEqualTo(json("{'keys':[]}"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{'quota_max':'x'}", "{'basic_auth_data':{'password':'x'}}"})
  void whatIsNoKeyOfAnOrganisationIsRefused(String body) {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      assertThat(operator.ask("POST", "/org/keys/acme", body).status()).isEqualTo(400);
      assertThat(operator.get("/org/keys/acme").status()).isEqualTo(404);
      assertThat(operator.ask("POST", "/org/keys", "{}").status()).isEqualTo(405);
      assertThat(operator.ask("POST", "/org/keys/" + "a".repeat(300), "{}").status())
          .isEqualTo(400);
      assertThat(operator.get("/org").status()).isEqualTo(404);
    }
  }
}
