package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the classic format to an OAS document and back. */
class OasExportTest {
  private static final int ROUNDS = 300;
  private static final long SEED = 1;

  /** What says who may call: one of them. */
  private static final List<String> ACCESS =
      List.of(
          "'use_keyless': true",
          "'use_standard_auth': true",
          "'active': true",
          "'use_basic_auth': true, 'basic_auth': {'cache_ttl': 3, 'disable_caching': true}",
          "'use_standard_auth': true, 'auth_configs': {'authToken': {'auth_header_name': 'x-key',"
              + " 'use_param': true, 'param_name': 'p', 'use_cookie': true, 'cookie_name': 'c'}}",
          "'use_standard_auth': true, 'auth_configs': {'authToken': {'disable_header': true,"
              + " 'use_cookie': true, 'cookie_name': 'c'}}",
          "'use_standard_auth': true, 'auth_configs': {'authToken': {'use_certificate': true}}",
          "'enable_jwt': true, 'jwt_source': 'c2VjcmV0', 'jwt_signing_method': 'hmac',"
              + " 'jwt_identity_base_field': 'u', 'jwt_policy_field_name': 'p',"
              + " 'jwt_default_policies': ['a'], 'jwt_issued_at_validation_skew': 2,"
              + " 'scopes': {'jwt': {'scope_claim_name': 's', 'scope_to_policy': {'x': 'y'}}},"
              + " 'auth_configs': {'jwt': {'auth_header_name': 'x-jwt'}}",
          "'enable_jwt': true, 'jwt_signing_method': 'rsa', 'jwt_default_policies': ['a'],"
              + " 'jwt_jwks_uris': [{'url': 'https://a/b', 'cache_timeout': '60s'}]",
          "'use_standard_auth': true, 'use_basic_auth': true, 'strip_auth_data': true,"
              + " 'base_identity_provided_by': 'basic_auth_user', 'auth_configs': {'authToken':"
              + " {'auth_header_name': 'x-key'}, 'basic': {}}");

  /** Any of them. */
  private static final List<String> FIELDS =
      List.of(
          "'org_id': 'o'",
          "'expiration': '2040-01-02 15:04'",
          "'protocol': 'h2c', 'listen_port': 9000",
          "'domain': 'a.b', 'certificates': ['c']",
          "'use_mutual_tls_auth': true, 'client_certificates': ['c']",
          "'enable_ip_whitelisting': true, 'allowed_ips': ['10.0.0.0/8']",
          "'allowed_ips': ['10.0.0.0/8'], 'ip_access_control_disabled': true",
          "'blacklisted_ips': ['::1']",
          "'enable_ip_blacklisting': true, 'blacklisted_ips': ['::1'],"
              + " 'ip_access_control_disabled': true",
          "'global_rate_limit': {'rate': 5, 'per': 1.5}",
          "'global_rate_limit': {'rate': 5, 'per': 60, 'disabled': true}",
          "'upstream_certificates': {'*': 'c'}",
          "'upstream_certificates': {'*': 'c'}, 'upstream_certificates_disabled': true",
          "'pinned_public_keys': {'*': '" + "0".repeat(64) + "," + "1".repeat(64) + "'}",
          "'disable_rate_limit': true, 'disable_quota': true",
          "'grpc': {'deadline': {'max': '5s'}}",
          "'weir': {'loose_path_matching': true}",
          "'internal': true",
          "'definition': {'enabled': true, 'location': 'header', 'key': 'v', 'name': 'one',"
              + " 'default': 'two', 'strip_versioning_data': true, 'fallback_to_default': true,"
              + " 'versions': {'two': 'b', '1.0': 'c'}}",
          "'active': false");

  private static final List<String> PROXY =
      List.of(
          "'strip_listen_path': true",
          "'preserve_host_header': true",
          "'enable_load_balancing': true, 'target_list': ['h2c://a:1', 'h2c://b:1', 'h2c://a:1']",
          "'transport': {'ssl_min_version': 771, 'ssl_insecure_skip_verify': true}");

  private static final List<String> VERSION =
      List.of(
          "'global_headers': {'a': 'b'}, 'global_headers_remove': ['c']",
          "'global_response_headers_remove': ['c'], 'global_response_headers_disabled': true",
          "'global_size_limit': 10",
          "'global_enforce_timeout': '3s'",
          "'global_enforce_timeout': '3s', 'global_enforce_timeout_disabled': true",
          "'ignore_endpoint_case': true");

  private static final List<String> LISTS =
      List.of(
          "'white_list': [{'path': '/p.G/A', 'method': 'POST'}, {'path': '/p.G/B', 'method_actions':"
              + " {'POST': {'action': 'no_action'}}}, {'path': '/c', 'disabled': true}]",
          "'black_list': [{'path': '/p.G/C', 'method': 'POST', 'ignore_case': true}]",
          "'ignored': [{'path': '/p.G/D', 'method': 'POST'}]",
          "'hard_timeouts': [{'path': '/p.G/A', 'method': 'POST', 'timeout': 3}]",
          "'size_limits': [{'path': '/p.G/A', 'method': 'POST', 'size_limit': 3}]",
          "'rate_limit': [{'path': '/p.G/A', 'method': 'POST', 'rate': 3, 'per': 60}]",
          "'method_transforms': [{'path': '/p.G/A', 'method': 'GET', 'to_method': 'POST'}]",
          "'mock_response': [{'path': '/p.G/A', 'method': 'POST', 'code': 200, 'body': 'x',"
              + " 'headers': {'a': 'b'}}]",
          "'transform_headers': [{'path': '/p.G/A', 'method': 'POST', 'add_headers': {'a': 'b'},"
              + " 'delete_headers': ['c']}]",
          "'transform_response_headers': [{'path': '/p.G/A', 'method': 'POST', 'delete_headers':"
              + " ['c']}]",
          "'url_rewrites': [{'path': '/p.G/A', 'method': 'POST', 'match_pattern': '/p.G/A',"
              + " 'rewrite_to': '/p.H/A', 'triggers': [{'on': 'any', 'rewrite_to': '/p.I/A',"
              + " 'options': {'header_matches': {'v': {'match_rx': '1', 'reverse': true}}}}]}]");

