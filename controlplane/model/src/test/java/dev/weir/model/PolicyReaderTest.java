package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.KeyDefinition.PostExpiry;
import dev.weir.model.PolicyDefinition.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {

  private final PolicyReader reader = new PolicyReader();

  @TempDir private Path folder;

  @Test
  void everyPartIsRead() {
    PolicyDefinition policy =
        valid(
            """
            {'id': 'gold', 'name': 'Gold', 'org_id': 'o', 'active': true, 'rate': 10, 'per': 1, 'quota_max': 5,
             'quota_renewal_rate': 60, 'throttle_interval': -1, 'throttle_retry_limit': -1,
             'key_expires_in': 3600, 'post_expiry_action': 'retain', 'post_expiry_grace_period': 7,
             'partitions': {'quota': true, 'rate_limit': true, 'acl': true, 'complexity': true},
             'tags': ['t'], 'meta_data': {'a': 'b'}, 'last_updated': '1', 'access_rights': {'api': {'versions': ['v']}}}
            """);

    assertThat(policy.id()).isEqualTo("gold");
    assertThat(policy.name()).isEqualTo("Gold");
    assertThat(policy.orgId()).isEqualTo("o");
    assertThat(policy.inactive()).isFalse();
    assertThat(policy.allowance()).isEqualTo(new Allowance(10, 1, -1, -1, 5, 60));
    assertThat(policy.keyExpiresIn()).isEqualTo(3600);
    assertThat(policy.postExpiry()).isEqualTo(new PostExpiry(false, 7));
    assertThat(policy.parts()).isEqualTo(new Parts(true, true, true, true, false));
    assertThat(policy.tags()).containsExactly("t");
    assertThat(policy.metaData()).containsEntry("a", "b");
    assertThat(policy.rights()).containsOnlyKeys("api");
    assertThat(policy.notActedOn()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"false, 1", "true, 0"})
  void limitOfAnApiHasNoEffectUnlessThePolicyLimitsByApi(boolean perApi, int warnings) {
    PolicyFile file =
        reader.read(
            Path.of("p.json"),
            """
            {"id": "p", "partitions": {"per_api": %b}, "rate": -1, "per": 1,
             "access_rights": {"api": {"limit": {"rate": 9, "per": 1}}, "other": {"limit": {}}}}
            """
                .formatted(perApi));

    assertThat(file.definition()).isNotNull();
    assertThat(file.problems()).hasSize(warnings);
    assertThat(file.problems())
        .allSatisfy(problem ->
            assertThat(problem)
                .asString()
                .startsWith("p.json:2:37: warning: access_rights.api.limit: has no effect:"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'rate': 9, 'per': 1                  | 'quota_max': 9                              | rate",
        "'rate': 9, 'per': 1                  | 'partitions': {'rate_limit': true}          | rate",
        "'rate': -1, 'quota_max': 9           | 'quota_max': 0                              | quota_max",
        "'rate': 9, 'per': 1                  | 'rate': 8, 'per': 1                         | ''",
        "'rate': 9, 'per': 1                  | 'partitions': {'acl': true}                 | ''",
        "'quota_max': 9                       | 'partitions': {'rate_limit': true}          | ''",
        "'rate': -1, 'quota_max': -1          | 'tags': []                                  | ''"
      })
  void limitThatWouldHaveBeenTheOnlyOneIsAnError(String limit, String fields, String lacking) {
    PolicyFile file =
        read("{'id': 'p', 'access_rights': {'api': {'limit': {%s}}}, %s}".formatted(limit, fields));

    assertThat(file.hasErrors()).isEqualTo(!lacking.equals("''"));
    assertThat(file.problems())
        .singleElement()
        .asString()
        .contains("access_rights.api.limit: has no effect")
        .contains(file.hasErrors() ? "the policy itself has no " + lacking + ": " : "warning");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'id': 'p'                             | p",
        "'_id': 'p'                            | p",
        "'_id': {'$oid': 'p'}                  | p",
        "'_id': 'q', 'id': 'p'                 | p",
        "'_id': 'q', 'id': ''                  | q"
      })
  void eitherIdIsItsId(String fields, String id) {
    assertThat(valid("{" + fields + "}").id()).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'active': false     | true",
        "'is_inactive': true | true",
        "'active': true      | false",
        "'name': ''          | false"
      })
  void policyIsInactiveWhenEitherFieldSaysSo(String fields, boolean inactive) {
    assertThat(valid("{'id': 'p', " + fields + "}").inactive()).isEqualTo(inactive);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}                  | 1:1: error: id: is missing, every policy needs one of its own",
        "{'id': '../p'}      | 1:8: error: id: has characters that cannot stand in a path, use letters, digits, - and _",
        "{'id': '.p'}        | 1:8: error: id: has characters that cannot stand in a path, use letters, digits, - and _",
        "{'id': 'p', 'partitions': {'acl': true, 'per_api': true}} | 1:52: error: partitions.per_api: cannot be on together with another part",
        "{'id': 'p', 'rate': 5} | 1:1: error: per: is missing, the rate is that of so many seconds, write 1 for each second",
        "{'id': 'p', 'partition': {}} | 1:13: warning: partition: unknown key, it has no effect, did you mean partitions?",
        "{'id': 'p', 'access_rights': {'a': {'api_id': 'b'}}} | 1:47: warning: access_rights.a.api_id: is not its name in access_rights, which is what counts",
        "[]                  | 1:1: error: is a list, an object is needed"
      })
  void whatIsWrongIsSaidAtItsPlace(String text, String problem) {
    assertThat(read(text).problems())
        .extracting(Problem::toString)
        .containsExactly("p.json:" + problem);
  }

  @Test
  void folderHoldsOnePolicyInEachFile() throws IOException {
    write("b.json", "{'id': 'two'}");
    write("a.json", "{'id': 'one'}");
    write("broken.json", "{'id': }");
    write("notes.txt", "no policy");

    PolicyFolder read = reader.readFolder(folder);

    assertThat(read.policies().keySet()).containsExactly("one", "two");
    assertThat(read.problems())
        .extracting(Problem::toString)
        .containsExactly(folder.resolve("broken.json") + ":1:8: error: a value is needed, found }");
  }

  @Test
  void secondFileWithAnIdIsRefused() throws IOException {
    write("a.json", "{'id': 'p', 'name': 'first'}");
    write("b.json", "{'id': 'p', 'name': 'second'}");

    PolicyFolder read = reader.readFolder(folder);

    assertThat(read.policies().values())
        .extracting(PolicyDefinition::name)
        .containsExactly("first");
    assertThat(read.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "%s:1:8: error: id: \"p\" is the id of %s too, give it its own"
                .formatted(folder.resolve("b.json"), folder.resolve("a.json")));
  }

  @Test
  void folderThatIsNotThereIsAProblem() {
    Path missing = folder.resolve("none");

    assertThat(reader.readFolder(missing).problems())
        .extracting(Problem::toString)
        .containsExactly(missing + ": error: does not exist, name a folder with policies");
  }

  @Test
  void recordHoldsPoliciesByTheirIds() throws IOException {
    Path file =
        write(
            "policies.json",
            """
            {"gold": {"org_id": "o", "rate": 1, "per": 1},
             "lead": {"id": "other", "rate": -7},
             "tin": {"id": "other"},
             "a/b": {}}
            """);

    PolicyFolder read = reader.readRecord(file);

    assertThat(read.policies().keySet()).containsExactly("gold", "tin");
    assertThat(read.problems())
        .extracting(Problem::toString)
        .containsExactly(
            file + ":2:17: warning: lead.id: is not its name in the file, which is what counts",
            file
                + ":2:34: error: lead.rate: is negative, 0 or more is needed, -1 is no limit, 0 is none set",
            file + ":3:16: warning: tin.id: is not its name in the file, which is what counts",
            file
                + ":4:9: error: a/b.id: has characters that cannot stand in a path, use letters, digits, - and _");
  }

  @Test
  void recordThatIsNoObjectIsAProblem() throws IOException {
    Path file = write("policies.json", "[]");

    assertThat(reader.readRecord(file).problems())
        .extracting(Problem::toString)
        .containsExactly(file + ":1:1: error: is a list, policies by their ids are needed");
  }

  @Test
  void unknownFieldsAreKept() {
    String text = "{\"id\":\"p\",\"more\":{\"a\":[1.50]}}";

    assertThat(requireNonNull(read(text).definition()).settings().document()).isEqualTo(text);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text.replace('\'', '"'));
  }

  private PolicyFile read(String text) {
    return reader.read(Path.of("p.json"), text.replace('\'', '"'));
  }

  private PolicyDefinition valid(String text) {
    PolicyFile file = read(text);
    assertThat(file.problems()).isEqualTo(List.of());
    return requireNonNull(file.definition());
  }
}
