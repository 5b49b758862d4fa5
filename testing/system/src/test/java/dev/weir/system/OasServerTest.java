package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TokenIssuer;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** APIs that are written as OAS documents, and calls through them. */
class OasServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int UNAUTHENTICATED = 16;
  private static final String KEYLESS = "'authentication':{'enabled':false}";
  private static final String UNARY = "/weir.testkit.Echo/Unary";
  private static final String RIGHTS = "'access_rights':{'echo':{'api_id':'echo'}}";

  private final EchoBackend backend = EchoBackend.start("one");

  @AfterEach
  void stop() {
    backend.close();
  }

  private static TestGateway gateway() throws IOException {
    TykFiles files =
        TykFiles.write(
            Ports.free(),
            Map.of(
                "secret",
                Operator.SECRET,
                "policies",
                Map.of("policy_source", "file", "policy_path", "policies"),
                "weir",
                Map.of("data_dir", "data", "auto_reload", true)),
            List.of());
    Files.createDirectory(files.folder().resolve("policies"));
    files.write(
        "policies/gold.json", Operator.json("{'id':'gold','org_id':'default'," + RIGHTS + "}"));
    return TestGateway.of(files);
  }

  /** An API for all methods of the echo service, of which OpenAPI has one. */
  private String document(String root, String server, String upstream, String middleware) {
    return """
    {'openapi':'3.0.3','info':{'title':'Echo','version':'1'},'x-else':[1],%s
     'paths':{'/weir.testkit.Echo/Unary':{'post':{'operationId':'unary','responses':{}}}},
     'x-tyk-api-gateway':{
      'info':{'id':'echo','orgId':'default','name':'Echo','state':{'active':true}},
      'server':{'listenPath':{'value':'/weir.testkit.Echo/'},%s},
      'upstream':{'url':'%s'%s},'middleware':{%s}}}\
    """
        .formatted(root, server, backend.target(), upstream, middleware);
  }

  private String open() {
    return document("", KEYLESS, "", "");
  }

  private String secured(String type, String scheme) {
    return document(
        "'security':[{'s':[]}],'components':{'securitySchemes':{'s':{%s}}},".formatted(type),
        "'authentication':{'enabled':true,'securitySchemes':{'s':{'enabled':true%s}}}"
            .formatted(scheme),
        "",
        "");
  }

  private static int code(TestGateway gateway, String name, String shown) {
    var metadata = new Metadata();
    if (!shown.isEmpty()) {
      metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), shown);
    }
    try (var client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.call(EchoClient.UNARY, metadata, EchoClient.request("hi"));
      return outcome.code();
    }
  }

  private static int code(TestGateway gateway) {
    return code(gateway, "authorization", "");
  }

  private static void done(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain("problems");
  }

  private static String text(TestGateway gateway, String file) throws IOException {
    return Files.readString(gateway.folder().resolve("apps").resolve(file));
  }

  private static List<String> files(TestGateway gateway) {
    return TykFiles.named(gateway.folder().resolve("apps"));
  }

  @Test
  void aDocumentIsServedAndShownAsItWasSent() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      assertThat(code(gateway)).isEqualTo(UNIMPLEMENTED);
      Answer added = operator.ask("POST", "/apis/oas", open());
      assertThat(added.body())
          .isEqualTo("{\"key\":\"echo\",\"status\":\"ok\",\"action\":\"added\"}");
      assertThat(code(gateway)).isEqualTo(OK);

      assertThat(text(gateway, "echo-oas.json")).isEqualTo(Operator.json(open()));
      assertThat(text(gateway, "echo.json")).contains("\"is_oas\":true", "\"use_keyless\":true");
      Answer shown = operator.get("/apis/oas/echo");
      assertThat(shown.body()).isEqualTo(Operator.json(open()).replaceAll("\n *", ""));
      assertThat(shown.tag()).isEqualTo(added.tag()).isNotEmpty();
      assertThat(operator.get("/apis/echo").body()).contains("\"api_id\":\"echo\"");
      assertThat(operator.get("/apis/oas").body()).isEqualTo("[" + shown.body() + "]");
      assertThat(operator.get("/apis/oas/export").body()).isEqualTo("[" + shown.body() + "]");
      assertThat(operator.get("/apis/oas/echo/export").body()).isEqualTo(shown.body());
      assertThat(operator.get("/apis/oas/echo?mode=public").body())
          .contains("\"operationId\":\"unary\"", "\"x-else\"")
          .doesNotContain("x-tyk", "h2c");
      assertThat(operator.get("/apis/oas/export?mode=public").body()).doesNotContain("x-tyk");
      assertThat(operator.get("/apis/oas/echo/versions").status()).isEqualTo(200);

      assertThat(operator.delete("/apis/oas/echo").status()).isEqualTo(200);
      assertThat(files(gateway)).isEmpty();
      assertThat(code(gateway)).isEqualTo(UNIMPLEMENTED);
    }
  }

  @Test
  void aDocumentWithoutAnIdGetsOne() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String id =
          operator.ask("POST", "/apis/oas", open().replace("'id':'echo',", "")).member("key");

      assertThat(id).matches("[0-9a-f]{32}");
      assertThat(files(gateway)).containsExactly(id + "-oas.json", id + ".json");
      assertThat(operator.get("/apis/oas/" + id).body()).contains("\"id\":\"" + id + "\"");
    }
  }

  @Test
  void callersShowATokenAPasswordOrASignedToken() throws IOException {
    TokenIssuer issuer = TokenIssuer.rsa("one");
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      done(
          operator.ask(
              "POST", "/apis/oas", secured("'type':'apiKey','in':'header','name':'x-key'", "")));
      String token =
          operator.ask("POST", "/keys", "{'org_id':'default'," + RIGHTS + "}").member("key");
      assertThat(code(gateway, "x-key", "")).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, "authorization", token)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, "x-key", token)).isEqualTo(OK);

      done(operator.ask("PUT", "/apis/oas/echo", secured("'type':'http','scheme':'basic'", "")));
      done(
          operator.ask(
              "POST",
              "/keys/alice",
              "{'org_id':'default','basic_auth_data':{'password':'p'}," + RIGHTS + "}"));
      assertThat(code(gateway)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, "x-key", token)).isEqualTo(UNAUTHENTICATED);
      String shown = Base64.getEncoder().encodeToString("alice:p".getBytes(UTF_8));
      assertThat(code(gateway, "authorization", "Basic " + shown)).isEqualTo(OK);

      String jwt =
          ",'source':'%s','signingMethod':'rsa','defaultPolicies':['gold']"
              .formatted(issuer.source());
      done(operator.ask("PUT", "/apis/oas/echo", secured("'type':'http','scheme':'bearer'", jwt)));
      String signed = issuer.token(JwtServerTest.claims(""));
      assertThat(code(gateway)).isEqualTo(UNAUTHENTICATED);
      assertThat(code(gateway, "authorization", "Bearer " + signed)).isEqualTo(OK);
      String other = TokenIssuer.rsa("two").token(JwtServerTest.claims(""));
      assertThat(code(gateway, "authorization", "Bearer " + other)).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void operationsRestrictAndLimit() throws IOException {
    try (var gateway = gateway();
        var client = EchoClient.to(gateway.port())) {
      var operator = new Operator(gateway.port());
      String allow = "'operations':{'unary':{'allow':{'enabled':true}}}";
      done(operator.ask("POST", "/apis/oas", document("", KEYLESS, "", allow)));
      assertThat(client.unary("hi").code()).isEqualTo(OK);
      assertThat(client.call(EchoClient.CHAT, EchoClient.request("hi")).code())
          .isEqualTo(PERMISSION_DENIED);

      String pattern =
          document("", KEYLESS, "", allow.replace("allow", "block"))
              .replace(UNARY, "/weir.testkit.Echo/{method}");
      done(operator.ask("PUT", "/apis/oas/echo", pattern));
      assertThat(client.unary("hi").code()).isEqualTo(PERMISSION_DENIED);

      String rate = "'operations':{'unary':{'rateLimit':{'enabled':true,'rate':1,'per':'1h'}}}";
      done(operator.ask("PUT", "/apis/oas/echo", document("", KEYLESS, "", rate)));
      assertThat(client.unary("hi").code()).isEqualTo(OK);
      assertThat(client.unary("hi").code()).isEqualTo(RESOURCE_EXHAUSTED);

      String all = ",'rateLimit':{'enabled':true,'rate':2,'per':'1h'}";
      done(operator.ask("PUT", "/apis/oas/echo", document("", KEYLESS, all, "")));
      assertThat(client.call(EchoClient.CHAT, EchoClient.request("hi")).code()).isEqualTo(OK);
      assertThat(client.unary("hi").code()).isEqualTo(OK);
      assertThat(client.unary("hi").code()).isEqualTo(RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void aClassicApiBecomesADocumentThatIsServedTheSame() throws IOException {
    try (var gateway = gateway();
        var client = EchoClient.to(gateway.port())) {
      var operator = new Operator(gateway.port());
      Api api =
          Api.of("echo", backend.target())
              .at("/weir.testkit.Echo/")
              .with(
                  "version_data",
                  Map.of(
                      "not_versioned",
                      true,
                      "versions",
                      Map.of(
                          "Default",
                          Map.of(
                              "extended_paths",
                              Map.of(
                                  "black_list",
                                  List.of(Map.of("path", UNARY, "method", "POST")))))));
      done(operator.ask("POST", "/apis", Json.of(api.definition())));
      String document = operator.askAt("GET", "/weir/v1/apis/echo/oas", "", "").body();
      done(operator.delete("/apis/echo"));
      assertThat(client.unary("hi").code()).isEqualTo(UNIMPLEMENTED);

      done(operator.ask("POST", "/apis/oas", document));
      assertThat(client.unary("hi").code()).isEqualTo(PERMISSION_DENIED);
      assertThat(client.call(EchoClient.CHAT, EchoClient.request("hi")).code()).isEqualTo(OK);
      assertThat(operator.askAt("GET", "/weir/v1/apis/echo/oas", "", "").body())
          .isEqualTo(operator.get("/apis/oas/echo").body());

      done(operator.delete("/apis/echo"));
      String grown =
          Json.of(api.definition())
              .replace(",\"method\":\"POST\"", "")
              .replace("\"method\":\"POST\",", "");
      done(operator.ask("POST", "/apis", grown));
      assertThat(operator.askAt("GET", "/weir/v1/apis/echo/oas", "", "").status()).isEqualTo(422);
    }
  }

  /** Tyk would serve each of them open, or to more callers than it says. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'authentication':{'securitySchemes':{}}",
        "'authentication':{'enabled':true}",
        "'authentication':{'enabled':true,'securitySchemes':{'s':{'enabled':true}}}",
        "'authentication':{'enabled':true,'oidc':{'enabled':true}}",
        "'port':0",
        KEYLESS + ",'ipAccessControl':{'allow':['10.0.0.1']}",
        KEYLESS + ",'clientCertificates':{'allowlist':['a']}",
        KEYLESS + ",'IpAccessControl':{'enabled':true,'allow':['10.0.0.1']}",
        KEYLESS + ",'authentication':{'enabled':false}"
      })
  void whatIsOpenByOmissionIsNeitherTakenNorServed(String server) throws IOException {
    String document = document("", server, "", "");
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      Answer answer = operator.ask("POST", "/apis/oas", document);
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("Request malformed", ": error: /");
      assertThat(files(gateway)).isEmpty();

      gateway.write("echo-oas.json", Operator.json(document)).reload();
      assertThat(code(gateway)).isEqualTo(UNIMPLEMENTED);

      done(operator.ask("POST", "/apis/oas", open()));
      assertThat(code(gateway)).isEqualTo(OK);
    }
  }

  @Test
  void aDocumentWithoutTheExtensionIsNotTaken() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String plain = "{'openapi':'3.0.3','info':{'title':'a','version':'1'},'paths':{}}";

      assertThat(operator.ask("POST", "/apis/oas", plain).body())
          .contains("the payload should contain x-tyk-api-gateway");
      assertThat(operator.ask("POST", "/apis/oas/import", plain).status()).isEqualTo(400);
      assertThat(operator.ask("POST", "/apis/oas?base_api_id=x", open()).status()).isEqualTo(422);
      assertThat(operator.ask("POST", "/apis/oas", "{").status()).isEqualTo(400);
      assertThat(files(gateway)).isEmpty();
    }
  }

  @Test
  void theTwoFormatsAreNotTakenForEachOther() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String classic = Json.of(Api.of("classic", backend.target()).at("/c").definition());
      done(operator.ask("POST", "/apis", classic));
      done(operator.ask("POST", "/apis/oas", open()));

      assertThat(operator.get("/apis/oas/classic").body()).contains("Tyk classic format");
      assertThat(operator.get("/apis/oas").body()).doesNotContain("classic");
      String oas = open().replace("'id':'echo'", "'id':'classic'");
      for (String method : List.of("PUT", "POST", "PATCH")) {
        Answer answer = operator.ask(method, "/apis/oas/classic", oas);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("is in OAS format");
      }
      for (String method : List.of("PUT", "POST")) {
        Answer answer =
            operator.ask(method, "/apis/echo", classic.replace("\"classic\"", "\"echo\""));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("only supports Tyk Classic APIs");
      }
      assertThat(files(gateway)).containsExactly("classic.json", "echo-oas.json", "echo.json");
      assertThat(text(gateway, "echo-oas.json")).isEqualTo(Operator.json(open()));

      String odd = classic.replace("\"classic\"", "\"odd-oas\"").replace("/c", "/odd");
      done(operator.ask("POST", "/apis", odd));
      assertThat(operator.get("/apis/odd-oas").status()).isEqualTo(200);
    }
  }

  @Test
  void editsAreComparedAndPlanned() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      done(operator.ask("POST", "/apis/oas", open()));
      String seen = operator.get("/apis/oas/echo").tag();
      String named = open().replace("'name':'Echo'", "'name':'Other'");

      Answer plan = operator.ask("PUT", "/apis/oas/echo?dry_run=true", named, seen);
      assertThat(plan.body()).contains("\"changes\":[\"~ x-tyk-api-gateway.info.name\"]");
      assertThat(operator.get("/apis/oas/echo").tag()).isEqualTo(seen);
      Answer done = operator.ask("PUT", "/apis/oas/echo", named, seen);
      assertThat(done.status()).isEqualTo(200);
      assertThat(operator.get("/apis/oas/echo").tag()).isEqualTo(done.tag()).isNotEqualTo(seen);
      for (String method : List.of("PUT", "POST", "PATCH", "DELETE")) {
        assertThat(operator.ask(method, "/apis/oas/echo", open(), seen).status()).isEqualTo(412);
      }

      String described = "{'openapi':'3.0.3','info':{'title':'New','version':'2'},'paths':{}}";
      done(operator.ask("PATCH", "/apis/oas/echo", described));
      assertThat(operator.get("/apis/oas/echo").body())
          .contains("\"title\":\"New\"", "\"name\":\"Other\"")
          .doesNotContain("operationId");
      assertThat(code(gateway)).isEqualTo(OK);
    }
  }

  /** The document counts, wherever a write was cut off, and whoever has edited it. */
  @Test
  void ofAPairTheDocumentCounts() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      done(operator.ask("POST", "/apis/oas", open()));
      String half = text(gateway, "echo.json");

      String blocked =
          document("", KEYLESS, "", "'operations':{'unary':{'block':{'enabled':true}}}");
      gateway.write("echo-oas.json", Operator.json(blocked)).reload();
      assertThat(code(gateway)).isEqualTo(PERMISSION_DENIED);

      gateway.write("echo.json", "{").reload();
      assertThat(code(gateway)).isEqualTo(PERMISSION_DENIED);
      gateway.delete("echo").reload();
      assertThat(code(gateway)).isEqualTo(PERMISSION_DENIED);
      done(operator.ask("PUT", "/apis/oas/echo", open()));
      assertThat(text(gateway, "echo.json")).isEqualTo(half);

      Files.delete(gateway.folder().resolve("apps/echo-oas.json"));
      gateway.reload();
      assertThat(code(gateway)).isNotEqualTo(OK);
      done(operator.ask("DELETE", "/apis/echo", ""));
      assertThat(files(gateway)).isEmpty();
    }
  }

  @Test
  void aWriteThatFailsInBetweenChangesNothing() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      done(operator.ask("POST", "/apis/oas", open()));
      Path half = gateway.folder().resolve("apps/echo.json");
      Files.delete(half);
      Files.createDirectories(half.resolve("full"));

      Answer failed =
          operator.ask("PUT", "/apis/oas/echo", open().replace("'name':'Echo'", "'name':'New'"));
      assertThat(failed.status()).as(failed.body()).isGreaterThanOrEqualTo(500);
      assertThat(text(gateway, "echo-oas.json")).isEqualTo(Operator.json(open()));
      assertThat(code(gateway)).isEqualTo(OK);
      Files.delete(half.resolve("full"));
      Files.delete(half);
    }
  }

  private String guarded() {
    return Json.of(
        Api.of("echo", backend.target())
            .at("/weir.testkit.Echo/")
            .with("use_keyless", false)
            .definition());
  }

  /**
   * A classic API that asks for a token, and an open document of the same name that is not read.
   */
  private TestGateway shadowing() throws IOException {
    TestGateway gateway = gateway();
    gateway.write("echo.json", guarded()).write("echo-oas.json", Operator.json(open())).reload();
    assertThat(code(gateway)).isEqualTo(UNAUTHENTICATED);
    return gateway;
  }

  @Test
  void aClassicApiBesideADocumentIsNotReplacedByIt() throws IOException {
    try (var gateway = shadowing()) {
      var operator = new Operator(gateway.port());
      for (String method : List.of("PUT", "POST")) {
        assertThat(operator.ask(method, "/apis/oas/echo", open()).body())
            .contains("is in OAS format");
      }
      done(operator.ask("PUT", "/apis/echo", guarded()));
      gateway.reload();
      assertThat(code(gateway)).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void aClassicApiThatIsBrokenKeepsItsLastGoodVersion() throws IOException {
    try (var gateway = shadowing()) {
      var operator = new Operator(gateway.port());
      gateway.write("echo.json", "{");
      assertThat(gateway.reload().problems().toString())
          .contains("echo-oas.json: error: is not served", "echo.json:1:2: error: ");
      assertThat(code(gateway)).isEqualTo(UNAUTHENTICATED);

      for (String path : List.of("/apis/echo", "/apis/oas/echo")) {
        for (String method : List.of("PUT", "POST", "DELETE")) {
          Answer answer = operator.ask(method, path, path.contains("oas") ? open() : guarded());
          assertThat(answer.status()).as(answer.body()).isEqualTo(500);
          assertThat(answer.body()).contains("mend that file or delete it");
        }
      }
      assertThat(text(gateway, "echo.json")).isEqualTo("{");
      assertThat(text(gateway, "echo-oas.json")).isEqualTo(Operator.json(open()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo", "other"})
  void aClassicApiIsDeletedWithTheDocumentThatWouldTakeItsPlace(String id) throws IOException {
    try (var gateway = shadowing()) {
      var operator = new Operator(gateway.port());
      String beside = Operator.json(open()).replace("\"id\":\"echo\"", "\"id\":\"" + id + "\"");
      gateway.write("echo-oas.json", beside).reload();

      done(operator.delete("/apis/echo"));
      gateway.reload();
      assertThat(code(gateway)).isEqualTo(UNIMPLEMENTED);
      assertThat(files(gateway)).isEmpty();
    }
  }

  @Test
  void whatIsDeletedIsNotTheClassicApiBesideItsDocument() throws IOException {
    try (var gateway = shadowing()) {
      var operator = new Operator(gateway.port());
      String other = Operator.json(open()).replace("\"id\":\"echo\"", "\"id\":\"other\"");
      gateway
          .write(Api.of("other", backend.target()).at("/other/"))
          .write("echo-oas.json", other)
          .reload();

      done(operator.delete("/apis/other"));
      assertThat(files(gateway)).containsExactly("echo.json");
      assertThat(code(gateway)).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void aClassicDefinitionIsNotWrittenAsTheHalfOfADocument() throws IOException {
    try (var gateway = shadowing()) {
      var operator = new Operator(gateway.port());
      for (String name : List.of("is_oas", "IS_OAS")) {
        for (String method : List.of("PUT", "POST")) {
          String half = guarded().replaceFirst("\\{", "{'" + name + "':true,");
          Answer answer = operator.ask(method, "/apis/echo", half);
          assertThat(answer.status()).as(answer.body()).isEqualTo(400);
          assertThat(answer.body()).contains("only supports Tyk Classic APIs");
        }
      }
      gateway.reload();
      assertThat(code(gateway)).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void aHalfThatIsLeftOverMakesWayForItsDocument() throws IOException {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      for (String path : List.of("/apis/oas", "/apis/oas/echo")) {
        done(operator.ask("POST", "/apis/oas", open()));
        Files.delete(gateway.folder().resolve("apps/echo-oas.json"));
        gateway.reload();
        assertThat(code(gateway)).isNotEqualTo(OK);
        assertThat(operator.ask("PUT", "/apis/echo", guarded()).body())
            .contains("only supports Tyk Classic APIs");

        done(operator.ask(path.endsWith("echo") ? "PUT" : "POST", path, open()));
        assertThat(code(gateway)).isEqualTo(OK);
        assertThat(files(gateway)).containsExactly("echo-oas.json", "echo.json");
      }
    }
  }

  @Test
  void whatIsThereTwiceIsRefusedHoweverItIsWritten() throws IOException {
    String twice = KEYLESS.replace("false", "true") + "," + KEYLESS;
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      String document = document("", twice, "", "");
      Answer added = operator.ask("POST", "/apis/oas", document.replace("'id':'echo',", ""));
      assertThat(added.status()).as(added.body()).isEqualTo(400);
      assertThat(added.body()).contains("written twice");
      assertThat(files(gateway)).isEmpty();

      done(operator.ask("POST", "/apis/oas", open()));
      Answer patched =
          operator.ask(
              "PATCH",
              "/apis/oas/echo",
              "{'openapi':'3.0.3','info':{'title':'a','version':'1'},'paths':{},'paths':{}}");
      assertThat(patched.status()).as(patched.body()).isEqualTo(400);
      assertThat(patched.body()).contains("written twice");
      assertThat(text(gateway, "echo-oas.json")).isEqualTo(Operator.json(open()));
    }
  }
}
