package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code weir.strip_headers}. */
class FieldNamesTest {

  @TempDir private Path folder;

  private Reading<GatewayConfig> read(String list) throws IOException {
    Path file = folder.resolve("tyk.conf");
    Files.writeString(file, "{\"weir\": {\n  \"strip_headers\": " + list + "}}");
    return ConfigReader.read(file, Map.of());
  }

  @Test
  void namesAreReadInLowerCaseAndOnce() throws IOException {
    Reading<GatewayConfig> reading = read("[\"X-Gateway-User\", \"x_tenant\", \"x-gateway-user\"]");

    assertThat(reading.problems()).isEmpty();
    assertThat(requireNonNull(reading.value()).weir().forwarding().strippedHeaders())
        .containsExactly("x-gateway-user", "x_tenant");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":path", "x user", "x-*", "x-gateway-user:", "größe"})
  void whatIsNoNameIsAnError(String name) throws IOException {
    assertThat(read("[\"" + name + "\"]").problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .endsWith(
            "tyk.conf:2:21: error: weir.strip_headers: \""
                + name
                + "\" is not the name of a field, write it as x-gateway-user");
  }

  @ParameterizedTest
  @ValueSource(strings = {"te", "Host", "grpc-timeout", "GRPC_Timeout", "content-type"})
  void whatARequestNeedsIsAnError(String name) throws IOException {
    assertThat(read("[\"" + name + "\"]").problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("\"" + name + "\" is what a request needs");
  }
}
