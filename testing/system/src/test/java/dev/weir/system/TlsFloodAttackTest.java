package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.ClientHello;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import dev.weir.testkit.TlsClient;
import dev.weir.testkit.WirePeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes by the thousand that nobody goes on with (row F4). */
class TlsFloodAttackTest {
  private static final int AT_ONCE = 400;
  private static final int TURNS_TO_ACCEPT = 20;
  private static final int TURNS = 3;
  private static final int ROUNDS = 5;
  private static final int RSA_BITS = 2048;

  private static final int HELLOS = 6000;
  private static final int PER_SECOND = 2000;
  private static final int CLIENTS = 8;

  /** What one costs may be this often what a call does. */
  private static final int CALLS_OF_A_HANDSHAKE = 10;

  private static final int HANDSHAKE_RECORD = 22;
  private static final ServerCertificate RSA =
      TwoKeysServerTest.certificate("RSA", RSA_BITS, "SHA256withRSA");

  @TempDir Path folder;

  private final int port = Ports.free();
  private int stream = 1;

  /**
   * All hellos are there before the gateway has answered the first. Another client goes to and fro
   * with it meanwhile; when it would have to wait in each turn for all who came before it, all of
   * them would have their answer by then. The best of some rounds, as the machine may let this
   * client wait, too.
   */
  @Test
  void f4HandshakesThatComeAtOnceLeaveRoomForOthers() throws IOException {
    try (WeirProcess weir =
            WeirProcess.tuned(
                List.of(),
                Map.of(
                    "weir",
                    Map.of("event_loops", 1),
                    "http_server_options",
                    Map.of("enable_http2", true)),
                secure());
        WirePeer other = WirePeer.client(weir.port())) {
      int least = AT_ONCE;
      for (int i = 0; i < ROUNDS && least > AT_ONCE / 2; i++) {
        least = Math.min(least, answeredMeanwhile(weir, other));
      }
      assertThat(least).isLessThan(AT_ONCE / 2);
    }
  }

  /**
   * For three seconds, each from a client that goes at once, or when it sees an answer. On a
   * machine that cannot do as much it takes longer.
   */
  @Test
  void f4TwoThousandASecondLeaveThoseAloneWhoAreThere() throws IOException {
    try (Siege siege = Siege.of(secure())) {
      siege.betrayal(
          Siege.NO_FAULT,
          () -> {
            siege.countBareConnections(HELLOS * CALLS_OF_A_HANDSHAKE);
            flood();
          });
      try (SSLSocket late = TlsClient.trusting(RSA.leaf()).connect(port)) {
        assertThat(late.getSession().isValid()).isTrue();
      }
    }
  }

  private void flood() {
    AtomicInteger next = new AtomicInteger();
    long begun = System.nanoTime();
    try (ExecutorService clients =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(() -> greet(next, begun)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private Void greet(AtomicInteger next, long begun) throws IOException {
    byte[] hello = ClientHello.offering(0x0303, 0xc02f).bytes();
    for (int i = next.getAndIncrement(); i < HELLOS; i = next.getAndIncrement()) {
      long due = begun + i * Duration.ofSeconds(1).toNanos() / PER_SECOND;
      LockSupport.parkNanos(due - System.nanoTime());
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
        client.setSoTimeout((int) Patience.LIMIT.toMillis());
        client.getOutputStream().write(hello);
        if (i % 2 == 0) {
          assertThat(client.getInputStream().read()).isEqualTo(HANDSHAKE_RECORD);
        }
      }
    }
    return null;
  }

  private int answeredMeanwhile(WeirProcess weir, WirePeer other) throws IOException {
    byte[] hello = ClientHello.offering(0x0303, 0xc02f).bytes();
    List<Socket> flood = new ArrayList<>();
    try {
      for (int i = 0; i < AT_ONCE; i++) {
        flood.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      goToAndFro(other, TURNS_TO_ACCEPT);
      weir.whileStopped(() -> flood.forEach(client -> send(client, hello)));
      goToAndFro(other, TURNS);
      int answered = 0;
      for (Socket client : flood) {
        answered += Math.min(1, client.getInputStream().available());
      }
      flood.getLast().getInputStream().read();
      return answered;
    } finally {
      for (Socket client : flood) {
        client.close();
      }
    }
  }

  /** The gateway itself answers: there is no such method. */
  private void goToAndFro(WirePeer client, int times) {
    for (int i = 0; i < times; i++) {
      client.send(Frame.headers(stream, Fields.grpcRequest("/no.Such/Method")).last());
      client.expectResponse(stream);
      stream += 2;
    }
  }

  private static void send(Socket client, byte[] bytes) {
    try {
      client.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By a key of RSA, with which a handshake costs the most. */
  private Api secure() throws IOException {
    Path file = folder.resolve("rsa.pem");
    PemWriter.write(file, RSA);
    return Api.of("secure", "h2c://127.0.0.1:1")
        .at("/secure")
        .on(port)
        .with("protocol", "https")
        .with("certificates", List.of(file.toString()));
  }
}
