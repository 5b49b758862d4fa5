package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.GatewayConfig.PolicySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurrentPoliciesTest {

  /** To a clock that is this far ahead no file was written just now. */
  private static final InstantSource LATER =
      InstantSource.offset(InstantSource.system(), Duration.ofHours(1));

  @TempDir private Path folder;

  private CurrentPolicies ofFolder(InstantSource clock) {
    return new CurrentPolicies(new PolicySource(folder, null, false), clock);
  }

  private CurrentPolicies ofRecord() {
    return new CurrentPolicies(new PolicySource(null, folder.resolve("all"), false), LATER);
  }

  private static String policy(String id, String orgId) {
    return "{\"id\": \"%s\", \"org_id\": \"%s\"}".formatted(id, orgId);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String orgOf(CurrentPolicies policies, String id) {
    return requireNonNull(policies.now().get(id)).orgId();
  }

  @Test
  void whatNobodyHasTouchedIsNotReadAnew() throws IOException {
    write("a.json", policy("a", "o"));
    write("b.txt", "no policy");
    CurrentPolicies policies = ofFolder(LATER);

    Map<String, PolicyDefinition> read = policies.now();

    assertThat(read).containsOnlyKeys("a");
    assertThat(policies.now()).isSameAs(read);
  }

  /** What could not be read may be a matter of descriptors, and stamps say nothing of those. */
  @Test
  void whatCouldNotBeReadIsTriedAgain() throws IOException {
    write("a.json", policy("a", "o"));
    write("b.json", "no policy");
    CurrentPolicies policies = ofFolder(LATER);

    Map<String, PolicyDefinition> read = policies.now();

    assertThat(policies.now()).containsOnlyKeys("a").isNotSameAs(read);
  }

  /** The clock of the file system may not tell the next write from this one. */
  @Test
  void whatWasWrittenJustNowIsReadAnew() throws IOException {
    write("a.json", policy("a", "o"));
    CurrentPolicies policies = ofFolder(InstantSource.fixed(Instant.now()));

    Map<String, PolicyDefinition> read = policies.now();

    assertThat(policies.now()).containsOnlyKeys("a").isNotSameAs(read);
  }

  @Test
  void aFileThatLooksAsItDidIsReadAnew() throws IOException {
    Path file = write("a.json", policy("a", "o"));
    FileTime written = Files.getLastModifiedTime(file);
    Object changed = Files.getAttribute(file, "unix:ctime");
    CurrentPolicies policies = ofFolder(LATER);
    assertThat(orgOf(policies, "a")).isEqualTo("o");

    do {
      write("a.json", policy("a", "p"));
      Files.setLastModifiedTime(file, written);
    } while (Files.getAttribute(file, "unix:ctime").equals(changed));

    assertThat(orgOf(policies, "a")).isEqualTo("p");
  }

  @Test
  void filesComeAndGo() throws IOException {
    CurrentPolicies policies = ofFolder(LATER);
    assertThat(policies.now()).isEmpty();
    Path one = write("a.json", policy("a", "o"));
    assertThat(policies.now()).containsOnlyKeys("a");
    write("b.json", policy("b", "o"));
    assertThat(policies.now()).containsOnlyKeys("a", "b");

    Path draft = write("draft", policy("c", "o"));
    Files.move(draft, one, StandardCopyOption.ATOMIC_MOVE);
    assertThat(policies.now()).containsOnlyKeys("c", "b");
    Files.delete(one);
    assertThat(policies.now()).containsOnlyKeys("b");
  }

  @Test
  void aRecordIsReadAnewWhenItHasChanged() throws IOException {
    CurrentPolicies policies = ofRecord();
    assertThat(policies.now()).isEmpty();
    write("all", "{\"a\": {\"org_id\": \"o\"}}");
    Map<String, PolicyDefinition> read = policies.now();
    assertThat(read).containsOnlyKeys("a");
    assertThat(policies.now()).isSameAs(read);

    write("all", "{\"a\": {\"org_id\": \"o\"}, \"b\": {}}");
    assertThat(policies.now()).containsOnlyKeys("a", "b");
  }
}
