package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cli.DemoOptions;
import dev.weir.cli.Documents;
import dev.weir.cli.ExitCode;
import dev.weir.cli.LogFormat;
import dev.weir.cli.LogLevel;
import dev.weir.cli.LogOptions;
import dev.weir.cli.RunOptions;
import dev.weir.cli.Terminal;
import dev.weir.model.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class WeirTest {
  private static final LogOptions TEXT = new LogOptions(LogFormat.TEXT, LogLevel.INFO);
  private static final String API =
      """
      {"api_id": "%s", "name": "%s", "active": true, %s
       "proxy": {"listen_path": "/%s/", "target_url": "h2c://127.0.0.1:1"}}
      """;

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final LogCapture log = new LogCapture();
  private final StopSignal stop = new StopSignal(code -> {}, _ -> {});
  private final Weir weir =
      new Weir(
          new Terminal(
              new PrintStream(out, true, UTF_8),
              new PrintStream(err, true, UTF_8),
              false,
              false,
              Map.of()),
          log,
          stop,
          _ -> true);

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectory(folder.resolve("apps"));
    write("tyk.conf", "{\"listen_address\": \"127.0.0.1\", \"app_path\": \"apps\"}");
    write("apps/open.json", API.formatted("open", "Open", "\"use_keyless\": true,", "open"));
  }

  @Test
  void servesUntilItIsToldToStop() throws Exception {
    CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> run(0));
    log.await("ready");

    assertThat(get("/hello")).contains("\"status\":\"pass\"");
    stop.signal();

    assertThat(exit.join()).isEqualTo(ExitCode.OK);
    assertThat(log.text().lines())
        .satisfiesExactly(
            secret -> assertThat(secret).endsWith("weir-data/control.secret"),
            file -> assertThat(file).endsWith("configuration file=" + folder.resolve("tyk.conf")),
            version -> assertThat(version).contains("weir ", "Java"),
            apis -> assertThat(apis).endsWith("APIs serving=1 not_serving=0"),
            ports -> assertThat(ports).contains("listening ports="),
            control -> assertThat(control).contains("control API port="),
            transport -> assertThat(transport).contains("transport kind=", "event_loops="),
            ready -> assertThat(ready).contains("ready"),
            draining -> assertThat(draining).endsWith("draining open calls seconds=30"),
            stopped -> assertThat(stopped).endsWith("stopped"));
  }

  @Test
  void saysWhichApisItDoesNotServe() throws Exception {
    write("apps/closed.json", API.formatted("closed", "Closed", "\"use_oauth2\": true,", "closed"));
    write("apps/broken.json", "{\"api_id\": \"broken\",\n \"listen_port\": \"x\"}");
    CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> run(0));
    log.await("ready");
    stop.signal();
    exit.join();

    assertThat(log.text())
        .contains("API is closed: its calls end with UNAVAILABLE api_id=closed", "broken.json:2:17")
        .contains("api_id=broken field=listen_port")
        .contains("APIs serving=1 not_serving=1");
  }

  @Test
  void namesKeysThatItDoesNotActOnAndThoseThatNobodyKnows() throws Exception {
    write(
        "tyk.conf",
        """
        {"listen_address": "127.0.0.1", "app_path": "apps", "enable_jsvm": true, "listen_prt": 1}
        """);
    CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> run(0));
    log.await("ready");
    stop.signal();
    exit.join();

    assertThat(log.text())
        .contains("keys that this build does not act on keys=enable_jsvm")
        .contains("listen_prt: unknown key, it has no effect, did you mean listen_port?");
  }

  @Test
  void namesFieldsOfAnApiThatItDoesNotActOn() throws Exception {
    String tags = "\"use_keyless\": true, \"tags\": [\"a\"],";
    write("apps/tagged.json", API.formatted("tagged", "Tagged", tags, "tagged"));
    CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> run(0));
    log.await("ready");
    stop.signal();
    exit.join();

    assertThat(log.text())
        .contains("fields that this build does not act on api_id=tagged fields=tags");
  }

  @Test
  void namesAnAddressThatDoesNotResolve() throws Exception {
    write("tyk.conf", "{\"listen_address\": \"nowhere.invalid\", \"app_path\": \"apps\"}");

    assertThat(run(0)).isEqualTo(ExitCode.REFUSED);
    log.await("listen_address: nowhere.invalid does not resolve");
  }

  @Test
  void refusesABrokenConfigurationWithAllOfItsProblems() throws IOException {
    write("tyk.conf", "{\"listen_port\": true,\n \"app_path\": 1}");

    assertThat(run(null)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8))
        .contains("tyk.conf:1:17: error: listen_port", "tyk.conf:2:14: error: app_path")
        .contains("not started: 2 errors");
  }

  @Test
  void refusesAFolderThatIsNotThere() throws IOException {
    write("tyk.conf", "{\"app_path\": \"nowhere\"}");

    assertThat(run(0)).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8)).contains("nowhere does not exist");
  }

  @Test
  void checkNamesPortsThatAreNotOpenAndPathsThatTwoWant() throws IOException {
    String open = "\"use_keyless\": true,";
    write("apps/other.json", API.formatted("other", "Other", open, "open"));
    write("apps/port.json", API.formatted("port", "Port", open + " \"listen_port\": 9,", "port"));
    Documents documents = Documents.read(folder.resolve("tyk.conf"), 0, Map.of());

    List<String> problems =
        weir
            .check(
                Objects.requireNonNull(documents.config()),
                Objects.requireNonNull(documents.apis()).definitions())
            .stream()
            .map(Problem::toString)
            .toList();

    assertThat(problems)
        .satisfiesExactly(
            path -> assertThat(path).contains("other.json:2:27: error: proxy.listen_path: "),
            port ->
                assertThat(port).contains("port.json:1:", ": error: listen_port: 9 is not open"));
  }

  @Test
  void checkNamesWhatIsWrongWithPoliciesAndPaths() throws IOException {
    write(
        "tyk.conf",
        """
        {"listen_address": "127.0.0.1", "app_path": "apps", "policies": {"policy_path": "policies"}}
        """);
    write(
        "apps/open.json",
        API.formatted(
            "open",
            "Open",
            """
            "use_keyless": true, "jwt_default_policies": ["none"],
             "version_data": {"not_versioned": true, "versions": {"Default": {"extended_paths":
             {"white_list": [{"path": "/pkg.A/Say"}]}}}},
            """,
            "open"));
    Files.createDirectory(folder.resolve("policies"));
    write(
        "policies/gold.json",
        """
        {"id": "gold", "org_id": "o", "rate": 5, "per": 1, "partitions": {"acl": true},
         "access_rights": {"gone": {}, "open": {"allowed_urls": [
           {"url": "/a(", "methods": ["POST"]}, {"url": "/pkg.A/Say", "methods": ["POST"]}]}}}
        """);
    Documents documents = Documents.read(folder.resolve("tyk.conf"), 0, Map.of());

    List<String> problems =
        weir
            .check(
                Objects.requireNonNull(documents.config()),
                Objects.requireNonNull(documents.apis()).definitions())
            .stream()
            .map(Problem::toString)
            .toList();

    assertThat(problems)
        .anyMatch(text ->
            text.contains("gold.json:3:12: error: access_rights.open.allowed_urls[0].url: "))
        .anyMatch(
            text -> text.contains("gold.json:2:28: warning: access_rights.gone: names an API"))
        .anyMatch(text -> text.contains("gold.json:1:39: warning: rate: has no effect"))
        .anyMatch(
            text -> text.contains("allowed_urls[1].url: does not have /pkg.A/SayAgain called"))
        .anyMatch(text -> text.contains("white_list[0].path: does not have /pkg.A/SayAgain called"))
        .anyMatch(text -> text.contains("jwt_default_policies: names the policy \"none\""));
  }

  @Test
  void namesATakenMainPort() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(run(taken.getLocalPort())).isEqualTo(ExitCode.REFUSED);
      assertThat(log.text())
          .contains("cannot start", "port " + taken.getLocalPort() + ": address already in use")
          .doesNotContain("bind(");
    }
  }

  /** An address that is kept for documentation (RFC 5737), so nobody's. */
  @Test
  void namesAnAddressThatIsNotOfThisMachine() throws IOException {
    write("tyk.conf", "{\"listen_address\": \"192.0.2.1\", \"app_path\": \"apps\"}");

    assertThat(run(0)).isEqualTo(ExitCode.REFUSED);
    assertThat(log.text())
        .contains("port 0: 192.0.2.1 is no address of this machine")
        .doesNotContain("bind(");
  }

  @Test
  void oneThatCannotStartLeavesTheFileOfTheOtherAlone() throws Exception {
    write(
        "tyk.conf",
        """
        {"listen_address": "127.0.0.1", "app_path": "apps", "pid_file_location": "weir.pid"}
        """);
    CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> run(0));
    log.await("ready");
    Path file = folder.resolve("weir.pid");
    while (!Files.exists(file)) {
      Thread.onSpinWait();
    }

    assertThat(run(port())).isEqualTo(ExitCode.REFUSED);

    assertThat(file).hasContent(ProcessHandle.current().pid() + "\n");
    stop.signal();
    assertThat(exit.join()).isEqualTo(ExitCode.OK);
    assertThat(file).doesNotExist();
  }

  @Test
  void demoShowsTheAnswerAndHowToAskAgain() {
    assertThat(weir.demo(new DemoOptions(0, 0, 0, true, TEXT))).isEqualTo(ExitCode.OK);
    assertThat(out.toString(UTF_8))
        .contains("{\"message\": \"Hello joe\"}")
        .containsPattern(
            "grpcurl -plaintext -proto examples/protos/helloworld.proto -d '\\{\"name\": \"joe\"}'"
                + " localhost:\\d+ helloworld.Greeter/SayHello\n");
  }

  @Test
  void demoStaysUpUntilItIsToldToStop() throws Exception {
    stop.signal();

    assertThat(weir.demo(new DemoOptions(0, 0, 0, false, TEXT))).isEqualTo(ExitCode.OK);
    assertThat(out.toString(UTF_8)).contains("Ctrl-C");
  }

  @Test
  void demoNamesATakenPortAndProposesAFreeOne() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThat(weir.demo(new DemoOptions(0, port, 0, true, TEXT))).isEqualTo(ExitCode.REFUSED);
      assertThat(err.toString(UTF_8))
          .containsPattern(
              "port " + port + " is taken, (\\d+) is free: weir demo --greeter-port \\1");
    }
  }

  private Integer run(@org.jspecify.annotations.Nullable Integer port) {
    return weir.run(new RunOptions(folder.resolve("tyk.conf"), port, TEXT));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private int port() {
    Matcher port = Pattern.compile("ports=\\[(\\d+)").matcher(log.text());
    assertThat(port.find()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  private String get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port() + path);
      HttpRequest request =
          HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }
}
