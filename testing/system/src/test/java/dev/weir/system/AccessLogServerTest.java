package dev.weir.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A line for each call, whatever is in it. */
class AccessLogServerTest {
  private static final int REFUSED_TO_START = 1;

  @TempDir private Path folder;

  private final EchoBackend backend = EchoBackend.start("one");
  private final int adminPort = Ports.free();
  private final Api echo = Api.of("echo", backend.target()).at("/weir.testkit.Echo");

  @AfterEach
  void stop() {
    backend.close();
  }

  private Path file() {
    return folder.resolve("access.log");
  }

  private Map<String, Object> configuration(List<String> template) {
    var all = new LinkedHashMap<String, Object>();
    all.put("access_logs", Map.of("enabled", true, "template", template));
    all.put(
        "weir",
        Map.of(
            "access_log",
            Map.of("file", file().toString()),
            "admin",
            Map.of("address", "127.0.0.1:" + adminPort)));
    return all;
  }

  private WeirProcess logging(String... template) {
    return WeirProcess.tuned(List.of(), configuration(List.of(template)), echo);
  }

  private static List<String> lines(Path file, int expected) {
    await().atMost(Patience.LIMIT).until(() -> read(file).size() >= expected);
    return read(file);
  }

  private static List<String> read(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLineTellsOfACall() {
    try (var weir = logging();
        var client = EchoClient.to(weir.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();

      assertThat(lines(file(), 1).getFirst())
          .matches(
              "\\{\"ts\":\"[0-9T:.-]+Z\",\"api_id\":\"echo\",\"client_ip\":\"127.0.0.1\","
                  + "\"remote_addr\":\"127.0.0.1:\\d+\",\"host\":\"[^\"]+\",\"method\":\"POST\","
                  + "\"path\":\"/weir.testkit.Echo/Unary\",\"user_agent\":\"[^\"]+\","
                  + "\"grpc_status\":\"OK\",\"duration_us\":\\d+,\"upstream_addr\":\""
                  + backend.target().replaceAll(".*//", "")
                  + "\",\"attempts\":1,\"bytes_in\":\\d+,\"bytes_out\":\\d+\\}");
      assertThat(Metrics.at(adminPort).values())
          .containsEntry("weir_access_log_lines_lost_total", 0.0);
    }
  }

  /** It is its API's call, whatever the listen path. */
  @Test
  void aCallOfAVersionIsToldAndCountedAsOneOfItsApi() {
    Api front =
        echo.with("definition.enabled", true)
            .with("definition.location", "header")
            .with("definition.key", "x-api-version")
            .with("definition.default", "v2")
            .with("definition.versions", Map.of("v2", "second", "v3", "closed"));
    Api second = Api.of("second", backend.target()).at("/second/").with("internal", true);
    try (var weir = WeirProcess.tuned(List.of(), configuration(List.of()), front, second);
        var client = EchoClient.to(weir.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();

      assertThat(lines(file(), 1).getFirst())
          .contains("\"api_id\":\"second\"", "\"path\":\"/weir.testkit.Echo/Unary\"");
      assertThat(Metrics.at(adminPort).values().keySet())
          .anyMatch(name -> name.startsWith("weir_api_grpc_calls") && name.contains("\"second\""))
          .noneMatch(name -> name.startsWith("weir_api_grpc_calls") && name.contains("\"echo\""));
    }
  }

  /** Whichever version the call was meant for, or none. */
  @Test
  void aSecretOfAVersionIsNotTold() {
    Api front =
        echo.with("definition.enabled", true)
            .with("definition.location", "header")
            .with("definition.key", "x-api-version")
            .with("definition.versions", Map.of("v2", "second", "v3", "closed"));
    Api second =
        Api.of("second", backend.target())
            .at("/second/")
            .with("internal", true)
            .with("use_keyless", false)
            .with("auth_configs.authToken.use_param", true)
            .with("auth_configs.authToken.param_name", "ticket");
    Api closed =
        new Api("closed", 0, "/closed/", second.targets(), second.more())
            .with("auth_configs.authToken.param_name", "pass")
            .with("protocol", "https");
    try (var weir = WeirProcess.tuned(List.of(), configuration(List.of()), front, second, closed);
        WirePeer client = WirePeer.client(weir.port())) {
      Fields call =
          Fields.grpcRequest("/weir.testkit.Echo/Unary?a=b&ticket=hidden")
              .without("content-type")
              .without("te");
      client.send(Frame.headers(1, call.with("x-api-version", "v2")).last());
      assertThat(client.expectFate(1)).startsWith("http 40");
      client.send(Frame.headers(3, call.with("x-api-version", "v9")).last());
      assertThat(client.expectFate(3)).isEqualTo("http 403");
      Fields unserved =
          Fields.grpcRequest("/weir.testkit.Echo/Unary?a=b&pass=hidden")
              .without("content-type")
              .without("te");
      client.send(Frame.headers(5, unserved.with("x-api-version", "v3")).last());
      assertThat(client.expectFate(5)).startsWith("http 50");

      assertThat(lines(file(), 3))
          .allMatch(line -> line.contains("Unary?a=b"))
          .noneMatch(line -> line.contains("hidden"));
    }
  }

  private static void get(int port, String... paths) throws Exception {
    // One connection, so that lines come in this order.
    try (var http = HttpClient.newHttpClient()) {
      for (String path : paths) {
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            BodyHandlers.discarding());
      }
    }
  }

  /** Names of keys are in its paths. */
  @Test
  void whatIsTheGatewaysOwnIsNotTold() throws Exception {
    try (var weir = logging()) {
      get(weir.port(), "/hello", "/tyk/keys/canary", "/weir/v1/snapshot", "/nothing");

      assertThat(lines(file(), 1)).hasSize(1).first().asString().contains("\"path\":\"/nothing\"");
    }
  }

  @Test
  void aKeyIsNotToldEitherWhereTheControlApiIsElsewhere() throws Exception {
    var all = new LinkedHashMap<>(configuration(List.of()));
    all.put("control_api_port", Ports.free());
    try (var weir = WeirProcess.tuned(List.of(), all, echo)) {
      get(weir.port(), "/tyk/keys/canary?hashed=1");

      assertThat(lines(file(), 1).getFirst())
          .contains("\"path\":\"/tyk/keys/***\"", "\"error\":\"NO_ROUTE\"");
    }
  }

  @Test
  void aTemplateChoosesWhatIsTold() {
    try (var weir = logging("path", "error", "status", "grpc_status", "nonsense");
        WirePeer client = WirePeer.client(weir.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest("/nowhere/Call")).last());
      assertThat(client.expectFate(1)).isEqualTo("grpc 12");
      client.send(
          Frame.headers(
                  3,
                  Fields.of(":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "a"))
              .last());
      assertThat(client.expectFate(3)).isEqualTo("http 404");

      List<String> lines = lines(file(), 2);

      assertThat(lines.getFirst())
          .endsWith(
              "Z\",\"path\":\"/nowhere/Call\",\"grpc_status\":\"UNIMPLEMENTED\",\"error\":\"NO_ROUTE\"}");
      assertThat(lines.get(1)).endsWith("\"path\":\"/x\",\"status\":404,\"error\":\"NO_ROUTE\"}");
      assertThat(weir.output()).contains("\"nonsense\\\" is unknown");
    }
  }

  /** What callers write cannot end a line, or begin another. */
  @Test
  void nothingThatIsSentBreaksALine() {
    try (var weir = logging("path", "user_agent");
        WirePeer client = WirePeer.client(weir.port())) {
      client.send(
          Frame.headers(
                  1, Fields.grpcRequest("/a.B/C").with("user-agent", "\"}\t\\{" + "x".repeat(2000)))
              .last());
      client.expectFate(1);

      List<String> lines = lines(file(), 1);

      assertThat(lines).hasSize(1);
      assertThat(lines.getFirst())
          .contains("\\\"}\\u0009\\\\{")
          .hasSizeLessThan(1300)
          .endsWith("x\"}");
    }
  }

  /**
   * As many lines as calls, and nothing in them that a terminal or a person would take for more.
   */
  @Test
  void e17EachCallIsALineOfPlainText() {
    String odd = new String("\u202egnp\u2066\u2028".getBytes(UTF_8), ISO_8859_1) + "\u0085\u009b";
    try (var weir = logging();
        WirePeer client = WirePeer.client(weir.port())) {
      for (int id = 1; id < 100; id += 2) {
        client.send(
            Frame.headers(
                    id,
                    Fields.grpcRequest("/a.B/C")
                        .with("user-agent", odd + "\"},{\"a\":\"")
                        .with("x-request-id", odd)
                        .with("referer", odd))
                .last());
        client.expectFate(id);
      }

      assertThat(lines(file(), 50))
          .hasSize(50)
          .allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 0x7f));
    }
  }

  @Test
  void aReloadGoesOnInANewFile() throws IOException {
    try (var weir = logging();
        var client = EchoClient.to(weir.port())) {
      client.unary("hi");
      lines(file(), 1);
      Path old = folder.resolve("access.log.1");
      Files.move(file(), old);
      client.unary("hi");
      lines(old, 2);
      weir.hangUp();
      await().atMost(Patience.LIMIT).until(() -> Files.exists(file()));
      client.unary("hi");

      assertThat(lines(file(), 1)).hasSize(1);
      assertThat(read(old)).hasSize(2);
    }
  }

  @Test
  void withoutAFileLinesGoToStandardOutput() {
    try (var weir =
            WeirProcess.tuned(List.of(), Map.of("access_logs", Map.of("enabled", true)), echo);
        var client = EchoClient.to(weir.port())) {
      client.unary("hi");

      await()
          .atMost(Patience.LIMIT)
          .until(() -> weir.output().contains("\"path\":\"/weir.testkit.Echo/Unary\""));
    }
  }

  @Test
  void nothingIsLoggedThatWasNotAskedFor() {
    try (var weir = WeirProcess.serving(echo);
        var client = EchoClient.to(weir.port())) {
      client.unary("hi");

      assertThat(weir.output()).doesNotContain("weir.testkit.Echo/Unary");
    }
  }

  @Test
  void aFileThatCannotBeWrittenEndsTheStart() {
    int port = Ports.free();
    Map<String, Object> wrong =
        Map.of(
            "access_logs",
            Map.of("enabled", true),
            "weir",
            Map.of("access_log", Map.of("file", folder.resolve("no/such/file").toString())));
    try (var weir = WeirProcess.of(TykFiles.write(port, wrong, List.of(echo)), port)) {
      assertThat(weir.awaitExit()).isEqualTo(REFUSED_TO_START);
      assertThat(weir.output()).contains("weir.access_log.file").contains("cannot be written");
    }
  }

  /** A disk that is full costs lines, not calls. */
  @Test
  void aFullDiskHoldsNoCallUp() throws IOException {
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    try (var weir = logging();
        var client = EchoClient.to(weir.port())) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.unary("hi").status().isOk()).isTrue();
      }

      await()
          .atMost(Patience.LIMIT)
          .until(() -> Metrics.at(adminPort).get("weir_access_log_lines_lost_total") == 20);
    }
  }
}
