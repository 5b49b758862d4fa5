package dev.weir.system;

import static dev.weir.system.Operator.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.Operator.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Tyk's operators do with policies over HTTP, with Tyk's shapes and texts. */
class PoliciesApiServerTest {
  private TestGateway gateway(Map<String, Object> policies) {
    return TestGateway.configured(Map.of("secret", Operator.SECRET, "policies", policies));
  }

  private TestGateway gateway() {
    return gateway(Map.of("policy_source", "file", "policy_path", "policies"));
  }

  private static Answer ask(TestGateway gateway, String method, String path, String body) {
    return new Operator(gateway.port()).ask(method, path, body);
  }

  @Test
  void aPolicyIsWrittenReadChangedAndDeleted() {
    try (var gateway = gateway()) {
      Path file = gateway.folder().resolve("policies/gold.json");
      String text = json("{'id':'gold','org_id':'o','rate':1.50,'per':1,'theirs':[1.50]}");

      assertThat(ask(gateway, "POST", "/policies", text).body())
          .startsWith(json("{'key':'gold','status':'ok','action':'added','problems':['"))
          .contains("warning: theirs: unknown key");
      assertThat(file).hasContent(text);
      assertThat(ask(gateway, "GET", "/policies/gold", "").body()).isEqualTo(text);
      assertThat(ask(gateway, "GET", "/policies/", "").body()).isEqualTo("[" + text + "]");

      Answer changed = ask(gateway, "PUT", "/policies/gold", json("{'org_id':'p'}"));
      assertThat(changed.status()).isEqualTo(200);
      assertThat(changed.body())
          .isEqualTo(json("{'key':'gold','status':'ok','action':'modified'}"));
      assertThat(ask(gateway, "GET", "/policies/gold", "").body())
          .isEqualTo(json("{'org_id':'p','id':'gold'}"));

      assertThat(ask(gateway, "DELETE", "/policies/gold", "").body())
          .isEqualTo(json("{'key':'gold','status':'ok','action':'deleted'}"));
      assertThat(file).doesNotExist();
      assertThat(ask(gateway, "GET", "/policies/gold", "").status()).isEqualTo(404);
    }
  }

