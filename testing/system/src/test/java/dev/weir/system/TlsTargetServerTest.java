package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.Certificates;
import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.FaultProxy;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers behind TLS: what is enough for a proof, and what they are shown. */
class TlsTargetServerTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final String NO_PIN = "0".repeat(64);

  @TempDir Path folder;
  private Authority authority;
  private SecureTarget target;
  private ServerCertificate certificate;

  @BeforeEach
  void issue() {
    authority = Authority.in(folder);
    target = new SecureTarget(authority);
    certificate = authority.issue(ADDRESS, "server.example", "*.wild.example");
  }

  // ---- what is allowed -------------------------------------------------------------------------

  static Stream<Arguments> allowances() {
    return Stream.of(
        Arguments.of("address", Map.of()),
        Arguments.of("wildcard", Map.of("grpc.tls.server_name", "A.wild.example")),
        Arguments.of("common name", Map.of("proxy.transport.ssl_force_common_name_check", true)),
        Arguments.of(
            "switched off pins",
            Map.of(
                "pinned_public_keys", Map.of("*", NO_PIN), "certificate_pinning_disabled", true)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("allowances")
  void aServerThatIsTheOneGetsCalls(String name, Map<String, Object> api) {
    assertServed(api, Authority.server(certificate));
  }

  @Test
  void anOverriddenNameStandsForTheTarget() {
    assertServed(
        Map.of("grpc.tls.server_name", "server.example"),
        Authority.server(authority.issue("server.example")));
  }

  @Test
  void aRightPinIsEnoughBesideTheRest() {
    String id = "org1" + Certificates.fingerprint(certificate.leaf().getPublicKey());
    String file = authority.publicKeyFile(certificate.leaf().getPublicKey());

    assertServed(
        Map.of("pinned_public_keys", Map.of("*", NO_PIN, ADDRESS, NO_PIN + ", " + id)),
        Authority.server(certificate));
    assertServed(Map.of("pinned_public_keys", Map.of("*", file)), Authority.server(certificate));
  }

  @Test
  void aRightPinDoesNotStandForTheRest() {
    ServerCertificate foreign = Authority.in(folder).issue(ADDRESS);
    String id = Certificates.fingerprint(foreign.leaf().getPublicKey());
    try (EchoBackend backend = target.backend(Authority.server(foreign));
        TestGateway gateway =
            target.gateway(Map.of("pinned_public_keys", Map.of("*", id)), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").message()).contains("unknown issuer");
    }
  }

  @Test
  @DisplayName("line 15: only ssl_insecure_skip_verify takes any certificate")
  void skippedVerificationTakesAnyCertificate() {
    assertServed(
        Map.of("proxy.transport.ssl_insecure_skip_verify", true),
        Authority.server(Authority.shifted(folder, Duration.ofDays(-10)).issue("localhost")));
  }

  @Test
  void theGatewaysOwnRulesAreForAllApis() {
    try (EchoBackend backend =
            target.backend(Authority.server(Authority.in(folder).issue("localhost")));
        TestGateway gateway =
            TestGateway.configured(
                Map.of("proxy_ssl_insecure_skip_verify", true),
                SecureTarget.api(Map.of(), backend.port()));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
    }
    try (EchoBackend backend = target.backend(Authority.server(certificate));
        TestGateway gateway =
            TestGateway.configured(
                Map.of(
                    "security",
                    Map.of("pinned_public_keys", Map.of("*", NO_PIN)),
                    "weir",
                    Map.of("ssl_cert_file", authority.file())),
                SecureTarget.api(Map.of(), backend.port()));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").message()).contains("not a pinned one");
    }
  }

  // ---- what servers are shown ------------------------------------------------------------------

  @Test
  void eachApiShowsItsOwnCertificate() {
    String one = authority.identityFile("one.pem", "one");
    String two = authority.identityFile("two.pem", "two");
    try (EchoBackend backend = target.backend(authority.demanding(certificate));
        TestGateway gateway =
            TestGateway.configured(
                Map.of(
                    "security",
                    Map.of("certificates", Map.of("upstream", Map.of("*", one))),
                    "weir",
                    Map.of("upstream_ca_file", authority.file(), "event_loops", 1)),
                SecureTarget.api(Map.of(), backend.port()).at("/weir.testkit.Echo/Unary"),
                target("other", backend)
                    .at("/weir.testkit.Echo/Upload")
                    .with(
                        "upstream_certificates",
                        Map.of("*", one, ADDRESS + ":" + backend.port(), two)));
        EchoClient client = EchoClient.to(gateway.port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.unary("hi").status().isOk()).isTrue();
        assertThat(client.call(EchoClient.UPLOAD, EchoClient.request("hi")).status().isOk())
            .isTrue();
      }
      assertThat(target.sessions().stream().map(SecureTarget::peer))
          .containsExactly("CN=one", "CN=two", "CN=one", "CN=two", "CN=one", "CN=two");
    }
  }

  @Test
  void theServerIsAskedForByName() {
    assertServed(Map.of("grpc.tls.server_name", "server.example"), Authority.server(certificate));
    assertServed(Map.of(), Authority.server(certificate));

    assertThat(target.sessions().stream().map(TlsTargetServerTest::askedFor))
        .containsExactly("[type=host_name (0), value=server.example]", "[]");
  }

  @Test
  void sessionsAreResumed() {
    try (EchoBackend backend = target.backend(Authority.server(certificate));
        FaultProxy proxy = FaultProxy.to(backend.port());
        TestGateway gateway =
            target.gateway(SecureTarget.api(Map.of(), proxy.port()), Map.of("event_loops", 1));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
      long first = target.sessions().element().getCreationTime();
      await().atMost(Patience.LIMIT).until(() -> System.currentTimeMillis() > first + 1);
      proxy.reset();
      await()
          .atMost(Patience.LIMIT)
          .untilAsserted(() -> assertThat(client.unary("hi").status().isOk()).isTrue());

      assertThat(proxy.connections()).isGreaterThan(1);
      assertThat(target.sessions().stream().map(SSLSession::getCreationTime)).containsOnly(first);
    }
  }

  // ---- helpers ---------------------------------------------------------------------------------

  private void assertServed(Map<String, Object> api, SslContextBuilder server) {
    try (EchoBackend backend = target.backend(server);
        TestGateway gateway = target.gateway(api, backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");
      assertThat(outcome.status().isOk()).as(outcome.message()).isTrue();
    }
  }

  private static Api target(String id, EchoBackend backend) {
    return Api.of(id, "https://" + ADDRESS + ":" + backend.port());
  }

  private static String askedFor(SSLSession session) {
    return ((ExtendedSSLSession) session).getRequestedServerNames().toString();
  }
}
