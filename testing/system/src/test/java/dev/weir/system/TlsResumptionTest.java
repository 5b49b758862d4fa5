package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.ServerCertificate;
import dev.weir.system.ResumingClient.Visit;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Short handshakes, and what they must not be short of (row F7; line 14 of the security checklist).
 */
@ParameterizedClass(name = "TLS of Java: {0}")
@ValueSource(booleans = {false, true})
@SuppressWarnings("NullAway.Init") // before each invocation of the class
class TlsResumptionTest {
  private static final String OPEN = "open.test";
  private static final String OTHER = "other.test";
  private static final String GUARDED = "guarded.test";
  private static final String GUARDED_TOO = "also.guarded.test";
  private static final String CHANGING = "changing.test";

  @TempDir private static Path folder;
  private static EchoBackend backend;
  private static Authority servers;
  private static Authority clients;
  private static WeirProcess weir;
  private static int port;

  @Parameter boolean ofJava;

  @BeforeParameterizedClassInvocation
  static void begin(boolean ofJava) {
    backend = EchoBackend.start("one");
    servers = Authority.in(folder);
    clients = Authority.in(folder);
    port = Ports.free();
    List<String> certificates =
        List.of(
            servers.identityFile("all.pem", OPEN, GUARDED, GUARDED_TOO, CHANGING),
            servers.identityFile("other.pem", OTHER));
    weir =
        WeirProcess.tuned(
            ofJava ? List.of("-Dio.netty.handler.ssl.noOpenSsl=true") : List.of(),
            Map.of(
                "enable_custom_domains",
                true,
                "http_server_options",
                Map.of("enable_http2", true, "ssl_certificates", certificates)),
            api("open", OPEN),
            api("other", OTHER),
            guarded("guarded", GUARDED, clients.file()),
            guarded("too", GUARDED_TOO, clients.file()),
            guarded("changing", CHANGING, copy(clients.file(), "changing.pem")));
    assertThat(weir.output()).contains(ofJava ? "JDK 25" : "BoringSSL");
  }

  @AfterParameterizedClassInvocation
  static void end() {
    weir.close();
    backend.close();
  }

  private static Api api(String id, String host) {
    return Api.of(id, backend.target()).on(port).with("protocol", "https").with("domain", host);
  }

  private static Api guarded(String id, String host, String authority) {
    return api(id, host)
        .with("use_mutual_tls_auth", true)
        .with("client_certificates", List.of(authority));
  }

  private static String copy(String file, String name) {
    try {
      return Files.write(folder.resolve(name), Files.readAllBytes(Path.of(file))).toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ResumingClient client(String version) {
    return new ResumingClient(servers.certificate(), version, null);
  }

  private static ResumingClient client(String version, ServerCertificate own) {
    return new ResumingClient(servers.certificate(), version, own);
  }

  private static void expectServed(Visit visit, boolean resumed) {
    assertThat(visit.answer()).startsWith("HTTP/1.1 ");
    assertThat(visit.resumed()).as("resumed").isEqualTo(resumed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7TheSecondHandshakeWithAHostIsShort(String version) throws IOException {
    try (var client = client(version)) {
      expectServed(client.visit(port, OPEN), false);
      expectServed(client.visit(port, OPEN), true);
      expectServed(client.visit(port, OPEN), true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7ATicketIsWorthNothingWhereAnotherCertificateIsShown(String version) throws IOException {
    try (var client = client(version)) {
      expectServed(client.visit(port, OPEN), false);
      expectServed(client.visit(port, OTHER), false);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7ATicketOfAnOpenHostOpensNoGuardedOne(String version) throws IOException {
    try (var client = client(version)) {
      expectServed(client.visit(port, OPEN), false);

      assertThatIOException().isThrownBy(() -> client.visit(port, GUARDED));
    }
    try (var client = client(version, clients.issue("joe"))) {
      expectServed(client.visit(port, OPEN), false);
      expectServed(client.visit(port, GUARDED), false);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7ATicketOfOneGuardedHostOpensNoOther(String version) throws IOException {
    try (var client = client(version, clients.issue("joe"))) {
      expectServed(client.visit(port, GUARDED), false);
      expectServed(client.visit(port, GUARDED_TOO), false);
    }
  }

  /** Java's TLS resumes here, and the listener judges the certificate again: TlsAgainTest. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7WhoeverShowsACertificateProvesItEachTime(String version) throws IOException {
    try (var client = client(version, clients.issue("joe"))) {
      expectServed(client.visit(port, GUARDED), false);
      expectServed(client.visit(port, GUARDED), ofJava);
    }
  }

  /** Otherwise each of a million handshakes would leave something behind. */
  @Test
  void f7TheGatewayRemembersNobody() throws IOException {
    try (var one = client("TLSv1.2").withoutTickets();
        var other = client("TLSv1.2").withoutTickets()) {
      expectServed(one.visit(port, OPEN), false);
      expectServed(other.visit(port, OPEN), false);
      expectServed(one.visit(port, OPEN), false);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7ATicketIsWorthNothingOnceTheCertificateHasChanged(String version) throws IOException {
    try (var client = client(version)) {
      Visit before = client.visit(port, OPEN);

      servers.identityFile("all.pem", OPEN, GUARDED, GUARDED_TOO, CHANGING);

      await()
          .atMost(Patience.LIMIT)
          .until(() -> !serialShownAt(OPEN, version).equals(before.serial()));
      Visit after = client.visit(port, OPEN);
      expectServed(after, false);
      assertThat(after.serial()).isNotEqualTo(before.serial());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7ATicketOutlivesAReloadThatLeavesItsCertificate(String version) throws IOException {
    try (var client = client(version)) {
      expectServed(client.visit(port, OPEN), false);
      int before = reloads();

      weir.hangUp();

      await().atMost(Patience.LIMIT).until(() -> reloads() > before);
      expectServed(client.visit(port, OPEN), true);
    }
  }

  private static int reloads() {
    return weir.output().split("\"msg\":\"reloaded\"", -1).length;
  }

  private static java.math.BigInteger serialShownAt(String host, String version)
      throws IOException {
    try (var client = client(version)) {
      return client.visit(port, host).serial();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7ATicketIsWorthNothingOnceTheListOfClientsHasChanged(String version) throws IOException {
    Authority first = Authority.in(folder);
    Authority second = Authority.in(folder);
    copy(first.file(), "changing.pem");
    try (var old = client(version, first.issue("joe"));
        var young = client(version, second.issue("jim"))) {
      await().atMost(Patience.LIMIT).until(() -> comesIn(old));

      copy(second.file(), "changing.pem");

      await().atMost(Patience.LIMIT).until(() -> comesIn(young));
      assertThatIOException().isThrownBy(() -> old.visit(port, CHANGING));
    }
  }

  private static boolean comesIn(ResumingClient client) {
    try {
      return client.visit(port, CHANGING).answer().startsWith("HTTP/1.1 ");
    } catch (IOException refused) {
      return false;
    }
  }
}