  @Test
  void theFileThatHasTheIdIsTheOneThatIsChanged() throws IOException {
    try (var gateway = gateway()) {
      Path folder = Files.createDirectory(gateway.folder().resolve("policies"));
      Path file = Files.writeString(folder.resolve("by-hand.json"), json("{'id':'gold'}"));

      ask(gateway, "PUT", "/policies/gold", json("{'id':'gold','name':'Gold'}"));

      assertThat(file).content().contains("Gold");
      assertThat(TykFiles.named(folder)).containsExactly("by-hand.json");
    }
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          GET    | /policies/none    |                        | 404 | Policy not found
          GET    | /policies/a/b     |                        | 404 | Not Found
          PUT    | /policies         | {}                     | 405 | Method not supported
          PATCH  | /policies/a       | {}                     | 405 | Method not supported
          POST   | /policies         | {                      | 400 | Request malformed
          POST   | /policies         | []                     | 400 | Request malformed
          POST   | /policies         | {}                     | 400 | Unable to create policy without id.
          POST   | /policies         | {'id':'../up'}         | 400 | Invalid Policy ID
          POST   | /policies/.up     | {}                     | 400 | Invalid Policy ID
          POST   | /policies/%2e%2e%2fup | {}                 | 404 | Not Found
          PUT    | /policies/a       | {'id':'b'}             | 400 | Request ID does not match that in policy!
          POST   | /policies         | {'id':'a','rate':-7}   | 400 | new.json:1:18: error: rate: is negative
          DELETE | /policies/none    |                        | 500 | Delete failed
          """)
  void whatCannotBeDoneIsSaidInTyksWords(
      String method, String path, String body, int status, String told) {
    try (var gateway = gateway()) {
      Answer answer = ask(gateway, method, path, body == null ? "" : body);

      assertThat(answer.body()).startsWith("{\"status\":\"error\",\"message\":").contains(told);
      assertThat(answer.status()).isEqualTo(status);
      assertThat(gateway.folder().resolve("policies")).doesNotExist();
    }
  }

  @Test
  void aDryRunSaysWhatItWouldDo() {
    try (var gateway = gateway()) {
      assertThat(ask(gateway, "POST", "/policies?dry_run=true", "{'id':'gold'}").body())
          .isEqualTo(
              json(
                  "{'status':'ok','action':'added','dry_run':true,'changes':['+ id'],'problems':[]}"));
      assertThat(ask(gateway, "POST", "/policies?dry_run=true", "{").status()).isEqualTo(400);
      assertThat(gateway.folder().resolve("policies")).doesNotExist();

      ask(gateway, "POST", "/policies", "{'id':'gold','rate':1,'per':1}");
      assertThat(
              ask(gateway, "PUT", "/policies/gold?dry_run=true", "{'id':'gold','rate':2,'per':1}"))
          .extracting(Answer::body)
          .asString()
          .contains(json("'action':'modified','dry_run':true,'changes':['~ rate']"));
      assertThat(ask(gateway, "DELETE", "/policies/gold?dry_run=true", "").body())
          .contains("deleted");
      assertThat(ask(gateway, "GET", "/policies/gold", "").body()).contains("\"rate\":1");
      assertThat(ask(gateway, "DELETE", "/policies/none?dry_run=true", "").status()).isEqualTo(500);
    }
  }

  @Test
  void theFileOfAnotherPolicyIsLeftAlone() throws IOException {
    try (var gateway = gateway()) {
      Path folder = Files.createDirectory(gateway.folder().resolve("policies"));
      Path other = Files.writeString(folder.resolve("gold.json"), json("{'id':'silver'}"));

      assertThat(ask(gateway, "DELETE", "/policies/gold", "").status()).isEqualTo(500);
      assertThat(ask(gateway, "POST", "/policies", "{'id':'gold'}").status()).isEqualTo(200);

      assertThat(other).hasContent(json("{'id':'silver'}"));
      assertThat(folder.resolve("gold-2.json")).hasContent(json("{'id':'gold'}"));
      assertThat(ask(gateway, "DELETE", "/policies/gold", "").status()).isEqualTo(200);
      assertThat(TykFiles.named(folder)).containsExactly("gold.json");
    }
  }

  @Test
  void noSecondFileTakesThePlaceOfADeletedPolicy() throws IOException {
    try (var gateway = gateway()) {
      Path folder = Files.createDirectory(gateway.folder().resolve("policies"));
      Files.writeString(folder.resolve("a.json"), json("{'id':'gold'}"));
      Files.writeString(folder.resolve("b.json"), json("{'id':'gold','rate':1,'per':1}"));

      assertThat(ask(gateway, "DELETE", "/policies/gold", "").status()).isEqualTo(200);

      assertThat(ask(gateway, "GET", "/policies/gold", "").status()).isEqualTo(404);
    }
  }

  @Test
  void whatWouldBeTooLargeToBeReadAgainIsNotWritten() {
    try (var gateway = gateway()) {
      String text = json("{'name':'%s'}").formatted("x".repeat((8 << 20) - 11));

      Answer refused = ask(gateway, "POST", "/policies/large", text);

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("more than 8 MiB");
      assertThat(gateway.folder().resolve("policies/large.json")).doesNotExist();
    }
  }

  /** Whoever of both is the first in the folder. */
  @ParameterizedTest
  @ValueSource(strings = {"a.json", "z.json"})
  void whileTwoFilesClaimAnIdTheLastGoodPolicyCounts(String newcomer) throws IOException {
    try (var gateway = gateway()) {
      ask(gateway, "POST", "/policies", "{'id':'gold','rate':1,'per':1}");
      String before = ask(gateway, "GET", "/reload", "").member("hash");
      Path other = gateway.folder().resolve("policies/" + newcomer);
      Files.writeString(other, json("{'id':'gold','rate':100,'per':1}"));

      Answer both = ask(gateway, "GET", "/reload", "");
      assertThat(both.status()).isEqualTo(422);
      assertThat(both.body()).contains("is the id of", "\"hash\":\"" + before + "\"");

      Files.delete(gateway.folder().resolve("policies/gold.json"));
      assertThat(ask(gateway, "GET", "/reload", "").member("hash")).isNotEqualTo(before);
    }
  }

  @Test
  void aReloadTellsWhichPoliciesHaveChanged() {
    try (var gateway = gateway()) {
      String told = "\"policies\":{\"added\":[%s],\"changed\":[%s],\"removed\":[%s]}";
      ask(gateway, "POST", "/policies", "{'id':'gold'}");
      ask(gateway, "POST", "/policies", "{'id':'silver'}");
      assertThat(ask(gateway, "GET", "/reload", "").body())
          .contains(told.formatted("\"gold\",\"silver\"", "", ""));
      ask(gateway, "PUT", "/policies/gold", "{'id':'gold','rate':1,'per':1}");
      ask(gateway, "DELETE", "/policies/silver", "");
      assertThat(ask(gateway, "GET", "/reload", "").body())
          .contains(told.formatted("", "\"gold\"", "\"silver\""));
    }
  }

  @Test
  void aWriteIsFollowedByAReloadWhereThatIsWishedFor() {
    Map<String, Object> configuration =
        Map.of(
            "secret", Operator.SECRET,
            "policies", Map.of("policy_path", "policies"),
            "weir", Map.of("auto_reload", true));
    try (var gateway = TestGateway.configured(configuration)) {
      ask(gateway, "POST", "/policies?dry_run=true", "{'id':'gold'}");
      ask(gateway, "POST", "/policies", "{'id':'gold'}");
      ask(gateway, "DELETE", "/policies/gold", "");

      assertThat(ask(gateway, "GET", "/reload", "").body()).contains("\"generation\":4,");
    }
  }

  @Test
  void theHashOfWhatServesIsAnotherOneWithOtherPolicies() {
    try (var gateway = gateway()) {
      String before = ask(gateway, "GET", "/reload", "").member("hash");
      ask(gateway, "POST", "/policies", "{'id':'gold','rate':1,'per':1}");
      String with = ask(gateway, "GET", "/reload", "").member("hash");
      ask(gateway, "DELETE", "/policies/gold", "");

      assertThat(with).isNotEqualTo(before);
      assertThat(ask(gateway, "GET", "/reload", "").member("hash")).isEqualTo(before);
    }
  }

  @Test
  void policiesInOneFileAreReadOnly() throws IOException {
    try (var gateway =
        gateway(Map.of("policy_source", "file", "policy_record_name", "policies.json"))) {
      Path file = gateway.folder().resolve("policies.json");
      String record = json("{'gold':{'org_id':'o'}}");
      Files.writeString(file, record);

      assertThat(ask(gateway, "GET", "/policies/gold", "").body())
          .isEqualTo(json("{'org_id':'o'}"));
      Answer refused = ask(gateway, "POST", "/policies", json("{'id':'gold'}"));
      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.body()).contains("policies.policy_path is not set in tyk.conf");
      assertThat(ask(gateway, "DELETE", "/policies/gold", "").status()).isEqualTo(500);
      assertThat(file).hasContent(record);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]"})
  void aRecordThatCannotBeReadIsNotTakenForOneWithoutPolicies(String record) throws IOException {
    try (var gateway =
        gateway(Map.of("policy_source", "file", "policy_record_name", "policies.json"))) {
      Path file = gateway.folder().resolve("policies.json");
      Files.writeString(file, json("{'gold':{'org_id':'o'}}"));
      assertThat(ask(gateway, "GET", "/policies", "").body()).isEqualTo(json("[{'org_id':'o'}]"));

      Files.writeString(file, record);

      assertUnreadable(gateway, "policies.json:1");
    }
  }

  @Test
  void whereNoFolderIsThePoliciesAreNotGone() throws IOException {
    try (var gateway = gateway()) {
      assertThat(ask(gateway, "GET", "/policies", "").body()).isEqualTo("[]");

      Files.writeString(gateway.folder().resolve("policies"), "");

      assertUnreadable(gateway, "is not a folder");
    }
  }

  private static void assertUnreadable(TestGateway gateway, String why) {
    for (String path : List.of("/policies", "/policies/gold", "/policies/none")) {
      Answer answer = ask(gateway, "GET", path, "");
      assertThat(answer.status()).as(path).isEqualTo(500);
      assertThat(answer.body()).contains("policies cannot be read", why);
    }
  }

  @Test
  void policiesOfADashboardAreNotWritten() {
    try (var gateway = gateway(Map.of("policy_source", "service", "policy_path", "policies"))) {
      Answer refused = ask(gateway, "POST", "/policies", json("{'id':'gold'}"));

      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.body())
          .contains("Due to enabled service policy source, please use the Dashboard API");
    }
  }
}
