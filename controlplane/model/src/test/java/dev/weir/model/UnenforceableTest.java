package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An API is rather not served than served open. Single quotes stand for double ones. */
class UnenforceableTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'Use_Keyless': true, 'USE_OAUTH2': true                           | OAuth 2",
        "'use_oauth2': true                                                | OAuth 2",
        "'external_oauth': {'enabled': true}                               | external OAuth",
        "'use_openid': true                                                | OpenID Connect",
        "'enable_signature_checking': true                                 | HTTP signatures",
        "'use_go_plugin_auth': true                                        | custom authentication",
        "'enable_coprocess_auth': true                                     | custom authentication",
        "'custom_plugin_auth_enabled': true                                | custom authentication",
        "'security_requirements': [['a']]                                  | security requirements"
      })
  void authenticationIsNamed(String fields, String feature) throws IOException {
    assertThat(read(fields).unenforceable()).containsExactly(feature);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'client_certificates': ['a']                                      | client certificates without use_mutual_tls_auth",
        "'request_signing': {'is_enabled': true}                           | request signing",
        "'upstream_auth': {'enabled': true}                                | upstream authentication",
        "'custom_middleware': {'pre': [{'name': 'a'}]}                     | custom middleware",
        "'custom_middleware': {'post_key_auth': [{'name': 'a'}]}           | custom middleware",
        "'custom_middleware': {'auth_check': {'name': 'a'}}                | custom middleware",
        "'custom_middleware_bundle': 'b.zip'                               | custom middleware",
        "'response_processors': [{'name': 'custom_mw_res_hook'}]           | response processors",
        "'graphql': {'enabled': true}                                      | GraphQL",
        "'is_oas': true                                                    | the rules of its OAS document",
        "'definition': {'enabled': true}                                   | API versions",
        "'version_data': {'versions': {'v1': {}}}                          | API versions",
        "'grpc': {'circuit_breaker': {'max_calls': 5}}                     | grpc.circuit_breaker"
      })
  void otherRestrictionIsNamed(String fields, String feature) throws IOException {
    ApiDefinition api = read("'use_keyless': true, " + fields);

    assertThat(api.unenforceable()).containsExactly(feature);
    assertThat(api.refusal())
        .hasValue("API a asks for " + feature + ", which this build of Weir cannot enforce");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'extended_paths': {'validate_request': [{'path': '/a'}]}          | request validation",
        "'extended_paths': {'internal': [{'path': '/a'}]}                  | endpoints for internal use only",
        "'extended_paths': {'virtual': [{'path': '/a'}]}                   | virtual endpoints",
        "'extended_paths': {'go_plugin': [{'path': '/a'}]}                 | custom middleware",
        "'override_target': 'h2c://b:1'                                    | another target per version"
      })
  void restrictionInsideAVersionIsNamed(String fields, String feature) throws IOException {
    assertThat(version(fields).unenforceable()).containsExactly(feature);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'upstream_certificates': {'*': 'a'}, 'upstream_certificates_disabled': true",
        "'pinned_public_keys': {'*': 'a'}, 'certificate_pinning_disabled': true",
        "'allowed_ips': ['10.0.0.1'], 'ip_access_control_disabled': true",
        "'blacklisted_ips': ['10.0.0.1'], 'ip_access_control_disabled': true",
        "'enable_ip_blacklisting': true, 'blacklisted_ips': []",
        "'global_rate_limit': {'rate': 10, 'per': 1, 'disabled': true}",
        "'global_rate_limit': {'rate': 0, 'per': 0}",
        "'custom_middleware': {'driver': 'otto', 'pre': [], 'auth_check': {'name': '', 'path': ''}}",
        "'custom_middleware': {'pre': [{'name': 'a', 'disabled': true}]}",
        "'custom_middleware_bundle': 'b.zip', 'custom_middleware_bundle_disabled': true",
        "'response_processors': [{'name': 'header_injector'}]",
        "'expiration': '-1'",
        "'auth': {'auth_header_name': 'Authorization'}, 'auth_configs': {'authToken': {}}",
        "'jwt_source': 'x', 'strip_auth_data': true",
        "'grpc': {'balance': {'policy': 'round_robin'}}",
        "'CORS': {'enable': true}, 'cache_options': {'enable_cache': true}"
      })
  void whatIsSwitchedOffOrRestrictsNothingIsServed(String fields) throws IOException {
    assertThat(read("'use_keyless': true, " + fields).refusal()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'expires': '-1'",
        "'expires': ''",
        "'expires': '3000-01-02 15:04'",
        "'paths': {'ignored': ['/a'], 'white_list': [], 'black_list': []}",
        "'extended_paths': {'white_list': [{'path': '/a', 'disabled': true}]}",
        "'extended_paths': {'ignored': [{'path': '/a'}], 'circuit_breakers': [{'path': '/a'}]}",
        "'global_headers': {'a': 'b'}, 'global_headers_disabled': true",
        "'global_headers': {}, 'global_size_limit': 0",
        "'global_size_limit': 10, 'extended_paths': {'size_limits': [{'path': '/a', 'size_limit': 5}]}",
        "'global_size_limit': 10, 'global_size_limit_disabled': true"
      })
  void whatRestrictsNothingInsideAVersionIsServed(String fields) throws IOException {
    assertThat(version(fields).refusal()).isEmpty();
  }

  @Test
  void eachOfSeveralVersionsIsLookedAt() throws IOException {
    ApiDefinition api =
        read(
            "'use_keyless': true, 'definition': {'location': 'header', 'key': 'x-v'}, 'version_data': {'versions': {"
                + "'v1': {}, 'v2': {'extended_paths': {'virtual': [{'path': '/a'}]}}}}");

    assertThat(api.unenforceable()).containsExactly("virtual endpoints");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'extended_paths': {'white_list': [{'path': '/a'}]}",
        "'paths': {'black_list': ['/a']}"
      })
  void listsOfPathsCannotBeEnforcedForSeveralVersions(String list) throws IOException {
    ApiDefinition api =
        read(
            "'use_keyless': true, 'version_data': {'not_versioned': true, 'versions': {'v1': {"
                + list
                + "}, 'v2': {}}}");

    assertThat(api.unenforceable()).hasSize(1);
  }

  @Test
  void allFeaturesAreNamedOnce() throws IOException {
    ApiDefinition api =
        read(
            """
            'use_oauth2': true, 'use_openid': true, 'client_certificates': ['a'],
            'request_signing': {'is_enabled': true}
            """);

    assertThat(api.refusal())
        .hasValue(
            "API a asks for OAuth 2, OpenID Connect, client certificates without use_mutual_tls_auth, request signing, which this build of Weir cannot enforce");
  }

  @Test
  void everyFeatureIsAWarningAtItsPlace() throws IOException {
    ApiFile file =
        file(
            "'use_keyless': true,\n'use_openid': true,\n'version_data': {'not_versioned': true, 'versions': {'D': {'extended_paths': {'virtual': [{'path': '/a'}]}}}}");

    assertThat(file.problems())
        .extracting(Problem::toString)
        .containsExactly(
            file.path()
                + ":2:15: warning: use_openid: OpenID Connect cannot be enforced by this build, its calls end with UNAVAILABLE",
            file.path()
                + ":3:90: warning: version_data.versions.D.extended_paths.virtual: virtual endpoints cannot be enforced by this build, its calls end with UNAVAILABLE");
  }

  private ApiDefinition version(String fields) throws IOException {
    return read(
        "'use_keyless': true, 'version_data': {'not_versioned': true, 'versions': {'Default': {"
            + fields
            + "}}}");
  }

  private ApiDefinition read(String fields) throws IOException {
    return requireNonNull(file(fields).definition());
  }

  private ApiFile file(String fields) throws IOException {
    String text =
        "{" + fields + ", 'api_id': 'a', 'proxy': {'listen_path': '/', 'target_url': 'h2c://b:1'}}";
    Path file = Files.writeString(folder.resolve("a.json"), text.replace('\'', '"'));
    GatewayConfig config = requireNonNull(ConfigReader.read(Map.of()).value());
    return new ApiReader(config, Map.of()).read(file);
  }
}
