package dev.weir.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class BodyDeadlineTest {
  private static final Duration SHORT = Duration.ofMillis(10);

  /** What begins HTTP/2, settings, the head of a POST, and two bytes of its body. */
  private static final String CUT =
      "000000040000000000" + "000006010400000001838684410161" + "000002000000000001" + "5b31";

  private static final int HEADERS = 1;

  @TempDir private Path folder;

  @Test
  void whatComesInTimeIsRead() throws IOException {
    byte[] body = {1, 2, 3};

    assertThat(BodyDeadline.read(new ByteArrayInputStream(body), 9, Duration.ofMinutes(1)))
        .isEqualTo(body);
    assertThat(BodyDeadline.read(new ByteArrayInputStream(body), 2, Duration.ofMinutes(1)))
        .containsExactly(1, 2);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void whoStopsInTheMiddleIsNotWaitedForForEver() throws IOException {
    try (var in = new PipedInputStream();
        var out = new PipedOutputStream(in)) {
      out.write(1);
      out.flush();

      assertThatExceptionOfType(BodyDeadline.Late.class)
          .isThrownBy(() -> BodyDeadline.read(in, 9, SHORT));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void whatEndsSinceItIsLateIsNotTheWhole() {
    assertThatExceptionOfType(BodyDeadline.Late.class)
        .isThrownBy(() -> BodyDeadline.read(new EndsWhenInterrupted(), 9, SHORT));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private static final class EndsWhenInterrupted extends InputStream {
    private boolean begun;

    @Override
    public int read() {
      throw new AssertionError("slow");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (!begun) {
        begun = true;
        return 1;
      }
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // as the server does, which tells nobody
      }
      return -1;
    }
  }

  @Test
  void overHttp2WhoStopsInTheMiddleIsAnswered() throws Exception {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var outcome = new CompletableFuture<Boolean>();
    WebServer server = server(any, outcome);
    try (SocketChannel channel =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))) {
      write(channel, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      write(channel, HexFormat.of().parseHex(CUT));

      assertThat(outcome.get()).as("late").isTrue();
      awaitHead(new DataInputStream(Channels.newInputStream(channel)));
    } finally {
      server.stop();
    }
  }

  /** RFC 9113, 4.1. */
  private static void awaitHead(DataInputStream in) throws IOException {
    for (int type = -1; type != HEADERS; ) {
      int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
      type = in.readUnsignedByte();
      in.skipNBytes(1 + Integer.BYTES + length);
    }
  }

  /** Whoever is interrupted in a read of a channel closes it. */
  @Test
  void onTheSocketOfCommandsWhoStopsInTheMiddleIsCutOff() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    var outcome = new CompletableFuture<Boolean>();
    WebServer server = server(address, outcome);
    try (SocketChannel channel = SocketChannel.open(address)) {
      write(
          channel, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n[1".getBytes(US_ASCII));

      assertThat(outcome.get()).as("late").isTrue();
      assertThat(Channels.newInputStream(channel).read()).isEqualTo(-1);
    } finally {
      server.stop();
    }
  }

  private static WebServer server(SocketAddress address, CompletableFuture<Boolean> outcome) {
    Handler handler =
        (request, response) -> {
          outcome.complete(isLate(request));
          response.status(Status.GATEWAY_TIMEOUT_504).send();
        };
    return WebServer.builder()
        .bindAddress(address)
        .shutdownHook(false)
        .routing(HttpRouting.builder().any(handler))
        .build()
        .start();
  }

  private static boolean isLate(ServerRequest request) throws IOException {
    try {
      BodyDeadline.read(request.content().inputStream(), 9, SHORT);
      return false;
    } catch (BodyDeadline.Late e) {
      return true;
    }
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
      channel.write(rest);
    }
  }
}
