package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.PemWriter;
import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Reload;
import dev.weir.model.Problem;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.proto.EchoRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an API may ask of TLS in vain is named at its place, and its neighbours serve. */
class TlsBadInputTest {
  private static final int UNAVAILABLE = 14;
  private static final String UPLOADS = "/weir.testkit.Echo/Upload";
  private static final String PEM = "-----BEGIN CERTIFICATE-----AAAA";
  private static final int ED25519_BITS = 255;
  private static final String ENCRYPTED =
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgDk/vNgj0sKgICCAAw
      DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEIzJ3vC+6ZJcFMGGwoSnjOAEgZB3
      Ql75YNYZ47+IRasxpkGEo4sIvL2Ve9F0P9Wf0S/HpM3hRICnyiCo2G/S5SNK2OVN
      HFi4gcEj+Z6gIJMFtmJKgsFU7aD2N/zW18V7NFNx1KYZAVNC/xh8sBV+wDGUsviK
      PRhHnKWuNFWBiKJ+4ySI5U1kZzZMW+J0lGqgERchfT21KyLdhTV/pKnC+1ahm8A=
      -----END ENCRYPTED PRIVATE KEY-----
      """;
  private static final Map<String, Object> HTTP2 =
      Map.of("http_server_options", Map.of("enable_http2", true));
  private static final Map<String, Object> DOMAINS =
      Map.of("enable_custom_domains", true, "http_server_options", Map.of("enable_http2", true));

  private final EchoBackend backend = EchoBackend.start("one");

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

  /** An API with something that is bad, and what is told about it. */
  private record Case(Api api, String value, String told) {

    String line() {
      return at(api, value) + told;
    }
  }

  /** The place of a text that stands in a definition once: each is one line. */
  private static String at(Api api, String text) {
    int column = Json.of(api.definition()).indexOf(Json.of(text)) + 1;
    return "apps/%s.json:1:%d: ".formatted(api.id(), column);
  }

  private Case certificate(String id, String value, String told) {
    Api api = secure(id, Ports.free()).with("certificates", List.of(value));
    return new Case(api, value, "error: certificates[0]: " + told);
  }

  private Case field(String id, String field, Object written, String value, String told) {
    Api api =
        secure(id, Ports.free())
            .with("proxy.target_url", "https://127.0.0.1:1")
            .with("use_mutual_tls_auth", field.equals("client_certificates"))
            .with(field, written);
    return new Case(api, value, "error: " + told);
  }

  private Api secure(String id, int port) {
    return Api.of(id, backend.target())
        .on(port)
        .with("protocol", "https")
        .with("certificates", List.of(folder.resolve("localhost.pem").toString()));
  }

  private List<Case> cases() throws IOException {
    String good = Files.readString(Path.of(files.issue("localhost")));
    String chain = good.substring(0, good.indexOf("-----BEGIN PRIVATE"));
    String other = Files.readString(Path.of(files.issue("other")));
    String otherKey = other.substring(other.indexOf("-----BEGIN PRIVATE"));
    String missing = folder.resolve("missing.pem").toString();
    String expired = new TlsFiles(folder, Instant.now().minus(Duration.ofDays(2))).issue("old");
    String early = new TlsFiles(folder, Instant.now().plus(Duration.ofDays(2))).issue("early");
    String locked = files.write("locked.pem", chain + ENCRYPTED);
    String keyless = files.write("keyless.pem", chain);
    String foreign = files.write("foreign.pem", chain + otherKey);
    String torn = files.write("torn.pem", good.substring(0, 100));
    String kind = folder.resolve("kind.pem").toString();
    PemWriter.write(
        Path.of(kind), TwoKeysServerTest.certificate("Ed25519", ED25519_BITS, "Ed25519"));
    String id = "acme" + "0".repeat(64);
    String unreadable = folder.toString();
    return List.of(
        certificate("inline", PEM, "is a certificate, a file is needed, save it as a .pem file"),
        certificate("missing", missing, "there is no file " + missing),
        certificate("unreadable", unreadable, "cannot read " + unreadable + ", "),
        certificate("expired", expired, "the certificate in " + expired + " expired on "),
        certificate("early", early, "the certificate in " + early + " is not valid before "),
        certificate(
            "locked",
            locked,
            "the key in "
                + locked
                + " is encrypted, and there is no passphrase for it in"
                + " weir.private_key_passphrase"),
        certificate("keyless", keyless, "there is no private key in " + keyless),
        certificate(
            "foreign",
            foreign,
            "the key in " + foreign + " does not belong to the certificate in " + foreign),
        certificate("torn", torn, "cannot read " + torn + ", -----END CERTIFICATE----- not found"),
        certificate(
            "kind",
            kind,
            "the key in " + kind + " is of kind Ed25519, one of RSA or EC is needed for TLS"),
        certificate("unknown", id, "is not in the store "),
        field(
            "shownKind",
            "upstream_certificates",
            Map.of("*", kind),
            kind,
            "upstream_certificates.*: the key in "
                + kind
                + " is of kind Ed25519, one of RSA or EC is needed for TLS"),
        field(
            "clients",
            "client_certificates",
            List.of(missing),
            missing,
            "client_certificates[0]: there is no file " + missing),
        field(
            "shown",
            "upstream_certificates",
            Map.of("*", keyless),
            keyless,
            "upstream_certificates.*: there is no private key in " + keyless),
        field(
            "pinned",
            "pinned_public_keys",
            Map.of("*", torn),
            torn,
            "pinned_public_keys.*: cannot read " + torn + ", "));
  }

  @Test
  void whatAnApiNamesInVainIsNamedAtItsPlace() throws IOException {
    List<Case> cases = cases();
    int port = Ports.free();
    var apis = new ArrayList<>(cases.stream().map(Case::api).toList());
    apis.add(secure("good", port));
    try (var weir = WeirProcess.tuned(List.of(), HTTP2, apis.toArray(Api[]::new))) {
      SoftAssertions softly = new SoftAssertions();
      cases.forEach(one -> softly.assertThat(weir.output()).contains(one.line()));
      softly.assertAll();
      assertThat(serves(port)).isTrue();
    }
  }

  @Test
  void twoApisCannotShowTwoCertificatesForOneHost() throws IOException {
    int port = Ports.free();
    String first = files.issue("localhost");
    String second = new TlsFiles(Files.createDirectory(folder.resolve("b"))).issue("localhost");
    Api one = secure("one", port).at("/weir.testkit.Echo/Unary");
    Api two = secure("two", port).at("/two");
    try (TestGateway gateway =
        TestGateway.configured(HTTP2, one, two.with("certificates", List.of(second)))) {
      assertThat(gateway.apis().toString())
          .contains(
              at(two.with("certificates", List.of(second)), second)
                  + "error: certificates[0]: clients of localhost see another certificate on port "
                  + port
                  + ", that of API one, name the same one in both, or none here");
      assertThat(serves(port)).isTrue();

      assertThat(gateway.write(two.with("certificates", List.of(first))).reload().isWhole())
          .isTrue();
      Reload reload = gateway.write(two.with("certificates", List.of(second))).reload();
      assertThat(reload.kept()).containsExactly("two");
      assertThat(reload.problems().toString()).contains("see another certificate on port");
      assertThat(serves(port)).isTrue();
    }
  }

  /** Whose host is named has it shown what it brings, though its certificate is for others too. */
  @Test
  void twoApisOfOneDomainCannotEither() {
    int port = Ports.free();
    Api one = shows(port, "one", "a.test", files.issue("a.test", "b.test"));
    Api two = shows(port, "two", "a.test", files.issue("c.test", "a.test"));
    Api three = shows(port, "three", "c.test", files.issue("*.test", "b.test"));
    try (TestGateway gateway = TestGateway.configured(DOMAINS, one, two, three)) {
      assertThat(gateway.apis())
          .filteredOn(ApiStatus.Refused.class::isInstance)
          .singleElement()
          .asString()
          .contains("clients of a.test see another certificate on port " + port);
    }
  }

  /** Who has no domain leaves a host to the API whose domain it is, but not the last one. */
  @Test
  void whoHasNoDomainKeepsAHost() {
    int port = Ports.free();
    Api any = shows(port, "any", "", files.issue("a.test", "b.test"));
    Api one = shows(port, "one", "a.test", files.issue("x.test", "*.test"));
    Api two = shows(port, "two", "b.test", files.issue("y.test", "*.test"));
    try (TestGateway gateway = TestGateway.configured(DOMAINS, any, one, two)) {
      assertThat(gateway.apis())
          .filteredOn(ApiStatus.Refused.class::isInstance)
          .singleElement()
          .asString()
          .contains(
              "clients of b.test see another certificate on port %d, that of API any"
                  .formatted(port))
          .contains("apps/two.json");
    }
  }

  private Api shows(int port, String id, String domain, String certificate) {
    return secure(id, port)
        .at("/" + id)
        .with("domain", domain)
        .with("certificates", List.of(certificate));
  }

  /** Of two files with the same certificate one is exchanged before the other. */
  @Test
  void aNewFileTakesNoApiFromItsPlace() throws IOException {
    int port = Ports.free();
    Path first = Path.of(files.issue("localhost"));
    Path second = Files.copy(first, folder.resolve("copy.pem"));
    Api one = secure("one", port).at("/weir.testkit.Echo/Unary");
    Api two = secure("two", port).at("/").with("certificates", List.of(second.toString()));
    try (var weir = WeirProcess.tuned(List.of(), HTTP2, one, two)) {
      files = new TlsFiles(folder);
      files.issue("localhost");

      await()
          .atMost(Patience.LIMIT)
          .until(() -> weir.output().contains("are not in use until this is put right"));
      assertThat(weir.output()).contains("clients of localhost see another certificate on port");

      Files.copy(first, second, StandardCopyOption.REPLACE_EXISTING);
      await().atMost(Patience.LIMIT).until(() -> serves(port));
    }
  }

  /** Nor does a reload that comes in between, for whatever reason. */
  @Test
  void aReloadBetweenTwoNewFilesTakesNoApiFromItsPlace() throws IOException {
    int port = Ports.free();
    Path first = Path.of(files.issue("localhost"));
    Path second = Files.copy(first, folder.resolve("copy.pem"));
    Api one = secure("one", port).at("/weir.testkit.Echo/Unary");
    Api two = secure("two", port).at(UPLOADS).with("certificates", List.of(second.toString()));
    try (TestGateway gateway = TestGateway.configured(HTTP2, one, two)) {
      X509Certificate before = files.authority();
      files = new TlsFiles(folder);
      files.issue("localhost");

      Reload reload = gateway.write(Api.of("more", backend.target()).at("/more")).reload();

      assertThat(reload.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(reload.added()).containsExactly("more");
      assertThat(reload.removed()).isEmpty();
      assertThat(reload.kept()).isEmpty();
      assertThat(reload.problems())
          .extracting(Problem::toString)
          .satisfiesExactly(
              why -> assertThat(why).contains("apps/two.json", "see another certificate on port"),
              what ->
                  assertThat(what)
                      .contains("apps/one.json")
                      .endsWith(
                          "certificates[0]: has changed, and the one before stays in use, put right"
                              + " what keeps it out of use"));
      assertThat(servesBoth(port, "localhost", before)).isTrue();

      Files.copy(first, second, StandardCopyOption.REPLACE_EXISTING);
      await().atMost(Patience.LIMIT).until(() -> serves(port));
      assertThat(servesBoth(port, "localhost", files.authority())).isTrue();
      assertThat(gateway.reload().isWhole()).isTrue();
    }
  }

  /** What waits does so for all who name it, the gateway's own configuration among them. */
  @Test
  void aNewFileWaitsThatTheGatewayShowsToo() throws IOException {
    int port = Ports.free();
    Path first = Path.of(files.issue("localhost"));
    Path second = Files.copy(first, folder.resolve("copy.pem"));
    Api one = secure("one", port).at("/weir.testkit.Echo/Unary");
    Api two = secure("two", port).at(UPLOADS).with("certificates", List.of(second.toString()));
    Map<String, Object> shown =
        Map.of("enable_http2", true, "ssl_certificates", List.of(first.toString()));
    try (TestGateway gateway =
        TestGateway.configured(Map.of("http_server_options", shown), one, two)) {
      X509Certificate before = files.authority();
      files = new TlsFiles(folder);
      files.issue("localhost");

      Reload reload = gateway.reload();

      assertThat(reload.result()).isEqualTo(Reload.Result.IN_PART);
      assertThat(reload.removed()).isEmpty();
      assertThat(servesBoth(port, "localhost", before)).isTrue();
    }
  }

  /** Who shows one certificate to clients and another to targets has the other one renewed. */
  @Test
  void aConflictHoldsBackNothingElseOfAnApi() throws IOException {
    int port = Ports.free();
    Path first = Path.of(files.issue("localhost"));
    Path second = Files.copy(first, folder.resolve("copy.pem"));
    Api one =
        secure("one", port)
            .at("/one")
            .with("proxy.target_url", "https://127.0.0.1:1")
            .with("upstream_certificates", Map.of("*", files.issue("client")));
    Api two = secure("two", port).at("/two").with("certificates", List.of(second.toString()));
    try (TestGateway gateway = TestGateway.configured(HTTP2, one, two)) {
      files = new TlsFiles(folder);
      files.issue("localhost");
      files.issue("client");

      Reload reload = gateway.reload();

      assertThat(reload.problems().toString())
          .contains("certificates[0]: has changed, and the one before stays in use")
          .doesNotContain("upstream_certificates");
    }
  }

  /** Nor does one of files hold back a definition that has nothing to do with it. */
  @Test
  void aConflictOfFilesHoldsBackNoDefinition() throws IOException {
    int port = Ports.free();
    Path first = Path.of(files.issue("localhost"));
    Path second = Files.copy(first, folder.resolve("copy.pem"));
    Api one = secure("one", port).at("/weir.testkit.Echo/Unary");
    Api two = secure("two", port).at("/two").with("certificates", List.of(second.toString()));
    try (TestGateway gateway = TestGateway.configured(HTTP2, one, two)) {
      X509Certificate before = files.authority();
      files = new TlsFiles(folder);
      files.issue("localhost");

      Reload reload = gateway.write(two.at(UPLOADS)).reload();

      assertThat(reload.kept()).isEmpty();
      assertThat(reload.changed()).containsExactly("two");
      assertThat(servesBoth(port, "localhost", before)).isTrue();
    }
  }

  /** A definition that can be served with neither waits itself, and keeps no file waiting. */
  @Test
  void whatNoFileHelpsKeepsNoneWaiting() throws IOException {
    int port = Ports.free();
    Path first = Path.of(files.issue("localhost"));
    String other = new TlsFiles(Files.createDirectory(folder.resolve("b"))).issue("localhost");
    Api one = secure("one", port).at("/weir.testkit.Echo/Unary");
    Api two =
        secure("two", Ports.free()).at(UPLOADS).with("certificates", List.of(first.toString()));
    try (TestGateway gateway = TestGateway.configured(HTTP2, one, two)) {
      files = new TlsFiles(folder);
      files.issue("localhost");

      Reload reload = gateway.write(two.on(port).with("certificates", List.of(other))).reload();

      assertThat(reload.kept()).containsExactly("two");
      assertThat(reload.problems().toString()).doesNotContain("stays in use");
      assertThat(serves(port)).isTrue();
    }
  }

  private static boolean servesBoth(int port, String host, X509Certificate trusted)
      throws IOException {
    try (var client = EchoClient.secure(port, host, trusted)) {
      return client.unary("hi").status().isOk()
          && client.call(EchoClient.UPLOAD, EchoRequest.getDefaultInstance()).status().isOk();
    }
  }

  /** Who has nothing to do with a conflict gets what is new. */
  @Test
  void aConflictHoldsBackNoOtherRenewal() throws IOException {
    int port = Ports.free();
    Path first = Path.of(files.issue("b.test"));
    Path second = Files.copy(first, folder.resolve("copy.pem"));
    Api one =
        secure("one", port)
            .at("/weir.testkit.Echo/Unary")
            .with("certificates", List.of(first.toString()));
    Api two = secure("two", port).at(UPLOADS).with("certificates", List.of(second.toString()));
    Api beside = shows(port, "beside", "a.test", files.issue("a.test"));
    try (var weir = WeirProcess.tuned(List.of(), DOMAINS, one, two, beside)) {
      X509Certificate before = files.authority();
      assertThat(servesBoth(port, "b.test", before)).isTrue();
      files = new TlsFiles(folder);
      files.issue("b.test");
      await()
          .atMost(Patience.LIMIT)
          .until(() -> weir.output().contains("are not in use until this is put right"));

      files.issue("a.test");
      await().atMost(Patience.LIMIT).until(() -> isShown(port, "a.test", files.authority()));
      assertThat(servesBoth(port, "b.test", before)).isTrue();

      Files.copy(first, second, StandardCopyOption.REPLACE_EXISTING);
      await().atMost(Patience.LIMIT).until(() -> servesBoth(port, "b.test", files.authority()));
    }
  }

  /** Whether clients that trust this authority get as far as to an answer, be it a refusal. */
  private static boolean isShown(int port, String host, X509Certificate trusted)
      throws IOException {
    try (var client = EchoClient.secure(port, host, trusted)) {
      return client.unary("hi").code() != UNAVAILABLE;
    }
  }

  @Test
  void onePortSpeaksOneOfBoth() throws IOException {
    int port = Ports.free();
    files.issue("localhost");
    Api secure = secure("a", port).at("/weir.testkit.Echo/Unary");
    Api clear = Api.of("b", backend.target()).on(port).at("/b");
    try (TestGateway gateway = TestGateway.configured(HTTP2, secure, clear)) {
      assertThat(gateway.apis().toString())
          .contains(
              at(clear, "h2c")
                  + "error: protocol: port %d speaks https for others, give it a port of its own"
                      .formatted(port));
      assertThat(serves(port)).isTrue();
    }
  }

  private boolean serves(int port) throws IOException {
    try (var client = EchoClient.secure(port, "localhost", files.authority())) {
      return client.unary("hi").status().isOk();
    }
  }
}
