package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.FaultProxy;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Targets that were connected to before their certificate was revoked, and are connected to anew.
 */
class RevokedTargetServerTest {
  private static final int UNAVAILABLE = 14;
  private static final String NAME = "server.example";
  private static final Duration DAY = Duration.ofDays(1);

  /** Long enough for a start and two calls. */
  private static final Duration LIFE = Duration.ofSeconds(15);

  @TempDir Path folder;
  private Authority authority;
  private SecureTarget target;
  private ServerCertificate shown;
  private RevocationList list;

  @BeforeEach
  void issue() {
    authority = Authority.in(folder);
    target = new SecureTarget(authority);
    shown = authority.issue(NAME);
    list = new RevocationList(folder.resolve("list.crl"));
    list.write(authority.development(), DAY);
  }

  @ParameterizedTest(name = "TLS of Java: {0}, version {1}")
  @CsvSource({"false, 772", "false, 771", "true, 772", "true, 771"})
  @DisplayName("line 16: a server that is revoked is not reached by a session from before")
  void aServerThatIsRevokedIsNotReachedByASessionFromBefore(boolean ofJava, int version) {
    try (EchoBackend backend = target.backend(Authority.server(shown));
        FaultProxy proxy = FaultProxy.to(backend.port());
        WeirProcess weir = weir(ofJava, version, proxy, List.of(list.file().toString()));
        EchoClient client = EchoClient.to(weir.port())) {
      callTwice(client, proxy);
      assertThat(beginnings()).hasSize(2);

      list.write(authority.development(), Duration.ofHours(-1));
      awaitRefusal(client, proxy, "cannot be checked, its issuer's list of revoked certificates");

      list.write(authority.development(), DAY, shown);
      awaitRefusal(client, proxy, "was revoked by its issuer on ");
    }
  }

  /** Without which the other test would show nothing. */
  @ParameterizedTest(name = "TLS of Java: {0}, version {1}")
  @CsvSource({"false, 772", "false, 771", "true, 772", "true, 771"})
  void withoutListsTheSessionIsResumed(boolean ofJava, int version) {
    try (EchoBackend backend = target.backend(Authority.server(shown));
        FaultProxy proxy = FaultProxy.to(backend.port());
        WeirProcess weir = weir(ofJava, version, proxy, List.of());
        EchoClient client = EchoClient.to(weir.port())) {
      callTwice(client, proxy);
      assertThat(beginnings()).hasSize(1);
    }
  }

  @Test
  @DisplayName("line 16: a server whose certificate has expired is not reached by a session")
  void aServerThatHasExpiredIsNotReachedByASessionFromBefore() {
    authority = Authority.shifted(folder, LIFE.minus(DAY));
    shown = authority.issue(NAME);
    isNotReachedOnceItHasEnded(shown.chain().getFirst(), "has expired");
  }

  @Test
  @DisplayName("line 16: a server whose issuer has expired is not reached by a session")
  void aServerWhoseIssuerHasExpiredIsNotReachedByASessionFromBefore() {
    Authority below = authority.below(Instant.now().plus(LIFE));
    shown = below.issue(NAME);
    isNotReachedOnceItHasEnded(below.certificate(), "was issued under CN=below, which has expired");
  }

  private void isNotReachedOnceItHasEnded(X509Certificate certificate, String reason) {
    target = new SecureTarget(authority);
    try (EchoBackend backend = target.backend(Authority.server(shown));
        FaultProxy proxy = FaultProxy.to(backend.port());
        WeirProcess weir = weir(false, 772, proxy, List.of());
        EchoClient client = EchoClient.to(weir.port())) {
      callTwice(client, proxy);
      assertThat(beginnings()).hasSize(1);

      await()
          .atMost(LIFE)
          .until(() -> Instant.now().isAfter(certificate.getNotAfter().toInstant()));
      awaitRefusal(client, proxy, reason);
    }
  }

  private WeirProcess weir(boolean ofJava, int version, FaultProxy proxy, List<String> lists) {
    var own = new LinkedHashMap<String, Object>();
    own.put("upstream_ca_file", authority.file());
    own.put("event_loops", 1);
    own.put("crl_files", lists);
    return WeirProcess.tuned(
        ofJava ? List.of("-Dio.netty.handler.ssl.noOpenSsl=true") : List.of(),
        Map.of(
            "proxy_ssl_max_version",
            version,
            "http_server_options",
            Map.of("enable_http2", true),
            "weir",
            own),
        SecureTarget.api(Map.of("grpc.tls.server_name", NAME), proxy.port()));
  }

  /** Over a connection each. */
  private void callTwice(EchoClient client, FaultProxy proxy) {
    assertThat(client.unary("hello").status().isOk()).isTrue();
    long first = target.sessions().element().getCreationTime();
    await().atMost(Patience.LIMIT).until(() -> System.currentTimeMillis() > first + 1);
    proxy.reset();
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() -> assertThat(client.unary("hello").status().isOk()).isTrue());
    assertThat(proxy.connections()).isEqualTo(2);
  }

  private List<Long> beginnings() {
    return target.sessions().stream().map(SSLSession::getCreationTime).distinct().toList();
  }

  private static void awaitRefusal(EchoClient client, FaultProxy proxy, String reason) {
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() -> {
          proxy.reset();
          Outcome outcome = client.unary("hello");
          assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
          assertThat(outcome.message()).contains("the server's certificate " + reason);
        });
  }
}
