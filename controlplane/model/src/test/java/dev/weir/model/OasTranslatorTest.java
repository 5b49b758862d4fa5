package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OasTranslatorTest {
  private static final String VERSION = "version_data.versions.Default.";
  private static final String KEYLESS = "'authentication': {'enabled': false}";

  private static final String KEY = "'key': {'type': 'apiKey', 'in': 'header', 'name': 'x-key'}";

  private static String document(
      String root, String server, String upstream, String global, String operation) {
    return """
    {'openapi': '3.0.3', 'info': {'title': 'Greeter', 'version': '1'},
     'paths': {'/p.G/Say': {'post': {'operationId': 'say', 'responses': {}}}}, %s
     'x-tyk-api-gateway': {
       'info': {'id': 'greeter', 'name': 'Greeter', 'orgId': 'o', 'state': {'active': true}},
       'server': {'listenPath': {'value': '/p.G/'}, %s},
       'upstream': {'url': 'h2c://127.0.0.1:50051'%s},
       'middleware': {'global': {%s}, 'operations': {'say': {%s}}}}}\
    """
        .formatted(root, server, upstream, global, operation)
        .replace('\'', '"');
  }

  private static String withServer(String server) {
    return document("", server, "", "", "");
  }

  private static String withOperation(String operation) {
    return document("", KEYLESS, "", "", operation);
  }

  /** An API of which callers show something, by what OpenAPI and the extension say of it. */
  private static String secured(String scheme, String type, String security) {
    return document(
        "'security': %s, 'components': {'securitySchemes': {%s}},".formatted(security, type),
        "'authentication': {'enabled': true, 'securitySchemes': {%s}}".formatted(scheme),
        "",
        "",
        "");
  }

  private static ApiFile read(String document) {
    return read(document, Map.of());
  }

  private static ApiFile read(String document, Map<String, String> environment) {
    GatewayConfig config =
        requireNonNull(ConfigReader.read(Map.of("TYK_GW_ENABLECUSTOMDOMAINS", "true")).value());
    return new ApiReader(config, environment).readOas(Path.of("greeter-oas.json"), document);
  }

  private static String withPath(String path, String operation) {
    return withOperation(operation).replace("/p.G/Say", path);
  }

  private static String withOwn(String own) {
    return document("'x-weir': {" + own + "},", KEYLESS, "", "", "");
  }

  private static Settings classic(String document) {
    ApiFile file = read(document);
    assertThat(file.problems()).filteredOn(Problem::isError).isEmpty();
    ApiDefinition api = requireNonNull(file.definition());
    assertThat(api.refusal()).isEmpty();
    return api.settings();
  }

  /** A row for each part that is known: where it stands, what is written there, what it becomes. */
  static Stream<Arguments> rows() {
    return Stream.of(
        row("server", "'protocol': 'h2c', 'port': 9000", "protocol", "'h2c'"),
        row("server", "'protocol': 'h2c', 'port': 9000", "listen_port", "9000"),
        row("server", "'customDomain': {'enabled': true, 'name': 'a.b'}", "domain", "'a.b'"),
        row("server", "'gatewayTags': {'enabled': true, 'tags': ['a']}", "tags", "['a']"),
        row(
            "server",
            "'ipAccessControl': {'enabled': true, 'allow': ['::1']}",
            "allowed_ips",
            "['::1']"),
        row(
            "server", "'ipAccessControl': {'enabled': true, 'allow': ['::1']}",
            "enable_ip_whitelisting", "true"),
        row(
            "server",
            "'ipAccessControl': {'enabled': true, 'block': ['::1']}",
            "blacklisted_ips",
            "['::1']"),
        row("upstream", "", "proxy.target_url", "'h2c://127.0.0.1:50051'"),
        row(
            "upstream",
            "'preserveHostHeader': {'enabled': true}",
            "proxy.preserve_host_header",
            "true"),
        row(
            "upstream",
            "'loadBalancing': {'enabled': true, 'targets': [{'url': 'h2c://a:1', 'weight': 2},"
                + " {'url': 'h2c://b:1', 'weight': 0}, {'url': 'h2c://c:1', 'weight': 1}]}",
            "proxy.target_list",
            "['h2c://a:1','h2c://a:1','h2c://c:1']"),
        row(
            "upstream",
            "'loadBalancing': {'enabled': true, 'targets': [{'url': 'h2c://a:1', 'weight': 1000},"
                + " {'url': 'h2c://b:1', 'weight': 500}]}",
            "proxy.target_list",
            "['h2c://a:1','h2c://a:1','h2c://b:1']"),
        row(
            "upstream",
                "'certificatePinning': {'enabled': true, 'domainToPublicKeysMapping':"
                    + " [{'domain': '*', 'publicKeys': ['"
                    + "0".repeat(64)
                    + "', '"
                    + "1".repeat(64)
                    + "']}]}",
            "pinned_public_keys", "{'*':'" + "0".repeat(64) + "," + "1".repeat(64) + "'}"),
        row(
            "upstream", "'rateLimit': {'enabled': true, 'rate': 5, 'per': '1m30s'}",
            "global_rate_limit", "{'rate':5,'per':90}"),
        row(
            "upstream", "'rateLimit': {'enabled': true, 'rate': 5, 'per': '1500ms'}",
            "global_rate_limit.per", "1.5"),
        row(
            "upstream",
            "'tlsTransport': {'minVersion': '1.2', 'maxVersion': '1.3',"
                + " 'insecureSkipVerify': true}",
            "proxy.transport",
            "{'ssl_insecure_skip_verify':true,'ssl_min_version':771,'ssl_max_version':772}"),
        row(
            "upstream",
            "'enforceTimeout': {'enabled': true, 'duration': '30s'}",
            VERSION + "global_enforce_timeout",
            "'30s'"),
        row(
            "upstream",
            "'enforceTimeout': {'enabled': true, 'value': 3}",
            VERSION + "global_enforce_timeout",
            "'3s'"),
        row(
            "global",
            "'transformRequestHeaders': {'enabled': true, 'remove': ['a'],"
                + " 'add': [{'name': 'b', 'value': 'c'}]}",
            VERSION + "global_headers",
            "{'b':'c'}"),
        row(
            "global",
            "'transformRequestHeaders': {'enabled': true, 'remove': ['a']}",
            VERSION + "global_headers_remove",
            "['a']"),
        row(
            "global",
            "'transformResponseHeaders': {'enabled': true, 'remove': ['a']}",
            VERSION + "global_response_headers_remove",
            "['a']"),
        row(
            "global",
            "'requestSizeLimit': {'enabled': true, 'value': 10}",
            VERSION + "global_size_limit",
            "10"),
        row("global", "'ignoreCase': {'enabled': true}", VERSION + "ignore_endpoint_case", "true"),
        row("global", "'contextVariables': {'enabled': true}", "enable_context_vars", "true"),
        row("global", "'skipRateLimit': true", "disable_rate_limit", "true"),
        row("global", "'skipQuota': true", "disable_quota", "true"),
        operation("'allow': {'enabled': true}", "white_list", ""),
        operation(
            "'allow': {'enabled': true, 'ignoreCase': true}", "white_list", ",'ignore_case':true"),
        operation("'block': {'enabled': true}", "black_list", ""),
        operation("'ignoreAuthentication': {'enabled': true}", "ignored", ""),
        operation(
            "'transformRequestMethod': {'enabled': true, 'toMethod': 'POST'}",
            "method_transforms",
            ",'to_method':'POST'"),
        operation(
            "'transformRequestHeaders': {'enabled': true, 'add': [{'name':'a','value':'b'}]}",
            "transform_headers",
            ",'add_headers':{'a':'b'},'act_on':true"),
        operation(
            "'transformResponseHeaders': {'enabled': true, 'remove': ['a']}",
            "transform_response_headers",
            ",'add_headers':{},'act_on':true,'delete_headers':['a']"),
        operation(
            "'enforceTimeout': {'enabled': true, 'value': 2}", "hard_timeouts", ",'timeout':2"),
        operation(
            "'enforceTimeout': {'enabled': true, 'duration': '300ms'}",
            "hard_timeouts",
            ",'duration':'300ms'"),
        operation(
            "'requestSizeLimit': {'enabled': true, 'value': 9}", "size_limits", ",'size_limit':9"),
        operation(
            "'rateLimit': {'enabled': true, 'rate': 3, 'per': '1s'}",
            "rate_limit",
            ",'rate':3,'per':1"),
        operation(
            "'mockResponse': {'enabled': true, 'code': 200, 'body': 'x', 'headers':"
                + " [{'name': 'a', 'value': 'b'}]}",
            "mock_response",
            ",'headers':{'a':'b'},'code':200,'body':'x'"),
        operation(
            "'urlRewrite': {'enabled': true, 'pattern': '/p.G/Say', 'rewriteTo': '/a',"
                + " 'triggers': [{'condition': 'all', 'rewriteTo': '/b', 'rules': [{'in':"
                + " 'header', 'name': 'v', 'pattern': '2', 'negate': true}]}]}",
            "url_rewrites",
            ",'match_pattern':'/p.G/Say','rewrite_to':'/a','triggers':[{'options':{"
                + "'header_matches':{'v':{'match_rx':'2','reverse':true}}},'on':'all',"
                + "'rewrite_to':'/b'}]"));
  }

  private static Arguments row(String part, String written, String path, String value) {
    return Arguments.of(part, written, path, value);
  }

  private static Arguments operation(String written, String list, String fields) {
    return row(
        "operation",
        written,
        VERSION + "extended_paths." + list,
        "[{'path':'/p.G/Say','method':'POST'" + fields + "}]");
  }

  private static String with(String part, String written) {
    String more = written.isEmpty() ? "" : ", " + written;
    return switch (part) {
      case "server" -> withServer(KEYLESS + more);
      case "upstream" -> document("", KEYLESS, more, "", "");
      case "global" -> document("", KEYLESS, "", written, "");
      default -> withOperation(written);
    };
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatIsKnownIsTranslated(String part, String written, String path, String value) {
    Settings api = classic(with(part, written));

    assertThat(JsonWriter.text(requireNonNull(api.value(path))))
        .isEqualTo(value.replace('\'', '"'));
  }

  @Test
  void changesOfAnswersHaveWhatTykNeedsForThem() {
    String headers = "'transformResponseHeaders': {'enabled': true, 'remove': ['a']}";

    assertThat(classic(with("global", headers)).says("response_processors")).isTrue();
    assertThat(classic(withOperation(headers)).says("response_processors")).isTrue();
  }

  /** What is off does not count, and is no error whatever else it says. */
  @ParameterizedTest
  @MethodSource("rows")
  void whatIsOffIsNotThere(String part, String written, String path, String value) {
    if (written.contains("'enabled': true")) {
      Settings api = classic(with(part, written.replace("'enabled': true", "'enabled': false")));

      assertThat(api.says(path)).isFalse();
    }
  }

  /** Tyk takes it as off; here somebody has to say so. */
  @ParameterizedTest
  @MethodSource("rows")
  void aSwitchThatIsMissingIsAnError(String part, String written, String path, String value) {
    String without = written.replaceAll("'enabled': true(, )?", "");
    if (!without.equals(written) && !without.contains("{}")) {
      ApiFile file = read(with(part, without));

      assertThat(file.definition()).isNull();
      assertThat(file.problems())
          .anyMatch(problem -> problem.isError() && problem.path().endsWith("/enabled"));
    }
  }

  @Test
  void whoCallsIsAskedForWhatTheDocumentSays() {
    Settings token =
        classic(
            secured(
                "'key': {'enabled': true, 'query': {'enabled': true, 'name': 'k'}}",
                KEY,
                "[{'key': []}]"));
    assertThat(token.flag("use_keyless")).isFalse();
    assertThat(token.flag("use_standard_auth")).isTrue();
    assertThat(JsonWriter.text(requireNonNull(token.value("auth_configs.authToken"))))
        .isEqualTo(
            json(
                "{'param_name':'k','use_param':true,'disable_header':false,"
                    + "'auth_header_name':'x-key'}"));

    Settings basic =
        classic(
            secured(
                "'b': {'enabled': true, 'cacheTTL': 5}",
                "'b': {'type': 'http', 'scheme': 'basic'}",
                "[{'b': []}]"));
    assertThat(basic.flag("use_basic_auth")).isTrue();
    assertThat(basic.flag("auth_configs.basic.disable_header")).isFalse();
    assertThat(basic.number("basic_auth.cache_ttl")).isEqualTo(5);

    Settings jwt =
        classic(
            secured(
                """
                'j': {'enabled': true, 'source': 'c2VjcmV0', 'signingMethod': 'hmac',
                  'subjectClaims': ['user'], 'policyFieldName': 'pol', 'defaultPolicies': ['gold'],
                  'header': {'enabled': true, 'name': 'x-jwt'}, 'issuedAtValidationSkew': 3,
                  'scopes': {'claimName': 's',
                    'scopeToPolicyMapping': [{'scope': 'a', 'policyId': 'p'}]}}\
                """,
                "'j': {'type': 'http', 'scheme': 'bearer'}",
                "[{'j': []}]"));
    assertThat(jwt.flag("enable_jwt")).isTrue();
    assertThat(jwt.text("jwt_identity_base_field")).isEqualTo("user");
    assertThat(jwt.text("jwt_policy_field_name")).isEqualTo("pol");
    assertThat(jwt.texts("jwt_default_policies")).containsExactly("gold");
    assertThat(jwt.text("auth_configs.jwt.auth_header_name")).isEqualTo("x-jwt");
    assertThat(jwt.textMap("scopes.jwt.scope_to_policy")).containsEntry("a", "p");
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  /** What Tyk would take as open, or as less than it says. */
  static Stream<Arguments> refused() {
    String bearer = "'j': {'type': 'http', 'scheme': 'bearer'}";
    String key = "'key': {'enabled': true}";
    return Stream.of(
        refused("/x-tyk-api-gateway", "{'openapi': '3.0.3', 'paths': {}}"),
        refused("/openapi", "{'api_id': 'a', 'use_keyless': true}"),
        refused("/x-tyk-api-gateway/server/authentication/enabled", withServer("'port': 1")),
        refused(
            "/x-tyk-api-gateway/server/authentication/enabled",
            withServer("'authentication': {'securitySchemes': {}}")),
        refused(
            "/x-tyk-api-gateway/server/Authentication",
            withServer(KEYLESS + ", 'Authentication': {'enabled': true}")),
        refused("/security", secured(key, KEY, "[]")),
        refused("/security", secured(key, KEY, "[{}]")),
        refused("/security", secured(key, KEY, "[{'key': []}, {}]")),
        refused("/security/0/key", secured(key, KEY, "[{'key': ['admin']}]")),
        refused(
            "/x-tyk-api-gateway/server/authentication/securitySchemes/key",
            secured("", KEY, "[{'key': []}]")),
        refused(
            "/x-tyk-api-gateway/server/authentication/securitySchemes/key/enabled",
            secured("'key': {'enabled': false}", KEY, "[{'key': []}]")),
        refused(
            "/x-tyk-api-gateway/server/authentication/securitySchemes/key/enabled",
            secured("'key': {'enableClientCertificate': true}", KEY, "[{'key': []}]")),
        refused("/components/securitySchemes/key", secured(key, "", "[{'key': []}]")),
        refused("/components/securitySchemes/j", secured(key, KEY + "," + bearer, "[{'key': []}]")),
        refused(
            "/x-tyk-api-gateway/server/authentication/securitySchemes/j",
            secured(key + ", 'j': {'enabled': true}", KEY, "[{'key': []}]")),
        refused(
            "/components/securitySchemes/key/type",
            secured(key, "'key': {'type': 'oauth2', 'flows': {}}", "[{'key': []}]")),
        refused(
            "/components/securitySchemes/key/type",
            secured(key, "'key': {'type': 'openIdConnect'}", "[{'key': []}]")),
        refused(
            "/x-tyk-api-gateway/server/authentication/securitySchemes/j/source",
            secured("'j': {'enabled': true, 'signingMethod': 'rsa'}", bearer, "[{'j': []}]")),
        refused(
            "/x-tyk-api-gateway/server/authentication/securitySchemes/j/allowedIssuers",
            secured(
                "'j': {'enabled': true, 'signingMethod': 'hmac', 'source': 'c2VjcmV0',"
                    + " 'allowedIssuers': ['a']}",
                bearer,
                "[{'j': []}]")),
        refused(
            "/x-tyk-api-gateway/server/authentication/baseIdentityProvider",
            secured(key, KEY, "[{'key': []}]")
                .replace(
                    "\"securitySchemes\": {\"key\": {\"en",
                    "\"baseIdentityProvider\": \"jwt_claim\", \"securitySchemes\": {\"key\": {\"en")),
        refused(
            "/x-tyk-api-gateway/server/authentication/hmac",
            withServer("'authentication': {'enabled': true, 'hmac': {'enabled': true}}")),
        refused("/security", document("'security': [{'key': []}],", KEYLESS, "", "", "")),
        refused(
            "/paths/~1p.G~1Say/post/security",
            secured(key, KEY, "[{'key': []}]").replace("\"responses\"", "\"security\": [], \"x\"")),
        refused(
            "/paths/~1p.G~1Say/post/security",
            withOperation("").replace("\"responses\"", "\"security\": [{\"a\": []}], \"x\"")),
        refused(
            "/paths/~1p.G~1Say/post/operationId",
            withOperation("")
                .replace(
                    "\"paths\": {",
                    "\"paths\": {\"/p.G/A\": {\"post\": {\"operationId\": \"say\"}},")),
        refused(
            "/paths/~1p.G~1Say/$ref",
            withOperation("").replace("{\"post\"", "{\"$ref\": \"#/x\", \"post\"")),
        refused(
            "/x-tyk-api-gateway/middleware/operations/say",
            withOperation("'block': {'enabled': true}")
                .replace("\"operationId\": \"say\"", "\"operationId\": \"other\"")),
        refused(
            "/x-tyk-api-gateway/server/authentication",
            withServer(KEYLESS)
                .replace(
                    "\"authentication\"",
                    "\"authentication\": {\"enabled\": true}, \"authentication\"")),
        refused(
            "/x-tyk-api-gateway/info/state/active",
            withServer(KEYLESS).replace("\"active\": true", "\"internal\": false")),
        refused(
            "/x-tyk-api-gateway/info/versioning",
            withServer(KEYLESS)
                .replace("\"orgId\"", "\"versioning\": {\"name\": \"v1\"}, \"orgId\"")),
        refused(
            "/x-tyk-api-gateway/info/versioning/versions/1/name",
            versioned("[{'name': 'a', 'id': 'b'}, {'name': 'a', 'id': 'c'}]")),
        refused("/x-tyk-api-gateway/info/versioning/versions/0/id", versioned("[{'name': 'a'}]")),
        refused(
            "/x-tyk-api-gateway/info/versioning/versions/0/id",
            versioned("[{'name': 'a', 'id': 'greeter'}]")),
        refused(
            "/x-tyk-api-gateway/info/versioning/versions/0/more",
            versioned("[{'name': 'a', 'id': 'b', 'more': 1}]")),
        refused(
            "/x-tyk-api-gateway/server/customDomain/name",
            withServer(KEYLESS + ", 'customDomain': {'enabled': true}")),
        refused(
            "/x-tyk-api-gateway/somethingNew",
            withServer(KEYLESS).replace("\"upstream\":", "\"somethingNew\": 1, \"upstream\":")),
        refused(
            "/x-tyk-api-gateway/middleware/global/prePlugins",
            with("global", "'prePlugins': [{'enabled': true, 'functionName': 'f'}]")),
        refused(
            "/x-tyk-api-gateway/middleware/operations/say/validateRequest",
            withOperation("'validateRequest': {'enabled': true}")),
        refused(
            "/x-tyk-api-gateway/middleware/operations/say/internal",
            withOperation("'internal': {'enabled': true}")),
        refused(
            "/x-tyk-api-gateway/upstream/authentication",
            with("upstream", "'authentication': {'enabled': true}")),
        refused(
            "/x-tyk-api-gateway/upstream/serviceDiscovery",
            with("upstream", "'serviceDiscovery': {'queryEndpoint': 'http://a'}")),
        refused(
            "/x-tyk-api-gateway/upstream/rateLimit/rate",
            with("upstream", "'rateLimit': {'enabled': true, 'per': '1s'}")),
        refused(
            "/x-tyk-api-gateway/upstream/url",
            withServer(KEYLESS).replace("h2c://127.0.0.1:50051", "nonsense://x")),
        refused(
            "/x-tyk-api-gateway/upstream/rateLimit/per",
            with("upstream", "'rateLimit': {'enabled': true, 'rate': 1, 'per': '%s'}")
                .formatted("1s".repeat(10_000))),
        refused(
            "/x-tyk-api-gateway/upstream/enforceTimeout/duration",
            with("upstream", "'enforceTimeout': {'enabled': true, 'duration': '0s'}")),
        refused(
            "/x-tyk-api-gateway/upstream/enforceTimeout/value",
            with("upstream", "'enforceTimeout': {'enabled': true, 'value': -1}")),
        refused(
            "/x-tyk-api-gateway/middleware/operations/say/enforceTimeout/duration",
            withOperation("'enforceTimeout': {'enabled': true, 'value': 2, 'duration': '0s'}")),
        refused(
            "/x-tyk-api-gateway/upstream/loadBalancing/targets",
            with(
                "upstream",
                "'loadBalancing': {'enabled': true, 'targets': [%s]}"
                    .formatted(
                        "{'url': 'h2c://a:1', 'weight': 999}, ".repeat(20)
                            + "{'url': 'h2c://b:1', 'weight': 1}"))),
        refused(
            "/x-tyk-api-gateway/upstream/mutualTLS/domainToCertificateMapping",
            with("upstream", "'mutualTLS': {'enabled': true}")),
        refused(
            "/x-tyk-api-gateway/upstream/proxy",
            with("upstream", "'proxy': {'enabled': true, 'url': 'http://a'}")),
        refused(
            "/x-tyk-api-gateway/server/authentication/customKeyLifetime",
            secured(key, KEY, "[{'key': []}]")
                .replace(
                    "\"securitySchemes\": {\"key\": {\"en",
                    "\"customKeyLifetime\": {\"enabled\": true, \"value\": \"1h\"},"
                        + " \"securitySchemes\": {\"key\": {\"en")),
        refused(
            "/x-tyk-api-gateway/server/authentication/securitySchemes/j/signingMethod",
            secured("'j': {'enabled': true, 'source': 'c2VjcmV0'}", bearer, "[{'j': []}]")),
        refused("/x-weir/grpc/tls/cafile", withOwn("'grpc': {'tls': {'cafile': 'a.pem'}}")),
        refused("/x-weir/grpc/deadline/mx", withOwn("'grpc': {'deadline': {'mx': '5s'}}")),
        refused(
            "/x-weir/grpc/methods/Say/deadlin",
            withOwn("'grpc': {'methods': {'Say': {'deadlin': {}}}}")));
  }

  /** An empty one would be every host, every key, or no limit. */
  @Test
  void referencesThatStandForNothingAreRefused() {
    String bearer = "'j': {'type': 'http', 'scheme': 'bearer'}";
    String jwt = "'j': {'enabled': true, 'signingMethod': 'hmac', 'source': 'env://X'}";

    assertNothing(withServer(KEYLESS + ", 'customDomain': {'enabled': true, 'name': 'env://X'}"));
    assertNothing(secured(jwt, bearer, "[{'j': []}]"));
    assertNothing(with("upstream", "'enforceTimeout': {'enabled': true, 'duration': 'env://X'}"));
  }

  private static void assertNothing(String document) {
    for (String value : List.of("", " ")) {
      assertThat(read(document.replace('\'', '"'), Map.of("X", value)).problems())
          .filteredOn(Problem::isError)
          .extracting(Problem::message)
          .contains("env://X stands for an empty text");
    }
  }

  @Test
  void aTimeOfNoneBehindAReferenceIsRefused() {
    ApiFile file =
        read(
            with("upstream", "'enforceTimeout': {'enabled': true, 'duration': 'env://X'}"),
            Map.of("X", "0s"));

    assertThat(file.definition()).isNull();
    assertThat(file.problems())
        .filteredOn(Problem::isError)
        .extracting(Problem::path)
        .containsExactly("/x-tyk-api-gateway/upstream/enforceTimeout/duration");
  }

  @ParameterizedTest
  @CsvSource({
    "/{a}/Say, ^/{a}/Say$",
    "/p.G/Say:{a}, ^/p\\.G/Say:{a}$",
    "/{a}/*, ^/{a}/*$",
    "/p.G/*, /p.G/*"
  })
  void whatLetsCallsInIsForTheWholePath(String path, String classic) {
    for (String name : List.of("allow", "ignoreAuthentication")) {
      assertThat(listed(withPath(path, "'%s': {'enabled': true}".formatted(name))))
          .isEqualTo(classic);
    }
    assertThat(listed(withPath(path, "'block': {'enabled': true}"))).isEqualTo(path);
    assertThat(
            listed(
                withPath(path, "'allow': {'enabled': true}")
                    .replace(
                        "\"paths\"", "\"x-weir\": {\"loose_path_matching\": true}, \"paths\"")))
        .isEqualTo(path);
  }

  private static String listed(String document) {
    PathLists lists = requireNonNull(read(document).definition()).paths();
    return Stream.of(lists.allowed().orElse(List.of()), lists.ignored(), lists.blocked())
        .flatMap(List::stream)
        .map(PathLists.Entry::path)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/p.G/Get$X",
        "/p.G/(a",
        "/p.G/a+",
        "/p.G/a*",
        "/p.G/a|b",
        "/p.G/[a]",
        "/p.G/{a",
        "/p.G/a?",
        "/p.G/^a",
        "/p.G/a\\\\b",
        "/p.G/{}"
      })
  void pathsAreNoPatterns(String path) {
    String document = withPath(path, "'block': {'enabled': true}");

    assertThat(read(document).problems())
        .filteredOn(Problem::isError)
        .extracting(Problem::path)
        .containsExactly("/x-tyk-api-gateway/middleware/operations/say");
    assertThat(read(withPath(path, "")).problems()).filteredOn(Problem::isError).isEmpty();
  }

  private static String versioned(String versions) {
    return withServer(KEYLESS)
        .replace(
            "\"orgId\"",
            json(
                "'versioning': {'enabled': true, 'location': 'header', 'key': 'v', 'versions': "
                    + versions
                    + "}, 'orgId'"));
  }

  private static Arguments refused(String pointer, String document) {
    return Arguments.of(pointer, document.replace('\'', '"'));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatWouldBeOpenByOmissionIsRefused(String pointer, String document) {
    ApiFile file = read(document);

    assertThat(file.definition()).isNull();
    assertThat(file.problems())
        .filteredOn(Problem::isError)
        .extracting(Problem::path)
        .anyMatch(path -> path.startsWith(pointer))
        .allMatch(path -> path.startsWith("/"));
  }

  @Test
  void versionsAreNamesWithIds() {
    ApiFile file =
        read(
            withServer(KEYLESS)
                .replace(
                    "\"orgId\"",
                    """
                    "versioning": {"enabled": true, "name": "v1", "default": "2.0",
                    "location": "header", "key": "x-api-version", "stripVersioningData": true,
                    "versions": [{"name": "2.0", "id": "b"}, {"name": "v3", "id": "c"}]}, "orgId"\
                    """));

    VersionApis versions = requireNonNull(file.definition()).children().orElseThrow();
    assertThat(versions.field()).isEqualTo("x-api-version");
    assertThat(versions.name()).isEqualTo("v1");
    assertThat(versions.byDefault()).hasValue("2.0");
    assertThat(versions.strips()).isTrue();
    assertThat(versions.fallsBack()).isFalse();
    assertThat(versions.all()).extracting(VersionApis.Child::name).containsExactly("2.0", "v3");
    assertThat(versions.all()).extracting(VersionApis.Child::apiId).containsExactly("b", "c");
  }

  @Test
  void versionsThatAreOffAreNone() {
    ApiFile file =
        read(
            withServer(KEYLESS)
                .replace(
                    "\"orgId\"", "\"versioning\": {\"enabled\": false, \"key\": \"\"}, \"orgId\""));

    assertThat(requireNonNull(file.definition()).children()).isEmpty();
  }

  @Test
  void internalAndInactiveApisAreNotServed() {
    ApiFile internal =
        read(
            withServer(KEYLESS)
                .replace("\"active\": true", "\"active\": true, \"internal\": true"));
    ApiFile inactive = read(withServer(KEYLESS).replace("\"active\": true", "\"active\": false"));

    assertThat(requireNonNull(internal.definition()).isInternal()).isTrue();
    assertThat(requireNonNull(inactive.definition()).active()).isFalse();
  }

  @Test
  void whatOnlyTunesIsKeptWithAWarning() {
    ApiFile file =
        read(
            document(
                "",
                KEYLESS
                    + ", 'detailedTracing': {'enabled': true},"
                    + " 'gatewayTags': {'enabled': true, 'tags': ['a']}",
                "",
                "'cache': {'enabled': true}",
                "'circuitBreaker': {'enabled': true}"));

    assertThat(file.problems())
        .extracting(Problem::path, Problem::severity)
        .contains(
            tuple("/x-tyk-api-gateway/server/gatewayTags", Severity.WARNING),
            tuple("/x-tyk-api-gateway/middleware/global/cache", Severity.WARNING));
    assertThat(requireNonNull(file.definition()).settings().oasDocument().orElseThrow())
        .contains("circuitBreaker");
  }

  @Test
  void whatWeirHasOfItsOwnIsThereToo() {
    Settings api =
        classic(
            withServer(KEYLESS)
                .replace(
                    "\"paths\"",
                    """
                    "x-weir": {"grpc": {"deadline": {"max": "5s"}}, "loose_path_matching": true}, "paths"\
                    """));

    assertThat(api.text("grpc.deadline.max")).isEqualTo("5s");
    assertThat(api.flag("weir.loose_path_matching")).isTrue();
  }
}
