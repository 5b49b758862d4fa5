package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.weir.call.Revocations;
import dev.weir.certificates.ServerCertificate;
import dev.weir.listener.ClientDemand;
import dev.weir.listener.ClientTrust;
import dev.weir.listener.ServerIdentity;
import dev.weir.listener.ServerNames;
import dev.weir.listener.TlsRules;
import dev.weir.testkit.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come again when their certificate has run out meanwhile (row F7). */
class TlsAgainTest {
  private static final TlsRules RULES =
      new TlsRules(
          List.of("TLSv1.2", "TLSv1.3"),
          List.of("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
          true);

  @TempDir Path folder;

  private volatile Instant now = Instant.now();

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void f7ATicketIsWorthNothingOnceTheClientsCertificateHasExpired(String version)
      throws IOException {
    Authority authority = Authority.in(folder);
    ServerCertificate joe = authority.issue("joe");
    var client = new ReturningClient(authority.certificate(), version, joe);
    try (var door = new TlsDoor(names(authority))) {
      client.visit(door.port());
      client.visit(door.port());
      assertThat(door.faults()).isEmpty();

      now = now.plus(Duration.ofDays(2));

      assertThatIOException().isThrownBy(() -> client.visit(door.port()));
      await()
          .atMost(Patience.LIMIT)
          .untilAsserted(() ->
              assertThat(door.faults())
                  .singleElement()
                  .asString()
                  .startsWith("tls_handshake: the client's certificate expired on "));
    }
  }

  private ServerNames names(Authority authority) throws IOException {
    ServerCertificate own = authority.issue("localhost");
    var parts = new ServerIdentity.Parts(List.of("localhost"), own.chain(), own.key(), RULES);
    var identity = new ServerIdentity(parts);
    var trust = new ClientTrust(List.of(authority.certificate()), Revocations.NONE, () -> now);
    return ServerNames.of(
        Map.of(ServerNames.OTHERS, List.of(identity)),
        Map.of(ServerNames.OTHERS, new ClientDemand.Required(trust)));
  }
}
