package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.SeenCall;
import dev.weir.testkit.WirePeer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shutting down: GOAWAY for everybody, time for open streams, a status for the rest. */
class DrainServerTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int CANCEL = 8;
  private static final Duration SHORT = Duration.ofMillis(300);

  private final EchoBackend backend = EchoBackend.start("one");
  private final TestGateway gateway = TestGateway.serving(Api.of("echo", backend.target()));

  @AfterEach
  void stop() {
    gateway.close();
    backend.close();
  }

  @Test
  void openStreamsRunToTheirEndT11() throws InterruptedException {
    try (var client = EchoClient.to(gateway.port())) {
      OpenCall call = client.open(EchoClient.CHAT).send("before");
      call.awaitReply();

      Thread drain = gateway.drain(LONG);
      await().until(() -> refuses(gateway.port()));

      assertThat(call.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
      assertThat(drain.join(LONG)).isTrue();
    }
  }

  @Test
  void aGraceOfCenturiesDoesNotTurnIntoNone() {
    try (var client = EchoClient.to(gateway.port())) {
      OpenCall call = client.open(EchoClient.CHAT).send("before");
      call.awaitReply();

      gateway.drain(Duration.ofNanos(Long.MAX_VALUE));
      await().until(() -> refuses(gateway.port()));

      assertThat(call.send("after").awaitReply().getMessages()).isEqualTo(2);
      assertThat(call.halfClose().awaitEnd().status().isOk()).isTrue();
    }
  }

  @Test
  void streamsThatOutliveTheGraceEndUnavailableInTrailersT11() {
    try (var client = EchoClient.to(gateway.port())) {
      OpenCall call = client.open(EchoClient.CHAT).send("before");
      call.awaitReply();
      SeenCall seen = backend.awaitCall();

      gateway.drain(SHORT);

      Outcome outcome = call.awaitEnd();
      assertThat(outcome.code()).isEqualTo(14);
      assertThat(outcome.message()).contains("shutting down");
      assertThat(seen.awaitEnd()).isEqualTo(SeenCall.End.CANCELLED);
    }
  }

  /** Trailers are not flow controlled: a window that never opens must not hold them back. */
  @Test
  void aStreamWhoseReaderStallsGetsItsStatusWhenItIsCutT11() {
    try (var scene = Scene.open(Frame.INITIAL_WINDOW_SIZE, 1000)) {
      Scene.Upstream call = scene.call();
      call.peer()
          .send(
              Frame.headers(call.stream(), Fields.grpcResponse()),
              Frame.data(call.stream(), new byte[16_000]))
          .expectQuiet();

      scene.gateway().drain(SHORT);

      assertThat(trailersOfTheCut(scene.client(), 1)).isEqualTo("14");
      assertThat(call.peer().expectReset(call.stream())).isEqualTo(CANCEL);
    }
  }

  @Test
  void aResponseThatIsCompleteButUnreadIsCutWithAStatusT11() {
    try (var scene = Scene.open(Frame.INITIAL_WINDOW_SIZE, 1000)) {
      Scene.Upstream call = scene.call();
      call.peer()
          .send(
              Frame.headers(call.stream(), Fields.grpcResponse()),
              Frame.data(call.stream(), new byte[16_000]),
              Frame.headers(call.stream(), Fields.grpcTrailers(0)).last())
          .expectQuiet();

      scene.gateway().drain(SHORT);

      assertThat(trailersOfTheCut(scene.client(), 1)).isEqualTo("14");
    }
  }

  /** Reads a response until its end without ever opening a window; gives the status. */
  private static String trailersOfTheCut(WirePeer client, int stream) {
    Frame frame = client.next();
    while (!frame.isLast()) {
      if (frame.is(Frame.HEADERS)) {
        client.decode(stream, frame.payload());
      }
      frame = client.next();
    }
    assertThat(frame.is(Frame.HEADERS)).isTrue();
    return client.decode(stream, frame.payload()).get("grpc-status");
  }

  @Test
  void aRequestOverHttp1RunsToItsEndT11() throws InterruptedException {
    try (var scene = Scene.open();
        var caller = WirePeer.connect(scene.gateway().port())) {
      caller.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();

      Thread drain = scene.gateway().drain(LONG);
      await().until(() -> refuses(scene.gateway().port()));
      upstream.send(
          Frame.headers(stream, Fields.of(":status", "200", "content-type", "text/plain")),
          Frame.data(stream, "late").last());

      assertThat(caller.expectTextUntilClose()).startsWith("HTTP/1.1 200").contains("late");
      scene.client().expectClose();
      assertThat(drain.join(LONG)).isTrue();
    }
  }

  @Test
  void anIdleConnectionOverHttp1IsClosedAtOnce() throws InterruptedException {
    try (var caller = WirePeer.connect(gateway.port())) {
      caller.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").readByte();

      Thread drain = gateway.drain(LONG);

      assertThat(caller.expectTextUntilClose()).startsWith("TTP/1.1 200");
      assertThat(drain.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void clientsAreToldInTwoStepsP19() throws InterruptedException {
    try (var client = WirePeer.client(gateway.port())) {
      client.sendRequest(1, "/weir.testkit.Echo/Unary");
      client.expectResponse(1);

      Thread drain = gateway.drain(LONG);

      Frame first = client.expectGoAway();
      assertThat(first.goAwayCode()).isZero();
      assertThat(first.goAwayLastStream()).isEqualTo(Integer.MAX_VALUE);
      Frame second = client.expectGoAway();
      assertThat(second.goAwayCode()).isZero();
      assertThat(second.goAwayLastStream()).isEqualTo(1);
      assertThat(client.expectClose()).isEmpty();
      assertThat(drain.join(LONG)).isTrue();
    }
  }

  @Test
  void callsThatCrossedTheFirstGoAwayAreServedP19() throws InterruptedException {
    try (var client = WirePeer.client(gateway.port())) {
      client.sendRequest(1, "/weir.testkit.Echo/Unary");
      client.expectResponse(1);
      Thread drain = gateway.drain(LONG);
      assertThat(client.expectGoAway().goAwayLastStream()).isEqualTo(Integer.MAX_VALUE);
      Frame ping = client.next();
      assertThat(ping.is(Frame.PING)).isTrue();

      client.sendRequest(3, "/weir.testkit.Echo/Unary");
      client.send(new Frame(Frame.PING, Frame.ACK, 0, ping.payload()));

      List<Frame> rest = client.expectClose();
      assertThat(rest)
          .anyMatch(frame -> frame.is(Frame.GOAWAY) && frame.goAwayLastStream() == 3)
          .anyMatch(frame -> frame.is(Frame.HEADERS) && frame.stream() == 3 && frame.isLast());
      assertThat(drain.join(LONG)).isTrue();
    }
  }

  @Test
  void idleConnectionsDoNotHoldUpTheEnd() throws InterruptedException {
    try (var client = WirePeer.client(gateway.port())) {
      client.expectQuiet();

      Thread drain = gateway.drain(LONG);

      client.expectGoAway();
      client.expectGoAway();
      client.expectClose();
      assertThat(drain.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  private static boolean refuses(int port) {
    try {
      WirePeer.connect(port).close();
      return false;
    } catch (java.io.UncheckedIOException refused) {
      return true;
    }
  }
}
