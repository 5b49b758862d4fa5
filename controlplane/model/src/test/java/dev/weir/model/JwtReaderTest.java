package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Authentication.Jwt;
import dev.weir.model.JwtRules.ClaimNames;
import dev.weir.model.JwtRules.Clients;
import dev.weir.model.JwtRules.KeySet;
import dev.weir.model.JwtRules.Method;
import dev.weir.model.JwtRules.Skews;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tokens an API believes, as definitions have it. Single quotes stand for double ones. */
class JwtReaderTest {
  private static final String RSA = "'jwt_signing_method': 'rsa', 'jwt_default_policies': ['p'], ";

  /** https://issuer.test/keys. */
  private static final String ENCODED = "aHR0cHM6Ly9pc3N1ZXIudGVzdC9rZXlz";

  private static ApiFile read(String fields) {
    GatewayConfig config = Objects.requireNonNull(ConfigReader.read(Map.of()).value());
    String text =
        ("{'api_id': 'a', 'org_id': 'o', 'enable_jwt': true,"
                + " 'proxy': {'listen_path': '/', 'target_url': 'h2c://localhost:1'}, "
                + fields
                + "}")
            .replace('\'', '"');
    return new ApiReader(config, Map.of()).read(Path.of("a.json"), text);
  }

  private static JwtRules rules(String fields) {
    ApiDefinition api = Objects.requireNonNull(read(fields).definition());
    assertThat(api.refusal()).isEmpty();
    return ((Jwt) api.authentication().methods().getFirst()).rules();
  }

  @Test
  void whatIsNotSaidIsAsInTykButForClocksThatAreAhead() {
    JwtRules rules = rules(RSA + "'jwt_source': 'AAAA'");
    assertThat(rules.orgId()).isEqualTo("o");
    assertThat(rules.method()).isEqualTo(Method.RSA);
    assertThat(rules.key()).isEqualTo(new Secret("AAAA"));
    assertThat(rules.keySets()).isEmpty();
    assertThat(rules.skews()).isEqualTo(new Skews(0, 30, 30));
    assertThat(rules.claims()).isEqualTo(new ClaimNames("", "", "scope"));
    assertThat(rules.toString()).doesNotContain("AAAA");
  }

  @Test
  void everythingCanBeSaid() {
    JwtRules rules =
        rules(
            """
            'jwt_signing_method': 'ECDSA', 'jwt_source': 'AAAA',
            'jwt_identity_base_field': 'email', 'jwt_policy_field_name': 'pol',
            'jwt_default_policies': ['p', 'q'], 'jwt_issued_at_validation_skew': 0,
            'jwt_expires_at_validation_skew': 5, 'jwt_not_before_validation_skew': 7,
            'scopes': {'jwt': {'scope_claim_name': 'scp', 'scope_to_policy': {'a': 'p', 'b': 'p, q'}}}
            """);
    assertThat(rules.method()).isEqualTo(Method.ECDSA);
    assertThat(rules.skews()).isEqualTo(new Skews(5, 0, 7));
    assertThat(rules.claims()).isEqualTo(new ClaimNames("email", "pol", "scp"));
    assertThat(rules.defaultPolicies()).containsExactly("p", "q");
    assertThat(rules.scopePolicies()).isEqualTo(Map.of("a", List.of("p"), "b", List.of("p", "q")));
  }

  @Test
  void keysOfClientsSignWhereNoKeyIsNamed() {
    JwtRules rules = rules("'jwt_signing_method': 'hmac', 'jwt_skip_kid': true");
    assertThat(rules.clients()).isEqualTo(new Clients(true, false, ""));
    assertThat(rules(RSA + "'jwt_source': 'AAAA', 'jwt_client_base_field': 'azp'").clients())
        .isEqualTo(new Clients(false, true, "azp"));
    assertThat(read(RSA + "'jwt_source': '%'").definition()).isNull();
  }

  @Test
  void claimsAreToldThatAValueOrAConditionNames() {
    JwtRules rules =
        rules(
            RSA
                + """
                'jwt_source': 'AAAA', 'version_data': {'not_versioned': true, 'versions': {'Default': {
                  'global_headers': {'a': '$tyk_context.jwt_claims_sub $tyk_context.jwt_claims_a_b'},
                  'extended_paths': {'url_rewrites': [{'path': '/', 'match_pattern': '.*',
                    'rewrite_to': '/a/b', 'triggers': [{'on': 'all', 'rewrite_to': '/c/d', 'options':
                      {'request_context_matches': {'jwt_claims_tier': {'match_rx': 'x'},
                        'jwt_claims_https://x.test/roles': {'match_rx': 'x'}}}}]}]}}}}
                """);
    assertThat(rules.told())
        .containsExactlyInAnyOrder("sub", "a_b", "tier", "https://x.test/roles");
  }

