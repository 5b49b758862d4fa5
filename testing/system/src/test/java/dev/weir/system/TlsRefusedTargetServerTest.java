package dev.weir.system;

import static dev.weir.system.SecureTarget.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** F11: servers that do not prove who they are get no call, and the reason is said and counted. */
class TlsRefusedTargetServerTest {
  private static final int UNAVAILABLE = 14;
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

  private static void assertRefused(
      Outcome outcome, TestGateway gateway, String words, String reason) {
    assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
    assertThat(outcome.message()).contains("TLS failed, ").contains(words);
    assertThat(SecureTarget.failures(gateway, reason)).isPositive();
  }

  /** By another authority that calls itself like the one that is trusted. */
  private ServerCertificate forged() {
    return Authority.in(folder).issue(ADDRESS);
  }

  record Failure(
      Function<TlsRefusedTargetServerTest, SslContextBuilder> server,
      Map<String, Object> api,
      String words,
      String reason) {}

  static Stream<Arguments> failures() {
    Map<String, Object> nothing = Map.of();
    Instant ended = Instant.now().minus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.SECONDS);
    return Stream.of(
        Arguments.of(
            "unknown issuer",
            new Failure(
                test -> Authority.server(Authority.named("other", test.folder).issue(ADDRESS)),
                nothing,
                "is from an unknown issuer, CN=other",
                "unknown_issuer")),
        Arguments.of(
            "an issuer that has expired",
            new Failure(
                test -> Authority.server(test.authority.below(ended).issue(ADDRESS)),
                nothing,
                "was issued under CN=below, which has expired, it was valid until " + ended,
                "expired")),
        Arguments.of(
            "issued by itself",
            new Failure(
                test -> Authority.server(Authority.selfSigned(ADDRESS)),
                nothing,
                "unknown issuer",
                "unknown_issuer")),
        Arguments.of(
            "a name of the authority but not its key",
            new Failure(
                test -> Authority.server(test.forged()),
                nothing,
                "unknown issuer",
                "unknown_issuer")),
        Arguments.of(
            "for clients only",
            new Failure(
                test -> Authority.server(test.authority.development().issueClient("joe")),
                nothing,
                "is no good, ",
                "bad_certificate")),
        Arguments.of(
            "another address",
            new Failure(
                test -> Authority.server(test.authority.issue("127.0.0.2", "localhost")),
                nothing,
                "is for localhost, 127.0.0.2 (expected: 127.0.0.1)",
                "name_mismatch")),
        Arguments.of(
            "address as a name",
            new Failure(
                test -> Authority.server(test.authority.issue("localhost")),
                nothing,
                "is for localhost (expected: 127.0.0.1)",
                "name_mismatch")),
        Arguments.of(
            "another name than the overridden one",
            new Failure(
                test -> Authority.server(test.certificate),
                Map.of("grpc.tls.server_name", "two.labels.wild.example"),
                "(expected: two.labels.wild.example)",
                "name_mismatch")),
        Arguments.of(
            "another common name",
            new Failure(
                test -> Authority.server(test.authority.issue("localhost", ADDRESS)),
                Map.of("proxy.transport.ssl_force_common_name_check", true),
                "common name of the server's certificate is localhost",
                "common_name_mismatch")),
        Arguments.of(
            "wrong pin",
            new Failure(
                test -> Authority.server(test.certificate),
                Map.of("pinned_public_keys", Map.of("*", NO_PIN)),
                "not a pinned one",
                "wrong_pin")),
        Arguments.of(
            "wrong pin where nothing else is verified",
            new Failure(
                test -> Authority.server(Authority.in(test.folder).issue("localhost")),
                Map.of(
                    "pinned_public_keys",
                    Map.of(ADDRESS, NO_PIN),
                    "proxy.transport.ssl_insecure_skip_verify",
                    true),
                "not a pinned one",
                "wrong_pin")),
        Arguments.of(
            "another version",
            new Failure(
                test -> Authority.server(test.certificate).protocols("TLSv1.2"),
                Map.of("proxy.transport.ssl_min_version", 772),
                "the server refuses the handshake",
                "refused")),
        Arguments.of(
            "no certificate for TLS 1.3",
            new Failure(
                test -> test.authority.demanding(test.certificate),
                nothing,
                "the server refuses the handshake",
                "refused")),
        Arguments.of(
            "no certificate for TLS 1.2",
            new Failure(
                test -> test.authority.demanding(test.certificate),
                Map.of("proxy.transport.ssl_max_version", 771),
                "the server refuses the handshake",
                "refused")));
  }

  @ParameterizedTest(name = "line 15: f11 {0}")
  @MethodSource("failures")
  void f11_aServerThatIsNotTheOneGetsNoCall(String name, Failure failure) {
    try (EchoBackend backend = target.backend(failure.server().apply(this));
        TestGateway gateway = target.gateway(failure.api(), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertRefused(outcome, gateway, failure.words(), failure.reason());
      assertThat(backend.calls()).isEmpty();
      awaitRest(gateway, client, backend.port());
    }
  }

  /** Each failure makes the rest longer. */
  private static void awaitRest(TestGateway gateway, EchoClient client, int port) {
    String up =
        "weir_endpoint_up{address=\"127.0.0.1\",api=\"echo\",endpoint=\"127.0.0.1:%d\"}"
            .formatted(port);
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() -> {
          assertThat(client.unary("hi").code()).isEqualTo(UNAVAILABLE);
          assertThat(Metrics.at(gateway.adminPort()).values()).containsEntry(up, 0.0);
        });
  }

  @Test
  void aServerThatDoesNotAgreeToHttp2GetsNoCall() throws IOException {
    try (SSLServerSocket server = Authority.withoutAlpn(certificate);
        TestGateway gateway =
            target.gateway(SecureTarget.api(Map.of(), server.getLocalPort()), Map.of());
        EchoClient client = EchoClient.to(gateway.port())) {
      Thread.ofVirtual().start(() -> shakeHands(server));

      Outcome outcome = client.unary("hi");

      assertRefused(outcome, gateway, "the server does not agree to HTTP/2", "no_http2");
    }
  }

  /** Until the server is closed. */
  private static void shakeHands(SSLServerSocket server) {
    try {
      while (true) {
        try (Socket client = server.accept()) {
          int end = client.getInputStream().read();
          assertThat(end).isNegative();
        }
      }
    } catch (IOException e) {
      assertThat(server.isClosed()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-10, 'has expired, it was valid until ', expired",
    "10, 'is not valid yet, it will be from ', not_yet_valid"
  })
  void aCertificateOutOfItsTimeIsCalledSo(int days, String words, String reason) {
    Authority other = Authority.shifted(folder, Duration.ofDays(days));
    try (EchoBackend backend = target.backend(Authority.server(other.issue(ADDRESS)));
        TestGateway gateway = target.gateway(Map.of("grpc.tls.ca_file", other.file()), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertRefused(client.unary("hi"), gateway, words, reason);
      assertThat(backend.calls()).isEmpty();
    }
  }

  @Test
  void aServerWithoutTlsIsCalledSo() {
    try (EchoBackend backend = EchoBackend.start("clear");
        TestGateway gateway = target.gateway(Map.of(), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertRefused(client.unary("hi"), gateway, "the server does not speak TLS here", "no_tls");
      assertThat(backend.calls()).isEmpty();
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        TestGateway gateway =
            target.gateway(SecureTarget.api(Map.of(), silent.getLocalPort()), Map.of());
        EchoClient client = EchoClient.to(gateway.port())) {
      assertRefused(
          client.unary("hi"), gateway, "the server did not end the handshake in time", "timeout");
    }
  }

  @Test
  void aServerThatHangsUpIsCalledSo() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        TestGateway gateway =
            target.gateway(SecureTarget.api(Map.of(), server.getLocalPort()), Map.of());
        EchoClient client = EchoClient.to(gateway.port())) {
      Thread.ofVirtual().start(() -> hangUp(server));

      assertRefused(client.unary("hi"), gateway, "it closed the connection", "refused");
    }
  }

  /** Until the server is closed. */
  private static void hangUp(ServerSocket server) {
    try {
      while (true) {
        try (Socket client = server.accept()) {
          assertThat(client.getInputStream().readNBytes(1)).hasSize(1);
        }
      }
    } catch (IOException e) {
      assertThat(server.isClosed()).isTrue();
    }
  }

  /** What is in a certificate is for others to choose. */
  @Test
  void whatACertificateSaysIsToldInAShortLine() {
    String name = "evil\r\n\u001b[31mgrpc-status: 0" + "x".repeat(12_000);
    try (EchoBackend backend =
            target.backend(Authority.server(authority.issue("localhost", name)));
        TestGateway gateway = target.gateway(Map.of(), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertRefused(outcome, gateway, "is for localhost, evil", "name_mismatch");
      assertThat(outcome.message()).hasSizeLessThan(1000).matches("\\P{Cntrl}*");
    }
  }

  @Test
  void callsGoOnWhenTheServerHasPutItsCertificateRight() {
    try (EchoBackend wrong = target.backend(Authority.server(authority.issue("localhost")))) {
      int port = wrong.port();
      try (TestGateway gateway = target.gateway(Map.of(), wrong);
          EchoClient client = EchoClient.to(gateway.port())) {
        assertThat(client.unary("hi").code()).isEqualTo(UNAVAILABLE);
        wrong.drain(Duration.ZERO);
        try (EchoBackend right = target.backend(port, Authority.server(certificate))) {
          await()
              .atMost(Patience.LIMIT)
              .untilAsserted(() -> assertThat(client.unary("hi").status().isOk()).isTrue());
          assertThat(right.calls()).isNotEmpty();
        }
      }
    }
  }
}
