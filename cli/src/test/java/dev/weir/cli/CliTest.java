package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.ApiDefinition;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Recorder launcher = new Recorder();

  @ParameterizedTest
  @ValueSource(strings = {"run", "start"})
  void runTakesTheFile(String verb) {
    assertThat(weir(verb, "--conf", "a/tyk.conf")).isEqualTo(ExitCode.OK);

    assertThat(launcher.lastRun().conf()).isEqualTo(Path.of("a/tyk.conf"));
    assertThat(launcher.lastRun().port()).isNull();
  }

  @Test
  void confWithoutAVerbRuns() {
    weir("--conf=tyk.conf");

    assertThat(launcher.lastRun().conf()).isEqualTo(Path.of("tyk.conf"));
  }

  @Test
  void runTakesLogOptionsInAnyCase() {
    weir("run", "--log-format", "JSON", "--log-level=debug");

    assertThat(launcher.lastRun().log().format()).isEqualTo(LogFormat.JSON);
    assertThat(launcher.lastRun().log().level()).isEqualTo(LogLevel.DEBUG);
  }

  @Test
  void demoHasThePortsOfTheExamples() {
    weir("demo");

    assertThat(launcher.lastDemo().port()).isEqualTo(12345);
    assertThat(launcher.lastDemo().greeterPort()).isEqualTo(50051);
    assertThat(launcher.lastDemo().routeGuidePort()).isEqualTo(10000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port", "--greeter-port", "--route-guide-port"})
  void demoRefusesWhatIsNoPort(String option) {
    assertThat(weir("demo", option, "65536")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(UTF_8)).contains(option + ": 65536 is not a port");
  }

  @Test
  void exitCodeIsTheLaunchersAnswer() {
    launcher.answer = ExitCode.FORCED;

    assertThat(weir("run")).isEqualTo(ExitCode.FORCED);
  }

  @Test
  void failureWhileRunningIsReported() {
    launcher.failure = new IllegalStateException("lost the plot");

    assertThat(weir("run")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString(UTF_8)).contains("lost the plot");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rum", "--colour", ""})
  void wrongUseExitsWithTwo(String argument) {
    String[] arguments = argument.isEmpty() ? new String[0] : new String[] {argument};

    assertThat(weir(arguments)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(UTF_8)).contains("weir");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void wrongPortIsWrongUse() {
    assertThat(weir("demo", "--port", "many")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(UTF_8)).contains("--port", "many");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "demo", "validate", "version", "cert", "store"})
  void helpHasTwoExamples(String verb) {
    assertThat(weir(verb, "--help")).isEqualTo(ExitCode.OK);

    String help = out.toString(UTF_8);
    String examples = help.substring(help.indexOf("Examples:"));
    assertThat(examples.lines().filter(line -> line.contains("weir ")).count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"add", "list", "show", "remove", "dev"})
  void helpOfCertificatesHasTwoExamples(String verb) {
    assertThat(weir("cert", verb, "--help")).isEqualTo(ExitCode.OK);

    String help = out.toString(UTF_8);
    String examples = help.substring(help.indexOf("Examples:"));
    assertThat(examples.lines().filter(line -> line.contains("weir cert ")).count()).isEqualTo(2);
  }

  @Test
  void certTakesWhatIsAskedFor() {
    weir("cert", "add", "a.pem", "--key", "a.key", "--org", "acme", "--conf", "tyk.conf");
    assertThat(launcher.certConf).isEqualTo(Path.of("tyk.conf"));
    assertThat(launcher.cert)
        .isEqualTo(new CertRequest.Add(List.of(Path.of("a.pem")), Path.of("a.key"), "acme"));

    weir("cert", "list", "--json");
    assertThat(launcher.cert).isEqualTo(new CertRequest.ListAll(OutputForm.JSON));

    weir("cert", "list", "-o", "yaml");
    assertThat(launcher.cert).isEqualTo(new CertRequest.ListAll(OutputForm.YAML));

    weir("cert", "show", "1234");
    assertThat(launcher.cert).isEqualTo(new CertRequest.Show("1234", OutputForm.TEXT));

    weir("cert", "remove", "1", "2");
    assertThat(launcher.cert).isEqualTo(new CertRequest.Remove(List.of("1", "2")));

    weir("cert", "dev", "*.a.test", "::1", "--client", "joe", "--client", "ann", "--out", "o");
    assertThat(launcher.cert)
        .isEqualTo(
            new CertRequest.Dev(List.of("*.a.test", "::1"), List.of("joe", "ann"), Path.of("o")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "add",
        "add a b --key k",
        "add a --org ../x",
        "dev",
        "dev a/b",
        "dev ..",
        "dev a --client ../joe",
        "remove"
      })
  void certRefusesWrongUse(String line) {
    String[] words = ("cert " + line).strip().split(" ");

    assertThat(weir(words)).isEqualTo(ExitCode.USAGE);
    assertThat(launcher.cert).isNull();
    assertThat(err.toString(UTF_8)).contains("weir cert");
  }

  /** Their files would be those of others, and one of these is what everybody gets to trust. */
  @ParameterizedTest
  @ValueSource(strings = {"ca", "CA", "ca-key", "client-joe"})
  void certificatesForDevelopmentOverwriteNoAuthority(String first) {
    assertThat(weir("cert", "dev", first, "a.test")).isEqualTo(ExitCode.USAGE);
    assertThat(launcher.cert).isNull();
    assertThat(err.toString(UTF_8)).contains("NAME: " + first + " cannot be the first, its file");

    assertThat(weir("cert", "dev", "a.test", first)).isEqualTo(ExitCode.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.3", "300.1.1.1", "1.2.3.4.5", "7", "a:b", "1:2", "::1::2"})
  void certificatesForDevelopmentAreForNoAddressesThatAreNone(String name) {
    assertThat(weir("cert", "dev", "a.test", name)).isEqualTo(ExitCode.USAGE);
    assertThat(launcher.cert).isNull();
    assertThat(err.toString(UTF_8))
        .contains("NAME: " + name + " cannot be, a host name or an address is needed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key",
        "key create",
        "key import",
        "key ls",
        "key get",
        "key update",
        "key rm",
        "policy",
        "policy ls",
        "policy get",
        "policy apply",
        "policy rm"
      })
  void helpOfKeysAndPoliciesHasTwoExamples(String line) {
    assertThat(weir((line + " --help").split(" "))).isEqualTo(ExitCode.OK);

    String help = out.toString(UTF_8);
    String examples = help.substring(help.indexOf("Examples:"));
    assertThat(examples.lines().filter(example -> example.contains("weir ")).count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup", "restore", "check"})
  void helpOfTheStoreHasTwoExamples(String verb) {
    assertThat(weir("store", verb, "--help")).isEqualTo(ExitCode.OK);

    String help = out.toString(UTF_8);
    String examples = help.substring(help.indexOf("Examples:"));
    assertThat(examples.lines().filter(line -> line.contains("weir store ")).count()).isEqualTo(2);
  }

  @Test
  void storeTakesWhatIsAskedFor() {
    weir("store", "backup", "weir.db", "--conf", "tyk.conf");
    assertThat(launcher.certConf).isEqualTo(Path.of("tyk.conf"));
    assertThat(launcher.store).isEqualTo(new StoreRequest.Backup(Path.of("weir.db")));

    weir("store", "restore", "weir.db");
    assertThat(launcher.store).isEqualTo(new StoreRequest.Restore(Path.of("weir.db"), false));

    weir("store", "restore", "--replace", "weir.db");
    assertThat(launcher.store).isEqualTo(new StoreRequest.Restore(Path.of("weir.db"), true));

    weir("store", "check");
    assertThat(launcher.store).isEqualTo(new StoreRequest.Check());
  }

  @Test
  void versionSaysWhatRuns() {
    weir("version");

    assertThat(out.toString(UTF_8)).matches("weir \\d+\\.\\d+\\.\\S+ \\(Java \\d\\S*, \\S.*\\)\\R");
  }

  @Test
  void coloursOnlyForATerminal() {
    assertThat(new Terminal(System.out, System.err, true, true, Map.of()).colouredOut()).isTrue();
    assertThat(new Terminal(System.out, System.err, false, true, Map.of()).colouredOut()).isFalse();
  }

  @Test
  void noColorWins() {
    Map<String, String> environment = Map.of("NO_COLOR", "1", "FORCE_COLOR", "1");

    assertThat(new Terminal(System.out, System.err, true, true, environment).colouredOut())
        .isFalse();
  }

  @Test
  void forceColorColoursAFile() {
    Map<String, String> environment = Map.of("FORCE_COLOR", "1");

    assertThat(new Terminal(System.out, System.err, false, false, environment).colouredErr())
        .isTrue();
  }

  private int weir(String... arguments) {
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false,
            Map.of());
    return Cli.execute(launcher, terminal, arguments);
  }

  private static final class Recorder implements Launcher {
    @Nullable RunOptions run;
    @Nullable DemoOptions demo;
    @Nullable Path certConf;
    @Nullable CertRequest cert;
    @Nullable StoreRequest store;
    int answer = ExitCode.OK;
    @Nullable RuntimeException failure;

    RunOptions lastRun() {
      return Objects.requireNonNull(run);
    }

    DemoOptions lastDemo() {
      return Objects.requireNonNull(demo);
    }

    @Override
    public int run(RunOptions options) {
      run = options;
      if (failure != null) {
        throw failure;
      }
      return answer;
    }

    @Override
    public List<Problem> check(GatewayConfig config, List<ApiDefinition> apis) {
      return List.of();
    }

    @Override
    public int cert(@Nullable Path conf, CertRequest request) {
      certConf = conf;
      cert = request;
      return answer;
    }

    @Override
    public int store(@Nullable Path conf, StoreRequest request) {
      certConf = conf;
      store = request;
      return answer;
    }

    @Override
    public int demo(DemoOptions options) {
      demo = options;
      return answer;
    }
  }
}
