package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenAPI documents that become APIs by parameters, and calls through them. */
class OasImportServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int UNIMPLEMENTED = 12;
  private static final int UNAUTHENTICATED = 16;
  private static final String IMPORT = "/apis/oas/import";
  private static final String PATCH = "/apis/oas/echo";
  private static final String PARTS = "listenPath=/weir.testkit.Echo/&apiID=echo&";
  private static final String TOKEN =
      "'security':[{'key':[]}],'components':{'securitySchemes':"
          + "{'key':{'type':'apiKey','in':'header','name':'x-key'}}},";

  private final EchoBackend backend = EchoBackend.start("one");

  @AfterEach
  void stop() {
    backend.close();
  }

  private static TestGateway gateway() {
    return TestGateway.configured(Operator.configuration(Map.of()));
  }

  /** One method of the echo service, of two. */
  private static String document(String root) {
    return """
    {'openapi':'3.0.3','info':{'title':'Echo','version':'1'},%s'x-else':[1],
     'paths':{'/weir.testkit.Echo/Unary':{'post':{'responses':{}}}}}\
    """
        .formatted(root);
  }

  private String served(String root) {
    return document("'servers':[{'url':'%s'}],%s".formatted(backend.target(), root));
  }

  private static Answer done(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain("\"problems\":[\"");
    return answer;
  }

  private static Answer done(TestGateway gateway, String method, String path, String body) {
    var operator = new Operator(gateway.port());
    Answer answer = done(operator.ask(method, path, body));
    done(operator.get("/reload"));
    return answer;
  }

  private static int code(TestGateway gateway, String token) {
    var metadata = new Metadata();
    if (!token.isEmpty()) {
      metadata.put(Metadata.Key.of("x-key", Metadata.ASCII_STRING_MARSHALLER), token);
    }
    try (var client = EchoClient.to(gateway.port())) {
      return client.call(EchoClient.UNARY, metadata, EchoClient.request("hi")).code();
    }
  }

  private static int chat(TestGateway gateway) {
    try (var client = EchoClient.to(gateway.port())) {
      return client.call(EchoClient.CHAT, EchoClient.request("hi")).code();
    }
  }

  private static List<String> files(TestGateway gateway) {
    return TykFiles.named(gateway.folder().resolve("apps"));
  }

  @Test
  void anOpenApiDocumentBecomesAnApi() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String path = IMPORT + "?authentication=false";
      assertThat(operator.ask("POST", path + "&dry_run=true", served("")).body())
          .contains("'dry_run':true".replace('\'', '"'), "+ x-tyk-api-gateway");
      assertThat(files(gateway)).isEmpty();

      Answer added = done(operator.ask("POST", path, served("")));
      String id = added.member("key");
      assertThat(id).matches("[0-9a-f]{32}");
      assertThat(added.body())
          .isEqualTo("{\"key\":\"" + id + "\",\"status\":\"ok\",\"action\":\"added\"}");
      assertThat(files(gateway)).containsExactly(id + "-oas.json", id + ".json");
      assertThat(code(gateway, "")).isEqualTo(UNIMPLEMENTED);
      done(operator.get("/reload"));

      assertThat(code(gateway, "")).isEqualTo(OK);
      assertThat(chat(gateway)).isEqualTo(OK);
      Answer shown = operator.get("/apis/oas/" + id);
      assertThat(shown.tag()).isEqualTo(added.tag()).isNotEmpty();
      assertThat(shown.body())
          .contains("\"x-else\":[1]", "\"name\":\"Echo\"", "\"listenPath\":{\"value\":\"/\"");

      Answer second = operator.ask("POST", path, served(""));
      assertThat(second.status()).as(second.body()).isEqualTo(400);
      assertThat(second.body()).contains("Request malformed", ": error: ");
    }
  }

  /** Half of each of these characters takes six bytes in the file, where both take four here. */
  @Test
  void whatWouldNotBeReadAgainIsNotWritten() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String document = served("'x-note':'" + "\uD83D\uDE00".repeat(1 << 20) + "',");
      for (String more : List.of("", "&dry_run=true")) {
        Answer answer = operator.ask("POST", IMPORT + "?authentication=false" + more, document);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("more than 8 MiB");
      }
      assertThat(files(gateway)).isEmpty();
    }
  }

  @Test
  void callersAreAskedAndOnlyOperationsAreAllowed() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String path = IMPORT + "?" + PARTS + "authentication=true&allowList=true&upstreamURL=";
      assertThat(done(gateway, "POST", path + backend.target(), document(TOKEN)).member("key"))
          .isEqualTo("echo");
      String key = "{'access_rights':{'echo':{'api_id':'echo'}}}";
      String token = operator.ask("POST", "/keys", key).member("key");
      assertThat(code(gateway, "")).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, token)).isEqualTo(OK);

      String open = IMPORT + "?" + PARTS + "authentication=false&allowList=true";
      assertThat(operator.askUnless("POST", open, served(""), "*").status()).isEqualTo(412);
      done(gateway, "POST", open, served(""));
      assertThat(code(gateway, "")).isEqualTo(OK);
      assertThat(chat(gateway)).isEqualTo(PERMISSION_DENIED);
      assertThat(operator.get(PATCH).body())
          .contains("\"operationId\":\"weir.testkit.Echo/UnaryPOST\"");
    }
  }

  /** What is refused, and in which words; of documents without and with servers and security. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "servers | ''                                  | 400 | authentication is missing",
        "servers | authentication=                     | 400 | true or false",
        "servers | authentication=1                    | 400 | true or false",
        "servers | authentication=compliant            | 400 | true or false",
        "servers | authentication=true&authentication=false | 400 | more than once",
        "servers | authentication=true                 | 400 | names no scheme",
        "secured | authentication=false                | 400 | asks callers who they are",
        "oauth2  | authentication=true                 | 400 | is none that this build can ask for",
        "none    | authentication=false                | 400 | no absolute URL",
        "none    | authentication=false&upstreamURL=a  | 400 | has no scheme",
        "none    | authentication=false&upstreamURL=   | 400 | upstreamURL is empty",
        "servers | authentication=false&customDomain=  | 400 | customDomain is empty",
        "servers | authentication=false&allowList=yes  | 400 | true or false",
        "empty   | authentication=false&allowList=true | 400 | has no operation",
        "servers | authentication=false&apiID=..       | 400 | Invalid API ID",
        "servers | authentication=false&apiID=import   | 400 | Invalid API ID",
        "servers | authentication=false&apiID=classic  | 400 | is in OAS format",
        "servers | authentication=false&listenPath=/c  | 400 | /c",
        "servers | authentication=false&listenpath=/a  | 400 | listenpath is no parameter",
        "servers | authentication=false&validateRequest=true | 422 | request validation",
        "servers | authentication=false&mockResponse=true | 422 | mock responses",
        "servers | authentication=false&templateID=a   | 422 | templates",
        "servers | authentication=false&securityProcessingMode=compliant | 422 | alternatives",
        "servers | authentication=false&base_api_id=a  | 422 | Versions are made by POST",
        "whole   | authentication=false | 400 | the import payload should not contain x-tyk-api-g",
        "own     | authentication=false | 400 | the import payload should not contain x-weir",
        "broken  | authentication=false                | 400 | body:1:2: error",
        "old     | authentication=false                | 400 | is not 3.x"
      })
  void whatIsNotDoneIsRefusedAndNothingWritten(String body, String query, int status, String words)
      throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      Api classic = Api.of("classic", backend.target()).at("/c");
      done(operator.ask("POST", "/apis", Json.of(classic.definition())));

      Answer answer = operator.ask("POST", IMPORT + "?" + query, sent(body));

      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      assertThat(answer.body()).contains(words);
      assertThat(files(gateway)).containsExactly("classic.json");
    }
  }

  private String sent(String body) {
    return switch (body) {
      case "servers" -> served("");
      case "secured" -> served(TOKEN);
      case "oauth2" -> served(TOKEN.replace("apiKey", "oauth2"));
      case "none" -> document("'servers':[{'url':'/v1'}],");
      case "empty" -> served("").replaceAll("'/weir.*}}}", "}").concat("}");
      case "whole" -> served("'x-tyk-api-gateway':{},");
      case "own" -> served("'x-weir':{'loose_path_matching':true},");
      case "old" -> served("").replace("3.0.3", "2.0");
      default -> "{";
    };
  }

  @Test
  void aPatchChangesPartsOfWhatIsThere() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String at = IMPORT + "?apiID=echo&authentication=false&listenPath=/old";
      done(gateway, "POST", at, served(""));
      assertThat(code(gateway, "")).isEqualTo(UNIMPLEMENTED);
      Answer before = operator.get(PATCH);

      String path = PATCH + "?listenPath=/weir.testkit.Echo/";
      Answer plan = done(operator.ask("PATCH", path + "&dry_run=true", "", before.tag()));
      assertThat(plan.body())
          .contains("\"changes\":[\"~ x-tyk-api-gateway.server.listenPath.value\"]");
      assertThat(operator.ask("PATCH", path, "", "\"x\"").status()).isEqualTo(412);
      assertThat(Files.readString(gateway.folder().resolve("apps/echo-oas.json")))
          .isEqualTo(before.body());

      Answer changed = done(operator.ask("PATCH", path, "", before.tag()));
      assertThat(changed.body()).contains("\"action\":\"modified\"");
      done(operator.get("/reload"));
      assertThat(code(gateway, "")).isEqualTo(OK);
      assertThat(operator.get(PATCH).tag()).isEqualTo(changed.tag());
      assertThat(operator.get(PATCH).body())
          .isEqualTo(before.body().replace("/old", "/weir.testkit.Echo/"));

      done(gateway, "PATCH", PATCH + "?allowList=true", "");
      assertThat(code(gateway, "")).isEqualTo(OK);
      assertThat(chat(gateway)).isEqualTo(PERMISSION_DENIED);

      String asked = PATCH + "?authentication=true&validateRequest=false";
      assertThat(operator.ask("PATCH", asked, served(TOKEN)).body()).contains("of no path");
      done(gateway, "PATCH", asked + "&allowList=true", served(TOKEN));
      assertThat(code(gateway, "")).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void aPatchThatIsNotDoneChangesNothing() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      done(gateway, "POST", IMPORT + "?" + PARTS + "authentication=true", served(TOKEN));
      Api classic = Api.of("classic", backend.target()).at("/c");
      done(gateway, "POST", "/apis", Json.of(classic.definition()));
      Answer before = operator.get(PATCH);

      Map<String, String> words =
          Map.of(
              "?authentication=false", "asks callers who they are",
              "?authentication=no", "true or false",
              "?apiID=other", "Request APIID does not match",
              "?upstreamURL=", "upstreamURL is empty",
              "?listenPath=/c", "/c",
              "?listenpath=/a", "is no parameter");
      words.forEach((query, told) -> {
        Answer answer = operator.ask("PATCH", PATCH + query, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(told);
      });
      for (String query : List.of("mockResponse=false", "validateRequest=true", "templateID=a")) {
        assertThat(operator.ask("PATCH", PATCH + "?" + query, "").status()).isEqualTo(422);
      }
      assertThat(operator.ask("PATCH", "/apis/oas/none?listenPath=/a", "").status()).isEqualTo(404);
      assertThat(operator.ask("PATCH", "/apis/oas/classic?listenPath=/a", "").body())
          .contains("is in OAS format");
      done(operator.get("/reload"));
      assertThat(operator.get(PATCH)).isEqualTo(before);
      assertThat(code(gateway, "")).isEqualTo(UNAUTHENTICATED);
    }
  }
}
