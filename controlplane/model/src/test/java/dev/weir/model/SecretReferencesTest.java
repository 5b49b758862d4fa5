package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretReferencesTest {

  @TempDir private Path folder;

  @Test
  void environmentIsAskedForTyksPrefixFirst() throws IOException {
    var both = Map.of("TYK_SECRET_GATEWAY", "a", "gateway", "b");

    assertThat(secret("env://gateway", both)).isEqualTo("a");
    assertThat(secret("env://gateway", Map.of("gateway", "b"))).isEqualTo("b");
  }

  @Test
  void fileCountsFromTheFolderOfTheDocument() throws IOException {
    Files.writeString(folder.resolve("key"), "from file\n");

    assertThat(secret("file://key", Map.of())).isEqualTo("from file");
    assertThat(secret("file://" + folder.resolve("key"), Map.of())).isEqualTo("from file");
  }

  @Test
  void fileCountsFromItsBaseWhereThereIsOne() throws IOException {
    Files.createDirectory(folder.resolve("run"));
    Files.writeString(folder.resolve("run/key"), "x");

    assertThat(secret("file://key", Map.of("TYK_GW_KV_FILE_BASEPATH", folder + "/run")))
        .isEqualTo("x");
  }

  @Test
  void secretsOfTheDocumentAreFollowed() throws IOException {
    assertThat(secret("secrets://a", Map.of("TYK_GW_SECRETS", "a:b"))).isEqualTo("b");
  }

  @Test
  void valueFromAVariableIsFollowedToo() throws IOException {
    assertThat(secret("", Map.of("TYK_GW_SECRET", "env://X", "X", "y"))).isEqualTo("y");
  }

  @Test
  void onlySecretKeysAreFollowed() throws IOException {
    Path file =
        Files.writeString(folder.resolve("tyk.conf"), "{\"bundle_base_url\": \"file:///none\"}");

    Reading<GatewayConfig> reading = ConfigReader.read(file, Map.of());

    assertThat(reading.problems()).isEmpty();
    assertThat(requireNonNull(reading.value()).settings().text("bundle_base_url"))
        .isEqualTo("file:///none");
  }

  @Test
  void missingFileIsAProblem() throws IOException {
    Path file = Files.writeString(folder.resolve("tyk.conf"), "{\"node_secret\": \"file://none\"}");

    assertThat(ConfigReader.read(file, Map.of()).problems())
        .extracting(Problem::toString)
        .containsExactly(file + ":1:17: error: node_secret: nothing is found for file://none");
  }

  @Test
  void nothingIsAProblemToo() throws IOException {
    Path file = Files.writeString(folder.resolve("tyk.conf"), "{\"node_secret\": \"env://X\"}");

    assertThat(ConfigReader.read(file, Map.of("X", "")).problems())
        .extracting(Problem::toString)
        .containsExactly(file + ":1:17: error: node_secret: env://X stands for an empty text");
  }

  private String secret(String text, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(folder.resolve("tyk.conf"), "{\"secret\": \"" + text + "\"}");
    Reading<GatewayConfig> reading = ConfigReader.read(file, environment);
    assertThat(reading.problems()).isEmpty();
    return requireNonNull(reading.value()).controlApi().secret().text();
  }
}
