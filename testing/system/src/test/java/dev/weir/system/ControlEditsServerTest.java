package dev.weir.system;

import static dev.weir.system.Operator.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.compiler.ApiStatus;
import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Edits by several people, and edits that are only looked at. */
class ControlEditsServerTest {
  private static final int EDITORS = 8;
  private static final int FILES = 100;
  private static final int ROUNDS = 20;
  private static final int LOOKS = 100;
  private static final long PAUSE_NANOS = 1_000_000;

  private final EchoBackend one = EchoBackend.start("one");
  private final EchoBackend two = EchoBackend.start("two");
  private final Api echo = Api.of("echo", one.target());

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  private static TestGateway gateway(boolean autoReload, Api... apis) {
    return TestGateway.configured(
        Operator.configuration(Map.of("weir", Map.of("auto_reload", autoReload))), apis);
  }

  private static String named(Api api, String name) {
    var definition = new LinkedHashMap<>(api.definition());
    definition.put("name", name);
    return Json.of(definition);
  }

  @Test
  void anApiIsOnlyChangedByWhoHasSeenItAsItIs() {
    try (var gateway = gateway(true, echo)) {
      var operator = new Operator(gateway.port());
      String seen = operator.get("/apis/echo").tag();
      assertThat(seen).matches("\"[0-9a-f]{32}\"");

      Answer first = operator.ask("PUT", "/apis/echo", named(echo, "mine"), seen);
      assertThat(first.status()).isEqualTo(200);
      assertThat(operator.get("/apis/echo").tag()).isEqualTo(first.tag()).isNotEqualTo(seen);

      for (String method : List.of("PUT", "POST", "DELETE")) {
        Answer late = operator.ask(method, "/apis/echo", named(echo, "theirs"), seen);
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.body()).startsWith("{\"status\":\"error\",\"message\":\"It was changed");
      }
      assertThat(operator.get("/apis/echo").body()).contains("\"name\":\"mine\"");

      String other = Json.of(Api.of("other", one.target()).at("/other").definition());
      assertThat(operator.ask("POST", "/apis/other", other, seen).status()).isEqualTo(412);
      assertThat(operator.ask("POST", "/apis/other", other, "*").status()).isEqualTo(412);
      assertThat(operator.ask("DELETE", "/apis/echo", "", "\"x\", " + first.tag()).status())
          .isEqualTo(200);
    }
  }

  @Test
  void whatIsWrittenAndNotServedYetIsNotOverwrittenEither() {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      String served = operator.get("/apis/echo").tag();
      String written = operator.ask("PUT", "/apis/echo", named(echo, "mine")).tag();

      assertThat(operator.ask("PUT", "/apis/echo", named(echo, "theirs"), served).status())
          .isEqualTo(412);
      assertThat(operator.ask("PUT", "/apis/echo", named(echo, "next"), written).status())
          .isEqualTo(200);
    }
  }

  @Test
  void ofThoseWhoHaveSeenTheSameOneWrites() throws InterruptedException {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      String seen = operator.get("/apis/echo").tag();
      operator.ask("POST", "/policies", "{'id':'gold'}");
      String seenPolicy = operator.get("/policies/gold").tag();
      var apis = new AtomicInteger();
      var policies = new AtomicInteger();

      List<Thread> editors =
          IntStream.range(0, EDITORS)
              .mapToObj(i ->
                  Thread.ofVirtual()
                      .start(() -> {
                        Answer api = operator.ask("PUT", "/apis/echo", named(echo, "n" + i), seen);
                        apis.addAndGet(api.status() == 200 ? 1 : 0);
                        Answer policy =
                            operator.ask(
                                "PUT",
                                "/policies/gold",
                                "{'id':'gold','name':'n" + i + "'}",
                                seenPolicy);
                        policies.addAndGet(policy.status() == 200 ? 1 : 0);
                      }))
              .toList();
      for (Thread editor : editors) {
        editor.join();
      }

      assertThat(apis).hasValue(1);
      assertThat(policies).hasValue(1);
    }
  }

  @Test
  void aPolicyIsOnlyChangedByWhoHasSeenItAsItIs() {
    try (var gateway = gateway(false)) {
      var operator = new Operator(gateway.port());
      Answer added = operator.ask("POST", "/policies", "{'id':'gold','rate':1,'per':1}");
      String seen = operator.get("/policies/gold").tag();
      assertThat(seen).isNotEmpty().isEqualTo(added.tag());

      assertThat(operator.ask("PUT", "/policies/gold", "{'id':'gold'}", seen).status())
          .isEqualTo(200);
      assertThat(operator.ask("PUT", "/policies/gold", "{'id':'gold','rate':9,'per':1}", seen))
          .extracting(Answer::status)
          .isEqualTo(412);
      assertThat(operator.ask("DELETE", "/policies/gold", "", seen).status()).isEqualTo(412);
      assertThat(operator.get("/policies/gold").body()).isEqualTo(json("{'id':'gold'}"));
    }
  }

  @Test
  void ofTwoFilesWithOneIdTheOneThatIsServedIsChangedAndBothAreDeleted() throws IOException {
    try (var gateway = gateway(true, echo)) {
      var operator = new Operator(gateway.port());
      Path apps = gateway.folder().resolve("apps");
      Path broken = Files.writeString(apps.resolve("a.json"), json("{'api_id':'echo'}"));
      Path idle =
          Files.writeString(
              apps.resolve("b.json"), Json.of(echo.with("active", false).definition()));
      Files.createDirectory(gateway.folder().resolve("policies"));
      Path wrong =
          Files.writeString(
              gateway.folder().resolve("policies/a.json"), json("{'id':'gold','rate':-7}"));
      Path gold =
          Files.writeString(gateway.folder().resolve("policies/b.json"), json("{'id':'gold'}"));
      operator.get("/reload?block=true");

      Answer changed =
          operator.ask("PUT", "/apis/echo", named(echo, "mine"), operator.get("/apis/echo").tag());
      assertThat(changed.status()).as(changed.body()).isEqualTo(200);
      assertThat(apps.resolve("echo.json")).content().contains("mine");
      assertThat(broken).hasContent(json("{'api_id':'echo'}"));
      assertThat(idle).content().doesNotContain("mine");
      for (String method : List.of("PUT", "POST")) {
        Answer unclear = operator.ask(method, "/policies/gold", "{'id':'gold','name':'mine'}");
        assertThat(unclear.status()).isEqualTo(409);
        assertThat(unclear.body()).contains("a.json and b.json", "remove all but one by hand");
      }
      for (Path file : List.of(gold, wrong)) {
        assertThat(file).content().doesNotContain("mine");
      }

      assertThat(operator.delete("/apis/echo").status()).isEqualTo(200);
      assertThat(operator.delete("/policies/gold").status()).isEqualTo(200);
      assertThat(TykFiles.named(apps)).isEmpty();
      assertThat(TykFiles.named(gateway.folder().resolve("policies"))).isEmpty();
    }
  }

  @Test
  void aFileThatIsBrokenIsReplacedByWhoSaysThatItMayBe() throws IOException {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      operator.ask("POST", "/policies", "{'id':'gold'}");
      for (String path : List.of("/apis/echo", "/policies/gold")) {
        String seen = operator.get(path).tag();
        boolean api = path.startsWith("/apis");
        Path file = gateway.folder().resolve(api ? "apps/echo.json" : "policies/gold.json");
        String whole = Files.readString(file);
        Files.writeString(
            file, json(api ? "{'api_id':'echo','proxy':5}" : "{'id':'gold','rate':-7}"));

        for (String method : List.of("PUT", "DELETE")) {
          Answer refused = operator.ask(method, path, whole, seen);
          assertThat(refused.status()).isEqualTo(412);
          assertThat(refused.body()).contains("broken").contains("If-Match: *");
        }
        assertThat(operator.ask("PUT", path, whole, "*").status()).isEqualTo(200);
        assertThat(file).hasContent(whole);
      }
    }
  }

  /** A write of an editor that is not through may be what tears it. */
  @Test
  void aTornFileOfAnApiIsNotTakenForOneThatIsCalledLikeIt() {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      Api bar = Api.of("bar", two.target()).at("/bar");
      gateway.write("foo.json", Json.of(bar.definition()));
      operator.get("/reload");
      gateway.write("foo.json", "{");

      String foo = Json.of(Api.of("foo", one.target()).at("/foo").definition());
      assertThat(operator.delete("/apis/foo").status()).isEqualTo(404);
      assertThat(operator.ask("PUT", "/apis/foo", foo).status()).isEqualTo(404);
      assertThat(operator.ask("POST", "/apis/foo", foo).status()).isEqualTo(200);
      assertThat(gateway.folder().resolve("apps/foo.json")).hasContent("{");
      assertThat(gateway.folder().resolve("apps/foo-2.json")).hasContent(foo);
    }
  }

  @Test
  void aTornFileIsSomethingThatIsThere() throws IOException {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      gateway.write("more.json", "{");
      Path policies = Files.createDirectory(gateway.folder().resolve("policies"));
      Files.writeString(policies.resolve("gold.json"), "{");
      String more = Json.of(Api.of("more", two.target()).at("/more").definition());
      String gold = "{'id':'gold'}";

      Answer api = operator.askUnless("POST", "/apis/more", more, "*");
      Answer policy = operator.askUnless("POST", "/policies/gold", gold, "*");
      for (Answer refused : List.of(api, policy)) {
        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.body()).contains("broken");
      }
      assertThat(operator.ask("POST", "/apis/more", more).status()).isEqualTo(200);
      assertThat(operator.ask("PUT", "/policies/gold", gold, "*").status()).isEqualTo(200);
      assertThat(TykFiles.named(policies)).containsExactly("gold.json");
    }
  }

  @Test
  void whatIsNotServedIsReadChangedAndDeletedToo() {
    Api idle = Api.of("idle", one.target()).at("/idle").with("active", false);
    Api refused = Api.of("refused", two.target());
    try (var gateway = gateway(false, echo, idle, refused)) {
      var operator = new Operator(gateway.port());
      gateway.write("torn.json", "{").write("wrong.json", json("{'api_id':'wrong','proxy':5}"));
      operator.get("/reload");

      for (Api api : List.of(idle, refused)) {
        Answer seen = operator.get("/apis/" + api.id());
        assertThat(seen.status()).as(api.id()).isEqualTo(200);
        String moved = named(api.at("/moved/" + api.id()), "mine");
        assertThat(operator.ask("PUT", "/apis/" + api.id(), moved, seen.tag()).status())
            .isEqualTo(200);
        assertThat(gateway.folder().resolve("apps/" + api.id() + ".json"))
            .content()
            .contains("mine");
      }
      String right = Json.of(Api.of("wrong", one.target()).at("/wrong").definition());
      assertThat(operator.ask("PUT", "/apis/wrong", right).status()).isEqualTo(200);
      for (String id : List.of("idle", "refused", "torn", "wrong")) {
        assertThat(operator.delete("/apis/" + id).status()).as(id).isEqualTo(200);
      }
      assertThat(TykFiles.named(gateway.folder().resolve("apps"))).containsExactly("echo.json");
      assertThat(operator.get("/reload").status()).isEqualTo(200);
    }
  }

  @Test
  void aDryRunOfAnApiSaysWhatWouldBeDifferent() {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      String changed =
          Json.of(Api.of("echo", two.target()).with("tags", List.of("a")).definition());

      assertThat(operator.ask("PUT", "/apis/echo?dry_run=true", changed).body())
          .isEqualTo(
              json(
                  "{'status':'ok','action':'modified','dry_run':true,"
                      + "'changes':['~ proxy.target_url','+ tags'],'problems':[]}"));
      assertThat(operator.ask("POST", "/apis?dry_run=true", changed).status()).isEqualTo(200);
      assertThat(operator.ask("DELETE", "/apis/echo?dry_run=true", "").body())
          .contains(json("'action':'deleted','dry_run':true"));
      assertThat(operator.ask("PUT", "/apis/echo?dry_run=true", changed, "\"x\"").status())
          .isEqualTo(412);
      operator.get("/reload");
      assertThat(operator.get("/apis/echo").body()).contains(one.target());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "?dry_run, 200",
    "?dry_run=, 200",
    "?dry_run=1, 200",
    "?dry_run=True, 400",
    "?dry_run=0, 400",
    "?dry_run=no, 400",
    "?dry_run=false&dry_run=true, 400"
  })
  void whatMayBeMeantAsADryRunWritesNothing(String query, int status) {
    try (var gateway = gateway(true, echo)) {
      var operator = new Operator(gateway.port());
      String seen = operator.get("/apis/echo").tag();

      for (String method : List.of("PUT", "POST", "DELETE")) {
        Answer answer = operator.ask(method, "/apis/echo" + query, named(echo, "mine"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("dry_run");
      }

      assertThat(operator.get("/apis/echo").tag()).isEqualTo(seen);
      operator.ask("PUT", "/apis/echo?dry_run=false", named(echo, "mine"));
      assertThat(operator.get("/apis/echo").tag()).isNotEqualTo(seen);
    }
  }

  @Test
  void aConditionThatSaysNothingIsRefusedAndThoseOfSeveralLinesCount() {
    try (var gateway = gateway(true, echo)) {
      var operator = new Operator(gateway.port());
      String seen = operator.get("/apis/echo").tag();
      byte[] mine = named(echo, "mine").getBytes(UTF_8);

      for (String nothing : List.of("", " ", ", ,")) {
        Answer refused = operator.send("PUT", "/tyk/apis/echo", mine, List.of(nothing));
        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("If-Match is empty");
      }
      assertThat(operator.get("/apis/echo").tag()).isEqualTo(seen);
      assertThat(operator.send("PUT", "/tyk/apis/echo", mine, List.of("\"x\"", "\"y\"")).status())
          .isEqualTo(412);
      assertThat(operator.send("PUT", "/tyk/apis/echo", mine, List.of("\"x\"", seen)).status())
          .isEqualTo(200);
    }
  }

  @Test
  void whatSomebodyElseHasDeletedIsNotWhatWasSeen() {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      operator.ask("POST", "/policies", "{'id':'gold'}");
      for (String path : List.of("/apis/echo", "/policies/gold")) {
        String seen = operator.get(path).tag();
        assertThat(operator.delete(path).status()).isEqualTo(200);

        assertThat(operator.ask("DELETE", path, "", seen).status()).isEqualTo(412);
        assertThat(operator.ask("DELETE", path, "", "*").status()).isEqualTo(412);
        assertThat(operator.delete(path).status()).isEqualTo(500);
      }
    }
  }

  @Test
  void aDryRunTellsOfWarningsAndOfWhatWouldBeGone() {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      String unknown = Json.of(echo.with("no_such_field", 5).definition());
      operator.ask("POST", "/policies", "{'id':'gold'}");

      assertThat(operator.ask("PUT", "/apis/echo?dry_run=true", unknown).body())
          .containsPattern("\"problems\":\\[\".*no_such_field");
      assertThat(
              operator
                  .ask("PUT", "/policies/gold?dry_run=true", "{'id':'gold','no_such_field':5}")
                  .body())
          .containsPattern("\"problems\":\\[\".*no_such_field");
      assertThat(operator.delete("/apis/echo?dry_run=true").body())
          .contains(json("'changes':['- echo']"));
      assertThat(operator.delete("/policies/gold?dry_run=true").body())
          .contains(json("'changes':['- gold']"));
    }
  }

  @Test
  void aBodyThatIsNoTextIsRefused() {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      byte[] latin = named(echo, "\u00e9").getBytes(ISO_8859_1);

      Answer refused = operator.send("PUT", "/tyk/apis/echo", latin, List.of());

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("not UTF-8");
    }
  }

  @Test
  void whatKeepsAWriteFromBeingServedIsToldInItsAnswer() {
    try (var gateway = gateway(true, echo)) {
      var operator = new Operator(gateway.port());
      gateway.write("other.json", "{");

      Answer written = operator.ask("PUT", "/apis/echo", named(echo, "mine"));
      assertThat(written.status()).isEqualTo(200);
      assertThat(written.body())
          .startsWith(json("{'key':'echo','status':'ok','action':'modified','problems':['"))
          .contains("other.json");
      assertThat(operator.ask("POST", "/policies", "{'id':'gold'}").body()).contains("other.json");

      gateway.delete("other");
      assertThat(operator.ask("PUT", "/apis/echo", named(echo, "next")).body())
          .isEqualTo(json("{'key':'echo','status':'ok','action':'modified'}"));
    }
  }

  @Test
  void aFolderThatTakesNothingIsToldInWords() throws IOException {
    try (var gateway = gateway(false)) {
      var operator = new Operator(gateway.port());
      Files.writeString(gateway.folder().resolve("policies"), "no folder");

      Answer refused = operator.ask("POST", "/policies", "{'id':'gold'}");

      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.body())
          .startsWith(json("{'status':'error','message':'cannot be stored: "))
          .doesNotContain(gateway.folder().toString());
    }
  }

  /** Reloads that began to read before a write end after the one that follows the write. */
  @Test
  void nothingOlderTakesThePlaceOfWhatWasReadLater() throws InterruptedException {
    try (var gateway = gateway(false, echo)) {
      var operator = new Operator(gateway.port());
      for (int i = 0; i < FILES; i++) {
        gateway.write(Api.of("idle" + i, one.target()).with("active", false));
      }
      var over = new AtomicBoolean();
      List<Thread> others =
          IntStream.range(0, EDITORS)
              .mapToObj(_ ->
                  Thread.ofVirtual()
                      .start(() -> {
                        while (!over.get()) {
                          operator.get("/reload");
                        }
                      }))
              .toList();
      try {
        for (int round = 0; round < ROUNDS; round++) {
          gateway.write("echo.json", named(echo, "round" + round));
          operator.get("/reload");
          for (int look = 0; look < LOOKS; look++) {
            assertThat(served(gateway)).isEqualTo("round" + round);
            LockSupport.parkNanos(PAUSE_NANOS);
          }
        }
      } finally {
        over.set(true);
        for (Thread other : others) {
          other.join();
        }
      }
    }
  }

  private static String served(TestGateway gateway) {
    return gateway.apis().stream()
        .map(ApiStatus::api)
        .filter(api -> api.apiId().equals("echo"))
        .map(api -> api.settings().text("name"))
        .findFirst()
        .orElse("");
  }

  @Test
  void aDryRunOfACertificateKeepsAndRemovesNone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("one.pem");
    PemWriter.write(
        file,
        new DevelopmentAuthority("test", Instant.now(), Duration.ofDays(1)).issue(List.of("a")));
    String pem = Files.readString(file);
    try (var gateway = gateway(false)) {
      var operator = new Operator(gateway.port());

      assertThat(operator.ask("POST", "/certs?dry_run=true", pem).body())
          .containsPattern(json("'action':'added','dry_run':true,'changes':..\\+ [0-9a-f]{64}"));
      assertThat(operator.get("/certs").body()).isEqualTo(json("{'certs':null}"));
      assertThat(operator.ask("POST", "/certs?dry_run=true", "none").status()).isEqualTo(403);

      String id = operator.ask("POST", "/certs", pem).member("id");
      assertThat(operator.ask("DELETE", "/certs/" + id + "?dry_run=true", "").body())
          .contains("- " + id);
      assertThat(operator.get("/certs").body()).contains(id);
    }
  }

  @Test
  void theVersionsOfAnApiAreToldInTyksShape() {
    Api many =
        Api.of("many", one.target())
            .with("definition.location", "header")
            .with("definition.key", "x-api-version")
            .with("version_data.not_versioned", false)
            .with("version_data.default_version", "v2")
            .with(
                "version_data.versions",
                Map.of("v2", Map.of("name", "v2", "expires", "2099-01-02 03:04"), "a1", Map.of()));
    Api idle = echo.at("/echo").with("expiration", "2098-01-02 03:04").with("internal", true);
    try (var gateway = gateway(false, many, idle)) {
      var operator = new Operator(gateway.port());

      assertThat(operator.get("/apis/many/versions").body())
          .isEqualTo(
              json(
                  "{'status':'success','apis':[{'id':'many','name':'many','versionName':'a1',"
                      + "'internal':false,'expirationDate':'','isDefaultVersion':false},"
                      + "{'id':'many','name':'many','versionName':'v2',"
                      + "'internal':false,'expirationDate':'2099-01-02 03:04',"
                      + "'isDefaultVersion':true}]}"));
      assertThat(operator.get("/apis/echo/versions/").body())
          .isEqualTo(
              json(
                  "{'status':'success','apis':[{'id':'echo','name':'echo','versionName':'',"
                      + "'internal':true,'expirationDate':'2098-01-02 03:04',"
                      + "'isDefaultVersion':true}]}"));
      assertThat(operator.get("/apis/many/versions?searchText=V2").body())
          .contains(json("'versionName':'v2'"))
          .doesNotContain(json("'versionName':'a1'"));
      for (String none :
          List.of(
              "many/versions?accessType=internal",
              "echo/versions?searchText=b",
              "echo/versions?accessType=external")) {
        assertThat(operator.get("/apis/" + none).body())
            .isEqualTo(json("{'status':'success','apis':null}"));
      }
      assertThat(operator.get("/apis/many/versions?accessType=external").body()).contains("a1");
      assertThat(operator.get("/apis/none/versions").status()).isEqualTo(404);
      assertThat(operator.delete("/apis/echo/versions").status()).isEqualTo(405);
      assertThat(operator.get("/apis/echo/else").status()).isEqualTo(404);
    }
  }
}
