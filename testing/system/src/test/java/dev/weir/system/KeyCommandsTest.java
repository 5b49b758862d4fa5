package dev.weir.system;

import static dev.weir.system.Operator.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir key} and {@code weir policy}, typed in the folder of the configuration. */
class KeyCommandsTest {
  private final WeirProcess weir =
      WeirProcess.tuned(
          List.of(),
          Map.of(
              "enable_hashed_keys_listing", true, "policies", Map.of("policy_path", "policies")));

  @TempDir Path folder;

  @AfterEach
  void stop() {
    weir.close();
  }

  private Command run(String... arguments) {
    return Command.run(weir.folder(), arguments);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), json(text)).toString();
  }

  @Test
  void keysAreMadeShownChangedAndDeleted() throws IOException {
    String key = file("key.json", "{'org_id':'o','access_rights':{'echo':{}}}");
    assertThat(run("key", "create", "-f", key, "--dry-run").err())
        .isEqualTo("the key would be added\n");
    Command created = run("key", "create", "-f", key);
    assertThat(created.exitCode()).isZero();
    assertThat(created.out()).matches("o[0-9a-f]{32}\n");
    String hash = created.err().replace(" added\n", "");
    assertThat(run("key", "ls", "--prefix", hash.substring(0, 2)).out()).isEqualTo(hash + "\n");
    assertThat(run("key", "get", "--hash", hash).out()).contains("\"echo\": {}");

    String other = file("other.json", "{'org_id':'o','rate':1,'per':1,'access_rights':{'a':{}}}");
    Command dry = run("key", "update", hash, "--hash", "-f", other, "--dry-run");
    assertThat(dry.err()).isEqualTo("the key would be modified\n");
    assertThat(dry.out()).contains("+ rate\n", "- access_rights.echo\n", "+ access_rights.a\n");
    assertThat(run("key", "update", created.out().strip(), "-f", other).err())
        .isEqualTo("the key modified\n");
    assertThat(run("key", "rm", "--hash", hash, "--dry-run").err())
        .isEqualTo("the key would be deleted\n");
    assertThat(run("key", "get", "--hash", hash, "-o", "yaml").out()).contains("rate: 1\n");
    assertThat(run("key", "rm", "--hash", hash).err()).isEqualTo("the key deleted\n");
    assertThat(run("key", "ls").out()).isEmpty();
  }

  @Test
  void usersHaveNamesAndWhatCannotBeDoneIsSaid() throws IOException {
    String user =
        file(
            "user.json",
            "{'org_id':'o','basic_auth_data':{'password':'p'},'access_rights':{'echo':{}}}");
    assertThat(run("key", "create", "-f", user, "--name", "al ice").out()).isEmpty();
    assertThat(run("key", "get", "al ice", "--org", "o").out()).contains("\"password\": \"\"");
    assertThat(run("key", "rm", "al ice", "--org", "o").exitCode()).isZero();

    Command refused = run("key", "create", "-f", file("none.json", "{}"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("error: access_rights").contains("Access Rights record");
    assertThat(run("key", "get", "al ice", "--org", "o").err()).isEqualTo("weir: Key not found\n");
  }

  @Test
  void policiesAreAppliedShownAndDeleted() throws IOException {
    assertThat(run("policy", "ls").out()).isEqualTo("no policies\n");
    String gold =
        file("gold.json", "{'id':'gold','name':'Gold','org_id':'o','access_rights':{'echo':{}}}");
    assertThat(run("policy", "apply", "-f", gold, "--dry-run").err())
        .isEqualTo("gold would be added\n");
    assertThat(run("policy", "apply", "-f", gold).err()).isEqualTo("gold added\n");
    assertThat(run("policy", "ls").out()).containsPattern("gold +Gold +o +echo");

    file("gold.json", "{'id':'gold','rate':1,'per':1}");
    Command dry = run("policy", "apply", "-f", gold, "--dry-run");
    assertThat(dry.out()).contains("+ rate\n", "- name\n");
    assertThat(dry.err()).isEqualTo("gold would be modified\n");
    assertThat(run("policy", "get", "gold").out()).contains("\"name\": \"Gold\"");
    assertThat(run("policy", "rm", "gold", "--dry-run").err()).isEqualTo("gold would be deleted\n");
    assertThat(run("policy", "rm", "gold").err()).isEqualTo("gold deleted\n");
    assertThat(run("policy", "get", "gold").err()).isEqualTo("weir: Policy not found\n");
    assertThat(run("policy", "rm", "../gold").err()).startsWith("weir: ../gold cannot be an id");
    assertThat(run("policy", "apply", "-f", file("none.json", "{}")).err())
        .contains("none.json has no id");
  }
}
