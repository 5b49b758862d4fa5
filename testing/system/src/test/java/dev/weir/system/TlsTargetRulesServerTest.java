package dev.weir.system;

import static dev.weir.system.SecureTarget.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.Certificates;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.ServerCertificate;
import dev.weir.certificates.StoredCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS with targets as the gateway and an API want it, and which of the two counts. */
class TlsTargetRulesServerTest {
  private static final int OK = 0;
  private static final int UNAVAILABLE = 14;
  private static final String NO_PIN = "0".repeat(64);
  private static final String AES_128 = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
  private static final String AES_256 = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";

  @TempDir Path folder;
  private Authority authority;
  private SecureTarget target;
  private ServerCertificate certificate;

  @BeforeEach
  void issue() {
    authority = Authority.in(folder);
    target = new SecureTarget(authority);
    certificate = authority.issue(ADDRESS);
  }

  static Stream<Arguments> agreements() {
    Map<String, Object> none = Map.of();
    return Stream.of(
        Arguments.of(none, none, "TLSv1.3", ""),
        Arguments.of(Map.of("proxy_ssl_max_version", 771), none, "TLSv1.2", ""),
        Arguments.of(none, Map.of("proxy.transport.ssl_max_version", 771), "TLSv1.2", ""),
        Arguments.of(
            Map.of("proxy_ssl_max_version", 771),
            Map.of("proxy.transport.ssl_max_version", 772),
            "TLSv1.3",
            ""),
        Arguments.of(
            Map.of("proxy_ssl_min_version", 772, "proxy_ssl_max_version", 772),
            Map.of("proxy.transport.ssl_min_version", 771, "proxy.transport.ssl_max_version", 771),
            "TLSv1.2",
            ""),
        Arguments.of(
            Map.of("proxy_ssl_max_version", 771, "proxy_ssl_ciphers", List.of(AES_256)),
            none,
            "TLSv1.2",
            AES_256),
        Arguments.of(
            Map.of("proxy_ssl_max_version", 771),
            Map.of("proxy.transport.ssl_ciphers", List.of(AES_128)),
            "TLSv1.2",
            AES_128),
        Arguments.of(
            Map.of("proxy_ssl_max_version", 771, "proxy_ssl_ciphers", List.of(AES_256)),
            Map.of("proxy.transport.ssl_ciphers", List.of(AES_128)),
            "TLSv1.2",
            AES_128));
  }

