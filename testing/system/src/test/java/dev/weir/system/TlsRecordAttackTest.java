package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Ports;
import dev.weir.testkit.RawTls;
import dev.weir.testkit.RawTls.Ticket;
import dev.weir.testkit.TlsClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients whose handshake was in order, and what they do after it (group F). */
@ParameterizedClass(name = "TLS of Java: {0}")
@ValueSource(booleans = {false, true})
@SuppressWarnings("NullAway.Init") // before each invocation of the class
class TlsRecordAttackTest {
  private static final String REASON = "tls_record";
  private static final int TIMES = 1000;
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  /** An alert that is a warning, to say that one has thought better of it (RFC 8446, 6.1). */
  private static final byte[] USER_CANCELED = {1, 90};

  private static final byte[] CLOSE_NOTIFY = {1, 0};

  /** More than may come in a row. */
  private static final int CHANGES = 50;

  @TempDir static Path folder;

  private static final int PORT = Ports.free();
  private static TlsFiles files;
  private static Siege siege;

  @Parameter boolean ofJava;

  @BeforeParameterizedClassInvocation
  static void begin(boolean ofJava) {
    files = new TlsFiles(folder);
    siege =
        Siege.tuned(
            ofJava ? List.of("-Dio.netty.handler.ssl.noOpenSsl=true") : List.of(),
            secure(files.issue("localhost")));
  }

  private static Api secure(String certificate) {
    return Api.of("secure", "h2c://127.0.0.1:1")
        .on(PORT)
        .with("protocol", "https")
        .with("certificates", List.of(certificate));
  }

  @AfterParameterizedClassInvocation
  static void end() {
    siege.close();
  }

  /** Plays what one client repeats until it is sent away, which has to be soon. */
  private static void flood(String reason, Predicate<RawTls> once) {
    siege.assault(
        reason,
        () -> {
          try (RawTls client = RawTls.connect(PORT)) {
            client.trySend(RawTls.DATA, preface());
            int sent = 0;
            while (sent < TIMES && once.test(client)) {
              sent++;
            }
            siege.countBareConnections(1 + sent);
            client.expectClose();
          }
        });
  }

  private static byte[] preface() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(PREFACE);
    bytes.writeBytes(Frame.settings().encoded());
    return bytes.toByteArray();
  }

  @Test
  void f2ChangesOfKeysAreNotForEver() {
    flood(REASON, client -> client.tryUpdateKeys(false));
  }

  @Test
  void f2NorAreThoseThatAreToBeAnswered() {
    flood(REASON, client -> client.tryUpdateKeys(true));
  }

  @Test
  void f2WhoeverSendsSomethingMayChangeKeysAsOftenAsItLikes() {
    siege.assault(
        Siege.NO_FAULT,
        () -> {
          siege.countBareConnections(1);
          try (RawTls client = RawTls.connect(PORT)) {
            client.trySend(RawTls.DATA, preface());
            for (int i = 0; i < CHANGES; i++) {
              assertThat(client.tryUpdateKeys(i % 2 == 0)).isTrue();
              assertThat(client.trySend(RawTls.DATA, Frame.ping(i).encoded())).isTrue();
              assertThat(client.readData()).isNotNull();
            }
          }
        });
  }

  @Test
  void f2RecordsWithNothingInThemEndTheConnection() {
    flood(REASON, client -> client.trySend(RawTls.DATA, NOTHING));
  }

  @Test
  void f2WarningsEndTheConnection() {
    flood(REASON, client -> client.trySend(RawTls.ALERT, USER_CANCELED));
  }

  @Test
  void f2AForgedRecordEndsTheConnectionThoughTheClientDoesNot() {
    siege.assault(REASON, () -> sendOnce(client -> client.trySend(forged())));
  }

  private static byte[] forged() {
    return java.util.Arrays.copyOf(new byte[] {23, 3, 3, 0, 100}, 5 + 100);
  }

  @Test
  void f2SoDoesTheEndThatTheClientAnnounces() {
    siege.assault(
        Siege.NO_FAULT, () -> sendOnce(client -> client.trySend(RawTls.ALERT, CLOSE_NOTIFY)));
  }

  private static void sendOnce(Predicate<RawTls> what) {
    siege.countBareConnections(1);
    try (RawTls client = RawTls.connect(PORT)) {
      client.trySend(RawTls.DATA, preface());
      assertThat(client.readData()).isNotNull();
      assertThat(what.test(client)).isTrue();
      client.expectClose();
    }
  }

  @Test
  @DisplayName("line 12: f2 a second handshake ends the connection (RFC 9113, 9.2.1)")
  void f2ASecondHandshakeEndsTheConnection() {
    siege.assault(
        REASON,
        () -> {
          siege.countBareConnections(1);
          TlsClient old = TlsClient.trusting(files.authority()).speaking("TLSv1.2");
          try (SSLSocket socket = old.connect(PORT)) {
            socket.getOutputStream().write(preface());
            socket.startHandshake();
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
          } catch (IOException refused) {
            assertThat(refused)
                .hasMessageContaining(ofJava ? "handshake_failure" : "no_renegotiation");
          }
        });
  }

  /**
   * The ticket is good, and the request is one that would be served. Java ends the handshake of who
   * sends what no ticket has asked for.
   */
  @Test
  @DisplayName("line 12: f14 no request comes with the first flight of a handshake")
  void f14EarlyDataIsNotTaken() {
    Ticket ticket = ticket();
    assertThat(ticket.early()).isFalse();
    if (ofJava) {
      return;
    }
    siege.assault(
        Siege.NO_FAULT,
        () -> {
          siege.countBareConnections(2);
          try (RawTls client = RawTls.connect(PORT, ticket, request())) {
            assertThat(client.isResumed()).isTrue();
            assertThat(client.isEarlyAccepted()).isFalse();
            client.trySend(RawTls.DATA, preface());
            assertThat(client.readData()).isNotNull();
          }
        });
  }

  private static Ticket ticket() {
    try (RawTls client = RawTls.connect(PORT)) {
      client.trySend(RawTls.DATA, preface());
      assertThat(client.readData()).isNotNull();
      assertThat(client.tickets()).isNotEmpty();
      return client.tickets().getFirst();
    }
  }

  private static byte[] request() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(preface());
    bytes.writeBytes(Frame.headers(1, Fields.grpcRequest(Siege.PATH)).last().encoded());
    return bytes.toByteArray();
  }
}
