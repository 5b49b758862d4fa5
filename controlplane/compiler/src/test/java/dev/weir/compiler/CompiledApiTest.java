package dev.weir.compiler;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.CertificateSource;
import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.PemWriter;
import dev.weir.engine.RouteAction;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiReader;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import dev.weir.model.KeyReader;
import dev.weir.store.KeyVault;
import dev.weir.upstream.ServerProof;
import dev.weir.upstream.TlsRule;
import dev.weir.upstream.TrustedIssuers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is compiled again of a definition that has not changed, and what is not. */
class CompiledApiTest {
  private static final String JWT =
      "'enable_jwt': true, 'jwt_signing_method': 'hmac', 'jwt_source':"
          + " 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OQ=='";

  private static final String RATE =
      "'use_keyless': true, 'global_rate_limit': {'rate': 5, 'per': 1}";

  private final Path folder;
  private final GatewayConfig config;
  private final ApiReader reader;
  private final CertificateSource certificates;
  private final KeyVault vault;
  private final KeyDirectory keys;
  private final TokenIssuers issuers;

  CompiledApiTest(@TempDir Path folder) {
    this.folder = folder;
    config = config(Map.of());
    reader = new ApiReader(config, Map.of());
    certificates =
        new CertificateSource(
            new CertificateStore(folder, ""),
            Passphrase.NONE,
            InstantSource.system(),
            (_, _) -> {});
    vault = new KeyVault(folder.resolve("data"));
    keys = new KeyDirectory(vault, new KeyReader(false), Matching.TYK);
    issuers =
        new TokenIssuers(
            keys,
            _ -> {
              throw new IOException("nobody is asked");
            },
            () -> 1000,
            System::nanoTime);
  }