  @ParameterizedTest
  @MethodSource("agreements")
  void versionsAndCipherSuitesAreThoseOfTheApiElseOfTheGateway(
      Map<String, Object> gateway, Map<String, Object> api, String version, String suite) {
    Outcome outcome = call(gateway, api, Authority.server(certificate));

    assertThat(outcome.code()).as(outcome.message()).isEqualTo(OK);
    SSLSession session = target.sessions().element();
    assertThat(session.getProtocol()).isEqualTo(version);
    assertThat(session.getCipherSuite()).contains(suite);
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, 772, ''", "TLSv1.3, '', 771"})
  void aServerWithAnotherVersionGetsNoCall(String version, String min, String max) {
    Map<String, Object> gateway = new LinkedHashMap<>();
    if (!min.isEmpty()) {
      gateway.put("proxy_ssl_min_version", Integer.valueOf(min));
    }
    if (!max.isEmpty()) {
      gateway.put("proxy_ssl_max_version", Integer.valueOf(max));
    }
    Outcome outcome = call(gateway, Map.of(), Authority.server(certificate).protocols(version));

    assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
    assertThat(outcome.message()).contains("the server refuses the handshake");
  }

  @Test
  void aServerWithAnotherSuiteGetsNoCall() {
    Outcome outcome =
        call(
            Map.of("proxy_ssl_max_version", 771, "proxy_ssl_ciphers", List.of(AES_256)),
            Map.of(),
            Authority.server(certificate).ciphers(List.of(AES_128)));

    assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
    assertThat(outcome.message()).contains("the server refuses the handshake");
  }

  // ---- which entry counts ----------------------------------------------------------------------

  /** Entries as {@code host=name}, with {@code @} for the address; who the server sees. */
  @ParameterizedTest
  @CsvSource({
    "*=one,                 '',                    false, one",
    "@=one *=two,           '',                    false, one",
    "*:PORT=one *=two,      '',                    false, one",
    "@:PORT=one @=two *=two,'',                    false, one",
    "@:1=two @=one,         '',                    false, one",
    "'',                    *=one,                 false, one",
    "'',                    @:PORT=one @=two *=two,false, one",
    "@:PORT=two @=two *=two,*=one,                 false, one",
    "@:PORT=two,            *.0.0.1=one,           false, one",
    "*=one,                 @:1=two,               false, one",
    "*=one,                 @:PORT=two *=two,      true,  one",
    "'',                    *=one,                 true,  nobody"
  })
  void theServerIsShownTheMostSpecificCertificate(
      String ofGateway, String ofApi, boolean disabled, String expected) {
    try (EchoBackend backend = target.backend(authority.asking(certificate))) {
      Map<String, Object> gateway =
          Map.of(
              "security",
              Map.of("certificates", Map.of("upstream", entries(ofGateway, backend.port()))));
      Map<String, Object> api =
          Map.of(
              "upstream_certificates",
              entries(ofApi, backend.port()),
              "upstream_certificates_disabled",
              disabled);

      Outcome outcome = call(gateway, api, backend);

      assertThat(outcome.code()).as(outcome.message()).isEqualTo(OK);
      assertThat(SecureTarget.peer(target.sessions().element())).isEqualTo("CN=" + expected);
    }
  }

  private Map<String, String> entries(String text, int port) {
    return Stream.of(text.split(" +", -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> entry.replace("@", ADDRESS).replace("PORT", "" + port).split("=", -1))
        .collect(
            Collectors.toMap(
                entry -> entry[0], entry -> authority.identityFile(entry[1] + ".pem", entry[1])));
  }

  /** The same with the pins of a host, of which {@code right} is the server's. */
  @ParameterizedTest
  @CsvSource({
    "*=wrong,       '',          false, 14",
    "*=wrong,       *=right,     false, 0",
    "*=right,       @=wrong,     false, 14",
    "@=right *=wrong,'',         false, 0",
    "@:PORT=right @=wrong,'',    false, 0",
    "'',            *.0.0.1=wrong *=right, false, 14",
    "'',            *=wrong,     true,  0",
    "*=wrong,       *=right,     true,  14"
  })
  void theMostSpecificPinsHold(String ofGateway, String ofApi, boolean disabled, int code) {
    try (EchoBackend backend = target.backend(Authority.server(certificate))) {
      Outcome outcome =
          call(
              Map.of("security", Map.of("pinned_public_keys", pins(ofGateway, backend.port()))),
              Map.of(
                  "pinned_public_keys",
                  pins(ofApi, backend.port()),
                  "certificate_pinning_disabled",
                  disabled),
              backend);

      assertThat(outcome.code()).as(outcome.message()).isEqualTo(code);
    }
  }

  private Map<String, String> pins(String text, int port) {
    String right = Certificates.fingerprint(certificate.leaf().getPublicKey());
    return Stream.of(text.split(" +", -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> entry.replace("@", ADDRESS).replace("PORT", "" + port).split("=", -1))
        .collect(
            Collectors.toMap(
                entry -> entry[0], entry -> entry[1].equals("right") ? right : NO_PIN));
  }

  // ---- which name servers are asked for --------------------------------------------------------

  /** Services of Docker Compose have such names; they are verified, and not asked for. */
  @ParameterizedTest
  @CsvSource({
    "route_guide, route_guide,   0,  []",
    "route_guide, route_guides,  14, ",
    "a.example.,  a.example,     0,  '[type=host_name (0), value=a.example]'"
  })
  void aNameThatCannotBeAskedForIsVerified(
      String host, String certified, int code, @Nullable String asked) throws IOException {
    Path hosts = Files.writeString(folder.resolve("hosts"), ADDRESS + " " + host + "\n");
    try (EchoBackend backend = target.backend(Authority.server(authority.issue(certified)));
        WeirProcess weir =
            WeirProcess.tuned(
                List.of("-Djdk.net.hosts.file=" + hosts),
                Map.of(
                    "http_server_options",
                    Map.of("enable_http2", true),
                    "weir",
                    Map.of("upstream_ca_file", authority.file())),
                Api.of("echo", "https://" + host + ":" + backend.port()));
        EchoClient client = EchoClient.to(weir.port())) {
      Outcome outcome = client.unary("hi");

      assertThat(outcome.code()).as(outcome.message()).isEqualTo(code);
      if (asked != null) {
        var session = (ExtendedSSLSession) target.sessions().element();
        assertThat(session.getRequestedServerNames()).hasToString(asked);
      }
    }
  }

  // ---- where certificates come from ------------------------------------------------------------

  @Test
  void aCertificateOfTheStoreIsShown() throws BadCertificate {
    Path data = folder.resolve("data");
    String file = authority.identityFile("stored.pem", "stored");
    StoredCertificate stored =
        Certificates.readForStore(Path.of(file), null, Passphrase.NONE, "acme", Instant.now());
    new CertificateStore(data, "").add(stored);
    try (EchoBackend backend = target.backend(authority.demanding(certificate));
        TestGateway gateway =
            target.gateway(
                SecureTarget.api(
                    Map.of("upstream_certificates", Map.of("*", stored.id())), backend.port()),
                Map.of("data_dir", data.toString()));
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertThat(outcome.code()).as(outcome.message()).isEqualTo(OK);
      assertThat(SecureTarget.peer(target.sessions().element())).isEqualTo("CN=stored");
    }
  }

  @Test
  void theEnvironmentNamesWhoIsTrusted() {
    try (EchoBackend backend = target.backend(Authority.server(certificate))) {
      Api api = SecureTarget.api(Map.of(), backend.port());
      Map<String, String> environment = Map.of("SSL_CERT_FILE", authority.file());
      try (TestGateway gateway = TestGateway.inEnvironment(environment, Map.of(), api);
          EchoClient client = EchoClient.to(gateway.port())) {
        assertThat(client.unary("hi").code()).isEqualTo(OK);
      }
      try (TestGateway gateway = TestGateway.serving(api);
          EchoClient client = EchoClient.to(gateway.port())) {
        assertThat(client.unary("hi").message()).contains("unknown issuer");
      }
    }
  }

  /** First the gateway trusts another authority, then it wants another key, and then neither. */
  @Test
  void filesThatChangeCountForTheNextCalls() throws IOException {
    Authority other = Authority.named("other", folder);
    String trusted = other.file();
    String pin = authority.publicKeyFile(other.certificate().getPublicKey());
    try (EchoBackend backend = target.backend(Authority.server(certificate));
        TestGateway gateway =
            TestGateway.configured(
                Map.of("weir", Map.of("ssl_cert_file", trusted)),
                SecureTarget.api(Map.of("pinned_public_keys", Map.of("*", pin)), backend.port()));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").message()).contains("unknown issuer");

      Files.copy(Path.of(authority.file()), Path.of(trusted), StandardCopyOption.REPLACE_EXISTING);
      await().atMost(Patience.LIMIT).until(() -> client.unary("hi").message().contains("pin"));

      authority.publicKeyFile(certificate.leaf().getPublicKey());
      await().atMost(Patience.LIMIT).until(() -> client.unary("hi").status().isOk());
    }
  }

  // ---- helpers ---------------------------------------------------------------------------------

  private Outcome call(
      Map<String, Object> gateway, Map<String, Object> api, SslContextBuilder server) {
    try (EchoBackend backend = target.backend(server)) {
      return call(gateway, api, backend);
    }
  }

  private Outcome call(Map<String, Object> keys, Map<String, Object> api, EchoBackend backend) {
    var all = new LinkedHashMap<>(keys);
    all.put("weir", Map.of("upstream_ca_file", authority.file()));
    try (TestGateway gateway = TestGateway.configured(all, SecureTarget.api(api, backend.port()));
        EchoClient client = EchoClient.to(gateway.port())) {
      return client.unary("hi");
    }
  }
}
