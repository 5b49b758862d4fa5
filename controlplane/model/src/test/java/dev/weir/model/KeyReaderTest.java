package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.weir.model.AccessRight.AllowedUrl;
import dev.weir.model.AccessRight.EndpointLimit;
import dev.weir.model.KeyDefinition.PostExpiry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyReaderTest {

  private static final String RIGHTS = "'access_rights': {'a.b': {'api_id': 'a.b'}}";

  @Test
  void exampleOfTyksDocumentationIsRead() {
    KeyDefinition key =
        valid(
            """
            { "org_id": "default", "rate": 100, "per": 1, "quota_max": -1, "expires": 0,
              "access_rights": { "greeter": { "api_id": "greeter", "api_name": "greeter", "versions": ["Default"],
                  "allowed_urls": [ {"url": "/helloworld.Greeter/SayHello", "methods": ["POST"]} ] } } }
            """);

    assertThat(key.orgId()).isEqualTo("default");
    assertThat(key.allowance()).isEqualTo(new Allowance(100, 1, 0, 0, -1, 0));
    assertThat(key.rights())
        .containsExactly(
            entry(
                "greeter",
                new AccessRight(
                    "greeter",
                    List.of("Default"),
                    List.of(new AllowedUrl("/helloworld.Greeter/SayHello", List.of("POST"))),
                    Allowance.NONE,
                    List.of(),
                    "")));
    assertThat(key.refusal()).isEmpty();
    assertThat(key.notActedOn()).isEmpty();
  }

  @Test
  void everyPartIsRead() {
    KeyDefinition key =
        valid(
            """
            {'org_id': 'o', 'alias': 'Ann', 'is_inactive': true, 'expires': 1700000000,
             'throttle_interval': 0.5, 'throttle_retry_limit': 3, 'rate': 2.5, 'per': 10,
             'quota_max': 9223372036854775807, 'quota_renewal_rate': 3600,
             'apply_policies': ['p', 'q'], 'apply_policy_id': 'p', 'tags': ['t'],
             'meta_data': {'user': 'ann', 'level': 1.50, 'more': {'a': [true]}},
             'basic_auth_data': {'password': 's1', 'hash_type': 'bcrypt'}, 'jwt_data': {'secret': 's2'},
             'hmac_string': 's3', 'certificate': 'c', 'mtls_static_certificate_bindings': ['d'],
             'post_expiry_action': 'delete', 'post_expiry_grace_period': 60,
             'access_rights': {'a.b': {'limit': {'rate': 1, 'per': 2, 'quota_max': 7, 'quota_renewal_rate': 8,
                'throttle_interval': 9, 'throttle_retry_limit': 10},
                'endpoints': [{'path': '/p.S/M', 'methods': [{'name': 'POST', 'limit': {'rate': 5, 'per': 6}}]}]}}}
            """);

    assertThat(key.alias()).isEqualTo("Ann");
    assertThat(key.inactive()).isTrue();
    assertThat(key.expires()).isEqualTo(1_700_000_000);
    assertThat(key.allowance()).isEqualTo(new Allowance(2.5, 10, 0.5, 3, Long.MAX_VALUE, 3600));
    assertThat(key.policies()).containsExactly("p", "q");
    assertThat(key.tags()).containsExactly("t");
    assertThat(key.metaData())
        .containsExactly(
            entry("user", "ann"), entry("level", "1.50"), entry("more", "{\"a\":[true]}"));
    assertThat(key.credentials().password().text()).isEqualTo("s1");
    assertThat(key.credentials().passwordHash()).isEqualTo("bcrypt");
    assertThat(key.credentials().jwtSecret().text()).isEqualTo("s2");
    assertThat(key.credentials().hmacSecret().text()).isEqualTo("s3");
    assertThat(key.credentials().certificate()).isEqualTo("c");
    assertThat(key.credentials().bindings()).containsExactly("d");
    assertThat(key.postExpiry()).isEqualTo(new PostExpiry(true, 60));
    AccessRight right = requireNonNull(key.rights().get("a.b"));
    assertThat(right.limit()).isEqualTo(new Allowance(1, 2, 9, 10, 7, 8));
    assertThat(right.endpoints())
        .containsExactly(new EndpointLimit("/p.S/M", "POST", Allowance.NONE.withRate(5, 6)));
  }

  /** As in Tyk, which compares them so. */
  @ParameterizedTest
  @CsvSource({"POST, POST", "post, POST", "Get, GET", "'', ''"})
  void methodsOfEndpointsAreInEitherCase(String name, String read) {
    KeyDefinition key =
        valid(
            "{'access_rights': {'a': {'endpoints': [{'path': '/p.S/M', 'methods': [{'name': '"
                + name
                + "', 'limit': {'rate': 5, 'per': 6}}]}]}}}");

    assertThat(requireNonNull(key.rights().get("a")).endpoints())
        .containsExactly(new EndpointLimit("/p.S/M", read, Allowance.NONE.withRate(5, 6)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'rate': -2             | 1:10: error: rate: is negative, 0 or more is needed, -1 is no limit, 0 is none set",
        "'rate': 1e400          | 1:10: error: rate: is too large",
        "'rate': 5              | 1:1: error: per: is missing, the rate is that of so many seconds, write 1 for each second",
        "'rate': '5'            | 1:10: error: rate: is text, a number is needed, write 5 without quotes",
        "'per': -0.5            | 1:9: error: per: is negative, 0 or more is needed, -1 is no limit, 0 is none set",
        "'quota_max': -2        | 1:15: error: quota_max: is negative, 0 or more is needed, -1 is no limit, 0 is none set",
        "'quota_max': 1.5       | 1:15: error: quota_max: is a number, a whole number is needed",
        "'apply_policies': [''] | 1:20: error: apply_policies: has an empty id in it",
        "'apply_policies': 'p'  | 1:20: error: apply_policies: is text, a list is needed, put it into [ ]",
        "'post_expiry_action': 'keep' | 1:24: error: post_expiry_action: \"keep\" is unknown, known are retain, delete",
        "'apply_policies': ['p'], 'apply_policy_id': 'q' | 1:46: warning: apply_policy_id: has no effect beside apply_policies",
        "'expire': 1            | 1:2: warning: expire: unknown key, it has no effect, did you mean expires?",
      })
  void whatIsWrongIsSaidAtItsPlace(String fields, String problem) {
    assertThat(problems("{" + fields + ", " + RIGHTS + "}")).containsExactly("key:" + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'api_id': 'c'               | warning: access_rights.a.b.api_id: is not its name in access_rights, which is what counts",
        "'allowed_urls': [{'url': '', 'methods': ['POST']}] | error: access_rights.a.b.allowed_urls[0].url: is empty, which would be every path, write /pkg.Service/Method or /pkg.Service/*",
        "'allowed_urls': [{'url': '/p.S/*', 'methods': ['GET']}] | warning: access_rights.a.b.allowed_urls[0].methods: has no POST, by which gRPC is called: no call is let through by it",
        "'limit': {'rate': -3}       | error: access_rights.a.b.limit.rate: is negative, 0 or more is needed, -1 is no limit, 0 is none set",
        "'limit': {'quota_max': 'x'} | error: access_rights.a.b.limit.quota_max: is text, a whole number is needed",
        "'endpoints': [{'path': '/p.S/M', 'methods': [{'limit': {'rate': 5}}]}] | error: access_rights.a.b.endpoints[0].methods[0].limit.per: is missing, the rate is that of so many seconds, write 1 for each second",
        "'endpoints': [{'path': '/p.S/[MN]'}] | warning: access_rights.a.b.endpoints[0].path: patterns of paths cannot be enforced by this build, its calls end with UNAVAILABLE",
        "'endpoints': [{'path': '//*'}] | warning: access_rights.a.b.endpoints[0].path: patterns of paths cannot be enforced by this build, its calls end with UNAVAILABLE",
        "'endpoints': [{'path': '/p.S/M', 'methods': [{'name': 'P*', 'limit': {'rate': 5, 'per': 1}}]}] | warning: access_rights.a.b.endpoints[0].methods[0].name: is none of the methods of HTTP: its limit may limit nothing, POST is what gRPC is called by",
        "'endpoints': [{'path': '/p.S/M', 'methods': [{'name': 'PSOT', 'limit': {'rate': 5, 'per': 1}}]}] | warning: access_rights.a.b.endpoints[0].methods[0].name: is none of the methods of HTTP: its limit may limit nothing, POST is what gRPC is called by",
        "'version': ['v1']           | warning: access_rights.a.b.version: unknown key, it has no effect, did you mean versions?"
      })
  void whatIsWrongWithARightIsSaidAtItsPlace(String fields, String problem) {
    assertThat(problems("{'access_rights': {'a.b': {" + fields + "}}}"))
        .singleElement()
        .asString()
        .endsWith(problem);
  }

  @Test
  void allProblemsAreSaidAtOnce() {
    assertThat(problems("{'rate': -2, 'quota_max': -2, 'post_expiry_action': 'x'}")).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'access_rights': {}}", "{'apply_policies': []}"})
  void keyForEveryApiIsRefusedUnlessAllowed(String text) {
    assertThat(problems(text))
        .singleElement()
        .asString()
        .endsWith(
            "error: access_rights: is empty and there is no policy, which would open every API, name the APIs, a policy, or set allow_master_keys in tyk.conf");
    assertThat(new KeyReader(true).read("key", quoted(text)).value()).isNotNull();
  }

  @Test
  void oneApiIsEnough() {
    assertThat(valid("{'access_rights': {'a': {}}}").rights()).containsOnlyKeys("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'apply_policies': ['p']}", "{'apply_policy_id': 'p'}"})
  void policyIsEnough(String text) {
    assertThat(valid(text).policies()).containsExactly("p");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'smoothing': {'enabled': true}                   | smoothing of the rate limit",
        "'meta_data': {'rate_limit_pattern': '$x'}        | counting by rate_limit_pattern",
        "'access_rights': {'a': {'limit': {'smoothing': {'enabled': true}}}}   | smoothing of the rate limit"
      })
  void whatCannotBeEnforcedIsNotServed(String fields, String feature) {
    assertThat(valid("{'apply_policies': ['p'], " + fields + "}").refusal())
        .hasValue("the key asks for " + feature + ", which this build of Weir cannot enforce");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/p.S/.*", "/p.S/{id}", "p.S/M", "/p*", "//*"})
  void aPatternIsTakenWithAWarning(String url) {
    String rights =
        "{'access_rights': {'a.b': {'allowed_urls': [{'url': '"
            + url
            + "', 'methods': ['POST']}]}}}";
    assertThat(valid(rights).unenforceable()).isEmpty();
    assertThat(problems(rights))
        .singleElement()
        .asString()
        .endsWith(
            "warning: access_rights.a.b.allowed_urls[0].url: is a pattern, which may match anywhere in"
                + " a path, write /pkg.Service/Method or /pkg.Service/*");
  }

  @Test
  void unknownFieldsAreKept() {
    String text =
        quoted("{'owner':{'team':[1,2.50]}," + RIGHTS.replace(" ", "") + ",'rate':0.10,'per':1}");

    assertThat(valid(text).settings().document()).isEqualTo(text);
  }

  @Test
  void secretReferencesAreNotFollowed() {
    KeyDefinition key = valid("{'alias': 'env://HOME', " + RIGHTS + "}");

    assertThat(key.alias()).isEqualTo("env://HOME");
  }

  @Test
  void secretsAreInNoText() {
    String text =
        "{'basic_auth_data': {'password': 'canary'}, 'jwt_data': {'secret': 'canary'}, 'hmac_string': 'canary',"
            + " 'meta_data': {'token': 'canary'}, "
            + RIGHTS
            + "}";

    assertThat(valid(text).toString()).doesNotContain("canary");
    assertThat(valid(text).credentials().toString()).doesNotContain("canary");
    assertThat(problems("{'hmac_string': ['canary'], 'jwt_data': 'canary', " + RIGHTS + "}"))
        .hasSize(2)
        .noneMatch(problem -> problem.contains("canary"));
  }

  @Test
  void fieldsWithoutEffectAreNamed() {
    KeyDefinition key =
        valid(
            "{'monitor': {'trigger_limits': [80.0]}, 'enable_detailed_recording': false,"
                + " 'access_rights': {'a': {'disable_introspection': true}}}");

    assertThat(key.notActedOn())
        .containsExactly("monitor", "access_rights.a.disable_introspection");
  }

  private static KeyDefinition valid(String text) {
    Reading<KeyDefinition> reading = new KeyReader(false).read("key", quoted(text));
    assertThat(reading.problems()).noneMatch(Problem::isError);
    return requireNonNull(reading.value());
  }

  private static List<String> problems(String text) {
    Reading<KeyDefinition> reading = new KeyReader(false).read("key", quoted(text));
    assertThat(reading.value() == null).isEqualTo(reading.hasErrors());
    return reading.problems().stream().map(Problem::toString).toList();
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }
}
