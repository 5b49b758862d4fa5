package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weir.model.ApiDefinition.Binding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiReaderTest {

  private static final String GREETER =
      """
      { "name": "greeter", "api_id": "greeter", "org_id": "default", "active": true,
        "protocol": "h2c", "listen_port": 6666, "use_keyless": true,
        "version_data": {"not_versioned": true, "versions": {"Default": {"name": "Default"}}},
        "proxy": {"listen_path": "/", "strip_listen_path": false, "target_url": "h2c://127.0.0.1:50051"} }
      """;

  @TempDir private Path root;
  private Path apps = Path.of("");

  @BeforeEach
  void createFolder() throws IOException {
    apps = Files.createDirectory(root.resolve("apps"));
  }

  @Test
  void smallestWorkingDefinitionIsRead() throws IOException {
    ApiDefinition api = valid(GREETER);

    assertThat(api.apiId()).isEqualTo("greeter");
    assertThat(api.name()).isEqualTo("greeter");
    assertThat(api.orgId()).isEqualTo("default");
    assertThat(api.active()).isTrue();
    assertThat(api.binding())
        .isEqualTo(
            new Binding(Optional.of(ApiProtocol.H2C), 6666, "", List.of(), Optional.empty()));
    assertThat(api.proxy().listenPath()).isEqualTo("/");
    assertThat(api.proxy().targets()).hasToString("[h2c://127.0.0.1:50051]");
    assertThat(api.refusal()).isEmpty();
    assertThat(api.notActedOn()).isEmpty();
  }

  /** Each row changes one thing in a file that is right: text, replacement, problem. */
  static Stream<Arguments> damages() {
    return Stream.of(
        arguments(
            "\"greeter\", \"org_id\"",
            "\"\", \"org_id\"",
            "1:32: error: api_id: is missing, every API needs one of its own"),
        arguments(
            "\"api_id\": \"greeter\",",
            "",
            "1:1: error: api_id: is missing, every API needs one of its own"),
        arguments(
            "\"greeter\", \"org_id\"",
            "\"a/b\", \"org_id\"",
            "1:32: error: api_id: has characters that cannot stand in a path, use letters, digits, - and _"),
        arguments(
            "\"greeter\", \"org_id\"",
            "\"..\", \"org_id\"",
            "1:32: error: api_id: has characters that cannot stand in a path, use letters, digits, - and _"),
        arguments(
            "\"greeter\", \"org_id\"",
            "7, \"org_id\"",
            "1:32: error: api_id: is a number, text is needed, put it into double quotes"),
        arguments(
            "\"active\": true",
            "\"active\": \"true\"",
            "1:74: error: active: is text, true or false is needed, write true without quotes"),
        arguments(
            "\"h2c\"",
            "\"http2\"",
            "2:15: error: protocol: \"http2\" is unknown, did you mean http?"),
        arguments(
            "\"h2c\"", "\"H2C\"", "2:15: error: protocol: \"H2C\" is unknown, did you mean h2c?"),
        arguments(
            "\"h2c\"",
            "\"quic\"",
            "2:15: error: protocol: \"quic\" is unknown, known are http, https, h2c, tcp, tls"),
        arguments(
            "6666", "65536", "2:37: error: listen_port: 65536 is not a port, 0 to 65535 is needed"),
        arguments("6666", "-1", "2:37: error: listen_port: -1 is not a port, 0 to 65535 is needed"),
        arguments(
            "6666",
            "\"6666\"",
            "2:37: error: listen_port: is text, a whole number is needed, write 6666 without quotes"),
        arguments(
            "\"listen_path\": \"/\"",
            "\"listen_path\": \"\"",
            "4:28: error: proxy.listen_path: is missing, a path such as / or /pkg.Service is needed"),
        arguments(
            "\"listen_path\": \"/\",",
            "",
            "4:12: error: proxy.listen_path: is missing, a path such as / or /pkg.Service is needed"),
        arguments(
            "\"listen_path\": \"/\"",
            "\"listen_path\": \"/a b\"",
            "4:28: error: proxy.listen_path: has a space in it"),
        arguments(
            "\"listen_path\": \"/\"",
            "\"listen_path\": \"/a?b\"",
            "4:28: error: proxy.listen_path: has a query or a fragment, a path alone is needed"),
        arguments(
            "\"listen_path\": \"/\", \"strip_listen_path\": false",
            "\"listen_path\": \"/pkg.Service\", \"strip_listen_path\": true",
            "4:65: warning: proxy.strip_listen_path: cuts /pkg.Service off the method name, the server will not know what is left, set it to false"),
        arguments(
            "\"h2c://127.0.0.1:50051\"",
            "\"127.0.0.1:50051\"",
            "4:75: error: proxy.target_url: has no scheme, write h2c://127.0.0.1:50051"),
        arguments(
            "\"h2c://127.0.0.1:50051\"",
            "\"h2c://127.0.0.1:0\"",
            "4:75: error: proxy.target_url: has a port that is not in 1 to 65535"),
        arguments(
            ", \"target_url\": \"h2c://127.0.0.1:50051\"",
            "",
            "4:12: error: proxy.target_url: is missing, a URL such as h2c://localhost:50051 is needed"),
        arguments(
            "\"target_url\"",
            "\"enable_load_balancing\": true, \"target_url\"",
            "4:12: error: proxy.target_list: is empty while enable_load_balancing is on, list at least one target"),
        arguments(
            "\"target_url\"",
            "\"enable_load_balancing\": true, \"target_list\": [\"h2c://a:1\", \"h2c://\"], \"target_url\"",
            "4:121: error: proxy.target_list[1]: has no host"),
        arguments(
            "\"target_url\"",
            "\"target_ulr\": \"x\", \"target_url\"",
            "4:61: warning: proxy.target_ulr: unknown key, it has no effect, did you mean target_url?"),
        arguments(
            "\"use_keyless\": true",
            "\"use_keyless\": true, \"use_mutual_tls\": true",
            "2:64: warning: use_mutual_tls: unknown key, it has no effect, did you mean use_mutual_tls_auth?"),
        arguments(
            "\"proxy\":",
            "\"proxy\": {}, \"proxy\":",
            "4:16: warning: proxy: written twice in one object, the last one counts"),
        arguments(
            "\"use_keyless\": true",
            "\"use_keyless\": true, \"domain\": \"a.example.com\"",
            "2:74: warning: domain: is not looked at, the API answers to every host, set enable_custom_domains in tyk.conf"),
        arguments(
            "\"use_keyless\": true,",
            "\"use_keyless\": true",
            "3:3: error: a comma or } is needed, found \""));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void damagedFileGivesOneProblemAtItsPlace(String text, String replacement, String problem)
      throws IOException {
    assertThat(GREETER).contains(text);

    ApiFile file = read(GREETER.replace(text, replacement));

    assertThat(file.problems())
        .extracting(Problem::toString)
        .containsExactly(file.path() + ":" + problem);
    assertThat(file.definition() == null).isEqualTo(problem.contains(": error: "));
  }

  /** Each row asks for something that this build cannot do: text, replacement, reason. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"h2c\"               | \"tcp\"                | the protocol tcp is not available in this build",
        "\"h2c\"               | \"tls\"                | the protocol tls is not available in this build",
        "h2c://127.0.0.1:50051 | http://a               | http:// targets are not available in this build",
        "h2c://127.0.0.1:50051 | ws://a                 | ws:// targets are not available in this build",
        "h2c://127.0.0.1:50051 | tcp://a:1              | tcp:// targets are not available in this build",
        "h2c://127.0.0.1:50051 | tls://a:1              | tls:// targets are not available in this build",
        "h2c://127.0.0.1:50051 | tyk://self             | tyk:// targets are not available in this build",
        "\"listen_path\": \"/\"| \"listen_path\": \"/{x}\"| listen path patterns are not available in this build",
        "\"proxy\": {          | \"proxy\": {\"service_discovery\": {\"use_discovery_service\": true}, | service discovery is not available in this build"
      })
  void whatCannotBeServedIsReadAndRefusesItsCalls(String text, String replacement, String reason)
      throws IOException {
    assertThat(GREETER).contains(text);

    ApiFile file = read(GREETER.replace(text, replacement));

    ApiDefinition api = requireNonNull(file.definition());
    assertThat(api.unsupported()).containsExactly(reason);
    assertThat(api.unenforceable()).isEmpty();
    assertThat(api.refusal()).hasValue("API greeter cannot be served: " + reason);
    assertThat(file.problems())
        .singleElement()
        .returns(Severity.WARNING, Problem::severity)
        .returns(reason, Problem::message)
        .returns("its calls end with UNAVAILABLE", Problem::hint);
  }

  @Test
  void emptyProtocolIsThatOfTheMainPort() throws IOException {
    assertThat(valid(GREETER.replace("\"h2c\",", "\"\",")).binding().protocol()).isEmpty();
    assertThat(valid(GREETER.replace("\"protocol\": \"h2c\",", "")).binding().protocol()).isEmpty();
  }

  @Test
  void listenPathGetsASlashInFront() throws IOException {
    assertThat(valid(GREETER.replace("\"/\"", "\"pkg.Service/Method\"")).proxy().listenPath())
        .isEqualTo("/pkg.Service/Method");
  }

  @Test
  void balancedTargetsKeepTheirRepetitionsAndTakeTheProtocol() throws IOException {
    ApiDefinition api =
        valid(
            GREETER.replace(
                "\"target_url\"",
                "\"enable_load_balancing\": true, \"target_list\": [\"h2c://a:1\", \"h2c://a:1\", \"b:2\"], \"target_url\""));

    assertThat(api.proxy().balanced()).isTrue();
    assertThat(api.proxy().targets()).hasToString("[h2c://a:1, h2c://a:1, h2c://b:2]");
  }

  @Test
  void listIsNotLookedAtWithoutBalancing() throws IOException {
    ApiDefinition api =
        valid(GREETER.replace("\"target_url\"", "\"target_list\": [\"??\"], \"target_url\""));

    assertThat(api.proxy().targets()).hasToString("[h2c://127.0.0.1:50051]");
  }

  @Test
  void domainCountsWithCustomDomains() throws IOException {
    String text =
        GREETER.replace("\"use_keyless\"", "\"domain\": \"A.Example.com\", \"use_keyless\"");

    assertThat(read(text, "{\"enable_custom_domains\": true}").definition())
        .isNotNull()
        .returns("a.example.com", api -> api.binding().domain());
    assertThat(
            read(
                    text.replace("\"use_keyless\"", "\"domain_disabled\": true, \"use_keyless\""),
                    "{\"enable_custom_domains\": true}")
                .definition())
        .isNotNull()
        .returns("", api -> api.binding().domain());
  }

  /** Hosts are compared in one form only, whatever a document says. */
  @ParameterizedTest
  @CsvSource({
    "A.Example.com., a.example.com",
    "a., a",
    "10.0.0.5., 10.0.0.5",
    "[::1], [::1]",
    "{t}.Example.com., *.example.com"
  })
  void aFinalDotIsNoPartOfADomain(String domain, String host) throws IOException {
    String text =
        GREETER.replace("\"use_keyless\"", "\"domain\": \"" + domain + "\", \"use_keyless\"");

    ApiFile file = read(text, "{\"enable_custom_domains\": true}");

    assertThat(file.problems()).isEmpty();
    assertThat(file.definition())
        .isNotNull()
        .returns(host, api -> api.binding().domain())
        .returns(domain, api -> api.settings().text("domain"));
  }

  @ParameterizedTest
  @CsvSource({
    "{Tenant}.Example.com, *.example.com",
    "{t:[^.]+}.example.com, *.example.com",
    "'{t:[^\\\\.]+}.example.com', *.example.com",
    "{t}.a, *.a",
    "{t:[a-z]+}.A.b, {[a-z]+}.a.b",
    "'{t:^[a-z]{2,5}$}.a', '{^[a-z]{2,5}$}.a'",
    "{t:(?:a|b)-[^./]}.a, {(?:a|b)-[^./]}.a",
    "{t:[[:alpha:]_-]}.a, {[[:alpha:]_-]}.a",
    "pre-{t}.a, {pre-(?:[^.]+)}.a",
    "{T:A|b}-{u}-V.a, {(?:A|b)-(?:[^.]+)-v}.a",
    "{t:.*}.example.com, {:.*}.example.com",
    "{t:a[.]b}.a, {:a[.]b}.a",
    "{t:[--0]}.a, {:[--0]}.a",
    "'{t:\\\\D}.a', '{:\\D}.a'",
    "{t:[^a]}.a, {:[^a]}.a",
    "{t:a)|(b}.a, {:a)|(b}.a",
    "Api.{Region}.Example.com, api.{:[^.]+}.example.com",
    "{a}.{b}.x, {:[^.]+}.{:[^.]+}.x",
    "'{a:[A-Z]{2}}.{b:[0-9]{1,3}}.x.', '{:[A-Z]{2}}.{:[0-9]{1,3}}.x'",
    "a.{b}, a.{:[^.]+}",
    "{any:.+}, {:.+}",
    "{one}, {:[^.]+}"
  })
  void aTemplateIsReadAsPreciselyAsItSays(String domain, String host) throws IOException {
    String text =
        GREETER.replace("\"use_keyless\"", "\"domain\": \"" + domain + "\", \"use_keyless\"");

    ApiFile file = read(text, "{\"enable_custom_domains\": true}");

    assertThat(file.problems()).isEmpty();
    assertThat(file.definition()).isNotNull().returns(host, api -> api.binding().domain());
  }

  @Test
  void certificatesThatNobodySeesAreAWarning() throws IOException {
    String text =
        GREETER.replace("\"use_keyless\"", "\"certificates\": [\"a.pem\"], \"use_keyless\"");
    String unsaid = text.replace("\"protocol\": \"h2c\", \"listen_port\": 6666, ", "");
    String ssl = "{\"http_server_options\": {\"use_ssl\": true, \"enable_http2\": true}}";

    assertThat(read(text, "{}").problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .endsWith(
            "api.json:2:59: warning: certificates: are shown to nobody, clients come in clear"
                + " text, set protocol to https");
    assertThat(read(unsaid, "{}").problems()).hasSize(1);
    assertThat(read(unsaid, ssl).problems()).isEmpty();
  }

  @Test
  void httpsWithoutHttp2IsAWarning() throws IOException {
    String text = GREETER.replace("\"protocol\": \"h2c\"", "\"protocol\": \"https\"");

    assertThat(read(text, "{}").problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("protocol: takes HTTP/1.1 only, no gRPC, set http_server_options.enable_http2");
    assertThat(read(text, "{\"http_server_options\": {\"enable_http2\": true}}").problems())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "{a}"})
  void aDomainThatIsTooLongIsAProblem(String first) throws IOException {
    String text =
        GREETER.replace(
            "\"use_keyless\"",
            "\"domain\": \"" + first + ".a".repeat(100_000) + "\", \"use_keyless\"");

    assertThat(read(text, "{\"enable_custom_domains\": true}").problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("error: domain: is too long for a host name");
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.com:80, error: domain: is not a host name, 'write it without scheme, port and path'",
    "http://a, error: domain: is not a host name, 'write it without scheme, port and path'",
    "a.example.com.., error: domain: is not a host name, 'write it without scheme, port and path'",
    "a..example.com, error: domain: is not a host name, 'write it without scheme, port and path'",
    "., error: domain: is not a host name, 'write it without scheme, port and path'",
    "{a}.b:80, error: domain: is not a host name, 'write it without scheme, port and path'",
    "{a}..b, error: domain: is not a host name, 'write it without scheme, port and path'",
    "{a}.*.b, error: domain: has a * in it, write {name}.example.com for any one label",
    "{a.b, error: domain: has braces that are not in pairs or are empty, 'write {name}, or {name:EXPRESSION}'",
    "{a}}.b, error: domain: has braces that are not in pairs or are empty, 'write {name}, or {name:EXPRESSION}'",
    "{}.b, error: domain: has braces that are not in pairs or are empty, 'write {name}, or {name:EXPRESSION}'",
    "{:a}.b, error: domain: has braces that are not in pairs or are empty, 'write {name}, or {name:EXPRESSION}'",
    "{a:}.b, error: domain: has braces that are not in pairs or are empty, 'write {name}, or {name:EXPRESSION}'",
    "*.a, error: domain: has a * in it, write {name}.example.com for any one label"
  })
  void domainThatIsNoHostNameIsAProblem(String domain, String problem, String hint)
      throws IOException {
    String text =
        GREETER.replace("\"use_keyless\"", "\"domain\": \"" + domain + "\", \"use_keyless\"");

    ApiFile file = read(text, "{\"enable_custom_domains\": true}");

    assertThat(file.problems())
        .extracting(Problem::toString)
        .containsExactly(file.path() + ":2:53: " + problem + ", " + hint);
  }

  @Test
  void inactiveApiIsReadAndNotLoaded() throws IOException {
    write(
        "a.json",
        GREETER
            .replace("\"active\": true", "\"active\": false")
            .replace("\"use_keyless\": true", "\"use_oauth2\": true"));

    ApiFolder folder = readFolder("{}");

    assertThat(folder.definitions()).isEmpty();
    assertThat(folder.problems()).isEmpty();
    assertThat(folder.files()).singleElement().extracting(ApiFile::definition).isNotNull();
  }

  @Test
  void apiWithoutAnActiveFlagIsLoadedAsInTyk() throws IOException {
    assertThat(valid(GREETER.replace("\"active\": true,", "")).active()).isTrue();
  }

  @Test
  void secretReferencesAreFollowedAndKeptAsWritten() throws IOException {
    write("a.json", GREETER.replace("h2c://127.0.0.1:50051", "env://TARGET"));

    ApiDefinition api =
        new ApiReader(config("{}"), Map.of("TARGET", "h2c://a:1"))
            .readFolder()
            .definitions()
            .getFirst();

    assertThat(api.proxy().targets()).hasToString("[h2c://a:1]");
    assertThat(new Settings(api.settings().written(), ApiKeys.ROOT, null).text("proxy.target_url"))
        .isEqualTo("env://TARGET");
  }

  @Test
  void unknownFieldsAreKept() throws IOException {
    ApiFile file =
        read(GREETER.replace("\"use_keyless\"", "\"x_owner\": {\"a\": [1.50]}, \"use_keyless\""));

    assertThat(requireNonNull(file.definition()).settings().written().get("x_owner"))
        .isInstanceOfSatisfying(
            Json.Obj.class,
            owner ->
                assertThat(owner.get("a"))
                    .isInstanceOfSatisfying(
                        Json.Arr.class,
                        list ->
                            assertThat(((Json.Num) list.items().getFirst()).literal())
                                .isEqualTo("1.50")));
  }

  @Test
  void fieldsThatSaySomethingAndAreNotActedOnAreListed() throws IOException {
    ApiDefinition api =
        valid(
            GREETER
                .replace(
                    "\"use_keyless\"",
                    "\"tags\": [\"a\"], \"do_not_track\": true, \"enable_detailed_recording\": false, \"CORS\": {\"enable\": false}, \"uptime_tests\": {\"check_list\": []}, \"use_keyless\"")
                .replace(
                    "{\"name\": \"Default\"}",
                    "{\"name\": \"Default\", \"extended_paths\": {\"circuit_breakers\": [{\"path\": \"/a\", \"method\": \"POST\", \"samples\": 1}]}}"));

    assertThat(api.notActedOn())
        .containsExactly(
            "tags",
            "do_not_track",
            "version_data.versions.Default.extended_paths.circuit_breakers");
    assertThat(api.refusal()).isEmpty();
  }

  @Test
  void folderIsReadByNameAndEveryFileOnItsOwn() throws IOException {
    write("b.json", GREETER);
    write("a.json", "{ broken");
    write("c.json", GREETER.replace("\"greeter\", \"org_id\"", "\"other\", \"org_id\""));
    write("d-oas.json", "{\"openapi\": \"3.0.3\"}");
    write("readme.txt", "no");

    ApiFolder folder = readFolder("{}");

    assertThat(folder.definitions())
        .extracting(ApiDefinition::apiId)
        .containsExactly("greeter", "other");
    assertThat(folder.files())
        .extracting(file -> file.path().getFileName().toString())
        .containsExactly("a.json", "b.json", "c.json", "d-oas.json");
    assertThat(folder.problems())
        .extracting(Problem::toString)
        .containsExactly(
            apps.resolve("a.json") + ":1:3: error: a name in double quotes is needed, found b",
            apps.resolve("d-oas.json")
                + ":1:1: error: /x-tyk-api-gateway: is missing, without it nothing says where the"
                + " API is and who may call it, see docs/oas.md");
  }

  @Test
  void secondFileWithAnIdIsRefusedWithBothNames() throws IOException {
    write("a.json", GREETER);
    write("b.json", GREETER);
    write("c.json", GREETER.replace("\"active\": true", "\"active\": false"));

    ApiFolder folder = readFolder("{}");

    assertThat(folder.definitions()).hasSize(1);
    assertThat(folder.problems())
        .extracting(Problem::toString)
        .containsExactly(
            apps.resolve("b.json")
                + ":1:32: error: api_id: \"greeter\" is the id of "
                + apps.resolve("a.json")
                + " too, give it its own");
    assertThat(folder.files().get(1))
        .returns("greeter", ApiFile::apiId)
        .returns(null, ApiFile::definition);
  }

  @ParameterizedTest
  @CsvSource({"none, does not exist", "tyk.conf, is not a folder"})
  void folderThatCannotBeReadIsAProblemAtItsKey(String name, String what) throws IOException {
    ApiFolder folder = readFolder("{\"app_path\": \"" + name + "\"}");

    assertThat(folder.files()).isEmpty();
    assertThat(folder.problems())
        .extracting(Problem::toString)
        .containsExactly(
            root.resolve("tyk.conf")
                + ":1:14: error: app_path: "
                + root.resolve(name)
                + " "
                + what
                + ", name a folder with API definitions");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"openapi\": \"3.0.3\"}     | 1:1: error: is an OAS document, call its file NAME-oas.json",
        "{\"api_definition\": {}}      | 1:1: error: api_definition: is a Dashboard export, keep what is inside api_definition only",
        "[]                            | 1:1: error: is a list, an object is needed",
        "7                             | 1:1: error: is a number, an object is needed"
      })
  void otherDocumentsAreNamedForWhatTheyAre(String text, String problem) throws IOException {
    ApiFile file = read(text);

    assertThat(file.problems())
        .extracting(Problem::toString)
        .containsExactly(file.path() + ":" + problem);
    assertThat(file.definition()).isNull();
  }

  @Test
  void aFileThatIsTooLargeIsLeftOutAndItsNeighbourLoads() throws IOException {
    write("good.json", GREETER);
    write("large.json", " ".repeat((8 << 20) + 1));
    write("many.json", "[" + "0,".repeat(100_000) + "0]");

    ApiFolder folder = readFolder("{}");

    assertThat(folder.definitions()).hasSize(1);
    assertThat(folder.problems())
        .extracting(Problem::toString)
        .containsExactly(
            apps.resolve("large.json") + ": error: is larger than 8 MiB",
            apps.resolve("many.json") + ":1:200000: error: more than 100000 values");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aDeviceIsNotReadToItsEnd() throws IOException {
    Files.createSymbolicLink(apps.resolve("zero.json"), Path.of("/dev/zero"));

    assertThat(readFolder("{}").problems())
        .extracting(Problem::toString)
        .containsExactly(apps.resolve("zero.json") + ": error: is not a regular file");
  }

  @Test
  void partsOfGrpcThatOnlyTuneAreNamedAsNotActedOn() throws IOException {
    ApiDefinition api =
        valid(
            GREETER.replace(
                "{ \"name\"", "{ \"grpc\": {\"retry\": {\"max_attempts\": 2}}, \"name\""));

    assertThat(api.notActedOn()).containsExactly("grpc.retry");
  }

  private ApiDefinition valid(String text) throws IOException {
    ApiFile file = read(text);
    assertThat(file.problems()).isEmpty();
    return requireNonNull(file.definition());
  }

  private ApiFile read(String text) throws IOException {
    return read(text, "{}");
  }

  private ApiFile read(String text, String config) throws IOException {
    return new ApiReader(config(config), Map.of()).read(write("api.json", text));
  }

  private ApiFolder readFolder(String config) throws IOException {
    return new ApiReader(config(config), Map.of()).readFolder();
  }

  private GatewayConfig config(String text) throws IOException {
    Path file = Files.writeString(root.resolve("tyk.conf"), text);
    return requireNonNull(ConfigReader.read(file, Map.of()).value());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(apps.resolve(name), text);
  }
}
