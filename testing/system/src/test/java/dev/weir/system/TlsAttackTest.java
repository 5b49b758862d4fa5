package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.ClientHello;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TlsClient;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that want TLS to be weaker than it is, or never to begin (attack group F). */
class TlsAttackTest {
  private static final int TLS_1_2 = 0x0303;
  private static final int RECORD_HEADER = 5;
  private static final int COMPRESSION_AT = 49;
  private static final byte DEFLATE = 1;
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;

  /** Those whose time is over get none. */
  private static final String AN_ALERT = "\u0015";

  private static final Duration DRIP = Duration.ofMillis(50);
  private static final int NO_APPLICATION_PROTOCOL = 120;
  private static final String REASON = "tls_handshake";

  @TempDir static Path folder;

  private static EchoBackend backend;
  private static TlsFiles files;
  private static TestGateway gateway;

  @BeforeAll
  static void begin() {
    backend = EchoBackend.start("one");
    files = new TlsFiles(folder);
    var configuration = new HashMap<>(TlsFiles.mainPort(Map.of(), files.issue("localhost")));
    configuration.put(
        "weir",
        Map.of(
            "http2", Map.of("preface_seconds", 1),
            "admin", Map.of("address", "127.0.0.1:" + Ports.free())));
    gateway = TestGateway.configured(configuration, Api.of("echo", backend.target()));
  }

  @AfterEach
  void othersAreServed() throws IOException {
    try (EchoClient client = EchoClient.secure(gateway.port(), "localhost", files.authority())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
    }
  }

  @AfterAll
  static void end() {
    gateway.close();
    backend.close();
  }

  /** Numbers of versions and suites as on the wire; the last one shows that the offers are real. */
  @ParameterizedTest(name = "line 12: f1 {0}")
  @CsvSource({
    "TLS 1.0, 0x0301, 0xc013, 70",
    "TLS 1.1, 0x0302, 0xc013, 70",
    "SSL 3.0, 0x0300, 0x000a, 70",
    "NULL, 0x0303, 0x0002, 40",
    "RC4, 0x0303, 0x0005, 40",
    "RC4 export, 0x0303, 0x0003, 40",
    "DES export, 0x0303, 0x0008, 40",
    "3DES, 0x0303, 0x000a, 40",
    "ECDHE 3DES, 0x0303, 0xc012, 40",
    "RSA CBC, 0x0303, 0x002f, 40",
    "RSA GCM without forward secrecy, 0x0303, 0x009c, 40",
    "ECDHE CBC, 0x0303, 0xc009, 40",
    "anonymous, 0x0303, 0xc018, 40",
    "ECDHE ECDSA GCM, 0x0303, 0xc02b, 0"
  })
  void f1WhatIsTooWeakIsRefused(String name, int version, int suite, int alert) {
    assertThat(answer(ClientHello.offering(version, suite))).as(name).isEqualTo(alert);
  }

  /** A client has to offer that nothing is compressed, which is all that is ever chosen. */
  @Test
  @DisplayName("line 12: f1 compression")
  void f1NothingIsCompressed() {
    byte[] hello = ClientHello.offering(TLS_1_2, 0xc02b).bytes();
    assertThat(hello[COMPRESSION_AT]).isZero();
    hello[COMPRESSION_AT] = DEFLATE;
    try (var client = WirePeer.connect(gateway.port())) {
      client.send(hello);

      assertThat(client.expectTextUntilClose()).startsWith(AN_ALERT).hasSize(7);
    }
  }

