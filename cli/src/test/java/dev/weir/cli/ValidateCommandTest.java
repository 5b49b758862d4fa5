package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.ApiDefinition;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import dev.weir.model.Severity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
  private static final String API =
      """
      {"api_id": "greeter", "name": "Greeter", "active": true, "use_keyless": true,
       "proxy": {"listen_path": "/", "target_url": "h2c://localhost:50051"}}
      """;

  @TempDir private Path folder;
  private List<Problem> together = List.of();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void writeGoodFiles() throws IOException {
    Files.createDirectory(folder.resolve("apps"));
    write("tyk.conf", "{\"listen_port\": 8080, \"app_path\": \"apps\"}");
    write("apps/greeter.json", API);
  }

  @Test
  void goodFilesEndWithZero() {
    assertThat(validate()).isEqualTo(ExitCode.OK);
    assertThat(out.toString(UTF_8)).isEqualTo("no problems\n");
  }

  @Test
  void namesEveryProblemOfTheConfigurationWithItsPlace() throws IOException {
    write("tyk.conf", "{\n  \"listen_prt\": 1,\n  \"listen_port\": true\n}");

    assertThat(validate()).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8).lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("tyk.conf:2:3: warning: listen_prt: "),
            second -> assertThat(second).contains("tyk.conf:3:18: error: listen_port: "),
            third -> assertThat(third).isEqualTo("1 error, 1 warning"));
  }

  @Test
  void namesTheProblemsOfApiFilesBesideThoseOfTheConfiguration() throws IOException {
    write("tyk.conf", "{\"listen_port\": true, \"app_path\": \"apps\"}");
    write("apps/greeter.json", API.replace("h2c://", "gopher://"));

    assertThat(validate()).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8))
        .contains("listen_port: ", "proxy.target_url", "2 errors")
        .doesNotContain("does not exist");
  }

  @Test
  void looksForNoApisWhereTheirFolderIsWrong() throws IOException {
    write("tyk.conf", "{\"app_path\": true}");

    assertThat(validate()).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8)).contains("app_path: is true", "1 error");
  }

  @Test
  void namesTheProblemsOfApiFiles() throws IOException {
    write("apps/greeter.json", API.replace("h2c://", "gopher://"));

    assertThat(validate()).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8)).contains("greeter.json:2:", "proxy.target_url", "1 error");
  }

  @Test
  void writesJsonForEditors() throws IOException {
    write("tyk.conf", "{\"listen_port\": \"a\\\"b\", \"app_path\": \"apps\"}");

    assertThat(validate("-o", "json")).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8))
        .startsWith("{\"problems\": [")
        .contains("\"severity\": \"error\"", "\"line\": 1, \"column\": 17", "\"listen_port\"")
        .endsWith("], \"summary\": \"1 error\"}\n");
  }

  @Test
  void writesYaml() throws IOException {
    write("tyk.conf", "{\"listen_port\": \"a\", \"app_path\": \"apps\"}");

    assertThat(validate("-o", "yaml")).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8))
        .startsWith("problems: \n  - severity: \"error\"\n    file: ")
        .endsWith("summary: \"1 error\"\n");
  }

  @Test
  void goodFilesAreAnEmptyJsonList() {
    assertThat(validate("-o", "json")).isEqualTo(ExitCode.OK);
    assertThat(out.toString(UTF_8)).isEqualTo("{\"problems\": [], \"summary\": \"no problems\"}\n");
  }

  @Test
  void namesWhatIsWrongWithDefinitionsTogether() {
    together = List.of(new Problem(Severity.ERROR, "a.json", 1, 2, "listen_port", "closed", null));

    assertThat(validate()).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8)).isEqualTo("a.json:1:2: error: listen_port: closed\n1 error\n");
  }

  @Test
  void aMissingFileIsAProblem() {
    assertThat(validate("--conf", folder.resolve("none.conf").toString()))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8)).contains("none.conf: error: does not exist");
  }

  @Test
  void aPortOfTheCommandLineIsNamedAsSuch() {
    Documents documents = Documents.read(folder.resolve("tyk.conf"), 70_000, Map.of());

    assertThat(documents.config()).isNull();
    assertThat(documents.problems())
        .singleElement()
        .asString()
        .startsWith("--port: error: listen_port");
  }

  @Test
  void aPortOfTheCommandLineGoesBeforeTheEnvironment() {
    Documents documents =
        Documents.read(folder.resolve("tyk.conf"), 7000, Map.of("TYK_GW_LISTENPORT", "6000"));

    assertThat(Objects.requireNonNull(documents.config()).listener().port()).isEqualTo(7000);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private int validate(String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "validate";
    arguments[1] = "--conf";
    arguments[2] = folder.resolve("tyk.conf").toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    if (more.length == 2 && more[0].equals("--conf")) {
      arguments = new String[] {"validate", "--conf", more[1]};
    }
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false,
            Map.of());
    return Cli.execute(new NoLauncher(), terminal, arguments);
  }

  private final class NoLauncher implements Launcher {
    @Override
    public int run(RunOptions options) {
      throw new AssertionError("validate starts nothing");
    }

    @Override
    public List<Problem> check(GatewayConfig config, List<ApiDefinition> apis) {
      return together;
    }

    @Override
    public int store(@Nullable Path conf, StoreRequest request) {
      throw new AssertionError("validate starts nothing");
    }

    @Override
    public int cert(@Nullable Path conf, CertRequest request) {
      throw new AssertionError("validate starts nothing");
    }

    @Override
    public int demo(DemoOptions options) {
      throw new AssertionError("validate starts nothing");
    }
  }
}
