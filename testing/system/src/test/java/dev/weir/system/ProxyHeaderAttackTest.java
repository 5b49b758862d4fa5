package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Clients that claim to speak for another (row F12; line 17 of the security checklist). */
class ProxyHeaderAttackTest {
  private static final String FORGED = "203.0.113.9";
  private static final String REQUEST = "GET /weir.testkit.Echo/Unary HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final String TEXT = "PROXY TCP4 " + FORGED + " 127.0.0.1 4711 443\r\n";
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

  /** From {@link #FORGED} port 4711 to 127.0.0.1 port 443. */
  private static final String ADDRESSES = hex("cb007109 7f000001 1267 01bb");

  private static final Map<String, String> HEADERS =
      Map.ofEntries(
          Map.entry("text and request", TEXT + REQUEST),
          Map.entry("text and preface", TEXT + PREFACE),
          Map.entry("text for IPv6", "PROXY TCP6 2001:db8::9 ::1 4711 443\r\n" + REQUEST),
          Map.entry("text of unknown", "PROXY UNKNOWN\r\n" + REQUEST),
          Map.entry("text without end", "PROXY TCP4 " + FORGED + " " + "1".repeat(200)),
          Map.entry("local", SIGNATURE + hex("20 00 0000") + REQUEST),
          Map.entry("binary and request", SIGNATURE + hex("21 11 000c") + ADDRESSES + REQUEST),
          Map.entry("binary and preface", SIGNATURE + hex("21 11 000c") + ADDRESSES + PREFACE),
          Map.entry("wrong length", SIGNATURE + hex("21 11 ffff") + ADDRESSES),
          Map.entry("truncated", SIGNATURE + hex("21 11")),
          Map.entry(
              "nested fields",
              SIGNATURE + hex("21 11 0018") + ADDRESSES + hex("20 0009 01 00000000 20 0001 01")));

  private static String hex(String digits) {
    return new String(
        HexFormat.of().parseHex(digits.replace(" ", "")), StandardCharsets.ISO_8859_1);
  }

  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger("dev.weir.engine.EngineLoop");
  private final EchoBackend backend = EchoBackend.start("one");

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void end() {
    log.detachAppender(lines);
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({
    "text and request",
    "text and preface",
    "text for IPv6",
    "text of unknown",
    "text without end",
    "local",
    "binary and request",
    "binary and preface",
    "wrong length",
    "truncated",
    "nested fields"
  })
  @DisplayName("line 17: f12 headers of the PROXY protocol are believed from nobody")
  void f12NobodySpeaksForAnother(String header) {
    int secure = Ports.free();
    Api tls =
        Api.of("tls", backend.target())
            .on(secure)
            .with("protocol", "https")
            .with("certificates", List.of(new TlsFiles(folder).issue("localhost")));
    try (TestGateway gateway =
        TestGateway.configured(Map.of(), Api.of("clear", backend.target()), tls)) {
      String bytes = Objects.requireNonNull(HEADERS.get(header));
      expectClosed(gateway.port(), bytes, "protocol_error");
      expectClosed(secure, bytes, "tls_handshake");
    }
    assertThat(backend.calls()).isEmpty();
  }

  private void expectClosed(int port, String bytes, String reason) {
    try (var client = WirePeer.connectFrom("127.0.0.9", port)) {
      client.send(bytes);

      assertThat(client.expectTextUntilClose()).doesNotContain("HTTP/");
    }
    await()
        .atMost(Patience.LIMIT)
        .untilAsserted(() ->
            assertThat(List.copyOf(lines.list))
                .extracting(line -> line.getKeyValuePairs().toString())
                .anySatisfy(line ->
                    assertThat(line)
                        .contains("peer=\"/127.0.0.9:")
                        .contains("reason=\"" + reason)
                        .contains("a header of the PROXY protocol, which is not taken here")
                        .doesNotContain(FORGED)));
  }
}