  @Test
  @DisplayName("line 12: of both versions TLS 1.3 is chosen")
  void theNewestVersionIsChosen() throws IOException {
    TlsClient both = TlsClient.trusting(files.authority());
    try (SSLSocket socket = both.connect(gateway.port())) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void f2HandshakesAreNotRepeated() throws IOException {
    TlsClient old = TlsClient.trusting(files.authority()).speaking("TLSv1.2");
    try (SSLSocket socket = old.connect(gateway.port())) {
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket.getInputStream().readAllBytes();
                socket.startHandshake();
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void f3ClientsThatSayNothingAreLeft() {
    double before = faults();
    try (var silent = WirePeer.connect(gateway.port());
        var hesitant = WirePeer.connect(gateway.port());
        var mute = WirePeer.connect(gateway.port())) {
      byte[] hello = ClientHello.offering(TLS_1_2, 0xc02b).bytes();
      hesitant.send(Arrays.copyOf(hello, 10));
      mute.send(hello);

      assertThat(silent.expectTextUntilClose()).isEmpty();
      assertThat(hesitant.expectTextUntilClose()).isEmpty();
      assertThat(mute.expectTextUntilClose()).isNotEmpty();
    }
    await().untilAsserted(() -> assertThat(faults() - before).isEqualTo(3));
  }

  @Test
  void f3AHelloThatDripsIsLeft() {
    double before = faults();
    byte[] hello = ClientHello.offering(TLS_1_2, 0xc02b).bytes();
    try (var client = WirePeer.connect(gateway.port())) {
      int sent = 0;
      while (sent < hello.length - 1 && client.trySend(hello[sent])) {
        sent++;
        LockSupport.parkNanos(DRIP.toNanos());
      }
      assertThat(sent).isLessThan(hello.length - 1);
    }
    await().untilAsserted(() -> assertThat(faults() - before).isEqualTo(1));
  }

  @Test
  void f3AHelloMayComeInFragments() {
    byte[] hello = ClientHello.offering(TLS_1_2, 0xc02b).bytes();
    try (var client = WirePeer.connect(gateway.port())) {
      for (int i = RECORD_HEADER; i < hello.length; i++) {
        client.send(new byte[] {HANDSHAKE, 3, 1, 0, 1, hello[i]});
      }
      assertThat(client.readByte()).isEqualTo(HANDSHAKE);
    }
  }

  @Test
  void f3FragmentsWithNothingInThemAreRefusedAtOnce() {
    double before = faults();
    try (var client = WirePeer.connect(gateway.port())) {
      client.send(new byte[] {HANDSHAKE, 3, 1, 0, 0});

      assertThat(client.expectTextUntilClose()).startsWith(AN_ALERT).hasSize(7);
    }
    await().untilAsserted(() -> assertThat(faults() - before).isEqualTo(1));
  }

  /** The record says that a message of 16 MiB follows. */
  @Test
  void f3AHelloThatIsTooLongIsRefusedAtItsBeginning() {
    try (var client = WirePeer.connect(gateway.port())) {
      client.send(new byte[] {22, 3, 1, 64, 0, 1, -1, -1, -1, 3, 3});

      assertThat(client.expectTextUntilClose()).startsWith(AN_ALERT).hasSize(7);
    }
  }

  @Test
  void f13AThousandProtocolsAreReadAndRefused() {
    List<String> many = IntStream.range(0, 1000).mapToObj(i -> "p" + i).toList();

    assertThat(answer(new ClientHello(TLS_1_2, List.of(0xc02b), many)))
        .isEqualTo(NO_APPLICATION_PROTOCOL);
  }

  /** Load balancers do this to see whether the port is open. */
  @Test
  void whoeverGoesAgainAtOnceDidNoWrong() throws IOException {
    double before = faults();
    for (int i = 0; i < 10; i++) {
      WirePeer.connect(gateway.port()).close();
    }
    othersAreServed();

    assertThat(faults() - before).isZero();
  }

  private static double faults() {
    return Metrics.at(gateway.adminPort()).counted("client", REASON);
  }

  /** The number of the alert that a hello is answered with; 0 for a hello of the server. */
  private static int answer(ClientHello hello) {
    try (var client = WirePeer.connect(gateway.port())) {
      client.send(hello.bytes());
      int type = client.readByte();
      if (type != ALERT) {
        return 0;
      }
      byte[] rest = client.expectTextUntilClose().getBytes(StandardCharsets.ISO_8859_1);
      return rest[5];
    }
  }
}
