package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.compiler.ApiStatus;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of clients that prove with a certificate who they are. */
class CertificateKeysServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int UNAUTHENTICATED = 16;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final DevelopmentAuthority SERVERS = authority("servers", Duration.ZERO);
  private static final DevelopmentAuthority CLIENTS = authority("clients", Duration.ZERO);
  private static final ServerCertificate ALICE = CLIENTS.issue(List.of("alice"));
  private static final ServerCertificate BOB = CLIENTS.issue(List.of("bob"));
  private static final ServerCertificate STALE =
      authority("stale", Duration.ofDays(-3)).issue(List.of("stale"));
  private static final String NO_KEY = "there is no key for the client's certificate";
  private static final String UNKNOWN = "the credential in authorization is unknown";
  private static final String NONE = "takes a client certificate";

  private final EchoBackend backend = EchoBackend.start("one");
  private final int secure = Ports.free();

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    PemWriter.write(folder.resolve("server.pem"), SERVERS.issue(List.of("localhost")));
    PemWriter.writePublic(folder.resolve("clients.pem"), List.of(CLIENTS.certificate()));
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private static DevelopmentAuthority authority(String name, Duration shift) {
    return new DevelopmentAuthority(name, Instant.now().plus(shift), Duration.ofDays(1));
  }

  private static String id(ServerCertificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.leaf().getEncoded());
      return "default" + HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The main port is for the operator. */
  private TestGateway gateway(Api... apis) {
    return TestGateway.configured(
        Map.of(
            "secret",
            Operator.SECRET,
            "disable_ports_whitelist",
            true,
            "http_server_options",
            Map.of(
                "enable_http2",
                true,
                "ssl_certificates",
                List.of(folder.resolve("server.pem").toString()))),
        apis);
  }

  private Api api(String id) {
    return Api.of(id, backend.target())
        .on(secure)
        .with("protocol", "https")
        .with("use_keyless", false);
  }

  private Api byCertificate() {
    return api("guarded")
        .with("auth_configs", Map.of("authToken", Map.of("use_certificate", true)));
  }

  private Api mutual() {
    return mutual("guarded");
  }

  private Api mutual(String id) {
    return api(id)
        .with("use_mutual_tls_auth", true)
        .with("client_certificates", List.of(folder.resolve("clients.pem").toString()));
  }

  private EchoClient client(@Nullable ServerCertificate shown) throws IOException {
    return shown == null
        ? EchoClient.secure(secure, "localhost", SERVERS.certificate())
        : EchoClient.mutual(secure, "localhost", SERVERS.certificate(), shown.chain(), shown.key());
  }

  private Outcome call(@Nullable ServerCertificate shown, String authorization) throws IOException {
    try (EchoClient client = client(shown)) {
      return call(client, authorization);
    }
  }

  private Outcome callWithout(String authorization) throws IOException {
    try (EchoClient client = client(null)) {
      return call(client, authorization);
    }
  }

  private static Outcome call(EchoClient client, String authorization) {
    return client.call(EchoClient.UNARY, metadata(authorization), EchoClient.request("hi"));
  }

  private static Metadata metadata(String authorization) {
    Metadata metadata = new Metadata();
    if (!authorization.isEmpty()) {
      metadata.put(AUTHORIZATION, authorization);
    }
    return metadata;
  }

  private static void assertRefused(Outcome outcome, String message) {
    assertThat(outcome.message()).isEqualTo("API guarded: " + message);
    assertThat(outcome.code()).isEqualTo(UNAUTHENTICATED);
  }

  private static Operator operator(TestGateway gateway) {
    return new Operator(gateway.port());
  }

  private static String key(String more) {
    return "{'org_id':'default','access_rights':{'guarded':{}}" + more + "}";
  }

  private static String certificate(ServerCertificate certificate) {
    return certificate(certificate, "");
  }

  private static String certificate(ServerCertificate certificate, String more) {
    return key(",'certificate':'" + id(certificate) + "'" + more);
  }

  @Test
  void whoeverHasACertificateWithAKeyIsLetIn() throws IOException {
    try (TestGateway gateway = gateway(byCertificate());
        EchoClient alice = client(ALICE)) {
      assertRefused(call(alice, ""), NO_KEY);

      String name = operator(gateway).ask("POST", "/keys", certificate(ALICE)).member("key");
      assertThat(name).isEqualTo(id(ALICE));
      assertThat(call(alice, "").code()).isEqualTo(OK);
      assertThat(call(alice, "anything").code()).isEqualTo(OK);
      OpenCall chat = alice.open(EchoClient.CHAT).send("one");
      chat.awaitReply();
      assertThat(chat.halfClose().awaitEnd().code()).isEqualTo(OK);

      assertRefused(call(BOB, ""), NO_KEY);
      assertRefused(callWithout(""), NONE);
    }
  }

  /** Those of Tyk: 401 is for who calls, 403 for what they may. */
  @Test
  void callersOfHttpAreToldAsByTyk() throws IOException {
    Api listed = mutual("listed").at("/listed/").with("use_keyless", true);
    try (TestGateway gateway = gateway(byCertificate(), listed)) {
      operator(gateway).ask("POST", "/keys", certificate(ALICE, ",'is_inactive':true"));
      assertThat(http(null, "/"))
          .startsWith("HTTP/1.1 401 ")
          .contains("Client certificate required");
      assertThat(http(BOB, "/"))
          .startsWith("HTTP/1.1 401 ")
          .contains("Access to this API has been disallowed");
      assertThat(http(ALICE, "/")).startsWith("HTTP/1.1 403 ").contains("Key is inactive");
      assertThat(http(null, "/listed/"))
          .startsWith("HTTP/1.1 403 ")
          .contains("Client TLS certificate is required");
    }
  }

  private String http(@Nullable ServerCertificate shown, String path) throws IOException {
    return new TlsRequests(SERVERS.certificate(), shown)
        .get(secure, "localhost", "localhost", path);
  }

  /** F10: names are known to others. */
  @Test
  void f10_nobodyIsLetInByTheNameOfACertificate() throws IOException {
    Api byToken = api("other").at("/weir.testkit.Echo/Upload").with("use_standard_auth", true);
    try (TestGateway gateway = gateway(byCertificate(), byToken)) {
      Operator operator = operator(gateway);
      String master = certificate(ALICE).replace("'guarded':{}", "'guarded':{},'other':{}");
      operator.ask("POST", "/keys", master).member("key");
      operator.ask("POST", "/keys/token", key("")).member("key");
      String fingerprint = id(ALICE).substring("default".length());
      for (String shown : List.of(id(ALICE), fingerprint, "Bearer " + fingerprint, "token")) {
        assertRefused(call(BOB, shown), NO_KEY);
        assertRefused(callWithout(shown), NONE);
      }
      try (EchoClient alice = client(ALICE)) {
        assertThat(call(alice, id(ALICE)).code()).isEqualTo(OK);
        Outcome upload =
            alice.call(EchoClient.UPLOAD, metadata(id(ALICE)), EchoClient.request("hi"));
        assertThat(upload.code()).isEqualTo(UNAUTHENTICATED);
      }
    }
    assertThat(backend.calls()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deleted", "moved", "inactive", "bare", "password"})
  void aKeyThatIsGoneOrAnotherCountsOnTheConnectionThatThereIs(String change) throws IOException {
    try (TestGateway gateway = gateway(byCertificate());
        EchoClient alice = client(ALICE)) {
      Operator operator = operator(gateway);
      operator.ask("POST", "/keys", certificate(ALICE)).member("key");
      OpenCall chat = alice.open(EchoClient.CHAT).send("one");
      chat.awaitReply();
      OpenCall upload = alice.open(EchoClient.UPLOAD).send("one");
      assertThat(call(alice, "").code()).isEqualTo(OK);

      String path = "/keys/" + id(ALICE);
      int code =
          switch (change) {
            case "deleted" -> operator.delete(path + "?org_id=default").status();
            case "moved" -> {
              upload(operator, BOB);
              yield operator.ask("PUT", path, certificate(BOB)).status();
            }
            case "inactive" ->
                operator.ask("PUT", path, certificate(ALICE, ",'is_inactive':true")).status();
            case "bare" -> operator.ask("POST", path, key("")).status();
            default -> {
              String password = ",'basic_auth_data':{'password':'x'}";
              yield operator.ask("PUT", path, certificate(ALICE, password)).status();
            }
          };
      assertThat(code).isEqualTo(200);

      int status = change.equals("inactive") ? PERMISSION_DENIED : UNAUTHENTICATED;
      assertThat(call(alice, "").code()).isEqualTo(status);
      assertThat(chat.awaitEnd().code()).isEqualTo(status);
      assertThat(upload.awaitEnd().code()).isEqualTo(status);
      assertThat(call(BOB, "").code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  private void upload(Operator operator, ServerCertificate certificate) throws IOException {
    if (operator.get("/certs/" + id(certificate)).status() != 200) {
      Path file = folder.resolve("one.pem");
      PemWriter.writePublic(file, List.of(certificate.leaf()));
      String stored =
          operator.ask("POST", "/certs?org_id=default", Files.readString(file)).member("id");
      assertThat(stored).isEqualTo(id(certificate));
    }
  }

  @Test
  void f9_aCertificateOutOfItsTimeIsRefusedWithTheReason() throws IOException {
    try (TestGateway gateway = gateway(byCertificate())) {
      operator(gateway).ask("POST", "/keys", certificate(STALE)).member("key");
      Outcome outcome = call(STALE, "");
      assertThat(outcome.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(outcome.message()).contains("the client's certificate expired on");
    }
  }

  @Test
  void f8_apisWithAndWithoutShareAPortAndIgnoredPathsAreOpen() throws IOException {
    Api open = api("open").at("/weir.testkit.Echo/Upload").with("use_keyless", true);
    Map<String, Object> ignored = Map.of("path", "/weir.testkit.Echo/Chat", "method", "POST");
    Api guarded =
        byCertificate()
            .with(
                "version_data",
                Map.of(
                    "not_versioned",
                    true,
                    "versions",
                    Map.of(
                        "Default",
                        Map.of(
                            "name",
                            "Default",
                            "use_extended_paths",
                            true,
                            "extended_paths",
                            Map.of("ignored", List.of(ignored))))));
    try (TestGateway gateway = gateway(guarded, open);
        EchoClient nobody = client(null)) {
      assertThat(gateway.apis()).hasOnlyElementsOfType(ApiStatus.Serving.class);
      assertThat(nobody.call(EchoClient.UPLOAD, EchoClient.request("hi")).code()).isEqualTo(OK);
      Outcome chat = nobody.call(EchoClient.CHAT, EchoClient.request("hi"));
      assertThat(chat.code()).as(chat.message()).isEqualTo(OK);
      assertRefused(call(nobody, ""), NONE);
    }
  }

  @Test
  void withoutTlsThereIsNoCertificate() {
    try (TestGateway gateway = gateway(byCertificate().with("protocol", "h2c"))) {
      assertThat(gateway.apis())
          .singleElement()
          .isInstanceOfSatisfying(
              ApiStatus.Refused.class,
              refused ->
                  assertThat(refused.problem().toString())
                      .contains("auth_configs.authToken.use_certificate: needs TLS"));
    }
  }

  // ---- tokens that are bound to certificates ---------------------------------------------------

  @ParameterizedTest
  @CsvSource({"ALICE, 0", "BOB, 16", "NOBODY, 14"})
  void f10_aBoundTokenCountsWithItsCertificateOnly(String who, int code) throws IOException {
    try (TestGateway gateway = gateway(mutual())) {
      Operator operator = operator(gateway);
      bind(operator, ALICE);
      assertThat(call(named(who), "token").code()).isEqualTo(code);
      operator.ask("POST", "/keys/free", key("")).member("key");
      assertThat(call(BOB, "free").code()).isEqualTo(OK);
    }
  }

  private static @Nullable ServerCertificate named(String who) {
    return switch (who) {
      case "ALICE" -> ALICE;
      case "BOB" -> BOB;
      default -> null;
    };
  }

  private void bind(Operator operator, ServerCertificate certificate) throws IOException {
    upload(operator, certificate);
    String bindings = ",'mtls_static_certificate_bindings':['" + id(certificate) + "']";
    operator.ask("POST", "/keys/token", key(bindings)).member("key");
  }

  @Test
  void f10_aBindingThatChangesCountsForOpenCalls() throws IOException {
    try (TestGateway gateway = gateway(mutual());
        EchoClient alice = client(ALICE)) {
      Operator operator = operator(gateway);
      bind(operator, ALICE);
      assertThat(call(alice, "token").code()).isEqualTo(OK);
      OpenCall chat = alice.open(EchoClient.CHAT, metadata("token")).send("one");
      chat.awaitReply();
      bind(operator, BOB);
      assertThat(call(alice, "token").code()).isEqualTo(UNAUTHENTICATED);
      assertRefused(chat.awaitEnd(), UNKNOWN);
      assertThat(call(BOB, "token").code()).isEqualTo(OK);
    }
  }

  @Test
  void f10_aBoundTokenCountsNowhereElse() throws IOException {
    try (TestGateway gateway = gateway(api("guarded").with("use_standard_auth", true))) {
      bind(operator(gateway), ALICE);
      assertThat(told(call(ALICE, "token"))).isEqualTo(told(call(ALICE, "none")));
    }
    assertThat(backend.calls()).isEmpty();
  }

  /** Whoever has found a token does not learn by another certificate whether it is good. */
  @ParameterizedTest
  @ValueSource(strings = {"", ",'is_inactive':true", ",'expires':1"})
  void f10_aBoundTokenIsToldAsOneThatIsUnknown(String more) throws IOException {
    try (TestGateway gateway = gateway(mutual())) {
      Operator operator = operator(gateway);
      upload(operator, ALICE);
      String bound = ",'mtls_static_certificate_bindings':['" + id(ALICE) + "']" + more;
      operator.ask("POST", "/keys/token", key(bound)).member("key");

      assertRefused(call(BOB, "token"), UNKNOWN);
      assertThat(told(call(BOB, "token"))).isEqualTo(told(call(BOB, "none")));
    }
    assertThat(backend.calls()).isEmpty();
  }

  /** All that tells an answer from another one. */
  private static String told(Outcome outcome) {
    return outcome.code() + " " + outcome.message() + " " + outcome.trailers();
  }

  // ---- with another method besides -------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"ALICE, x, 0", "ALICE, y, 16", "BOB, x, 16", "NOBODY, x, 16"})
  void aCertificateAndAPasswordAreAskedForTogether(String who, String password, int code)
      throws IOException {
    Api both = byCertificate().with("use_standard_auth", true).with("use_basic_auth", true);
    try (TestGateway gateway = gateway(both)) {
      Operator operator = operator(gateway);
      operator.ask("POST", "/keys", certificate(ALICE)).member("key");
      operator.ask("POST", "/keys/user", key(",'basic_auth_data':{'password':'x'}")).member("key");
      byte[] pair = ("user:" + password).getBytes(UTF_8);
      String shown = "Basic " + Base64.getEncoder().encodeToString(pair);
      assertThat(call(named(who), shown).code()).isEqualTo(code);
      assertThat(call(named(who), "").code()).isEqualTo(UNAUTHENTICATED);
    }
  }
}
