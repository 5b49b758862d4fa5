package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody on the way to a server behind TLS who speaks before it does (attack group D). */
class TlsUpstreamAttackTest {
  private static final String UNAVAILABLE = "grpc 14";
  private static final Fields CALL = Fields.grpcRequest("/secure" + Siege.PATH);

  @TempDir static Path folder;

  private static Authority authority;
  private static EchoBackend backend;
  private static Interloper interloper;
  private static Siege siege;

  @BeforeAll
  static void begin() throws IOException {
    authority = Authority.in(folder);
    backend =
        new SecureTarget(authority)
            .backend(Authority.server(authority.issue(SecureTarget.ADDRESS)));
    interloper = new Interloper(backend.port());
    siege =
        Siege.with(
            Map.of("upstream_ca_file", authority.file()),
            Api.of("secure", "https://" + SecureTarget.ADDRESS + ":" + interloper.port())
                .at("/secure")
                .with("proxy.strip_listen_path", true));
  }

  @AfterAll
  static void end() throws IOException {
    siege.close();
    interloper.close();
    backend.close();
    assertThat(interloper.failures).isEmpty();
  }

  /** CVE-2026-1642: what came in clear text must not be taken for what came through TLS. */
  @Test
  void d11AnAnswerBeforeTlsIsNoAnswer() {
    for (byte[] planted : List.of(answer(), "HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII))) {
      for (boolean goesOn : new boolean[] {true, false}) {
        interloper.plant(planted, goesOn);
        siege.betrayal(
            Siege.NO_FAULT,
            () -> {
              int before = interloper.connections();
              while (interloper.connections() == before) {
                assertThat(fate(siege.client())).isEqualTo(UNAVAILABLE);
              }
              siege.countBareConnections(interloper.connections() - before);
            });
        assertThat(backend.calls()).isEmpty();
      }
    }
    assertThat(siege.log()).contains("TLS failed, the server does not speak TLS here");

    interloper.plant(new byte[0], true);
    await()
        .untilAsserted(() -> {
          try (WirePeer client = WirePeer.client(siege.port())) {
            assertThat(fate(client)).isEqualTo("grpc 0");
          }
        });
  }

  private static String fate(WirePeer client) {
    client.send(Frame.headers(1, CALL), Frame.message(1, "").last());
    return client.expectFate(1);
  }

  /** All that a server of gRPC says on a connection with one call, in clear text. */
  private static byte[] answer() {
    var bytes = new ByteArrayOutputStream();
    for (Frame frame :
        List.of(
            Frame.settings(),
            Frame.headers(1, Fields.grpcResponse()),
            Frame.message(1, ""),
            Frame.headers(1, Fields.grpcTrailers(0)).last())) {
      bytes.writeBytes(frame.encoded());
    }
    return bytes.toByteArray();
  }

  /** Says something of its own on each connection, and lets it go on to the server, or does not. */
  private static final class Interloper {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int serverPort;
    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<IOException> failures = new ConcurrentLinkedQueue<>();
    private volatile byte[] planted = {};
    private volatile boolean goesOn;

    Interloper(int serverPort) throws IOException {
      this.serverPort = serverPort;
      Thread.ofVirtual().start(this::acceptAll);
    }

    int port() {
      return socket.getLocalPort();
    }

    void plant(byte[] bytes, boolean thenGoesOn) {
      planted = bytes;
      goesOn = thenGoesOn;
    }

    int connections() {
      return connections.get();
    }

    private void acceptAll() {
      try {
        while (true) {
          Socket victim = socket.accept();
          connections.incrementAndGet();
          Thread.ofVirtual().start(() -> speak(victim));
        }
      } catch (IOException e) {
        if (!socket.isClosed()) {
          failures.add(e);
        }
      }
    }

    private void speak(Socket victim) {
      try (victim;
          Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
        victim.getOutputStream().write(planted);
        if (goesOn) {
          Thread.ofVirtual().start(() -> pass(server, victim));
        }
        pass(victim, goesOn ? server : null);
      } catch (SocketException hungUp) {
        // The gateway may do so before all is said.
      } catch (IOException e) {
        failures.add(e);
      }
    }

    /** Until one of them hangs up. */
    private static void pass(Socket from, @Nullable Socket to) {
      try {
        from.getInputStream()
            .transferTo(to == null ? OutputStream.nullOutputStream() : to.getOutputStream());
      } catch (IOException hungUp) {
        // As either may.
      }
    }

    void close() throws IOException {
      socket.close();
    }
  }
}
