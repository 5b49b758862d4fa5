package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TlsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Tyk's operators do over HTTP, with Tyk's shapes and texts. */
class ControlApiServerTest {
  private static final String SECRET = "a secret of the test";
  private static final String NOBODY =
      "Attempted administrative access with invalid or missing key!";

  private final EchoBackend one = EchoBackend.start("one");
  private final EchoBackend two = EchoBackend.start("two");
  private final Api echo = Api.of("echo", one.target());

  @TempDir Path folder;

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  private static TestGateway gateway(Api... apis) {
    return TestGateway.configured(Map.of("secret", SECRET), apis);
  }

  private HttpResponse<String> ask(int port, String method, String path, String body) {
    return ask(port, method, path, body, SECRET);
  }

  private HttpResponse<String> ask(
      int port, String method, String path, String body, String secret) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!secret.isEmpty()) {
      request.header("x-tyk-authorization", secret);
    }
    // One for each request: no connection is left when the gateway is looked at.
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String server(int port) {
    try (var client = EchoClient.to(port)) {
      return client.unary("hi").reply().getServer();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "another", "a secret of the tesT"})
  void nobodyIsLetInWithoutTheSecret(String secret) {
    try (var gateway = gateway(echo)) {
      HttpResponse<String> refused = ask(gateway.port(), "GET", "/tyk/apis", "", secret);

      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body())
          .isEqualTo("{\"status\":\"error\",\"message\":\"%s\"}".formatted(NOBODY));
      assertThat(ask(gateway.port(), "DELETE", "/tyk/apis/echo", "", secret).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void thereIsNoneWithoutASecret() {
    try (var gateway = TestGateway.serving(echo.at("/weir.testkit.Echo/"))) {
      assertThat(ask(gateway.port(), "GET", "/tyk/apis", "", "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void anApiIsWrittenReloadedChangedAndDeleted() {
    try (var gateway = gateway(echo.at("/elsewhere"))) {
      int port = gateway.port();
      HttpResponse<String> added =
          ask(port, "POST", "/tyk/apis", Json.of(Api.of("more", one.target()).definition()));
      assertThat(added.statusCode()).isEqualTo(200);
      assertThat(added.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(added.body())
          .isEqualTo("{\"key\":\"more\",\"status\":\"ok\",\"action\":\"added\"}");
      assertThat(ask(port, "GET", "/tyk/apis/more", "").statusCode()).isEqualTo(404);

      HttpResponse<String> reloaded = ask(port, "GET", "/tyk/reload/?block=true", "");
      assertThat(reloaded.statusCode()).isEqualTo(200);
      assertThat(reloaded.body())
          .startsWith("{\"status\":\"ok\",\"message\":\"\",\"generation\":2,")
          .contains("\"added\":[\"more\"]");
      assertThat(server(port)).isEqualTo("one");
      assertThat(ask(port, "GET", "/tyk/apis/more", "").body()).contains("\"api_id\":\"more\"");
      assertThat(ask(port, "GET", "/tyk/apis/", "").body())
          .startsWith("[{")
          .contains("\"api_id\":\"more\"")
          .contains("\"api_id\":\"echo\"");

      String changed = Json.of(Api.of("more", two.target()).definition());
      assertThat(ask(port, "PUT", "/tyk/apis/more", changed).body())
          .isEqualTo("{\"key\":\"more\",\"status\":\"ok\",\"action\":\"modified\"}");
      assertThat(server(port)).isEqualTo("one");
      ask(port, "GET", "/tyk/reload/group", "");
      assertThat(server(port)).isEqualTo("two");

      assertThat(ask(port, "DELETE", "/tyk/apis/more", "").body())
          .isEqualTo("{\"key\":\"more\",\"status\":\"ok\",\"action\":\"deleted\"}");
      assertThat(ask(port, "DELETE", "/tyk/apis/more", "").statusCode()).isEqualTo(500);
      ask(port, "GET", "/tyk/reload", "");
      assertThat(ask(port, "DELETE", "/tyk/apis/more", "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void whatWeirDoesNotKnowIsKept() {
    try (var gateway = gateway(echo)) {
      String text = Json.of(echo.with("x_of_theirs", Map.of("a", 1.50)).definition());

      ask(gateway.port(), "PUT", "/tyk/apis/echo", text);
      ask(gateway.port(), "GET", "/tyk/reload", "");

      assertThat(ask(gateway.port(), "GET", "/tyk/apis/echo", "").body())
          .contains("\"x_of_theirs\":{\"a\":1.5}");
    }
  }

  @ParameterizedTest
  @NullAndEmptySource
  void aDefinitionWithoutAnIdGetsOne(@Nullable String id) throws IOException {
    try (var gateway = gateway(echo.at("/elsewhere"))) {
      var definition = new LinkedHashMap<>(Api.of("nameless", one.target()).definition());
      if (id == null) {
        definition.remove("api_id");
      } else {
        definition.put("api_id", id);
      }

      HttpResponse<String> added = ask(gateway.port(), "POST", "/tyk/apis", Json.of(definition));

      assertThat(added.statusCode()).isEqualTo(200);
      String made = added.body().replaceAll(".*\"key\":\"([0-9a-f]{32})\".*", "$1");
      Path file = gateway.folder().resolve("apps/" + made + ".json");
      assertThat(Files.readString(file)).contains("\"api_id\":\"" + made + "\"");
    }
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | /tyk/                     |    | 404 | Not Found
          GET    | /tyk/nothing              |    | 404 | Not Found
          GET    | /tyk/reload/us            |    | 404 | Not Found
          POST   | /tyk/reload               |    | 405 | Method not supported
          PUT    | /tyk/apis                 |    | 405 | Method not supported
          GET    | /tyk/apis/none            |    | 404 | API not found
          PUT    | /tyk/apis/none            | {} | 404 | API not found
          DELETE | /tyk/apis/none            |    | 404 | API not found
          PUT    | /tyk/apis/echo            | {  | 400 | Request malformed
          POST   | /tyk/apis                 | [] | 400 | Request malformed
          POST   | /tyk/apis                 | {"api_id": "../up"} | 400 | Invalid API ID
          POST   | /tyk/apis/.hidden         | {} | 400 | Invalid API ID
          PUT    | /tyk/apis/echo            | {"api_id": "other"} | 400 | APIID does not match
          POST   | /tyk/apis                 | {"api_id": "x", "proxy": {"target_url": "nowhere"}} | 400 | target_url
          """)
  void whatCannotBeDoneIsSaidInTyksWords(
      String method, String path, String body, int status, String told) {
    try (var gateway = gateway(echo)) {
      HttpResponse<String> answer = ask(gateway.port(), method, path, body == null ? "" : body);

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.body()).startsWith("{\"status\":\"error\",\"message\":").contains(told);
      assertThat(gateway.folder().resolve("apps")).isDirectoryContaining("glob:**/echo.json");
      assertThat(TykFiles.named(gateway.folder().resolve("apps"))).hasSize(1);
    }
  }

  @Test
  void aDefinitionThatCouldNotBeServedIsNotWritten() {
    try (var gateway = gateway(echo)) {
      String taken = Json.of(Api.of("other", two.target()).definition());

      HttpResponse<String> refused = ask(gateway.port(), "POST", "/tyk/apis", taken);

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("taken by echo");
      assertThat(gateway.folder().resolve("apps/other.json")).doesNotExist();
    }
  }

  @Test
  void aDefinitionThatWouldCloseItsApiIsNotWritten() throws IOException {
    try (var gateway = gateway(echo)) {
      int port = gateway.port();
      String before = Files.readString(gateway.folder().resolve("apps/echo.json"));
      String closed = Json.of(echo.with("use_openid", true).definition());

      for (int i = 0; i < 2; i++) {
        HttpResponse<String> refused = ask(port, "PUT", "/tyk/apis/echo", closed);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains(": error: use_openid: OpenID Connect cannot be");
        // Nor is it where people have written it, and it is closed already.
        gateway.write("echo.json", closed).reload();
      }
      assertThat(ask(port, "GET", "/ready", "").body()).contains("was applied in part");
      assertThat(ask(port, "PUT", "/tyk/apis/echo", before).statusCode()).isEqualTo(200);
      assertThat(ask(port, "GET", "/tyk/reload", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void readinessSaysThatNotAllIsServedSinceTheStart() {
    Api closed = Api.of("closed", one.target()).at("/closed").with("use_openid", true);
    try (var gateway = gateway(echo, closed)) {
      assertThat(ask(gateway.port(), "GET", "/ready", "").body())
          .contains("ready, not all could be served at the start");

      gateway.delete("closed").reload();
      assertThat(ask(gateway.port(), "GET", "/ready", "").body())
          .contains("\"description\":\"Weir gateway ready\"");
    }
  }

  @Test
  void aDryRunChecksAndWritesNothing() {
    try (var gateway = gateway(echo)) {
      String text = Json.of(Api.of("other", two.target()).at("/other").definition());

      assertThat(ask(gateway.port(), "POST", "/tyk/apis?dry_run=true", text).statusCode())
          .isEqualTo(200);
      assertThat(gateway.folder().resolve("apps/other.json")).doesNotExist();
    }
  }

  @Test
  void aDryRunDeletesNothing() {
    try (var gateway = gateway(echo)) {
      assertThat(ask(gateway.port(), "DELETE", "/tyk/apis/echo?dry_run=true", "").statusCode())
          .isEqualTo(200);

      ask(gateway.port(), "GET", "/tyk/reload", "");
      assertThat(server(gateway.port())).isEqualTo("one");
    }
  }

  @Test
  void aFileThatIsCalledLikeAnotherApiIsLeftAlone() {
    try (var gateway = gateway()) {
      int port = gateway.port();
      gateway.write("gold.json", Json.of(echo.definition())).reload();

      String gold = Json.of(Api.of("gold", two.target()).at("/gold").definition());
      assertThat(ask(port, "POST", "/tyk/apis/gold", gold).statusCode()).isEqualTo(200);
      ask(port, "GET", "/tyk/reload", "");
      assertThat(ask(port, "GET", "/tyk/apis", "").body())
          .contains("\"api_id\":\"echo\"")
          .contains("\"api_id\":\"gold\"");

      assertThat(ask(port, "DELETE", "/tyk/apis/gold", "").statusCode()).isEqualTo(200);
      assertThat(ask(port, "DELETE", "/tyk/apis/gold", "").statusCode()).isEqualTo(500);
      ask(port, "GET", "/tyk/reload", "");
      assertThat(server(port)).isEqualTo("one");
    }
  }

  @Test
  void aReloadInPartIsAnErrorThatNamesEveryProblem() {
    try (var gateway = gateway(echo)) {
      gateway.write("echo.json", "{");

      HttpResponse<String> answer = ask(gateway.port(), "GET", "/tyk/reload", "");

      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(answer.body())
          .startsWith("{\"status\":\"error\"")
          .contains("\"kept\":[\"echo\"]")
          .contains("echo.json:1:");
      assertThat(server(gateway.port())).isEqualTo("one");

      gateway.write(echo.with("proxy.target_url", "nowhere"));
      assertThat(ask(gateway.port(), "GET", "/tyk/reload", "").body())
          .containsPattern(
              "\"details\":\\[\\{\"severity\":\"error\",\"file\":\"[^\"]*/echo.json\",\"line\":1,"
                  + "\"column\":\\d+,\"api_id\":\"echo\",\"field\":\"proxy.target_url\","
                  + "\"message\":\"[^\"]+\",\"hint\":\"[^\"]*\"}]");
    }
  }

  @Test
  void aPortOfItsOwnHasItAndTheMainPortHasNot() {
    int port = Ports.free();
    try (var gateway =
        TestGateway.configured(
            Map.of("secret", SECRET, "control_api_port", port), echo.at("/weir.testkit.Echo/"))) {
      assertThat(ask(port, "GET", "/tyk/apis", "").statusCode()).isEqualTo(200);
      assertThat(ask(gateway.port(), "GET", "/tyk/apis", "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aPortOfItsOwnSpeaksTlsAsTheMainPortDoes() throws IOException {
    int port = Ports.free();
    var tls = new TlsFiles(folder);
    Map<String, Object> configuration =
        new LinkedHashMap<>(TlsFiles.mainPort(Map.of(), tls.issue("localhost")));
    configuration.putAll(Map.of("secret", SECRET, "control_api_port", port));
    try (var gateway = TestGateway.configured(configuration, echo);
        var socket = TlsClient.trusting(tls.authority()).offering("http/1.1").connect(port)) {
      String head = "GET /tyk/apis HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
      String secret = "X-Tyk-Authorization: " + SECRET + "\r\n\r\n";
      socket.getOutputStream().write((head + secret).getBytes(US_ASCII));

      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 200 ")
          .contains(echo.id());
      assertThat(gateway.ports()).contains(port);
    }
  }

  @Test
  void withTlsAPortOfItsOwnNeedsACertificate() {
    int main = Ports.free();
    int port = Ports.free();
    String ofTheApi = new TlsFiles(folder).issue("localhost");
    var configuration = new LinkedHashMap<>(TlsFiles.mainPort(Map.of()));
    configuration.putAll(Map.of("secret", SECRET, "control_api_port", port));
    TykFiles files =
        TykFiles.write(main, configuration, List.of(echo.with("certificates", List.of(ofTheApi))));
    try (var weir = WeirProcess.of(files, main)) {
      assertThat(weir.awaitExit()).isEqualTo(1);
      assertThat(weir.output())
          .contains("use_ssl: needs a certificate")
          .contains("for port " + port);
    }
  }

  @Test
  void aPortOfItsOwnThatIsTakenEndsTheStart() throws IOException {
    int main = Ports.free();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Map<String, Object> configuration =
          Map.of("secret", SECRET, "control_api_port", taken.getLocalPort());
      try (var weir = WeirProcess.of(TykFiles.write(main, configuration, List.of(echo)), main)) {
        assertThat(weir.awaitExit()).isEqualTo(1);
        assertThat(weir.output()).contains("cannot start").contains("" + taken.getLocalPort());
      }
    }
  }

  @Test
  void noApiComesBeforeItAndGetsItsSecret() {
    int port = Ports.free();
    Api below = Api.of("below", one.target()).at("/tyk/apis");
    try (var gateway = gateway(echo, below)) {
      assertThat(gateway.apis().toString()).contains("belongs to the control API");
      assertThat(ask(gateway.port(), "GET", "/tyk/apis", "").body()).contains("echo");
    }
    Map<String, Object> ownPort = Map.of("secret", SECRET, "control_api_port", port);
    try (var gateway =
        TestGateway.configured(
            ownPort, below, echo.on(port).with("domain", "127.0.0.1").at("/tyk/apis"))) {
      assertThat(gateway.apis().toString()).contains("is the control API's own");
      assertThat(ask(port, "GET", "/tyk/apis", "").statusCode()).isEqualTo(200);
      assertThat(ask(gateway.port(), "GET", "/tyk/apis", "").statusCode()).isNotEqualTo(200);
    }
  }

  @Test
  void aBodyThatIsTooLongIsRefusedAndTheNextIsNot() {
    try (var gateway = gateway(echo)) {
      String definition = Json.of(echo.definition());
      String atTheLimit = definition + " ".repeat((8 << 20) - definition.length());

      assertThat(ask(gateway.port(), "POST", "/tyk/apis", atTheLimit).statusCode()).isEqualTo(200);
      HttpResponse<String> refused = ask(gateway.port(), "POST", "/tyk/apis", atTheLimit + " ");

      assertThat(refused.statusCode()).isEqualTo(413);
      assertThat(refused.body()).contains("\"status\":\"error\"").contains("8 MiB");
      assertThat(ask(gateway.port(), "GET", "/tyk/apis", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aSecretThatEverybodyKnowsEndsTheStart() {
    int port = Ports.free();
    String published = "352d20ee67be67f6340b4c0605b044b7";
    TykFiles files = TykFiles.write(port, Map.of("secret", published), List.of(echo));
    try (var weir = WeirProcess.of(files, port)) {
      assertThat(weir.awaitExit()).isEqualTo(1);
      assertThat(weir.output())
          .contains("error: secret: is one that everybody knows")
          .doesNotContain(published);
    }
  }
}
