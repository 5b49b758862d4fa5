package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that has not changed is not made anew, and one that has is, whatever its stamps say. */
class KnownFilesTest {
  private static final String DOCUMENT =
      """
      {"openapi": "3.0.3", "info": {"title": "C", "version": "1"}, "paths": {},
       "x-tyk-api-gateway": {
         "info": {"id": "c", "name": "c", "orgId": "default", "state": {"active": true}},
         "server": {"listenPath": {"value": "/c/"}, "authentication": {"enabled": false}},
         "upstream": {"url": "h2c://one:1"}, "middleware": {}}}
      """;

  @TempDir Path folder;
  private Path apps;
  private ApiReader reader;

  @BeforeEach
  void start() throws IOException {
    apps = Files.createDirectory(folder.resolve("apps"));
    Path config = folder.resolve("tyk.conf");
    Files.writeString(config, "{\"app_path\": \"apps\"}");
    reader =
        new ApiReader(
            requireNonNull(ConfigReader.read(config, Map.of()).value()),
            Map.of("TARGET", "h2c://there:1"));
    write("a", "h2c://one:1");
    write("b", "h2c://one:1");
  }

  @Test
  void whatIsTheSameIsTheSameDefinition() throws IOException {
    List<ApiDefinition> before = definitions();
    write("b", "h2c://two:1");

    List<ApiDefinition> after = definitions();
    assertThat(after.getFirst()).isSameAs(before.getFirst());
    assertThat(target(after.get(1))).isEqualTo("two");
  }

  @Test
  void thePathsOfThousandsAreNotThereTwiceWhileTheyAreRead() {
    var known = new KnownFiles<String>(_ -> true);
    Path file = apps.resolve("a.json");
    known.read(List.of(file), (_, _) -> "a");

    assertThat(known.kept(apps.resolve("a.json"))).isSameAs(file);
    assertThat(known.kept(apps.resolve("b.json"))).isEqualTo(apps.resolve("b.json"));
  }

  @Test
  void bytesCountAndNotStamps() throws IOException {
    FileTime stamp = Files.getLastModifiedTime(apps.resolve("a.json"));
    definitions();
    write("a", "h2c://two:1");
    Files.setLastModifiedTime(apps.resolve("a.json"), stamp);

    assertThat(target(definitions().getFirst())).isEqualTo("two");
  }

  @Test
  void aFileThatComesBackIsReadAgain() throws IOException {
    ApiDefinition before = definitions().getFirst();
    Files.delete(apps.resolve("a.json"));
    assertThat(definitions()).extracting(ApiDefinition::apiId).containsExactly("b");
    write("a", "h2c://one:1");

    assertThat(definitions().getFirst()).isNotSameAs(before);
  }

  @Test
  void whatRefersToAnotherFileIsReadEachTime() throws IOException {
    Path other = folder.resolve("target");
    Files.writeString(other, "h2c://one:1");
    write("a", "file://" + other);
    assertThat(target(definitions().getFirst())).isEqualTo("one");
    Files.writeString(other, "h2c://two:1");

    assertThat(target(definitions().getFirst())).isEqualTo("two");
  }

  @Test
  void whatRefersToTheEnvironmentIsKept() throws IOException {
    write("a", "env://TARGET");
    ApiDefinition before = definitions().getFirst();

    assertThat(target(before)).isEqualTo("there");
    assertThat(definitions().getFirst()).isSameAs(before);
  }

  @Test
  void whatIsMissingElsewhereMayBeThereTheNextTime() throws IOException {
    Path other = folder.resolve("target");
    write("a", "file://" + other);
    assertThat(definitions()).extracting(ApiDefinition::apiId).containsExactly("b");
    Files.writeString(other, "h2c://two:1");

    assertThat(target(definitions().getFirst())).isEqualTo("two");
  }

  @Test
  void twoFilesWithOneIdAreFoundAmongThoseThatAreKept() throws IOException {
    definitions();
    Files.writeString(apps.resolve("c.json"), Files.readString(apps.resolve("a.json")));
    definitions();

    assertThat(reader.readFolder().problems()).hasSize(1);
    Files.delete(apps.resolve("a.json"));
    assertThat(reader.readFolder().problems()).isEmpty();
    assertThat(definitions()).extracting(ApiDefinition::apiId).containsExactly("b", "a");
  }

  @Test
  void whatIsBesideADocumentIsLookedAtEachTime() throws IOException {
    Files.writeString(apps.resolve("c-oas.json"), DOCUMENT);
    assertThat(definitions()).hasSize(3);
    Files.writeString(apps.resolve("c.json"), "{");
    assertThat(definitions()).extracting(ApiDefinition::apiId).containsExactly("a", "b");
    Files.delete(apps.resolve("c.json"));

    assertThat(definitions()).hasSize(3);
  }

  @Test
  void aHalfThatIsEditedIsCompared() throws IOException {
    Files.writeString(apps.resolve("c-oas.json"), DOCUMENT);
    String half = definitions().getLast().settings().document();
    Files.writeString(apps.resolve("c.json"), half);
    ApiDefinition before = definitions().getLast();
    assertThat(reader.readFolder().problems()).isEmpty();
    Files.writeString(apps.resolve("c.json"), half.replace("h2c://one:1", "h2c://two:1"));

    assertThat(reader.readFolder().problems()).hasSize(1);
    assertThat(reader.readFolder().problems()).hasSize(1);
    assertThat(definitions().getLast()).isSameAs(before);
    Files.writeString(apps.resolve("c.json"), half);
    assertThat(reader.readFolder().problems()).isEmpty();
    Files.writeString(apps.resolve("c-oas.json"), DOCUMENT.replace("h2c://one:1", "h2c://two:1"));
    assertThat(reader.readFolder().problems()).hasSize(1);
  }

  private void write(String id, String target) throws IOException {
    Files.writeString(
        apps.resolve(id + ".json"),
        """
        {"api_id": "%s", "name": "%s", "use_keyless": true,
         "proxy": {"listen_path": "/%s/", "target_url": "%s"}}
        """
            .formatted(id, id, id, target));
  }

  private List<ApiDefinition> definitions() {
    return reader.readFolder().definitions();
  }

  private static String target(ApiDefinition api) {
    return api.proxy().targets().getFirst().host();
  }
}
