package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.compiler.ApiStatus;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Clients that prove with a certificate who they are. */
class MutualTlsServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int UNIMPLEMENTED = 12;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;

  private static final DevelopmentAuthority SERVERS = authority("servers", Duration.ZERO);
  private static final DevelopmentAuthority CLIENTS = authority("clients", Duration.ZERO);
  private static final ServerCertificate LISTED = CLIENTS.issue(List.of("listed"));
  private static final ServerCertificate SIBLING = CLIENTS.issue(List.of("sibling"));
  private static final ServerCertificate STRANGER =
      authority("strangers", Duration.ZERO).issue(List.of("stranger"));

  private final EchoBackend backend = EchoBackend.start("one");

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    PemWriter.write(folder.resolve("server.pem"), SERVERS.issue(List.of("localhost", "*.test")));
    write("listed.pem", LISTED.leaf());
    write("authority.pem", CLIENTS.certificate());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({"listed.pem", "authority.pem"})
  void aListedClientAndOneOfAListedAuthorityComeIn(String allowed) throws IOException {
    try (TestGateway gateway = gateway(mutual("guarded", allowed))) {
      assertThat(call(gateway, "localhost", LISTED).code()).isEqualTo(OK);
    }
  }

  @Test
  void whereEachApiWantsACertificateNobodyComesInWithout() throws IOException {
    try (TestGateway gateway = gateway(mutual("guarded", "listed.pem"))) {
      assertThat(call(gateway, "localhost").code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "localhost", STRANGER).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "localhost", SIBLING).code()).isEqualTo(UNAVAILABLE);
    }
    assertThat(backend.calls()).isEmpty();
  }

  /** BoringSSL asks for none of this kind, and clients show what is asked for. */
  @Test
  void aClientWhoseKindOfKeyIsNotTakenIsToldSo() throws IOException {
    ServerCertificate other = TwoKeysServerTest.certificate("Ed25519", 255, "Ed25519");
    write("listed.pem", other.leaf());
    try (TestGateway gateway =
        gateway(mutual("guarded", "listed.pem"), Api.of("open", backend.target()).at("/open"))) {
      Outcome outcome = call(gateway, "localhost", other);
      assertThat(outcome.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(outcome.message()).isEqualTo("API guarded: takes a client certificate");
    }
  }

  @Test
  void anOpenApiAndAGuardedOneShareAPort() throws IOException {
    try (TestGateway gateway =
        gateway(
            Api.of("open", backend.target()).at("/weir.testkit.Echo/Upload"),
            mutual("guarded", "listed.pem").at("/weir.testkit.Echo/Unary"))) {
      assertThat(upload(gateway).code()).isEqualTo(OK);

      Outcome without = call(gateway, "localhost");
      assertThat(without.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(without.message()).isEqualTo("API guarded: takes a client certificate");

      Outcome unlisted = call(gateway, "localhost", SIBLING);
      assertThat(unlisted.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(unlisted.message())
          .isEqualTo(
              "API guarded: the client's certificate is not listed, nor was it issued under a"
                  + " listed authority");

      assertThat(call(gateway, "localhost", LISTED).code()).isEqualTo(OK);
    }
    assertThat(backend.calls()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"-3, expired on", "3, is not valid before"})
  void f9_aCertificateOutOfItsTimeIsRefusedWithTheReason(int days, String reason)
      throws IOException {
    ServerCertificate other =
        authority("other", Duration.ofDays(days)).issue(List.of("out of time"));
    write("other.pem", other.leaf());
    try (TestGateway gateway =
        gateway(mutual("guarded", "other.pem"), Api.of("open", backend.target()).at("/open"))) {
      Outcome outcome = call(gateway, "localhost", other);
      assertThat(outcome.code()).isEqualTo(PERMISSION_DENIED);
      assertThat(outcome.message()).contains("the client's certificate " + reason);
    }
  }

  /** A handshake that did not ask cannot be made up for. */
  @Test
  void whoIsAskedFromNowOnComesAnewAndOpenCallsGoOn() throws IOException {
    try (TestGateway gateway = gateway(Api.of("guarded", backend.target()));
        EchoClient client =
            EchoClient.mutual(
                gateway.port(), "localhost", SERVERS.certificate(), LISTED.chain(), LISTED.key())) {
      OpenCall before = client.open(EchoClient.CHAT).send("before");
      before.awaitReply();

      gateway.write(mutual("guarded", "listed.pem"));
      gateway.reload();

      await().atMost(Patience.LIMIT).until(() -> client.unary("hello").code() == OK);
      assertThat(before.send("after").awaitReply().getMessages()).isEqualTo(2);
    }
  }

  @Test
  void aClientThatIsListedNoMoreIsRefusedOnTheConnectionThatItHas() throws IOException {
    try (TestGateway gateway =
            gateway(mutual("guarded", "listed.pem"), Api.of("open", backend.target()).at("/open"));
        EchoClient client =
            EchoClient.mutual(
                gateway.port(), "localhost", SERVERS.certificate(), LISTED.chain(), LISTED.key())) {
      OpenCall before = client.open(EchoClient.CHAT).send("before");
      before.awaitReply();

      write("listed.pem", STRANGER.leaf());

      await().atMost(Patience.LIMIT).until(() -> client.unary("hello").code() == PERMISSION_DENIED);
      assertThat(before.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(before.halfClose().awaitEnd().code()).isEqualTo(OK);
    }
  }

  @Test
  void theLogTellsWhyAHandshakeWasRefused() throws IOException {
    var lines = new ListAppender<ILoggingEvent>();
    var log = (Logger) LoggerFactory.getLogger("dev.weir.engine.EngineLoop");
    lines.start();
    log.addAppender(lines);
    try (TestGateway gateway = gateway(mutual("guarded", "listed.pem"))) {
      assertThat(call(gateway, "localhost", STRANGER).code()).isEqualTo(UNAVAILABLE);
      await()
          .atMost(Patience.LIMIT)
          .untilAsserted(() ->
              assertThat(List.copyOf(lines.list))
                  .anySatisfy(line ->
                      assertThat(line.getKeyValuePairs().toString())
                          .contains("reason=\"tls_handshake\"")
                          .contains("the client's certificate is not listed")));
    } finally {
      log.detachAppender(lines);
    }
  }

  /** A connection that was made for another host has not been asked for what this one asks. */
  @Test
  void f5_f8_aGuardedHostCannotBeReachedByTheNameOfAnOpenOne() throws IOException {
    try (TestGateway gateway =
        gateway(
            Api.of("open", backend.target()).with("domain", "open.test"),
            mutual("guarded", "listed.pem").with("domain", "guarded.test"))) {
      assertThat(call(gateway, "guarded.test", LISTED).code()).isEqualTo(OK);
      assertThat(call(gateway, "open.test", LISTED).code()).isEqualTo(OK);
      String answer =
          TlsRequests.get(gateway.port(), SERVERS.certificate(), "open.test", "guarded.test");
      assertThat(answer).startsWith("HTTP/1.1 421 ").contains("Misdirected Request");
      assertThat(TlsRequests.get(gateway.port(), SERVERS.certificate(), "open.test", "open.test"))
          .doesNotStartWith("HTTP/1.1 421 ");
    }
  }

  @Test
  void f5_f8_aGrpcCallIsToldToConnectAnew() throws IOException {
    try (TestGateway gateway =
            gateway(
                Api.of("open", backend.target()).with("domain", "open.test"),
                mutual("guarded", "listed.pem").with("domain", "guarded.test"));
        EchoClient client =
            EchoClient.mutual(
                gateway.port(), "open.test", SERVERS.certificate(), LISTED.chain(), LISTED.key())) {
      CallOptions elsewhere = CallOptions.DEFAULT.withAuthority("guarded.test");
      Outcome outcome =
          client
              .open(EchoClient.UNARY, new Metadata(), elsewhere)
              .send("hello")
              .halfClose()
              .awaitEnd();
      assertThat(outcome.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(outcome.message())
          .startsWith("API guarded: takes a client certificate, which this connection")
          .endsWith("connect with the API's own host as server name");
      assertThat(client.unary("hello").code()).isEqualTo(OK);
    }
    assertThat(backend.calls()).hasSize(1);
  }

  /** The host of a template is the same for the certificate, the demand and the route. */
  @Test
  void f5_aTemplateGuardsAllOfItsHosts() throws IOException {
    try (TestGateway gateway =
        gateway(
            mutual("guarded", "listed.pem").with("domain", "{tenant}.test"),
            Api.of("open", backend.target()).with("domain", "open.test"))) {
      assertThat(call(gateway, "any.test").code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "ANY.test", SIBLING).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "any.test", LISTED).code()).isEqualTo(OK);
      assertThat(call(gateway, "open.test").code()).isEqualTo(OK);
    }
    assertThat(backend.calls()).hasSize(2);
  }

  /** Where a host has no path for a call, a less named one may have. */
  @Test
  void aHostIsAskedForWhatThoseBehindItWant() throws IOException {
    try (TestGateway gateway =
        gateway(
            Api.of("open", backend.target()).at("/open").with("domain", "open.test"),
            mutual("guarded", "listed.pem").with("domain", "{tenant:[a-z]+}.test"))) {
      assertThat(call(gateway, "open.test", LISTED).code()).isEqualTo(OK);
      assertThat(call(gateway, "open.test").code()).isEqualTo(UNAUTHENTICATED);
    }
    assertThat(backend.calls()).hasSize(1);
  }

  /** An API of which another one is a version, which it serves by default. */
  private Api front(String child) {
    return Api.of("front", backend.target())
        .with("definition.enabled", true)
        .with("definition.location", "header")
        .with("definition.key", "x-api-version")
        .with("definition.name", "v1")
        .with("definition.default", "v2")
        .with("definition.versions", Map.of("v2", child));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aGuardedVersionOfAnOpenApiStaysGuarded(boolean internal) throws IOException {
    try (TestGateway gateway =
        gateway(
            front("guarded"),
            mutual("guarded", "listed.pem")
                .at("/second/")
                .with("internal", internal)
                .with("domain", "second.test"))) {
      assertThat(call(gateway, "localhost").code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, "localhost", SIBLING).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(backend.calls()).isEmpty();
      assertThat(call(gateway, "localhost", LISTED).code()).isEqualTo(OK);
    }
  }

  @Test
  void whatHandshakesDemandForAnApiIsNotLessForItsVersions() throws IOException {
    try (TestGateway gateway =
        gateway(
            mutual("front", "listed.pem")
                .with("definition.enabled", true)
                .with("definition.location", "header")
                .with("definition.key", "x-api-version")
                .with("definition.default", "v2")
                .with("definition.versions", Map.of("v2", "open")),
            Api.of("open", backend.target()).at("/second/").with("internal", true))) {
      assertThat(call(gateway, "localhost").code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "localhost", STRANGER).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "localhost", LISTED).code()).isEqualTo(OK);
    }
  }

  @Test
  void aGuardedVersionIsNotServedInClearText() throws IOException {
    int clear = Ports.free();
    try (TestGateway gateway =
            gateway(
                front("guarded").on(clear),
                mutual("guarded", "listed.pem").at("/second/").with("internal", true));
        EchoClient client = EchoClient.to(clear)) {
      assertThat(gateway.apis().getFirst().errors().toString())
          .contains("definition.versions.v2: is called over TLS alone");
      assertThat(client.unary("hello").code()).isEqualTo(UNAVAILABLE);
    }
    assertThat(backend.calls()).isEmpty();
  }

  @Test
  void anApiThatCannotBeGuardedIsNotServed() throws IOException {
    int clear = Ports.free();
    try (TestGateway gateway =
        gateway(
            mutual("nobody").at("/a/"),
            mutual("gone", "gone.pem").at("/b/"),
            mutual("clear", "listed.pem").on(clear))) {
      assertThat(gateway.apis())
          .hasOnlyElementsOfType(ApiStatus.Refused.class)
          .extracting(refused -> ((ApiStatus.Refused) refused).problem().toString())
          .satisfiesExactly(
              one -> assertThat(one).contains("use_mutual_tls_auth: needs TLS"),
              one -> assertThat(one).contains("client_certificates[0]: there is no file"),
              one -> assertThat(one).contains("use_mutual_tls_auth: lets nobody in"));
      assertThat(gateway.ports()).containsExactly(gateway.port());
      assertThat(call(gateway, "localhost", LISTED).code()).isEqualTo(UNIMPLEMENTED);
    }
  }

  /** Otherwise clients of the port would see a certificate that no API on it has. */
  @Test
  void anApiThatIsNotServedShowsNoCertificate() throws IOException {
    PemWriter.write(folder.resolve("own.pem"), SERVERS.issue(List.of("own.example")));
    try (TestGateway gateway =
        gateway(
            Api.of("open", backend.target()),
            mutual("nobody")
                .at("/a/")
                .with("protocol", "https")
                .with("certificates", List.of(folder.resolve("own.pem").toString())))) {
      assertThat(call(gateway, "own.example").code()).isEqualTo(UNAVAILABLE);
    }
  }

  private Api mutual(String id, String... allowed) {
    return Api.of(id, backend.target())
        .with("use_mutual_tls_auth", true)
        .with(
            "client_certificates",
            List.of(allowed).stream().map(name -> folder.resolve(name).toString()).toList());
  }

  private TestGateway gateway(Api... apis) {
    return TestGateway.configured(tls(), apis);
  }

  private Map<String, Object> tls() {
    return Map.of(
        "enable_custom_domains",
        true,
        "disable_ports_whitelist",
        true,
        "http_server_options",
        Map.of(
            "use_ssl",
            true,
            "enable_http2",
            true,
            "ssl_certificates",
            List.of(folder.resolve("server.pem").toString())));
  }

  private static Outcome call(TestGateway gateway, String host, ServerCertificate shown)
      throws IOException {
    return call(gateway.port(), host, shown);
  }

  private static Outcome call(int port, String host, ServerCertificate shown) throws IOException {
    try (EchoClient client =
        EchoClient.mutual(port, host, SERVERS.certificate(), shown.chain(), shown.key())) {
      return client.unary("hello");
    }
  }

  private static Outcome call(TestGateway gateway, String host) throws IOException {
    try (EchoClient client = EchoClient.secure(gateway.port(), host, SERVERS.certificate())) {
      return client.unary("hello");
    }
  }

  private static Outcome upload(TestGateway gateway) throws IOException {
    try (EchoClient client =
        EchoClient.secure(gateway.port(), "localhost", SERVERS.certificate())) {
      return client.call(EchoClient.UPLOAD, EchoRequest.getDefaultInstance());
    }
  }

  /** One whose certificates are valid for a day, from so long before or after now. */
  private static DevelopmentAuthority authority(String name, Duration shift) {
    return new DevelopmentAuthority(name, Instant.now().plus(shift), Duration.ofDays(1));
  }

  private void write(String name, X509Certificate certificate) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded(certificate));
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
  }

  private static byte[] encoded(X509Certificate certificate) throws IOException {
    try {
      return certificate.getEncoded();
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IOException(e);
    }
  }
}
