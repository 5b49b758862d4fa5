package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that do not speak what is spoken here (C13). */
class BadInputWireTest {

  private final EchoBackend backend = EchoBackend.start("one");
  private final TestGateway gateway = TestGateway.serving(Api.of("echo", backend.target()));

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  @Test
  void halfAPrefaceIsClosedAfterFiveSeconds() {
    try (var client = WirePeer.connect(gateway.port())) {
      long start = System.nanoTime();

      client.send("PRI * HTTP/2.0\r\n").expectTextUntilClose();

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
    }
    stillServes();
  }

  @Test
  void silenceIsClosedAfterFiveSeconds() {
    try (var client = WirePeer.connect(gateway.port())) {
      long start = System.nanoTime();

      client.expectTextUntilClose();

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
    }
  }

  @Test
  void aPrefaceThatComesByteByByteIsAPreface() {
    try (var client = WirePeer.connect(gateway.port())) {
      for (byte b : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
        client.send(new byte[] {b});
      }
      client.send(Frame.settings()).expectSettings().expectQuiet();
    }
  }

  @Test
  void aWrongPrefaceIsClosed() {
    try (var client = WirePeer.connect(gateway.port())) {
      client.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n").expectClose();
    }
    stillServes();
  }

  @Test
  void aBrokenHttp1RequestIsAnsweredWith4xxOrClosed() {
    try (var client = WirePeer.connect(gateway.port())) {
      String answer = client.send("GET\r\n\r\n").finish().expectTextUntilClose();

      assertThat(answer).matches("(?s)|HTTP/1\\.1 4.*");
    }
    stillServes();
  }

  @Test
  void aFrameBeforeSettingsEndsTheConnection() {
    try (var client = WirePeer.connect(gateway.port())) {
      client.sendPreface().send(Frame.ping(1));

      assertThat(client.expectClose())
          .anyMatch(frame -> frame.is(Frame.GOAWAY) && frame.goAwayCode() == 1);
    }
  }

  private void stillServes() {
    try (var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").status().isOk()).isTrue();
    }
  }
}
