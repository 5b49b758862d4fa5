package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.TlsClient;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean one host in the handshake and another in a call (rows F5, F6 and F8). */
class TlsHostAttackTest {
  private static final String OPEN = "open.test";
  private static final String GUARDED = "guarded.test";
  private static final String UNARY = "/weir.testkit.Echo/Unary";

  @TempDir static Path folder;

  private static EchoBackend backend;
  private static Authority authority;
  private static ServerCertificate joe;
  private static TestGateway gateway;

  @BeforeAll
  static void begin() {
    backend = EchoBackend.start("one");
    authority = Authority.in(folder);
    joe = authority.issue("joe");
    gateway =
        TestGateway.configured(
            Map.of(
                "enable_custom_domains",
                true,
                "http_server_options",
                Map.of(
                    "use_ssl",
                    true,
                    "enable_http2",
                    true,
                    "ssl_certificates",
                    List.of(authority.identityFile("all.pem", OPEN, GUARDED, "x.guarded.test")))),
            Api.of("open", backend.target()).with("domain", OPEN),
            Api.of("guarded", backend.target())
                .with("domain", GUARDED)
                .with("use_mutual_tls_auth", true)
                .with("client_certificates", List.of(authority.file())));
  }

  @AfterAll
  static void end() {
    gateway.close();
    backend.close();
  }

  @AfterEach
  void theGuardedApiIsReachedByWhoeverMay() throws IOException {
    assertThat(new TlsRequests(authority.certificate(), joe).get(gateway.port(), GUARDED, GUARDED))
        .startsWith("HTTP/1.1 ")
        .doesNotStartWith("HTTP/1.1 421 ");
  }

  /** The client has a certificate that is good, and shows it where it is asked. */
  @ParameterizedTest(name = "line 14: f5 {0} in the handshake, {1} in the request: misdirected {2}")
  @CsvSource({
    "open.test, open.test, false",
    "open.test, guarded.test, true",
    "guarded.test, guarded.test, false",
    "guarded.test, open.test, false",
    ", open.test, false",
    ", guarded.test, true",
    "unknown.test, open.test, false",
    "unknown.test, guarded.test, true"
  })
  void f5TheHandshakeHasToBeAsStrictAsTheRequest(String meant, String asked, boolean misdirected)
      throws IOException {
    String answer = new TlsRequests(authority.certificate(), joe).get(gateway.port(), meant, asked);

    assertThat(answer).startsWith("HTTP/1.1 ");
    assertThat(answer.startsWith("HTTP/1.1 421 ")).isEqualTo(misdirected);
  }

  /** Each without a certificate, for the guarded host. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GUARDED.TEST",
        "guarded.test.",
        "x.guarded.test",
        "guarded.test.open.test",
        "*.test",
        "gu\u00e4rded.test",
        "xn--gurded-bua.test",
        "127.0.0.1",
        "guarded.test\0.open.test",
        ""
      })
  @DisplayName("line 14: f6 no way to write a host leads past its policy")
  void f6NoNameLeadsPastThePolicy(String serverName) {
    for (String host : List.of(GUARDED, "GUARDED.test", "guarded.test.", "guarded.test:443")) {
      assertThat(statusFor(serverName, host)).isIn("refused", "421", "400");
    }
    assertThat(backend.calls()).isEmpty();
  }

  private static String statusFor(String serverName, String host) {
    try {
      String answer =
          new TlsRequests(authority.certificate(), null).get(gateway.port(), serverName, host);
      return answer.isEmpty() ? "refused" : answer.substring(9, 12);
    } catch (IOException refused) {
      return "refused";
    }
  }

  @Test
  @DisplayName("line 14: f8 every call on a shared connection is judged by its own host")
  void f8EachCallOfASharedConnectionIsJudgedByItsHost() {
    TlsClient client = TlsClient.trusting(authority.certificate()).to(OPEN);
    try (WirePeer shared = client.greet(gateway.port())) {
      assertThat(call(shared, 1, OPEN)).isEqualTo("grpc 0");
      assertThat(call(shared, 3, GUARDED)).isEqualTo("grpc 16");
      assertThat(call(shared, 5, "GUARDED.TEST")).isEqualTo("grpc 16");
      assertThat(call(shared, 7, OPEN)).isEqualTo("grpc 0");
    }
  }

  private static String call(WirePeer client, int stream, String authority) {
    Fields head =
        Fields.of(
            ":method", "POST",
            ":scheme", "https",
            ":path", UNARY,
            ":authority", authority,
            "content-type", "application/grpc",
            "te", "trailers");
    client.send(Frame.headers(stream, head), Frame.message(stream, "").last());
    return client.expectFate(stream);
  }
}
