package dev.weir.compiler;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.ProxyError;
import dev.weir.certificates.CertificateSource;
import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.Passphrase;
import dev.weir.engine.RouteAction;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiReader;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compiled again of a definition that has not changed, and what is not. */
class CompiledApiTest {
  private final GatewayConfig config = requireNonNull(ConfigReader.read(Map.of()).value());
  private final ApiReader reader = new ApiReader(config, Map.of());
  private final CertificateSource certificates;

  CompiledApiTest(@TempDir Path folder) {
    certificates =
        new CertificateSource(
            new CertificateStore(folder, ""),
            Passphrase.NONE,
            InstantSource.system(),
            (_, _) -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'use_keyless': true",
        "'use_standard_auth': true, 'auth': {'auth_header_name': 'authorization'}",
        "'use_basic_auth': true",
        "'use_keyless': true, 'allowed_ips': ['::1'], 'enable_ip_whitelisting': true",
        "'use_keyless': true, 'grpc': {'deadline': {'max': '5s'}}"
      })
  void whatIsMadeOfTheDefinitionAloneLasts(String fields) {
    ApiDefinition api = api(fields, "h2c://one:1");
    Compilation first = compile(Carried.NOTHING, api);
    Compilation second = compile(first.carried(), api);

    assertThat(action(second)).isSameAs(action(first));
    assertThat(second.carried().groups()).isEqualTo(first.carried().groups()).hasSize(1);
    assertThat(second.apis()).isEqualTo(first.apis());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'use_keyless': true, 'global_rate_limit': {'rate': 5, 'per': 1}",
        "'use_keyless': true, 'version_data': {'not_versioned': true, 'versions': {'Default':"
            + " {'extended_paths': {'rate_limit': [{'path': '/a/b', 'method': 'POST', 'rate': 5,"
            + " 'per': 1}]}}}}",
        "'enable_jwt': true, 'jwt_signing_method': 'hmac', 'jwt_source':"
            + " 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OQ=='",
        "'use_keyless': true, 'expiration': '2099-01-02 15:04', 'version_data': {'not_versioned':"
            + " true, 'versions': {'Default': {'extended_paths': {'url_rewrites': [{'path': '/a/b',"
            + " 'method': 'POST', 'match_pattern': '/a/b', 'rewrite_to': '/c/d'}]}}}}",
        "'use_keyless': true, 'definition': {'location': 'header', 'key': 'v'}, 'version_data':"
            + " {'not_versioned': false, 'default_version': 'a', 'versions': {'a': {'name': 'a'}}}"
      })
  void whatIsMadeOfMoreIsMadeAnew(String fields) {
    ApiDefinition api = api(fields, "h2c://one:1");
    Compilation first = compile(Carried.NOTHING, api);

    assertThat(first.carried().lasting()).isEmpty();
    assertThat(action(compile(first.carried(), api))).isNotSameAs(action(first));
  }

  /** What an API and its versions are joined to is made anew, since the versions may change. */
  @Test
  void anApiIsJoinedToItsVersionsEachTime() {
    ApiDefinition base =
        api(
            "'use_keyless': true, 'definition': {'enabled': true, 'location': 'header', 'key': 'v',"
                + " 'versions': {'two': 'b'}}",
            "h2c://one:1");
    Compilation alone = compile(Carried.NOTHING, base);
    Compilation second = compile(alone.carried(), base);

    assertThat(alone.carried().lasting()).containsOnlyKeys("a");
    assertThat(second.carried().lasting().get("a")).isSameAs(alone.carried().lasting().get("a"));
    assertThat(action(second)).isNotSameAs(action(alone)).isInstanceOf(RouteAction.Versioned.class);
    assertThat(alone.apis().getFirst().errors()).hasSize(1);
  }

  @Test
  void targetsThatSpeakTlsAreLookedAtAgain() {
    Compilation first = compile(Carried.NOTHING, api("'use_keyless': true", "https://one:1"));

    assertThat(first.carried().lasting()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'use_keyless': true, 'certificates': ['a.pem']",
        "'use_keyless': true, 'use_mutual_tls_auth': true, 'client_certificates': ['a.pem']",
        "'use_standard_auth': true, 'auth': {'use_certificate': true}",
        "'auth_configs': {'authToken': {'use_certificate': true}}, 'use_standard_auth': true"
      })
  void certificatesAreAskedForAgain(String fields) {
    var status = new ApiStatus.Serving(api(fields, "h2c://one:1"), 1);
    var closed = new RouteAction.Refuse(new ProxyError(ProxyError.Kind.API_NOT_SERVED, ""));

    assertThat(new CompiledApi(status, "a", closed, Map.of()).lasts()).isFalse();
  }

  @Test
  void anotherDefinitionIsCompiledAgain() {
    Compilation first = compile(Carried.NOTHING, api("'use_keyless': true", "h2c://one:1"));
    Compilation second = compile(first.carried(), api("'use_keyless': true", "h2c://two:1"));

    assertThat(action(second)).isNotSameAs(action(first));
    assertThat(requireNonNull(second.carried().groups().get("a")).members())
        .extracting(member -> member.host())
        .containsExactly("two");
  }

  @Test
  void conflictsAreFoundAmongWhatLasts() {
    ApiDefinition one = api("'use_keyless': true", "h2c://one:1");
    Compilation first = compile(Carried.NOTHING, one);
    ApiDefinition other = api("b", "'use_keyless': true", "h2c://two:1");
    Compilation second = compile(first.carried(), other, one);

    assertThat(second.apis().get(1)).isInstanceOf(ApiStatus.Refused.class);
    assertThat(second.carried().lasting()).containsOnlyKeys("b");
    assertThat(second.carried().groups()).containsOnlyKeys("b");
  }

  private Compilation compile(Carried before, ApiDefinition... apis) {
    return new SnapshotCompiler(config, 8080, certificates.newUse(), before)
        .compile(1, List.of(apis));
  }

  private static RouteAction action(Compilation compiled) {
    return compiled.snapshot().routes().actions().getFirst();
  }

  private ApiDefinition api(String fields, String target) {
    return api("a", fields, target);
  }

  private ApiDefinition api(String id, String fields, String target) {
    String text =
        "{'api_id': '%s', 'name': 'a', %s, 'proxy': {'listen_path': '/a/', 'target_url': '%s'}}"
            .formatted(id, fields, target);
    var file = reader.read(Path.of("a.json"), text.replace('\'', '"'));
    return requireNonNull(file.definition(), () -> file.problems().toString());
  }
}
