package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OasParametersTest {
  private static final String TOKEN =
      "'security':[{'key':[]}],'components':{'securitySchemes':"
          + "{'key':{'type':'apiKey','in':'header','name':'x-key'}}},";

  private static final OasParameters OPEN =
      parameters("upstreamURL=h2c://a:1 authentication=false");

  /** As the control API has them, with spaces between. */
  private static OasParameters parameters(String text) {
    Map<String, String> given = new HashMap<>();
    for (String each : text.split(" ", -1)) {
      int mark = each.indexOf('=');
      given.put(each.substring(0, mark), each.substring(mark + 1));
    }
    return new OasParameters(
        given.getOrDefault("upstreamURL", ""),
        given.getOrDefault("listenPath", ""),
        given.getOrDefault("customDomain", ""),
        given.getOrDefault("apiID", ""),
        Optional.ofNullable(given.get("authentication")).map(Boolean::valueOf),
        Optional.ofNullable(given.get("allowList")).map(Boolean::valueOf));
  }

  private static String document(String root) {
    return """
    {'openapi':'3.0.3','info':{'title':'Greeter','version':'1'},%s'x-else':[1],
     'paths':{'x-note':{'post':{}},'/p.G/Say':{'post':{'operationId':'say','responses':{}},
      'get':{'responses':{}},'parameters':[]}}}\
    """
        .formatted(root)
        .replace('\'', '"');
  }

  private static String done(Reading<String> made) {
    assertThat(made.problems()).isEmpty();
    return requireNonNull(made.value());
  }

  private static String extension(String text) {
    Json.Obj document = (Json.Obj) requireNonNull(JsonReader.read("", text).value());
    return JsonWriter.text(requireNonNull(document.get("x-tyk-api-gateway"))).replace('"', '\'');
  }

  private static ApiFile read(String text) {
    GatewayConfig config =
        requireNonNull(ConfigReader.read(Map.of("TYK_GW_ENABLECUSTOMDOMAINS", "true")).value());
    return new ApiReader(config, Map.of()).readOas(Path.of("greeter-oas.json"), text);
  }

  @Test
  void anImportIsActiveAtTheRootAndKeepsItsPath() {
    String made = done(OPEN.imported(document("")));

    assertThat(extension(made))
        .isEqualTo(
            "{'info':{'name':'Greeter','state':{'active':true}},"
                + "'server':{'listenPath':{'value':'/','strip':false},"
                + "'authentication':{'enabled':false}},'upstream':{'url':'h2c://a:1'}}");
    assertThat(OasDocument.published(made))
        .isEqualTo(JsonWriter.text(requireNonNull(JsonReader.read("", document("")).value())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listenPath=/p.G/ | server.listenPath.value | \"/p.G/\"",
        "apiID=greeter | info.id | \"greeter\"",
        "customDomain=a.b | server.customDomain | {\"enabled\":true,\"name\":\"a.b\"}",
        "upstreamURL=h2c://b:2 | upstream.url | \"h2c://b:2\"",
        "authentication=true | server.authentication |"
            + "{\"enabled\":true,\"securitySchemes\":{\"key\":{\"enabled\":true}}}",
        "allowList=true | middleware.operations | {\"p.G/SayGET\":{\"allow\":{\"enabled\":true}},"
            + "\"say\":{\"allow\":{\"enabled\":true}}}",
        "allowList=false | middleware | ",
        "authentication=false | middleware | "
      })
  void eachParameterIsAPartOfTheExtension(String given, String path, String value) {
    for (boolean isNew : new boolean[] {true, false}) {
      String servers = "'servers':[{'url':'https://first:1/v1'},{'url':'/'}]," + TOKEN;
      OasParameters asked = parameters(given);
      String made =
          done(isNew ? asked.imported(document(servers)) : asked.patched(document(servers)));

      Json at = JsonReader.read("", made).value();
      for (String name : ("x-tyk-api-gateway." + path).split("\\.", -1)) {
        at = at instanceof Json.Obj object ? object.get(name) : null;
      }
      assertThat(at == null ? null : JsonWriter.text(at)).isEqualTo(value);
      assertThat(made.contains("\"operationId\":\"p.G/SayGET\""))
          .isEqualTo(given.equals("allowList=true"));
    }
  }

  @Test
  void whatIsMadeIsAnApi() {
    String made =
        done(
            parameters(
                    "listenPath=/p.G/ apiID=greeter authentication=true allowList=true"
                        + " customDomain=a.b")
                .imported(document("'servers':[{'url':'h2c://127.0.0.1:1'}]," + TOKEN)));

    ApiFile file = read(made);
    assertThat(file.problems()).isEmpty();
    ApiDefinition api = requireNonNull(file.definition());
    assertThat(api.apiId()).isEqualTo("greeter");
    assertThat(api.settings().flag("use_standard_auth")).isTrue();
    assertThat(api.settings().document())
        .contains("\"white_list\":[", "{\"path\":\"/p.G/Say\",\"method\":\"POST\"}");
  }

  /** What callers are asked for has to be known, by the reader of all documents. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'security':[],",
        "'security':[{'a':[]},{'b':[]}],",
        "'security':[{'a':[]}],",
        "'security':[{'a':[]}],'components':{'securitySchemes':{'a':{'type':'oauth2'}}},",
        "'security':[{'a':['scope']}],'components':{'securitySchemes':"
            + "{'a':{'type':'http','scheme':'basic'}}},",
        "'security':[{'a':[]}],'components':{'securitySchemes':"
            + "{'a':{'type':'http','scheme':'bearer'}}},"
      })
  void nobodyIsAskedForWhatIsNotThere(String security) {
    String made =
        done(
            parameters("apiID=greeter upstreamURL=h2c://a:1 authentication=true")
                .imported(document(security)));

    assertThat(read(made).problems()).anyMatch(Problem::isError);
    assertThat(read(made).definition()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "authentication=false | ``                              | /servers/0/url: is no absolute URL",
        "authentication=false | 'servers':[],                   | /servers/0/url: is no absolute URL",
        "authentication=false | 'servers':[{'url':'/v1'}],      | /servers/0/url: is no absolute URL",
        "authentication=false | 'servers':{'url':'h2c://a:1'},  | /servers/0/url: is no absolute URL",
        "authentication=false | 'servers':[{'url':'env://A'}],  | /servers/0/url",
        "authentication=false | 'servers':[{'url':'https://{h}/'}], | /servers/0/url",
        "authentication=false | 'servers':[{'url':'https://h/{base}'}], | /servers/0/url",
        "allowList=true upstreamURL=h2c://a:1 | 'paths':{'x-a':{'post':{}}}, | /paths",
        "allowList=true upstreamURL=h2c://a:1 | 'paths':{'/a':{'summary':'a'}}, | /paths",
        "allowList=true upstreamURL=h2c://a:1 | 'paths':[], | /paths",
        "authentication=false upstreamURL=h2c://a:1 | 'info':{}, | written twice"
      },
      quoteCharacter = '`')
  void whatCannotBeMadeIsTold(String given, String root, String told) {
    String text = document(root);
    String once = root.startsWith("'paths'") ? text.substring(0, text.indexOf(",\n")) + "}" : text;

    Reading<String> made = parameters(given).imported(once);

    assertThat(made.value()).isNull();
    assertThat(made.problems()).hasSize(1);
    assertThat(made.problems().getFirst().toString()).startsWith("body:1:").contains(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "null", "{"})
  void whatIsNoDocumentIsTold(String text) {
    assertThat(OPEN.imported(text).value()).isNull();
    assertThat(OPEN.patched(text).hasErrors()).isTrue();
  }

  private static String existing(String operation, String authentication, String balancing) {
    String server = "'listenPath':{'value':'/old','strip':true},'customDomain':{'enabled':false},";
    return document(
        "'x-tyk-api-gateway':{'info':{'id':'greeter','odd':1},'server':{%s'authentication':%s},"
                .formatted(server, authentication)
            + "'upstream':{'url':'h2c://a:1'%s},'middleware':{'operations':{'say':{%s}}}},"
                .formatted(balancing, operation));
  }

  @ParameterizedTest
  @ValueSource(strings = {"env://HOME", "file:///etc/passwd", "secrets://a", "vault://a"})
  void aTitleIsNotFollowed(String title) {
    assertThat(OPEN.imported(document("").replace("Greeter", title)).problems())
        .extracting(Problem::path)
        .containsExactly("/info/title");
  }

  /** A path is told again by each of its methods. */
  @Test
  void idsThatAreMadeHaveAnEnd() {
    String path = "/" + "a".repeat(1 << 18);
    String text =
        "{'openapi':'3.0.3','info':{'title':'G'},'paths':{'"
            + path
            + "':{'get':{},'post':{},'put':{},'patch':{},'delete':{}}}}";

    Reading<String> made =
        parameters("upstreamURL=h2c://a:1 authentication=false allowList=true")
            .imported(text.replace('\'', '"'));
    assertThat(made.value()).isNull();
    assertThat(made.problems())
        .isNotEmpty()
        .allMatch(problem -> problem.message().contains("operationId"));
  }

  /** Each of them was once a copy of all, which takes minutes. */
  @Test
  void manyOperationsAreAllowedInOneGo() {
    var text = new StringBuilder("{'openapi':'3.0.3','info':{'title':'G'},'paths':{'/p':{}");
    for (int i = 0; i < 15_000; i++) {
      text.append(",'/p.G/M").append(i).append("':{'post':{}}");
    }
    String made =
        done(
            parameters("upstreamURL=h2c://a:1 authentication=false allowList=true")
                .imported(text.append("}}").toString().replace('\'', '"')));

    assertThat(extension(made)).contains("'p.G/M14999POST':{'allow':{'enabled':true}}");
  }

  @Test
  void aPatchChangesNothingElse() {
    String before = existing("'allow':{'enabled':true,'ignoreCase':true}", "{'enabled':false}", "");

    String after = done(parameters("listenPath=/new customDomain=a.b").patched(before));

    assertThat(after.replace("/new", "/old"))
        .isEqualTo(
            JsonWriter.text(requireNonNull(JsonReader.read("", before).value()))
                .replace(
                    "\"customDomain\":{\"enabled\":false}",
                    "\"customDomain\":{\"enabled\":true,\"name\":\"a.b\"}"));
    assertThat(after).contains("\"value\":\"/new\",\"strip\":true");
  }

  @Test
  void aPatchSwitchesWhatIsThere() {
    String allowed = "'allow':{'enabled':%s,'ignoreCase':true},'block':{'enabled':true}";
    String key = "{'enabled':%s,'securitySchemes':{'key':{'enabled':true,'header':{}}}}";
    String off = existing(allowed.formatted(false), key.formatted(false), "");
    String on = existing(allowed.formatted(true), key.formatted(true), "");

    String switchedOn = done(parameters("allowList=true authentication=true").patched(off));
    assertThat(extension(switchedOn))
        .contains("'allow':{'enabled':true,'ignoreCase':true},'block':{'enabled':true}")
        .contains("{'enabled':true,'securitySchemes':{'key':{'enabled':true,'header':{}}}}");
    String switchedOff = done(parameters("allowList=false authentication=false").patched(on));
    assertThat(switchedOff)
        .isEqualTo(JsonWriter.text(requireNonNull(JsonReader.read("", off).value())));
  }

  @Test
  void anUpstreamThatWouldNotCountIsRefused() {
    String balanced =
        existing("", "{'enabled':false}", ",'loadBalancing':{'enabled':true,'targets':[]}");

    assertThat(parameters("upstreamURL=h2c://b:1").patched(balanced).problems().toString())
        .contains("/x-tyk-api-gateway/upstream/loadBalancing/enabled");
    assertThat(parameters("upstreamURL=h2c://b:1").patched(balanced).value()).isNull();
  }

  @Test
  void whatIsNoObjectIsLeftForTheReader() {
    String wrong = document("'x-tyk-api-gateway':{'server':5,'upstream':null},");

    assertThat(extension(done(parameters("listenPath=/a upstreamURL=h2c://a:1").patched(wrong))))
        .isEqualTo("{'server':5,'upstream':{'url':'h2c://a:1'}}");
  }
}
