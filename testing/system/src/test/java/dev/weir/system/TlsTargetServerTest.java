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
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers behind TLS: what they have to prove, what they are shown, and what is said otherwise. */
class TlsTargetServerTest {
  private static final int UNAVAILABLE = 14;
  private static final String ADDRESS = "127.0.0.1";
  private static final String NO_PIN = "0".repeat(64);

  private final Queue<SSLSession> sessions = new ConcurrentLinkedQueue<>();

  @TempDir Path folder;
  private Authority authority;
  private ServerCertificate certificate;

  @BeforeEach
  void issue() {
    authority = Authority.in(folder);
    certificate = authority.issue(ADDRESS, "server.example", "*.wild.example");
  }

  // ---- what is refused -------------------------------------------------------------------------

  record Failure(
      Function<TlsTargetServerTest, SslContextBuilder> server,
      Map<String, Object> api,
      String words,
      String reason) {}

  static Stream<Arguments> failures() {
    Map<String, Object> nothing = Map.of();
    return Stream.of(
        Arguments.of(
            "unknown issuer",
            new Failure(
                test -> Authority.server(Authority.in(test.folder).issue(ADDRESS)),
                nothing,
                "unknown issuer",
                "unknown_issuer")),
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

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void aServerThatIsNotTheOneGetsNoCall(String name, Failure failure) {
    try (EchoBackend backend = backend(failure.server().apply(this));
        TestGateway gateway = gateway(failure.api(), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
      assertThat(outcome.message()).contains("TLS failed").contains(failure.words());
      Metrics metrics = Metrics.at(gateway.adminPort());
      assertThat(metrics.get(counter(failure.reason()))).isPositive();
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
    try (SSLServerSocket server = authority.withoutAlpn(certificate);
        TestGateway gateway = gateway(api(Map.of(), server.getLocalPort()), Map.of());
        EchoClient client = EchoClient.to(gateway.port())) {
      Thread.ofVirtual().start(() -> shakeHands(server));

      Outcome outcome = client.unary("hi");

      assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
      assertThat(outcome.message()).contains("TLS failed, the server does not agree to HTTP/2");
      assertThat(Metrics.at(gateway.adminPort()).get(counter("no_http2"))).isPositive();
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

  @Test
  void anExpiredCertificateIsCalledSo() {
    Authority old = Authority.ofOldIn(folder);
    try (EchoBackend backend = backend(Authority.server(old.issue(ADDRESS)));
        TestGateway gateway = gateway(Map.of("grpc.tls.ca_file", old.file()), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").message()).contains("has expired");
      assertThat(Metrics.at(gateway.adminPort()).get(counter("expired"))).isPositive();
    }
  }

  @Test
  void aServerWithoutTlsIsCalledSo() {
    try (EchoBackend backend = EchoBackend.start("clear");
        TestGateway gateway = gateway(Map.of(), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
      assertThat(outcome.message()).contains("TLS failed");
      assertThat(backend.calls()).isEmpty();
    }
  }

  @Test
  void callsGoOnWhenTheServerHasPutItsCertificateRight() {
    try (EchoBackend wrong = backend(Authority.server(authority.issue("localhost")))) {
      int port = wrong.port();
      try (TestGateway gateway = gateway(Map.of(), wrong);
          EchoClient client = EchoClient.to(gateway.port())) {
        assertThat(client.unary("hi").code()).isEqualTo(UNAVAILABLE);
        wrong.drain(Duration.ZERO);
        try (EchoBackend right = backend(port, Authority.server(certificate))) {
          await()
              .atMost(Patience.LIMIT)
              .untilAsserted(() -> assertThat(client.unary("hi").status().isOk()).isTrue());
          assertThat(right.calls()).isNotEmpty();
        }
      }
    }
  }

  // ---- what is allowed -------------------------------------------------------------------------

  static Stream<Arguments> allowances() {
    return Stream.of(
        Arguments.of("address", Map.of()),
        Arguments.of("name", Map.of("grpc.tls.server_name", "server.example")),
        Arguments.of("wildcard", Map.of("grpc.tls.server_name", "A.wild.example")),
        Arguments.of("common name", Map.of("proxy.transport.ssl_force_common_name_check", true)),
        Arguments.of("only TLS 1.2", Map.of("proxy.transport.ssl_max_version", 771)),
        Arguments.of("only TLS 1.3", Map.of("proxy.transport.ssl_min_version", 772)),
        Arguments.of(
            "one cipher suite",
            Map.of(
                "proxy.transport.ssl_ciphers",
                List.of("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
                "proxy.transport.ssl_max_version",
                771)),
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
    try (EchoBackend backend = backend(Authority.server(foreign));
        TestGateway gateway = gateway(Map.of("pinned_public_keys", Map.of("*", id)), backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").message()).contains("unknown issuer");
    }
  }

  @Test
  void skippedVerificationTakesAnyCertificate() {
    assertServed(
        Map.of("proxy.transport.ssl_insecure_skip_verify", true),
        Authority.server(Authority.ofOldIn(folder).issue("localhost")));
  }

  @Test
  void theGatewaysOwnRulesAreForAllApis() {
    try (EchoBackend backend = backend(Authority.server(Authority.in(folder).issue("localhost")));
        TestGateway gateway =
            TestGateway.configured(
                Map.of("proxy_ssl_insecure_skip_verify", true), api(Map.of(), backend));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
    }
    try (EchoBackend backend = backend(Authority.server(certificate));
        TestGateway gateway =
            TestGateway.configured(
                Map.of(
                    "security",
                    Map.of("pinned_public_keys", Map.of("*", NO_PIN)),
                    "weir",
                    Map.of("ssl_cert_file", authority.file())),
                api(Map.of(), backend));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").message()).contains("not a pinned one");
    }
  }

  // ---- what servers are shown ------------------------------------------------------------------

  @Test
  void eachApiShowsItsOwnCertificate() {
    String one = authority.identityFile("one.pem", "one");
    String two = authority.identityFile("two.pem", "two");
    try (EchoBackend backend = backend(authority.demanding(certificate));
        TestGateway gateway =
            TestGateway.configured(
                Map.of(
                    "security",
                    Map.of("certificates", Map.of("upstream", Map.of("*", one))),
                    "weir",
                    Map.of("upstream_ca_file", authority.file(), "event_loops", 1)),
                api(Map.of(), backend).at("/weir.testkit.Echo/Unary"),
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
      assertThat(sessions.stream().map(TlsTargetServerTest::peer))
          .containsExactly("CN=one", "CN=two", "CN=one", "CN=two", "CN=one", "CN=two");
    }
  }

  @Test
  void theServerIsAskedForByName() {
    assertServed(Map.of("grpc.tls.server_name", "server.example"), Authority.server(certificate));
    assertServed(Map.of(), Authority.server(certificate));

    assertThat(sessions.stream().map(TlsTargetServerTest::askedFor))
        .containsExactly("[type=host_name (0), value=server.example]", "[]");
  }

  @Test
  void sessionsAreResumed() {
    try (EchoBackend backend = backend(Authority.server(certificate));
        FaultProxy proxy = FaultProxy.to(backend.port());
        TestGateway gateway = gateway(api(Map.of(), proxy.port()), Map.of("event_loops", 1));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
      long first = sessions.element().getCreationTime();
      await().atMost(Patience.LIMIT).until(() -> System.currentTimeMillis() > first + 1);
      proxy.reset();
      await()
          .atMost(Patience.LIMIT)
          .untilAsserted(() -> assertThat(client.unary("hi").status().isOk()).isTrue());

      assertThat(proxy.connections()).isGreaterThan(1);
      assertThat(sessions.stream().map(SSLSession::getCreationTime)).containsOnly(first);
    }
  }

  // ---- helpers ---------------------------------------------------------------------------------

  private void assertServed(Map<String, Object> api, SslContextBuilder server) {
    try (EchoBackend backend = backend(server);
        TestGateway gateway = gateway(api, backend);
        EchoClient client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");
      assertThat(outcome.status().isOk()).as(outcome.message()).isTrue();
    }
  }

  private EchoBackend backend(SslContextBuilder server) {
    return backend(0, server);
  }

  private EchoBackend backend(int port, SslContextBuilder server) {
    return EchoBackend.start(
        "one",
        port,
        builder -> builder.sslContext(Authority.build(server)).intercept(new Sessions()));
  }

  private TestGateway gateway(Map<String, Object> api, EchoBackend backend) {
    return gateway(api(api, backend), Map.of());
  }

  private TestGateway gateway(Api api, Map<String, Object> more) {
    var own = new LinkedHashMap<>(more);
    own.put("upstream_ca_file", authority.file());
    own.put("admin", Map.of("address", "127.0.0.1:0"));
    return TestGateway.configured(Map.of("weir", own), api);
  }

  private static Api target(String id, EchoBackend backend) {
    return Api.of(id, "https://" + ADDRESS + ":" + backend.port());
  }

  private static Api api(Map<String, Object> more, EchoBackend backend) {
    return api(more, backend.port());
  }

  private static Api api(Map<String, Object> more, int port) {
    Api api = Api.of("echo", "https://" + ADDRESS + ":" + port);
    for (var entry : more.entrySet()) {
      api = api.with(entry.getKey(), entry.getValue());
    }
    return api;
  }

  private static String counter(String reason) {
    return "weir_upstream_tls_failures_total{reason=\"" + reason + "\"}";
  }

  private static String peer(SSLSession session) {
    try {
      return session.getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private static String askedFor(SSLSession session) {
    return ((ExtendedSSLSession) session).getRequestedServerNames().toString();
  }

  /** Keeps the TLS session of each call. */
  private final class Sessions implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
      sessions.add(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
      return next.startCall(call, metadata);
    }
  }
}