  private static final ApiReader READER =
      new ApiReader(
          requireNonNull(ConfigReader.read(Map.of("TYK_GW_ENABLECUSTOMDOMAINS", "true")).value()),
          Map.of("JWT", "c2VjcmV0"));

  private static ApiDefinition classic(
      String access,
      List<String> fields,
      List<String> proxy,
      List<String> one,
      List<String> lists) {
    String text =
        """
        {'api_id': 'a', 'name': 'n', %s%s,
         'proxy': {'listen_path': '/', 'target_url': 'h2c://b:1'%s},
         'version_data': {'not_versioned': true, 'versions': {'Default': {'name': 'Default',
          'use_extended_paths': true%s, 'extended_paths': {%s}}}}}\
        """
            .formatted(access, joined(fields), joined(proxy), joined(one), String.join(", ", lists))
            .replace('\'', '"');
    ApiFile file = READER.read(Path.of("a.json"), text);
    assertThat(file.problems()).as(text).filteredOn(Problem::isError).isEmpty();
    return requireNonNull(file.definition());
  }

  private static String joined(List<String> fields) {
    return fields.isEmpty() ? "" : ", " + String.join(", ", fields);
  }

  /** Some of them, no member twice. */
  private static List<String> some(List<String> of, Random random) {
    List<String> shuffled = new ArrayList<>(of);
    Collections.shuffle(shuffled, random);
    List<String> some = new ArrayList<>();
    for (String field : shuffled.subList(0, random.nextInt(of.size() + 1))) {
      if (some.stream().noneMatch(other -> clash(other, field))) {
        some.add(field);
      }
    }
    return some;
  }

  private static boolean clash(String one, String other) {
    return List.of(one.split("'", -1)).stream()
        .filter(name -> name.matches("[a-z]+(_[a-z]+)*"))
        .anyMatch(name -> other.contains("'" + name + "':"));
  }

  @Test
  void whatWeirDoesIsTheSameBehindTheDocument() {
    var random = new Random(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      ApiDefinition api =
          classic(
              ACCESS.get(random.nextInt(ACCESS.size())),
              some(FIELDS, random).stream().filter(field -> !field.contains("active")).toList(),
              some(PROXY, random),
              some(VERSION, random),
              some(LISTS, random));

      OasExport export = OasExport.of(api, READER);

      assertThat(export.lost())
          .as("round %d of seed %d: %s", i, SEED, api.settings().document())
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'custom_middleware_bundle': 'b'",
        "'enable_signature_checking': true",
        "'version_data': {'versions': {'a': {'name': 'a'}, 'b': {'name': 'b'}}},"
            + " 'definition': {'location': 'header', 'key': 'v'}",
        "'version_data': {'not_versioned': true, 'versions': {'Default': {'extended_paths':"
            + " {'white_list': [{'path': '/p.G/A'}]}}}}",
        "'version_data': {'not_versioned': true, 'versions': {'Default': {'extended_paths':"
            + " {'internal': [{'path': '/p.G/A', 'method': 'POST'}]}}}}",
        "'version_data': {'not_versioned': true, 'versions': {'Default': {'extended_paths':"
            + " {'white_list': [{'path': '/{a}/A', 'method': 'POST'}]}}}}",
        "'version_data': {'not_versioned': true, 'versions': {'Default': {'extended_paths':"
            + " {'black_list': [{'path': '^/p/{a}$', 'method': 'POST'}]}}}}"
      })
  void whatADocumentCannotSayIsTold(String fields) {
    ApiDefinition api =
        requireNonNull(Definitions.read("'use_keyless': true, " + fields).definition());

    assertThat(OasExport.of(api, READER).lost()).isNotEmpty();
  }

  @Test
  void patternsOfWholePathsStayThat() {
    ApiDefinition api =
        classic(
            "'use_keyless': true",
            List.of(),
            List.of(),
            List.of(),
            List.of("'white_list': [{'path': '^/p\\\\.G/{a}$', 'method': 'POST'}]"));

    OasExport export = OasExport.of(api, READER);

    assertThat(export.lost()).isEmpty();
    assertThat(export.document()).contains("\"/p.G/{a}\"");
  }

  @Test
  void secretsStayReferences() {
    ApiDefinition api =
        classic(
            "'enable_jwt': true, 'jwt_source': 'env://JWT', 'jwt_signing_method': 'hmac',"
                + " 'jwt_default_policies': ['a']",
            List.of(),
            List.of(),
            List.of(),
            List.of());

    OasExport export = OasExport.of(api, READER);

    assertThat(export.lost()).isEmpty();
    assertThat(export.document()).contains("env://JWT").doesNotContain("c2VjcmV0");
  }
}