  @AfterEach
  void close() {
    issuers.close();
    keys.close();
    vault.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'use_keyless': true",
        "'use_standard_auth': true, 'auth': {'auth_header_name': 'authorization'}",
        "'use_basic_auth': true",
        "'use_keyless': true, 'allowed_ips': ['::1'], 'enable_ip_whitelisting': true",
        "'use_keyless': true, 'grpc': {'deadline': {'max': '5s'}}",
        RATE,
        "'use_keyless': true, 'version_data': {'not_versioned': true, 'versions': {'Default':"
            + " {'extended_paths': {'rate_limit': [{'path': '/a/b', 'method': 'POST', 'rate': 5,"
            + " 'per': 1}]}}}}",
        JWT,
        "'use_keyless': true, 'expiration': '2099-01-02 15:04', 'version_data': {'not_versioned':"
            + " true, 'versions': {'Default': {'extended_paths': {'url_rewrites': [{'path': '/a/b',"
            + " 'method': 'POST', 'match_pattern': '/a/b', 'rewrite_to': '/c/d'}]}}}}",
        "'use_keyless': true, 'definition': {'location': 'header', 'key': 'v'}, 'version_data':"
            + " {'not_versioned': false, 'default_version': 'a', 'versions': {'a': {'name': 'a'}}}",
        "'use_oauth2': true"
      })
  void whatIsMadeOfTheSameLasts(String fields) {
    ApiDefinition api = api(fields, "h2c://one:1");
    Compilation first = used(compile(Carried.NOTHING, api));
    Compilation second = used(compile(first.carried(), api));

    assertThat(action(second)).isSameAs(action(first));
    assertThat(second.carried().groups()).isEqualTo(first.carried().groups());
    assertThat(second.carried().rates()).isEqualTo(first.carried().rates());
    assertThat(second.apis()).isEqualTo(first.apis());
    assertThat(action(used(compile(second.carried(), api)))).isSameAs(action(first));
  }

  @Test
  void ratesThatCountAnewAreCompiledAgain() {
    ApiDefinition api = api(RATE, "h2c://one:1");
    Carried first = compile(Carried.NOTHING, api).carried();
    Carried without =
        new Carried(
            first.groups(),
            first.transports(),
            first.identities(),
            Map.of(),
            first.lasting(),
            first.routes());

    assertThat(first.rates()).hasSize(1);
    assertThat(compile(without, api).carried().lasting().get("a"))
        .isNotSameAs(first.lasting().get("a"));
  }

  /** Of a configuration that was only looked at, no issuer is in use. */
  @Test
  void issuersThatAreMadeAnewAreCompiledAgain() {
    ApiDefinition api = api(JWT, "h2c://one:1");
    Compilation looked = compile(Carried.NOTHING, api);
    Compilation second = used(compile(looked.carried(), api));
    assertThat(action(second)).isNotSameAs(action(looked));

    used(compile(second.carried(), api("'use_keyless': true", "h2c://one:1")));
    assertThat(action(compile(second.carried(), api))).isNotSameAs(action(second));
  }

  /** Nobody else goes on with what is known of its tokens. */
  @Test
  void anIssuerIsInUseAsLongAsItsApiLasts() {
    ApiDefinition api = api(JWT, "h2c://one:1");
    Compilation first = used(compile(Carried.NOTHING, api));
    used(compile(first.carried(), api));
    ApiDefinition another = api("b", JWT, "h2c://one:1");
    Compilation both = used(compile(first.carried(), api, another));

    assertThat(both.carried().lasting().get("a")).isSameAs(first.carried().lasting().get("a"));
    assertThat(requireNonNull(both.carried().lasting().get("b")).asked())
        .isEqualTo(requireNonNull(first.carried().lasting().get("a")).asked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'grpc': {'tls': {'ca_file': '%s'}}",
        "'upstream_certificates': {'*': '%s'}",
        "'pinned_public_keys': {'*': '%s'}"
      })
  void anotherFileForTargetsIsCompiledAgain(String fields) throws IOException {
    Path file = certificate();
    ApiDefinition api = api("'use_keyless': true, " + fields.formatted(file), "https://one:1");
    Compilation first = used(compile(Carried.NOTHING, api));
    Compilation second = used(compile(first.carried(), api));
    assertThat(action(second)).isSameAs(action(first));
    assertThat(second.carried().transports()).isEqualTo(first.carried().transports()).hasSize(1);

    certificate();
    Compilation third = used(compile(second.carried(), api));
    assertThat(action(third)).isNotSameAs(action(first));
    assertThat(third.carried().transports().keySet())
        .hasSize(1)
        .doesNotContainAnyElementsOf(first.carried().transports().keySet());
  }

  /** Who is trusted is one object for all files that say the same, and for no others. */
  @Test
  void filesForTargetsThatSayTheSameAreOne() throws IOException, BadCertificate {
    Path one = certificate("one.pem");
    Path same = Files.copy(one, folder.resolve("same.pem"));
    Path other = certificate("other.pem");
    ApiDefinition[] apis = {trusting("a", one), trusting("b", same), trusting("c", other)};
    Compilation first = used(compile(Carried.NOTHING, apis));
    Map<String, TrustedIssuers> trusted = trusted(first);
    assertThat(trusted.get("b")).isSameAs(trusted.get("a"));
    assertThat(issuers(trusted, "a"))
        .containsAll(read(one))
        .doesNotContainAnyElementsOf(read(other));
    assertThat(issuers(trusted, "c"))
        .containsAll(read(other))
        .doesNotContainAnyElementsOf(read(one));

    Path later = Files.copy(other, folder.resolve("later.pem"));
    Map<String, TrustedIssuers> again =
        trusted(used(compile(first.carried(), trusting("d", later), trusting("e", one))));
    assertThat(again.get("d")).isSameAs(trusted.get("c"));
    assertThat(again.get("e")).isSameAs(trusted.get("a"));
  }

  private ApiDefinition trusting(String id, Path file) {
    return api(
        id,
        "'use_keyless': true, 'grpc': {'tls': {'ca_file': '%s'}}".formatted(file),
        "https://%s:1".formatted(id));
  }

  /** By the host of the target. */
  private static Map<String, TrustedIssuers> trusted(Compilation compiled) {
    return compiled.carried().transports().keySet().stream()
        .map(TlsRule::proof)
        .collect(Collectors.toMap(ServerProof::host, ServerProof::trusted));
  }

  private static Set<X509Certificate> issuers(Map<String, TrustedIssuers> trusted, String host) {
    return requireNonNull(trusted.get(host)).certificates();
  }

  private List<X509Certificate> read(Path file) throws BadCertificate {
    return certificates.newUse().authorities(file);
  }

  @Test
  void anotherFileWithClientsIsCompiledAgain() throws IOException {
    Path file = certificate();
    ApiDefinition api =
        api(
            "'use_keyless': true, 'protocol': 'https', 'listen_port': 8443, 'certificates': ['%s'],"
                    .formatted(file)
                + " 'use_mutual_tls_auth': true, 'client_certificates': ['%s']".formatted(file),
            "h2c://one:1");
    Compilation first = used(compile(Carried.NOTHING, api));
    Compilation second = used(compile(first.carried(), api));
    assertThat(first.apis().getFirst()).isInstanceOf(ApiStatus.Serving.class);
    assertThat(action(second)).isSameAs(action(first));

    certificate();
    assertThat(action(used(compile(second.carried(), api)))).isNotSameAs(action(first));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'use_standard_auth': true, 'auth_configs': {'authToken': {'use_certificate': true}}",
        "'use_keyless': true, 'use_mutual_tls_auth': true"
      })
  void anotherFileWithClientsOfTheGatewayIsCompiledAgain(String fields) throws IOException {
    Path clients = certificate("clients.pem");
    GatewayConfig listing = config(Map.of("TYK_GW_SECURITY_CERTIFICATES_API", clients.toString()));
    ApiDefinition api =
        api(
            "%s, 'protocol': 'https', 'listen_port': 8443, 'certificates': ['%s']"
                .formatted(fields, certificate()),
            "h2c://one:1");
    Compilation first = used(compile(listing, Carried.NOTHING, api));
    Compilation second = used(compile(listing, first.carried(), api));
    assertThat(first.apis().getFirst()).isInstanceOf(ApiStatus.Serving.class);
    assertThat(action(second)).isSameAs(action(first));

    certificate("clients.pem");
    assertThat(action(used(compile(listing, second.carried(), api)))).isNotSameAs(action(first));
  }

  @Test
  void aFileThatIsGoneKeepsTheLastGoodCertificate() throws IOException {
    Path file = certificate();
    ApiDefinition api =
        api(
            "'use_keyless': true, 'upstream_certificates': {'*': '%s'}".formatted(file),
            "https://one:1");
    Compilation first = used(compile(Carried.NOTHING, api));
    Files.delete(file);

    assertThat(action(used(compile(first.carried(), api)))).isSameAs(action(first));
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
    ApiDefinition other = api("b", "'use_keyless': true", "h2c://two:1", "/a/");
    Compilation second = compile(first.carried(), other, one);

    assertThat(second.apis().get(1)).isInstanceOf(ApiStatus.Refused.class);
    assertThat(second.carried().lasting()).containsOnlyKeys("b");
    assertThat(second.carried().groups()).containsOnlyKeys("b");
  }

  private static GatewayConfig config(Map<String, String> more) {
    var environment = new HashMap<>(more);
    environment.put("TYK_GW_DISABLEPORTWHITELIST", "true");
    return requireNonNull(ConfigReader.read(environment).value());
  }

  private Compilation compile(Carried before, ApiDefinition... apis) {
    return compile(config, before, apis);
  }

  private Compilation compile(GatewayConfig config, Carried before, ApiDefinition... apis) {
    return new SnapshotCompiler(config, 8080, certificates.newUse(), before)
        .keys(keys)
        .issuers(issuers)
        .compile(1, List.of(apis));
  }

  private static Compilation used(Compilation compiled) {
    compiled.begun().run();
    return compiled;
  }

  /** A new one in the same file. */
  private Path certificate() throws IOException {
    return certificate("a.pem");
  }

  private Path certificate(String name) throws IOException {
    Path file = folder.resolve(name);
    PemWriter.write(
        file,
        new DevelopmentAuthority("test", Instant.now(), Duration.ofDays(1)).issue(List.of("one")));
    return file;
  }

  private static RouteAction action(Compilation compiled) {
    return compiled.snapshot().routes().actions().getFirst();
  }

  private ApiDefinition api(String fields, String target) {
    return api("a", fields, target);
  }

  private ApiDefinition api(String id, String fields, String target) {
    return api(id, fields, target, "/" + id + "/");
  }

  private ApiDefinition api(String id, String fields, String target, String path) {
    String text =
        "{'api_id': '%s', 'name': 'a', %s, 'proxy': {'listen_path': '%s', 'target_url': '%s'}}"
            .formatted(id, fields, path, target);
    var file = reader.read(Path.of("a.json"), text.replace('\'', '"'));
    return requireNonNull(file.definition(), () -> file.problems().toString());
  }
}