  @ParameterizedTest
  @CsvSource({"https://issuer.test/keys", ENCODED})
  void anAddressIsWrittenAsItIsOrInBase64(String source) {
    JwtRules rules = rules(RSA + "'jwt_source': '%s'".formatted(source));
    assertThat(rules.key().isSet()).isFalse();
    assertThat(rules.keySets())
        .containsExactly(new KeySet(URI.create("https://issuer.test/keys"), Duration.ofMinutes(4)));
  }

  @Test
  void thereMayBeSeveralAddresses() {
    JwtRules rules =
        rules(
            RSA
                + "'jwt_jwks_uris': [{'url': 'https://a.test/', 'cache_timeout': '5m'},"
                + " {'url': 'https://b.test/', 'cache_timeout': '1ms'}]");
    assertThat(rules.keySets())
        .containsExactly(
            new KeySet(URI.create("https://a.test/"), Duration.ofMinutes(5)),
            new KeySet(URI.create("https://b.test/"), Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'jwt_source': 'AAAA' | jwt_signing_method | is missing: a token is never asked how it is signed",
        "'jwt_signing_method': 'none', 'jwt_source': 'AAAA' | jwt_signing_method | \"none\" is unknown",
        "'jwt_signing_method': 'rsa', 'jwt_source': '%' | jwt_source | is neither an address nor base64",
        "'jwt_signing_method': 'rsa', 'jwt_source': 'https://' | jwt_source | is no address of a key set",
        "'jwt_signing_method': 'rsa', 'jwt_source': 'https://a:b@c.test/' | jwt_source | has a user in its address, which is not sent",
        "'jwt_signing_method': 'rsa', 'jwt_jwks_uris': [{'url': 'a.test'}] | jwt_jwks_uris | is no address of a key set",
        "'jwt_signing_method': 'rsa', 'jwt_jwks_uris': [{'url': 'https://a.test', 'cache_timeout': 'x'}] | jwt_jwks_uris | jwt_jwks_uris[0].cache_timeout: \"x\" is no span of time",
        "'jwt_signing_method': 'hmac', 'jwt_source': 'https://a.test/' | jwt_signing_method | is hmac, and a secret cannot be published at an address",
        "'jwt_signing_method': 'rsa', 'jwt_default_policies': ['p'] | jwt_default_policies | is for tokens of an issuer, and neither jwt_source nor jwt_jwks_uris names one",
        "'jwt_signing_method': 'rsa', 'jwt_policy_field_name': 'pol' | jwt_policy_field_name | is for tokens of an issuer, and neither jwt_source nor jwt_jwks_uris names one",
        "'jwt_signing_method': 'rsa', 'jwt_client_base_field': 'azp' | jwt_client_base_field | is for tokens of an issuer, and neither jwt_source nor jwt_jwks_uris names one",
        "'jwt_signing_method': 'rsa', 'jwt_scope_to_policy_mapping': {'a': 'p'} | jwt_scope_to_policy_mapping | is for tokens of an issuer, and neither jwt_source nor jwt_jwks_uris names one",
        "'jwt_signing_method': 'rsa', 'jwt_source': '', 'scopes': {'jwt': {'scope_to_policy': {'a': 'p'}}} | scopes.jwt.scope_to_policy | is for tokens of an issuer, and neither jwt_source nor jwt_jwks_uris names one"
      })
  void whatCannotBeIsAnErrorAtItsPlace(String fields, String path, String message) {
    assertThat(read(fields).problems())
        .filteredOn(Problem::isError)
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo(path);
          assertThat(problem.message()).isEqualTo(message);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'jwt_default_policies': ['p'], 'jwt_source': 'http://a.test/' | jwt_source",
        "'jwt_default_policies': ['p'], 'jwt_source': 'AAAA', 'jwt_jwks_uris': [{'url': 'https://a.test/'}] | jwt_source",
        "'jwt_source': 'AAAA' | enable_jwt",
        "'jwt_source': '' | jwt_source",
        "'jwt_jwks_uris': [] | jwt_jwks_uris"
      })
  void whatIsHardlyMeantIsAWarning(String fields, String path) {
    ApiFile file = read("'jwt_signing_method': 'rsa', " + fields);
    assertThat(file.problems()).extracting(Problem::path).containsExactly(path);
    assertThat(file.problems()).noneMatch(Problem::isError);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'jwt_source': 'AAAA', 'jwt_client_base_field': 'azp', 'jwt_scope_to_policy_mapping': {'a': 'p'}"
            + " | policies of a token's client beside those of its scopes"
      })
  void whatCannotBeDoneClosesTheApi(String fields, String feature) {
    ApiDefinition api =
        Objects.requireNonNull(read("'jwt_signing_method': 'rsa', " + fields).definition());
    assertThat(api.unenforceable()).containsExactly(feature);
  }
}
