package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Json;
import dev.weir.model.JsonReader;
import dev.weir.system.Operator.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The OpenAPI document of the control API against the control API. */
class OpenApiServerTest {
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "PATCH");
  private static final String UNKNOWN = "\"message\":\"Not Found\"";
  private static final Path PAGE = Path.of("../../docs/control-api.md");
  private static final Pattern PATH = Pattern.compile("(/(?:tyk|weir)/[A-Za-z0-9/,._-]+)");

  private static TestGateway gateway() {
    return TestGateway.configured(Operator.configuration(Map.of()));
  }

  /** Of the document, with what it says of each. */
  static Map<String, Json> paths(TestGateway gateway) {
    Answer answer = new Operator(gateway.port()).askAt("GET", "/weir/v1/openapi.json", "", "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return members(members(JsonReader.read("openapi.json", answer.body()).value()).get("paths"));
  }

  static Map<String, Json> members(@Nullable Json json) {
    if (!(json instanceof Json.Obj object)) {
      throw new AssertionError("is no object: " + json);
    }
    return object.members().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, member -> member.getValue().value()));
  }

  @Test
  void eachPathTakesTheMethodsOfTheDocumentAndNoOthers() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      paths(gateway)
          .forEach((path, item) -> {
            Set<String> documented = members(item).keySet();
            String real = path.replaceAll("\\{[A-Za-z]+}", "none1");
            for (String method : METHODS) {
              Answer answer = operator.askAt(method, real, method.equals("GET") ? "" : "{}", "");
              boolean refused = answer.status() == 405 && answer.body().contains("not supported");
              assertThat(refused)
                  .as("%s %s: %s", method, path, answer.body())
                  .isNotEqualTo(documented.contains(method.toLowerCase(Locale.ROOT)));
              assertThat(answer.body()).as("%s %s", method, path).doesNotContain(UNKNOWN);
            }
          });
    }
  }

  @Test
  void whatIsNotInTheDocumentIsNotThere() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      Set<String> documented = all(paths(gateway).keySet());
      for (String path : paths(gateway).keySet()) {
        String below = path + "/more";
        if (!documented.contains(shape(below))) {
          Answer answer = operator.askAt("GET", below.replaceAll("\\{[A-Za-z]+}", "none1"), "", "");
          assertThat(answer.status()).as(below + answer.body()).isEqualTo(404);
          assertThat(answer.body()).as(below).contains(UNKNOWN);
        }
      }
    }
  }

  @Test
  void thePageAndTheDocumentHaveTheSamePaths() throws IOException {
    Set<String> page =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(0, line.indexOf(" | ")))
            .flatMap(cell -> PATH.matcher(cell).results().map(found -> found.group(1)))
            .map(OpenApiServerTest::shape)
            .collect(Collectors.toCollection(TreeSet::new));
    try (var gateway = gateway()) {
      assertThat(all(paths(gateway).keySet())).isEqualTo(page);
    }
  }

  private static Set<String> all(Set<String> paths) {
    return paths.stream()
        .map(OpenApiServerTest::shape)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** With a star for what callers choose. */
  private static String shape(String path) {
    return path.replaceAll("\\{[A-Za-z]+}", "*")
        .replaceAll("(?<=/)[A-Z]+(,[A-Z]+)?(?=/|$)", "*")
        .replaceAll("/more$", "/*");
  }
}
