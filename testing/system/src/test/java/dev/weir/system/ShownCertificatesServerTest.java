package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.PemWriter;
import dev.weir.compiler.ApiStatus;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TlsClient;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificate is shown where several of one port, with one kind of key, are for a host. */
class ShownCertificatesServerTest {
  private static final Map<String, Object> DOMAINS =
      Map.of("enable_custom_domains", true, "http_server_options", Map.of("enable_http2", true));

  private final EchoBackend backend = EchoBackend.start("one");
  private final int port = Ports.free();

  @TempDir Path folder;
  private TlsFiles files;

  @BeforeEach
  void begin() {
    files = new TlsFiles(folder);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private Api secure(String id, String... certificates) {
    return Api.of(id, backend.target())
        .on(port)
        .at("/" + id)
        .with("protocol", "https")
        .with("certificates", List.of(certificates));
  }

  private static TestGateway serving(Api... apis) {
    TestGateway gateway = TestGateway.configured(DOMAINS, apis);
    assertThat(gateway.apis()).hasOnlyElementsOfType(ApiStatus.Serving.class);
    return gateway;
  }

  /** The name of the certificate, which is the first of those that it was issued for. */
  private String shown(String host) throws IOException {
    return name(TlsClient.trusting(files.authority()).to(host), port);
  }

  private static String name(TlsClient client, int port) throws IOException {
    try (SSLSocket socket = client.connect(port)) {
      var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName().replace("CN=", "");
    }
  }

  @Test
  void anApiHasItsOwnWildcardShownForItsDomain() throws IOException {
    Api one = secure("one", files.issue("x", "*.example.com")).with("domain", "a.example.com");
    Api two = secure("two", files.issue("y", "*.example.com")).with("domain", "b.example.com");
    Api any = secure("any", files.issue("z", "*.example.com")).with("domain", "{n}.example.com");
    try (var _ = serving(one, two, any)) {
      assertThat(shown("a.example.com")).isEqualTo("x");
      assertThat(shown("b.example.com")).isEqualTo("y");
      assertThat(shown("c.example.com")).isEqualTo("z");
      assertThat(shown("c.example.net")).isEqualTo("z");
    }
  }

  /** It serves all the same: what clients make of it, they know. */
  @Test
  void aCertificateThatIsNotForItsApisDomainIsToldOf() {
    String wrong = files.issue("tyk");
    Api api = secure("wrong", files.issue("*.com"), wrong).with("domain", "tyk.com");
    Api below = secure("below", files.issue("example.com")).with("domain", "{n}.example.com");
    try (var gateway = serving(api, below)) {
      int column = Json.of(api.definition()).indexOf(Json.of(wrong)) + 1;
      assertThat(told(gateway))
          .satisfiesExactly(
              one -> assertThat(one).contains("certificates[0]: is not for *.example.com, the"),
              two ->
                  assertThat(two)
                      .endsWith(
                          "apps/wrong.json:1:%d: warning: certificates[1]: is not for tyk.com, the"
                                  .formatted(column)
                              + " API's domain, clients refuse it there, or are shown another one"));
      assertThat(gateway.write(api.with("name", "other")).reload().problems()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.com,            a.example.com",
    "A.example.com.,           *.example.com",
    "{n}.example.com,          *.example.com",
    "{n}.example.com,          a.example.com",
    "'{n:[a-z]+}.example.com', *.example.com",
    "'{n:a|b}.example.com',    b.example.com",
    "127.0.0.1,                a.example.com",
    "[::1],                    a.example.com",
    "'',                       a.example.com"
  })
  void nothingIsToldOfOneThatMayBe(String domain, String host) {
    try (var gateway = serving(secure("one", files.issue(host)).with("domain", domain))) {
      assertThat(told(gateway)).isEmpty();
    }
  }

  private static List<String> told(TestGateway gateway) {
    return gateway.apis().stream()
        .flatMap(status -> ((ApiStatus.Serving) status).problems().stream())
        .map(Object::toString)
        .toList();
  }

  /** It may match any name, so those of its certificate tell where that is shown. */
  @Test
  void aTemplateForMoreThanTheFirstLabelHasItsCertificateShownForTheNamesOfThat()
      throws IOException {
    Api whole =
        secure("1", files.issue("w", "*.eu.test", "a.eu.test")).with("domain", "{s:.*}.eu.test");
    Api exact = secure("2", files.issue("x", "a.eu.test")).with("domain", "a.eu.test");
    Api label = secure("3", files.issue("y", "*.test")).with("domain", "{n}.test");
    try (var _ = serving(whole, exact, label)) {
      assertThat(shown("b.eu.test")).isEqualTo("w");
      assertThat(shown("a.eu.test")).isEqualTo("x");
      assertThat(shown("c.test")).isEqualTo("y");
      assertThat(shown("a.b.eu.test")).isEqualTo("w");
    }
  }

  /** Which is as good as a name that only the certificate of another has. */
  @Test
  void noNameOfAnothersCertificateTakesADomain() throws IOException {
    Api one = secure("one", files.issue("x.test", "y.test", "z.test")).with("domain", "x.test");
    Api two = secure("two", files.issue("own", "y.test")).with("domain", "y.test");
    try (var _ = serving(one, two)) {
      assertThat(shown("y.test")).isEqualTo("own");
      assertThat(shown("z.test")).isEqualTo("x.test");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 1"})
  void whoHasNoDomainLeavesToOthersWhatIsTheirs(String first, String second) throws IOException {
    Api owner =
        secure(first, files.issue("x", "*.example.com")).with("domain", "a.example.com").at("/");
    Api other = secure(second, files.issue("y", "a.example.com", "z.example.com"));
    try (var _ = serving(owner, other)) {
      assertThat(shown("a.example.com")).isEqualTo("x");
      assertThat(shown("z.example.com")).isEqualTo("y");
    }
  }

  @Test
  void anApiThatComesChangesNothingForTheDomainOfAnother() throws IOException {
    Api owner = secure("one", files.issue("x", "*.example.com")).with("domain", "a.example.com");
    Api other = secure("0", files.issue("y", "a.example.com", "z.example.com"));
    try (var gateway = serving(owner)) {
      assertThat(gateway.write(other).reload().isWhole()).isTrue();

      assertThat(shown("a.example.com")).isEqualTo("x");
      assertThat(shown("z.example.com")).isEqualTo("y");
    }
  }

  /** The same list contradicts nobody, also where one of it hides the other. */
  @Test
  void theOneThatNamesADomainGoesBeforeAWildcard() throws IOException {
    String wildcard = files.issue("x", "*.example.com");
    String exact = files.issue("a.example.com");
    Api one = secure("one", wildcard, exact).with("domain", "a.example.com");
    Api two = secure("two", wildcard, exact).with("domain", "a.example.com");
    try (var _ = serving(one, two)) {
      assertThat(shown("a.example.com")).isEqualTo("a.example.com");
      assertThat(shown("b.example.com")).isEqualTo("x");
    }
  }

  @Test
  void anApisOwnGoesBeforeTheGateways() throws IOException {
    Map<String, Object> conf =
        TlsFiles.mainPort(Map.of(), files.issue("gateway", "*.example.com", "other.test"));
    Api api =
        Api.of("one", backend.target())
            .with("certificates", List.of(files.issue("own", "*.example.com")));
    try (var gateway = TestGateway.configured(conf, api, secure("two"))) {
      TlsClient client = TlsClient.trusting(files.authority());
      assertThat(name(client.to("a.example.com"), gateway.port())).isEqualTo("own");
      assertThat(name(client.to("other.test"), gateway.port())).isEqualTo("gateway");
      assertThat(name(client.to("unknown.test"), gateway.port())).isEqualTo("gateway");
      assertThat(name(client, gateway.port())).isEqualTo("gateway");
      assertThat(shown("a.example.com")).isEqualTo("gateway");
    }
  }

  /** A client that knows nothing else gets it where it is for the wildcard. */
  @Test
  void anotherKindOfKeyStaysAvailable() throws IOException {
    var rsa = TwoKeysServerTest.certificate("RSA", 2048, "SHA256withRSA");
    Path file = folder.resolve("rsa.pem");
    PemWriter.write(file, rsa);
    Map<String, Object> options =
        Map.of(
            "use_ssl",
            true,
            "enable_http2",
            true,
            "certificates",
            List.of(
                Map.of(
                    "domain_name",
                    "*.example.com",
                    "cert_file",
                    file.toString(),
                    "key_file",
                    file.toString())));
    Api api = secure("one", files.issue("a.example.com")).with("domain", "a.example.com");
    Map<String, Object> conf =
        Map.of("enable_custom_domains", true, "http_server_options", options);
    try (var _ = TestGateway.configured(conf, api)) {
      TlsClient old = TlsClient.trusting(rsa.leaf()).knowing("rsa_pss_rsae_sha256");
      assertThat(name(old.to("a.example.com"), port)).isEqualTo("both.test");
      assertThat(shown("a.example.com")).isEqualTo("a.example.com");
    }
  }

  @Test
  void whoTakesBothKindsIsShownThatOfTheDomain() throws IOException {
    Path file = folder.resolve("rsa.pem");
    PemWriter.write(file, TwoKeysServerTest.certificate("RSA", 2048, "SHA256withRSA"));
    Api owner = secure("two", files.issue("x", "both.test")).with("domain", "both.test");
    try (var _ = serving(secure("one", file.toString()), owner)) {
      assertThat(shown("both.test")).isEqualTo("x");
    }
  }
}
