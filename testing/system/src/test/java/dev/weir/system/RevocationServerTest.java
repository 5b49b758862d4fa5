package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that their issuer has taken back, of clients and of servers. */
class RevocationServerTest {
  private static final int PERMISSION_DENIED = 7;
  private static final int UNAVAILABLE = 14;
  private static final Duration DAY = Duration.ofDays(1);
  private static final DevelopmentAuthority AUTHORITY = authority("clients");
  private static final ServerCertificate JOE = AUTHORITY.issueClient("joe");
  private static final ServerCertificate SUE = AUTHORITY.issueClient("sue");

  private final EchoBackend backend = EchoBackend.start("one");

  @TempDir Path folder;
  private Path list = Path.of("");

  private static DevelopmentAuthority authority(String name) {
    return new DevelopmentAuthority(name, Instant.now(), DAY);
  }

  @BeforeEach
  void write() throws IOException {
    list = folder.resolve("list.crl");
    PemWriter.write(folder.resolve("server.pem"), AUTHORITY.issue(List.of("localhost")));
    PemWriter.write(folder.resolve("authority.pem"), AUTHORITY.keep());
    revoke(DAY);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  @Test
  @DisplayName("line 16: calls on an open connection end when its certificate is revoked")
  void callsOnAnOpenConnectionEndWhenItsCertificateIsRevoked() throws IOException {
    try (TestGateway gateway = TestGateway.configured(conf(Map.of()), guarded(), open());
        EchoClient joe = client(gateway.port(), JOE);
        EchoClient sue = client(gateway.port(), SUE)) {
      OpenCall begun = joe.open(EchoClient.CHAT).send("before");
      begun.awaitReply();
      assertThat(joe.unary("hello").status().isOk()).isTrue();

      revoke(DAY, JOE);

      await()
          .atMost(Patience.LIMIT)
          .untilAsserted(() -> assertThat(joe.unary("hello").code()).isEqualTo(PERMISSION_DENIED));
      assertThat(joe.unary("hello").message())
          .startsWith("API guarded: the client's certificate was revoked by its issuer on ");
      assertThat(sue.unary("hello").status().isOk()).isTrue();
      assertThat(begun.halfClose().awaitEnd().status().isOk()).isTrue();
    }
  }

  @Test
  void aRevokedClientDoesNotComeInWhereEachApiWantsACertificate() throws IOException {
    int port = Ports.free();
    revoke(DAY, JOE);
    try (var weir = WeirProcess.tuned(List.of(), clear(Map.of()), own(port))) {
      assertThat(call(port, JOE).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(port, SUE).status().isOk()).isTrue();
      await()
          .untilAsserted(() ->
              assertThat(weir.output())
                  .contains("tls_handshake")
                  .contains("the client's certificate was revoked by its issuer on "));
    }
    assertThat(backend.calls()).hasSize(1);
  }

  /** With its ticket a client would come in without being asked for its certificate again. */
  @Test
  void f7_aTicketOfARevokedClientIsWorthNothing() throws IOException {
    try (TestGateway gateway = TestGateway.configured(conf(Map.of()), guarded())) {
      assertThat(call(gateway.port(), JOE).status().isOk()).isTrue();
      revoke(DAY, JOE);
      await()
          .atMost(Patience.LIMIT)
          .untilAsserted(() -> assertThat(call(gateway.port(), JOE).code()).isEqualTo(UNAVAILABLE));
    }
  }

  @Test
  @DisplayName("line 16: a list that is out of date lets nobody in, unless it may")
  void aListThatIsOutOfDateLetsNobodyInUnlessItMay() throws IOException {
    revoke(Duration.ofHours(-1));
    try (TestGateway gateway = TestGateway.configured(conf(Map.of()), guarded(), open())) {
      assertThat(call(gateway.port(), SUE).message())
          .contains("cannot be checked, its issuer's list of revoked certificates was to be ");
    }
    revoke(Duration.ofHours(-1), JOE);
    try (TestGateway gateway =
        TestGateway.configured(conf(Map.of("accept_stale_crls", true)), guarded(), open())) {
      assertThat(call(gateway.port(), SUE).status().isOk()).isTrue();
      assertThat(call(gateway.port(), JOE).code()).isEqualTo(PERMISSION_DENIED);
    }
  }

  @Test
  void theLogAndTheMetricsTellOfBadFilesAndOfLateLists() throws IOException {
    int admin = Ports.free();
    revoke(Duration.ofHours(-1));
    var more = Map.<String, Object>of("admin", Map.of("address", "127.0.0.1:" + admin));
    try (var weir = WeirProcess.tuned(List.of(), clear(more), own(Ports.free()))) {
      assertThat(weir.output()).contains("a list of revoked certificates is out of date");
      String file = "{file=\"" + list + "\"}";
      assertThat(Metrics.at(admin).get("weir_crl_next_update_seconds" + file)).isNegative();
      assertThat(Metrics.at(admin).get("weir_crl_file_used" + file)).isEqualTo(1);

      Files.writeString(list, "torn");
      await().until(() -> weir.output().contains("the old one stays"));
      assertThat(weir.output())
          .contains("there is no whole list of revoked certificates in " + list);
      assertThat(Metrics.at(admin).get("weir_crl_file_used" + file)).isZero();
      assertThat(Metrics.at(admin).values()).containsKey("weir_crl_file_used" + file);
    }
  }

  @Test
  void aListThatIsNoneEndsTheStartAtItsPlace() throws IOException {
    Files.writeString(list, "torn");
    startIsRefused("weir.crl_files[0]: there is no whole list of revoked certificates in " + list);
    write(authority("clients"), DAY);
    startIsRefused(
        "weir.crl_files[0]: the list of CN=clients in " + list + " was not signed by it");
  }

  private void startIsRefused(String reason) {
    int port = Ports.free();
    try (var weir =
        WeirProcess.of(TykFiles.write(port, conf(Map.of()), List.of(guarded())), port)) {
      assertThat(weir.awaitExit()).isEqualTo(1);
      assertThat(weir.output()).containsPattern("tyk\\.conf:\\d+:\\d+: error: ").contains(reason);
    }
  }

  @Test
  @DisplayName("line 16: a server that is revoked gets no calls")
  void aServerThatIsRevokedGetsNoCalls() throws IOException {
    Authority servers = Authority.in(folder);
    ServerCertificate shown = servers.issue("localhost");
    try (EchoBackend secure =
        EchoBackend.start(
            "secure", 0, server -> server.sslContext(Authority.build(Authority.server(shown))))) {
      var keys = new HashMap<>(conf(Map.of("upstream_ca_file", servers.file())));
      keys.remove("http_server_options");
      Api api = Api.of("secure", "https://localhost:" + secure.port());
      write(servers.development(), DAY);
      try (TestGateway gateway = TestGateway.configured(keys, api);
          EchoClient client = EchoClient.to(gateway.port())) {
        assertThat(client.unary("hello").status().isOk()).isTrue();
      }
      write(servers.development(), DAY, shown);
      try (TestGateway gateway = TestGateway.configured(keys, api);
          EchoClient client = EchoClient.to(gateway.port())) {
        Outcome outcome = client.unary("hello");
        assertThat(outcome.code()).isEqualTo(UNAVAILABLE);
        assertThat(outcome.message())
            .contains("the server's certificate was revoked by its issuer");
      }
    }
  }

  private Api guarded() {
    return Api.of("guarded", backend.target())
        .with("use_mutual_tls_auth", true)
        .with("client_certificates", List.of(folder.resolve("authority.pem").toString()));
  }

  private Api own(int port) {
    return guarded()
        .on(port)
        .with("protocol", "https")
        .with("certificates", List.of(folder.resolve("server.pem").toString()));
  }

  private Api open() {
    return Api.of("open", backend.target()).at("/open");
  }

  private Map<String, Object> conf(Map<String, Object> weir) {
    var keys = new HashMap<>(clear(Map.of()));
    var options = new HashMap<>(weir);
    options.put("crl_files", List.of(list.toString()));
    keys.put("weir", options);
    keys.putAll(TlsFiles.mainPort(Map.of(), folder.resolve("server.pem").toString()));
    return keys;
  }

  /** The main port speaks clear text, as the start of a process is waited for. */
  private Map<String, Object> clear(Map<String, Object> weir) {
    var options = new HashMap<>(weir);
    options.put("crl_files", List.of(list.toString()));
    return Map.of("http_server_options", Map.of("enable_http2", true), "weir", options);
  }

  private static EchoClient client(int port, ServerCertificate shown) throws IOException {
    return EchoClient.mutual(
        port, "localhost", AUTHORITY.certificate(), shown.chain(), shown.key());
  }

  private static Outcome call(int port, ServerCertificate shown) throws IOException {
    try (EchoClient client = client(port, shown)) {
      return client.unary("hello");
    }
  }

  private void revoke(Duration until, ServerCertificate... revoked) {
    write(AUTHORITY, until, revoked);
  }

  private void write(DevelopmentAuthority issuer, Duration until, ServerCertificate... revoked) {
    new RevocationList(list).write(issuer, until, revoked);
  }
}
