package dev.weir.system;

import static dev.weir.testkit.EchoClient.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.Certificates;
import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.PemWriter;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of a gateway that runs: by files and by ids, replaced, spoilt, and expiring. */
class CertificateChangeServerTest {
  private static final Duration LIFETIME = Duration.ofDays(20);

  private final DevelopmentAuthority first = authority("first");
  private final DevelopmentAuthority second = authority("second");
  private final EchoBackend backend = EchoBackend.start("one");
  private final Api echo = Api.of("echo", backend.target());

  @TempDir Path folder;
  private Path file = Path.of("");

  private static DevelopmentAuthority authority(String name) {
    return new DevelopmentAuthority(name, Instant.now(), LIFETIME);
  }

  @BeforeEach
  void writeCertificate() throws IOException {
    file = folder.resolve("server.pem");
    write(first);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private void write(DevelopmentAuthority authority) throws IOException {
    PemWriter.write(file, authority.issue(List.of("localhost")));
  }

  private Map<String, Object> tls(String certificate) {
    var keys = new LinkedHashMap<String, Object>();
    keys.put(
        "http_server_options",
        Map.of("use_ssl", true, "enable_http2", true, "ssl_certificates", List.of(certificate)));
    keys.put("weir", Map.of("data_dir", folder.resolve("data").toString()));
    return keys;
  }

  private static Map<String, Object> clearMainPort(Map<String, Object> weir) {
    return Map.of("http_server_options", Map.of("enable_http2", true), "weir", weir);
  }

  /** The API on a port of its own, with the certificate as its own. */
  private Api secure(int port) {
    return echo.on(port).with("protocol", "https").with("certificates", List.of(file.toString()));
  }

  private static boolean serves(int port, DevelopmentAuthority trusted) throws IOException {
    try (var client = EchoClient.secure(port, "localhost", trusted.certificate())) {
      return client.unary("hi").status().isOk();
    }
  }

  @Test
  @DisplayName("line 13: a new file is used by new connections, and open calls go on")
  void aNewFileIsUsedByNewConnectionsAndOpenCallsGoOn() throws IOException {
    try (var weir = TestGateway.configured(tls(file.toString()), echo);
        var client = EchoClient.secure(weir.port(), "localhost", first.certificate())) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();

      write(second);

      await().until(() -> serves(weir.port(), second));
      assertThat(serves(weir.port(), first)).isFalse();
      assertThat(call.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
    }
  }

  @Test
  void aVersionThatIsNotThereKeepsNoCertificateFromBeingRenewed() throws IOException {
    Api base =
        echo.with("definition.enabled", true)
            .with("definition.location", "header")
            .with("definition.key", "x-api-version")
            .with("definition.versions", Map.of("v2", "none"));
    try (var weir = TestGateway.configured(tls(file.toString()), base)) {
      write(second);

      await().until(() -> serves(weir.port(), second));
    }
  }

  @Test
  void aPortThatChangesToTlsTakesLeaveOfThoseWhoSpeakClearText() throws IOException {
    int port = Ports.free();
    try (var weir = TestGateway.configured(clearMainPort(Map.of()), echo.on(port));
        var client = EchoClient.to(port)) {
      OpenCall call = client.open(CHAT).send("before");
      call.awaitReply();

      assertThat(weir.write(secure(port)).reload().isWhole()).isTrue();

      assertThat(serves(port, first)).isTrue();
      assertThat(call.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
      await().until(() -> !client.unary("hi").status().isOk());

      assertThat(weir.write(echo.on(port)).reload().isWhole()).isTrue();
      try (var again = EchoClient.to(port)) {
        assertThat(again.unary("hi").status().isOk()).isTrue();
      }
    }
  }

  @Test
  @DisplayName("line 13: a bad file leaves the old one in place and is named")
  void aBadFileLeavesTheOldOneInPlaceAndIsNamed() throws IOException {
    int port = Ports.free();
    try (var weir = WeirProcess.tuned(List.of(), clearMainPort(Map.of()), secure(port))) {
      Files.writeString(file, "torn");

      await().until(() -> weir.output().contains("the old one stays"));
      assertThat(weir.output()).contains("there is no certificate in " + file);
      assertThat(serves(port, first)).isTrue();

      write(second);
      await().until(() -> serves(port, second));
    }
  }

  @Test
  void anIdOfTheStoreGoesWhereAFileGoes() throws Exception {
    var store = new CertificateStore(folder.resolve("data"), "");
    var stored = Certificates.readForStore(file, null, Passphrase.NONE, "acme", Instant.now());
    store.add(stored);

    try (var weir = TestGateway.configured(tls(stored.id()), echo)) {
      assertThat(serves(weir.port(), first)).isTrue();
    }
    Api own =
        echo.on(Ports.free()).with("protocol", "https").with("certificates", List.of(stored.id()));
    try (var weir =
        TestGateway.configured(
            Map.of(
                "http_server_options", Map.of("enable_http2", true),
                "weir", Map.of("data_dir", folder.resolve("data").toString())),
            own)) {
      assertThat(serves(weir.ports().getLast(), first)).isTrue();
    }
  }

  @Test
  void anIdThatIsNotThereEndsTheStartAtItsPlace() {
    String id = "acme" + "0".repeat(64);
    int port = Ports.free();
    TykFiles files = TykFiles.write(port, tls(id), List.of(echo));
    try (var weir = WeirProcess.of(files, port)) {
      assertThat(weir.awaitExit()).isEqualTo(1);
      assertThat(weir.output())
          .containsPattern(
              "tyk\\.conf:\\d+:\\d+: error: http_server_options\\.ssl_certificates\\[0]: is not in"
                  + " the store .*certificates, weir cert list tells what is");
    }
  }

  @Test
  @DisplayName("line 13: the log and the metrics tell when a certificate expires")
  void theLogAndTheMetricsTellWhenItExpires() {
    int admin = Ports.free();
    var address = Map.<String, Object>of("admin", Map.of("address", "127.0.0.1:" + admin));
    try (var weir = WeirProcess.tuned(List.of(), clearMainPort(address), secure(Ports.free()))) {
      assertThat(weir.output()).contains("a certificate expires soon").contains(file.toString());
      assertThat(
              Metrics.at(admin)
                  .get("weir_certificate_expiry_seconds{certificate=\"" + file + "\"}"))
          .isCloseTo((double) LIFETIME.toSeconds(), within(3600.0));
    }
  }
}
