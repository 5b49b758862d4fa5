package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.Ports;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates of clients that are no good, as they come over the wire (row F9). */
class ClientCertificateAttackTest {
  @SuppressWarnings("TimeInStaticInitializer") // certificates are made for this run
  private static final Instant NOW = Instant.now();

  private static final Duration AWAY = Duration.ofDays(5);
  private static final Party CLIENTS = Party.authority("clients", null, NOW);
  private static final int PORT = Ports.free();
  private static final int HUGE = 64 << 10;

  @TempDir static Path folder;

  private static Authority authority;
  private static Siege siege;

  @BeforeAll
  static void begin() {
    authority = Authority.in(folder);
    String clients = authority.file("clients.pem", CLIENTS.certificate());
    siege =
        Siege.with(
            Map.of(),
            Api.of("guarded", "h2c://127.0.0.1:1")
                .on(PORT)
                .with("protocol", "https")
                .with("certificates", List.of(authority.identityFile("gate.pem", "gate.test")))
                .with("use_mutual_tls_auth", true)
                .with("client_certificates", List.of(clients)));
  }

  @AfterAll
  static void end() {
    siege.close();
  }

  static Stream<Arguments> chains() {
    return Stream.of(
        Arguments.of("expired", chain(client(CLIENTS, NOW.minus(AWAY)))),
        Arguments.of("not yet valid", chain(client(CLIENTS, NOW.plus(AWAY)))),
        Arguments.of(
            "for servers", chain(Party.client("joe", CLIENTS, NOW, KeyPurposeId.id_kp_serverAuth))),
        Arguments.of("of an unknown authority", chain(client(null, NOW))),
        Arguments.of("NUL in its name", chain(withNul())),
        Arguments.of("a hundred deep", deep(100)),
        Arguments.of("eleven deep", deep(11)),
        Arguments.of("itself an authority of the same name", chain(client(impostor(), NOW))),
        Arguments.of("64 KiB", chain(huge())));
  }

  private static Party impostor() {
    return Party.authority("clients", null, NOW);
  }

  private static Party client(@Nullable Party issuer, Instant middle) {
    return Party.client("joe", issuer, middle, KeyPurposeId.id_kp_clientAuth);
  }

  private static Party withNul() {
    var names = new GeneralNames(new GeneralName(GeneralName.dNSName, "joe.test\0.evil.test"));
    return Party.issue("joe", null, NOW, Extension.subjectAlternativeName, names);
  }

  private static Party huge() {
    String label = "x".repeat(60);
    GeneralName[] names =
        Stream.generate(() -> new GeneralName(GeneralName.dNSName, label))
            .limit(HUGE / label.length())
            .toArray(GeneralName[]::new);
    return Party.issue(
        "joe", CLIENTS, NOW, Extension.subjectAlternativeName, new GeneralNames(names));
  }

  private static ServerCertificate chain(Party leaf) {
    return new ServerCertificate(List.of(leaf.certificate()), leaf.keys().getPrivate());
  }

  /** Each issued by the next. */
  private static ServerCertificate deep(int depth) {
    var chain = new ArrayList<X509Certificate>();
    Party last = Party.authority("authority 0", null, NOW);
    for (int i = 1; i < depth; i++) {
      chain.addFirst(last.certificate());
      last = Party.authority("authority " + i, last, NOW);
    }
    chain.addFirst(last.certificate());
    return new ServerCertificate(chain, last.keys().getPrivate());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("chains")
  void f9WhoeverShowsItIsRefused(String what, ServerCertificate shown) {
    var client = new TlsRequests(authority.certificate(), shown);
    siege.assault(
        "tls_handshake",
        () -> {
          siege.countBareConnections(1);
          assertThatIOException()
              .as(what)
              .isThrownBy(() -> expectAnswer(client.get(PORT, null, "gate.test")));
        });
  }

  private static void expectAnswer(String answer) throws java.io.IOException {
    if (answer.isEmpty()) {
      throw new java.io.IOException("closed");
    }
  }
}
