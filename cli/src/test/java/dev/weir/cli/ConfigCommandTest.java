package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigCommandTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path conf;

  @BeforeEach
  void write() throws IOException {
    conf = folder.resolve("tyk.conf");
    Files.writeString(
        conf,
        """
        {
          "listen_port": 9000,
          "secret": "of nobody else",
          "http_server_options": {"enable_http2": true}
        }
        """);
  }

  private int explain(Map<String, String> environment, String... more) {
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false,
            environment);
    String[] arguments = new String[more.length + 3];
    arguments[0] = "explain";
    arguments[1] = "--conf";
    arguments[2] = conf.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return new CommandLine(new ConfigCommand(terminal)).execute(arguments);
  }

  @Test
  void saysThatAValueIsFromTheFile() {
    assertThat(explain(Map.of(), "listen_port")).isEqualTo(ExitCode.OK);

    assertThat(out.toString(UTF_8))
        .containsPattern("listen_port +9000 +" + conf + ":2:18 +TYK_GW_LISTENPORT");
  }

  @Test
  void saysThatAValueIsFromTheEnvironment() {
    assertThat(explain(Map.of("TYK_GW_LISTENPORT", "9001"), "listen_port")).isEqualTo(ExitCode.OK);

    assertThat(out.toString(UTF_8))
        .containsPattern("listen_port +9001 +TYK_GW_LISTENPORT +TYK_GW_LISTENPORT");
  }

  @Test
  void saysThatAValueIsTheDefault() {
    assertThat(explain(Map.of(), "pid_file_location", "weir.event_loops")).isEqualTo(ExitCode.OK);

    assertThat(out.toString(UTF_8))
        .containsPattern("pid_file_location +\"/var/run/tyk/tyk-gateway.pid\" +default")
        .containsPattern("weir.event_loops +\\d+ +default +WEIR_EVENT_LOOPS");
  }

  @Test
  void explainsAllBelowAnObjectForPrograms() {
    assertThat(explain(Map.of(), "http_server_options", "-o", "json")).isEqualTo(ExitCode.OK);

    assertThat(out.toString(UTF_8))
        .contains("\"key\": \"http_server_options.enable_http2\",\n    \"value\": true,")
        .contains("\"source\": \"" + conf + ":4:43\"")
        .contains("\"key\": \"http_server_options.use_ssl\",\n    \"value\": false,");
  }

  @Test
  void tellsNoSecret() {
    assertThat(explain(Map.of("TYK_GW_STORAGE_PASSWORD", "hidden"), "secret", "storage"))
        .isEqualTo(ExitCode.OK);

    assertThat(out.toString(UTF_8)).contains("***").doesNotContain("of nobody else", "hidden");
  }

  @Test
  void aKeyThatIsNotThereIsNamedWithTheNearest() {
    assertThat(explain(Map.of(), "listen_prt")).isEqualTo(ExitCode.REFUSED);

    assertThat(err.toString(UTF_8)).contains("listen_prt is no key, did you mean listen_port?");
  }
}
