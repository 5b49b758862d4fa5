package dev.weir.system;

import static dev.weir.system.Operator.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import io.grpc.Metadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** APIs that become versions of others by Tyk's parameters, and are versions no more. */
class ControlVersionsServerTest {
  private static final String NEW = "base_api_id=base&new_version_name=2.0";

  private final EchoBackend one = EchoBackend.start("one");
  private final EchoBackend two = EchoBackend.start("two");
  private final Api base = Api.of("base", one.target());
  private final Api child = Api.of("child", two.target()).at("/second/").with("internal", true);

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  private static TestGateway gateway(Api... apis) {
    return TestGateway.configured(
        Operator.configuration(Map.of("weir", Map.of("auto_reload", false))), apis);
  }

  private static String text(TestGateway gateway, String file) {
    try {
      return Files.readString(gateway.folder().resolve("apps").resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String oas(String id, String path, EchoBackend backend, String state) {
    return """
    {'openapi':'3.0.3','info':{'title':'t','version':'1'},'paths':{},'x-else':7,
     'x-tyk-api-gateway':{'info':{'id':'%s','name':'%s','orgId':'default','state':{'active':true%s}},
      'server':{'listenPath':{'value':'%s'},'authentication':{'enabled':false}},
      'upstream':{'url':'%s'}}}\
    """
        .formatted(id, id, state, path, backend.target());
  }

  private static int calls(EchoBackend backend) {
    return backend.calls().size();
  }

  /** Calls it, and tells who has answered. */
  private String answering(TestGateway gateway, String version) {
    int before = calls(one);
    int others = calls(two);
    var metadata = new Metadata();
    if (!version.isEmpty()) {
      metadata.put(Metadata.Key.of("x-api-version", Metadata.ASCII_STRING_MARSHALLER), version);
    }
    try (EchoClient client = EchoClient.to(gateway.port())) {
      int code =
          client.open(EchoClient.UNARY, metadata).send("hello").halfClose().awaitEnd().code();
      return calls(one) > before ? "one" : calls(two) > others ? "two" : String.valueOf(code);
    }
  }

  private static Answer done(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static void reload(TestGateway gateway) {
    assertThat(gateway.reload().problems()).isEmpty();
  }

  @Test
  void aNewApiBecomesAVersionAndIsNoneWhenItIsDeleted() {
    try (var gateway = gateway(base)) {
      var operator = new Operator(gateway.port());
      String path = "/apis?" + NEW + "&base_api_version_name=1.0";
      done(operator.ask("POST", path, Json.of(child.definition())));

      assertThat(text(gateway, "base.json"))
          .contains(
              json(
                  "'definition':{'enabled':true,'name':'1.0','key':'x-api-version',"
                      + "'location':'header','default':'self','versions':{'2.0':'child'}}"));
      reload(gateway);
      assertThat(answering(gateway, "2.0")).isEqualTo("two");
      assertThat(answering(gateway, "1.0")).isEqualTo("one");
      assertThat(answering(gateway, "")).isEqualTo("one");

      Api third = new Api("third", 0, "/third/", child.targets(), child.more());
      done(
          operator.ask(
              "POST",
              "/apis?base_api_id=base&new_version_name=3.0&set_default=true",
              Json.of(third.definition())));
      reload(gateway);
      assertThat(answering(gateway, "")).isEqualTo("two");
      assertThat(operator.get("/apis/base/versions").body())
          .isEqualTo(
              json(
                  "{'status':'success','apis':["
                      + "{'id':'base','name':'base','versionName':'1.0','internal':false,"
                      + "'expirationDate':'','isDefaultVersion':false},"
                      + "{'id':'child','name':'child','versionName':'2.0','internal':true,"
                      + "'expirationDate':'','isDefaultVersion':false},"
                      + "{'id':'third','name':'third','versionName':'3.0','internal':true,"
                      + "'expirationDate':'','isDefaultVersion':true}]}"));
      assertThat(operator.get("/apis/base/versions?accessType=internal").body())
          .contains("child", "third")
          .doesNotContain(json("'id':'base'"));

      done(operator.delete("/apis/third"));
      assertThat(text(gateway, "base.json"))
          .contains(json("'default':'self'"), json("'versions':{'2.0':'child'}"));
      reload(gateway);
      assertThat(answering(gateway, "")).isEqualTo("one");
      assertThat(answering(gateway, "3.0")).isEqualTo("12");
      assertThat(answering(gateway, "2.0")).isEqualTo("two");
    }
  }

  /** What the other definition is warned of is told, too. */
  @Test
  void warningsAboutBothAreTold() {
    try (var gateway = gateway(base.with("no_such_field", 1))) {
      String path = "/apis?" + NEW + "&base_api_version_name=1.0";
      String written = Json.of(child.with("nor_this", 2).definition());
      var operator = new Operator(gateway.port());
      assertThat(done(operator.ask("POST", path + "&dry_run=true", written)).body())
          .contains("base.json", "no_such_field", "nor_this");
      assertThat(done(operator.ask("POST", path, written)).body())
          .startsWith(json("{'key':'child','status':'ok','action':'added','problems':["))
          .contains("base.json", "no_such_field", "nor_this");
    }
  }

  /** A folder in the place of a document that would have to go first. */
  @Test
  void aVersionThatCannotBeDeletedStaysOne() throws Exception {
    Api named = versioned("child").with("definition.key", "x-api-version");
    try (var gateway = gateway(named, child)) {
      Path inTheWay = gateway.folder().resolve("apps/child-oas.json");
      Path full = Files.createDirectories(inTheWay.resolve("full"));
      String before = text(gateway, "base.json");
      Answer answer = new Operator(gateway.port()).delete("/apis/child");
      assertThat(answer.status()).as(answer.body()).isEqualTo(500);
      assertThat(text(gateway, "base.json")).isEqualTo(before);
      assertThat(text(gateway, "child.json")).isNotEmpty();
      Files.delete(full);
      Files.delete(inTheWay);
      reload(gateway);
      assertThat(answering(gateway, "2.0")).isEqualTo("two");
    }
  }

  @Test
  void oasDocumentsBecomeVersionsToo() {
    try (var gateway = gateway()) {
      var operator = new Operator(gateway.port());
      done(operator.ask("POST", "/apis/oas", oas("base", "/weir.testkit.Echo/", one, "")));
      reload(gateway);
      String path = "/apis/oas?" + NEW + "&base_api_version_name=1.0&set_default=true";
      done(operator.ask("POST", path, oas("child", "/second/", two, ",'internal':true")));
      reload(gateway);

      assertThat(operator.get("/apis/oas/base").body())
          .contains(
              "\"x-else\":7",
              json(
                  "'versioning':{'enabled':true,'name':'1.0','key':'x-api-version',"
                      + "'location':'header','default':'2.0',"
                      + "'versions':[{'name':'2.0','id':'child'}]}"));
      assertThat(answering(gateway, "")).isEqualTo("two");
      assertThat(answering(gateway, "1.0")).isEqualTo("one");
      assertThat(operator.get("/apis/oas/base/versions").body())
          .contains(json("'id':'child'"), json("'versionName':'2.0'"));

      done(operator.delete("/apis/oas/child"));
      assertThat(text(gateway, "base-oas.json"))
          .contains(json("'default':'self'"), json("'versions':[]"));
      reload(gateway);
      assertThat(answering(gateway, "")).isEqualTo("one");
      assertThat(answering(gateway, "2.0")).isEqualTo("12");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "base_api_id=base                                       | 422 | The new version name is required",
        "base_api_id=base&new_version_name=                     | 422 | The new version name is required",
        "new_version_name=2.0                                   | 422 | base_api_id is missing",
        "set_default=true                                       | 422 | base_api_id is missing",
        "base_api_id=base&new_version_name=2.0                  | 400 | you need to provide a version name for the new Base API: base",
        "base_api_id=none&new_version_name=2.0                  | 400 | none is not a valid Base API version",
        "base_api_id=child&new_version_name=2.0                 | 400 | child is not a valid Base API version",
        "base_api_id=base&new_version_name=2.0&set_default=yes  | 422 | set_default: true or false",
        "base_api_id=base&new_version_name=2&base_api_version_name=2 | 400 | is the name of the API itself",
        "base_api_id=named&new_version_name=2.0                 | 400 | named has a version 2.0 already",
        "base_api_id=named&new_version_name=3.0&base_api_version_name=2 | 400 | named is called 1.0 already",
        "base_api_id=named&new_version_name=self                | 400 | is the name of the API itself",
        "base_api_id=old&new_version_name=2.0&base_api_version_name=1 | 400 | API versions of both kinds",
        "base_api_id=base&new_version_name=tls&base_api_version_name=1 | 400 | called over TLS alone",
      })
  void whatCannotBeFollowedIsRefusedAndNothingIsWritten(String query, int status, String message) {
    Api named =
        Api.of("named", one.target())
            .at("/named/")
            .with("definition.enabled", true)
            .with("definition.location", "header")
            .with("definition.key", "v")
            .with("definition.name", "1.0")
            .with("definition.versions", Map.of("2.0", "base"));
    Api old =
        Api.of("old", one.target())
            .at("/old/")
            .with("definition.location", "header")
            .with("definition.key", "v")
            .with("version_data.versions", Map.of("a", Map.of()));
    Api written = query.contains("tls") ? child.with("protocol", "https") : child;
    try (var gateway = gateway(base, named, old)) {
      var operator = new Operator(gateway.port());
      String before = text(gateway, "base.json") + text(gateway, "named.json");
      Answer answer = operator.ask("POST", "/apis?" + query, Json.of(written.definition()));
      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      assertThat(answer.body()).contains(message);
      assertThat(text(gateway, "base.json") + text(gateway, "named.json")).isEqualTo(before);
      assertThat(gateway.folder().resolve("apps/child.json")).doesNotExist();
    }
  }

  @Test
  void versionsAreMadeByPostOnlyAndByNobodyWhoOnlyLooks() {
    try (var gateway = gateway(base, child)) {
      var operator = new Operator(gateway.port());
      String path = "?" + NEW + "&base_api_version_name=1.0";
      String definition = Json.of(child.definition());
      assertThat(operator.ask("PUT", "/apis/child" + path, definition).status()).isEqualTo(422);
      String before = text(gateway, "base.json");
      done(operator.ask("POST", "/apis" + path + "&dry_run=true", definition));
      assertThat(text(gateway, "base.json")).isEqualTo(before);
      done(operator.ask("POST", "/apis/child" + path, definition));
      assertThat(text(gateway, "base.json")).isNotEqualTo(before);
      done(operator.ask("POST", "/apis/child" + path, definition));
      assertThat(text(gateway, "base.json")).contains(json("'versions':{'2.0':'child'}"));
    }
  }

  /** They are somebody's rest, and would be called again. */
  @Test
  void versionsThatAreSwitchedOffStaySo() {
    Api off =
        base.with("definition.enabled", false)
            .with("definition.default", "0.9")
            .with("definition.versions", Map.of("0.9", "other"));
    try (var gateway = gateway(off, Api.of("other", two.target()).at("/other/"))) {
      String path = "/apis?" + NEW + "&base_api_version_name=1.0";
      done(new Operator(gateway.port()).ask("POST", path, Json.of(child.definition())));
      assertThat(text(gateway, "base.json"))
          .contains(json("'default':'self'"), json("'versions':{'2.0':'child'}"))
          .doesNotContain("0.9");
    }
  }

  private Api versioned(String child) {
    return base.with("definition.enabled", true)
        .with("definition.location", "header")
        .with("definition.key", "v")
        .with("definition.name", "1.0")
        .with("definition.versions", Map.of("2.0", child));
  }

  /** A version may be changed as long as it can be one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "protocol           | https | called over TLS alone",
        "active             | false | is the id of no API that is served",
        "definition.enabled | true  | has versions itself",
      })
  void whatWouldCloseAVersionOfAnotherIsNotWritten(String key, String value, String message) {
    try (var gateway = gateway(versioned("child"), child)) {
      var operator = new Operator(gateway.port());
      String before = text(gateway, "child.json");
      Object set = value.equals("https") ? value : Boolean.valueOf(value);
      Api bad =
          child.with("definition.location", "header").with("definition.key", "v").with(key, set);
      Answer answer = operator.ask("PUT", "/apis/child", Json.of(bad.definition()));
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("base.json", "definition.versions.2.0", message);
      assertThat(text(gateway, "child.json")).isEqualTo(before);
      done(operator.ask("PUT", "/apis/child", Json.of(child.definition())));
    }
  }

  @Test
  void aVersionOfAnotherGetsNoVersions() {
    Api third = new Api("third", 0, "/third/", child.targets(), child.more());
    try (var gateway = gateway(versioned("child"), child)) {
      String path = "/apis?base_api_id=child&new_version_name=3&base_api_version_name=1";
      Answer answer = new Operator(gateway.port()).ask("POST", path, Json.of(third.definition()));
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("base.json", "has versions itself");
      assertThat(gateway.folder().resolve("apps/third.json")).doesNotExist();
    }
  }

  /** Who tightens it need not mend that first. */
  @Test
  void aVersionThatIsClosedAlreadyKeepsNothingFromBeingWritten() {
    try (var gateway = gateway(versioned("none"))) {
      Api tight =
          versioned("none")
              .with("enable_ip_whitelisting", true)
              .with("allowed_ips", List.of("10.0.0.1"));
      done(new Operator(gateway.port()).ask("PUT", "/apis/base", Json.of(tight.definition())));
      assertThat(text(gateway, "base.json")).contains("10.0.0.1");
    }
  }

  @Test
  void aDefinitionWithAVersionThatIsNotThereIsNotWritten() {
    Api bad =
        base.with("definition.enabled", true)
            .with("definition.location", "header")
            .with("definition.key", "v")
            .with("definition.versions", Map.of("2.0", "none"));
    try (var gateway = gateway(base)) {
      String before = text(gateway, "base.json");
      Answer answer =
          new Operator(gateway.port()).ask("PUT", "/apis/base", Json.of(bad.definition()));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("is the id of no API that is served");
      assertThat(text(gateway, "base.json")).isEqualTo(before);
    }
  }
}
