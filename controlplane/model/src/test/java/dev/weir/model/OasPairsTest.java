package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OasPairsTest {
  private static final String CLASSIC =
      """
      {"name": "greeter", "api_id": "greeter", "org_id": "default", "active": true,
       "use_keyless": false, "use_standard_auth": true, "auth": {"auth_header_name": "authorization"},
       "version_data": {"not_versioned": true, "versions": {"Default": {"name": "Default"}}},
       "proxy": {"listen_path": "/p.G/", "strip_listen_path": false, "target_url": "h2c://127.0.0.1:1"}}
      """;
  private static final String OPEN =
      """
      {"openapi": "3.0.3", "info": {"title": "Greeter", "version": "1"}, "paths": {},
       "x-tyk-api-gateway": {
         "info": {"id": "greeter", "name": "greeter", "orgId": "default", "state": {"active": true}},
         "server": {"listenPath": {"value": "/p.G/"}, "authentication": {"enabled": false}},
         "upstream": {"url": "h2c://127.0.0.1:1"}, "middleware": {}}}
      """;

  @TempDir private Path root;
  private Path apps = Path.of("");

  @BeforeEach
  void createFolder() throws IOException {
    apps = Files.createDirectory(root.resolve("apps"));
    Files.writeString(apps.resolve("greeter-oas.json"), OPEN);
  }

  private ApiFolder read() throws IOException {
    Path conf = Files.writeString(root.resolve("tyk.conf"), "{}");
    GatewayConfig config = requireNonNull(ConfigReader.read(conf, Map.of()).value());
    return new ApiReader(config, Map.of()).readFolder();
  }

  private ApiFolder beside(String half) throws IOException {
    Files.writeString(apps.resolve("greeter.json"), half);
    return read();
  }

  private static List<String> problems(ApiFolder folder) {
    return folder.problems().stream()
        .map(problem -> problem.toString().replaceAll("\\S*/apps/", ""))
        .toList();
  }

  /** The classic half of the document, as it is written beside it. */
  private String half() throws IOException {
    return read().definitions().getFirst().settings().document();
  }

  @Test
  void aDocumentAloneCounts() throws IOException {
    assertThat(read().definitions()).hasSize(1);
    assertThat(read().problems()).isEmpty();
  }

  @Test
  void besideAClassicApiItIsNotReadAndWarnedOf() throws IOException {
    ApiFolder folder = beside(CLASSIC);

    assertThat(folder.definitions())
        .extracting(api -> api.settings().flag("use_keyless"))
        .containsExactly(false);
    assertThat(problems(folder))
        .containsExactly(
            "greeter-oas.json: warning: is not read, since greeter.json beside it is a classic API,"
                + " delete one of them");
    assertThat(folder.files()).extracting(ApiFile::apiId).containsExactly("greeter", "greeter");
  }

  /** What cannot be read may have been a classic API that asks for more than the document. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"api_id\": \"greeter\",", "", "[]", "null", "\"is_oas\""})
  void besideWhatCannotBeReadItDoesNotCount(String half) throws IOException {
    isNotServed(beside(half));
  }

  @Test
  void besideWhatIsTooLargeIsNoTextOrNoFileItDoesNotCount() throws IOException {
    Path half = apps.resolve("greeter.json");
    isNotServed(beside(" ".repeat(9 << 20)));
    isNotServed(beside("{\"tags\": [" + "1,".repeat(100_000) + "1]}"));
    Files.write(half, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    isNotServed(read());
    Files.delete(half);
    Files.createDirectory(half);
    isNotServed(read());
    Files.delete(half);
    Files.createSymbolicLink(half, Path.of("nowhere"));
    isNotServed(read());
  }

  private static void isNotServed(ApiFolder folder) {
    assertThat(folder.definitions()).isEmpty();
    assertThat(problems(folder))
        .contains(
            "greeter-oas.json: error: is not served, since greeter.json beside it cannot be read"
                + " and may be a classic API, mend that file or delete it")
        .anyMatch(problem -> problem.startsWith("greeter.json:") && problem.contains("error: "));
  }

  @Test
  void aHalfThatWasMadeOfItIsNotWorthAWord() throws IOException {
    String half = half();
    assertThat(beside(half).problems()).isEmpty();
    ApiFolder reordered =
        beside(half.replace("{\"is_oas\":true,", "{\"tags\":[],\"IS_OAS\":true,"));
    assertThat(reordered.problems()).isEmpty();
    assertThat(reordered.definitions()).hasSize(1);
  }

  @Test
  void aHalfThatSaysSomethingElseIsWarnedOf() throws IOException {
    String half = half();
    ApiFolder folder = beside(half.replace("\"use_keyless\":true", "\"use_keyless\":false"));

    assertThat(folder.definitions()).hasSize(1);
    assertThat(problems(folder))
        .containsExactly(
            "greeter-oas.json: warning: counts, though greeter.json says something else of"
                + " authentication, edit the document only, and write it by the control API");
    assertThat(problems(beside(half.replace("h2c:", "nothing:"))))
        .singleElement()
        .asString()
        .contains("warning: counts, though greeter.json says something else");
  }

  @Test
  void aHalfWithAnotherIdIsAnError() throws IOException {
    ApiFolder folder = beside(half().replace("\"api_id\":\"greeter\"", "\"api_id\":\"other\""));

    assertThat(folder.definitions()).isEmpty();
    assertThat(problems(folder)).singleElement().asString().contains("has another id");
  }
}
