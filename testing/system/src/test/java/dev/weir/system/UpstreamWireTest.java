package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What servers do to connections, and what becomes of the calls on them. */
class UpstreamWireTest {

  private static final int NO_ERROR = 0;
  private static final int REFUSED_STREAM = 7;

  @Test
  void callsAfterGoAwayUseANewConnectionP17() {
    try (var scene = Scene.open()) {
      Scene.Upstream first = scene.call();

      first.peer().send(Frame.goAway(first.stream(), NO_ERROR));
      first.peer().sendResponse(first.stream());
      assertThat(scene.client().expectResponse(1).get("grpc-status")).isEqualTo("0");
      scene.client().sendRequest(3, Scene.PATH);

      WirePeer second = scene.server().accept();
      second.sendResponse(second.expectRequest().stream());
      assertThat(scene.client().expectResponse(3).get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void callsAboveTheLastOfGoAwayMoveP17() {
    try (var scene = Scene.open()) {
      Scene.Upstream first = scene.call();
      scene.client().sendRequest(3, Scene.PATH);
      assertThat(first.peer().expectRequest().stream()).isGreaterThan(first.stream());

      first.peer().send(Frame.goAway(first.stream(), NO_ERROR));

      WirePeer second = scene.server().accept();
      second.sendResponse(second.expectRequest().stream());
      assertThat(scene.client().expectResponse(3).get("grpc-status")).isEqualTo("0");
      first.peer().sendResponse(first.stream());
      assertThat(scene.client().expectResponse(1).get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void aGracefulGoAwayInTwoStepsLosesNothingP17() {
    try (var scene = Scene.open()) {
      Scene.Upstream first = scene.call();

      first.peer().send(Frame.goAway(Integer.MAX_VALUE, NO_ERROR)).expectQuiet();
      scene.client().sendRequest(3, Scene.PATH);
      WirePeer second = scene.server().accept();
      first.peer().send(Frame.goAway(first.stream(), NO_ERROR));
      first.peer().sendResponse(first.stream());
      second.sendResponse(second.expectRequest().stream());

      assertThat(statuses(scene.client(), 2)).containsOnly("0");
    }
  }

  @Test
  void refusedStreamsMoveToAnotherServerP18() {
    try (var one = WireServer.listen();
        var two = WireServer.listen();
        var gateway = TestGateway.serving(Api.of("two", one.target(), two.target()));
        var client = WirePeer.client(gateway.port())) {
      client.sendRequest(1, Scene.PATH);
      WirePeer first = one.accept();
      int stream = first.expectRequest().stream();

      first.send(Frame.reset(stream, REFUSED_STREAM));

      WirePeer second = two.accept();
      Head head = second.expectRequest();
      second.sendResponse(head.stream());
      assertThat(client.expectResponse(1).get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void aBodyLargerThanTheReplayBufferIsNotSentTwiceP18() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();
      for (int sent = 0; sent < 200_000; sent += 10_000) {
        scene.client().sendWhenAllowed(Frame.data(1, new byte[10_000]));
        upstream.expectBytes(stream, 10_000);
      }

      upstream.send(Frame.reset(stream, REFUSED_STREAM));

      assertThat(scene.client().expectReset(1)).isEqualTo(REFUSED_STREAM);
      upstream.expectQuiet();
    }
  }

  @Test
  void anotherConnectionOpensWhenTheStreamsOfOneAreUsedUp() {
    try (var scene = Scene.open()) {
      scene.client().sendRequest(1, Scene.PATH);
      WirePeer first = scene.server().accept(Frame.MAX_CONCURRENT_STREAMS, 1);
      int firstStream = first.expectRequest().stream();

      scene.client().sendRequest(3, Scene.PATH);
      WirePeer second = scene.server().accept(Frame.MAX_CONCURRENT_STREAMS, 1);
      int secondStream = second.expectRequest().stream();

      first.expectQuiet().sendResponse(firstStream);
      second.sendResponse(secondStream);
      assertThat(statuses(scene.client(), 2)).containsOnly("0");
    }
  }

  @Test
  void callsWaitForAStreamWhenNoConnectionMayBeAdded() {
    try (var scene = Scene.open()) {
      var peers = new ArrayList<WirePeer>();
      var streams = new ArrayList<Integer>();
      int id = 1;
      // UpstreamSettings.DEFAULTS: ten connections for a loop.
      for (int i = 0; i < 10; i++, id += 2) {
        scene.client().sendRequest(id, Scene.PATH);
        WirePeer peer = scene.server().accept(Frame.MAX_CONCURRENT_STREAMS, 1);
        peers.add(peer);
        streams.add(peer.expectRequest().stream());
      }

      scene.client().sendRequest(id, Scene.PATH).expectQuiet();
      peers.getFirst().expectQuiet().sendResponse(streams.getFirst());

      assertThat(scene.client().expectResponse(1).get("grpc-status")).isEqualTo("0");
      WirePeer reused = peers.getFirst();
      reused.sendResponse(reused.expectRequest().stream());
      assertThat(scene.client().expectResponse(id).get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void aLimitOfStreamsThatShrinksIsRespected() {
    try (var scene = Scene.open()) {
      Scene.Upstream first = scene.call();

      first.peer().send(Frame.settings(Frame.MAX_CONCURRENT_STREAMS, 1)).expectQuiet();
      scene.client().sendRequest(3, Scene.PATH);

      WirePeer second = scene.server().accept();
      assertThat(second.expectRequest().fields().get(":path")).isEqualTo(Scene.PATH);
      first.peer().expectQuiet();
    }
  }

  @Test
  void settingsAreAcknowledgedAndObeyedAtAnyTime() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept(Frame.INITIAL_WINDOW_SIZE, 0);
      int stream = upstream.expectHeaders().stream();
      scene.client().send(Frame.data(1, new byte[5_000]));
      upstream.expectQuiet();

      upstream.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 5_000));

      assertThat(upstream.expectBytes(stream, 5_000)).hasSize(5_000);
      assertThat(upstream.passedOver())
          .anyMatch(frame -> frame.is(Frame.SETTINGS) && frame.has(Frame.ACK));
    }
  }

  @Test
  void aWindowThatTurnsNegativeIsRefilledFirst() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept(Frame.INITIAL_WINDOW_SIZE, 5_000);
      int stream = upstream.expectHeaders().stream();
      scene.client().send(Frame.data(1, new byte[8_000]));
      assertTakes(upstream, stream, 5_000);

      upstream.send(Frame.settings(Frame.INITIAL_WINDOW_SIZE, 1_000)).expectQuiet();
      upstream.send(Frame.windowUpdate(stream, 4_000)).expectQuiet();
      upstream.send(Frame.windowUpdate(stream, 3_000));

      assertTakes(upstream, stream, 3_000);
    }
  }

  @Test
  void framesGrowOnlyWhenTheServerAllowsIt() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept(Frame.MAX_FRAME_SIZE, 16_384);
      int stream = upstream.expectHeaders().stream();

      scene.client().send(Frame.data(1, new byte[16_384]), Frame.data(1, new byte[16_384]));

      int got = 0;
      while (got < 2 * 16_384) {
        int length = upstream.expectData(stream).payload().length;
        assertThat(length).isLessThanOrEqualTo(16_384);
        got += length;
      }
    }
  }

  @Test
  void aServerThatDiesInMidStreamIsUnavailableInTrailersT1P4() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer()
          .send(
              Frame.headers(call.stream(), Fields.grpcResponse()),
              Frame.message(call.stream(), "one"));
      scene.client().expectHeaders(1);
      scene.client().expectBytes(1, 8);

      call.peer().abort();

      Head trailers = scene.client().expectHeaders(1);
      assertThat(trailers.isLast()).isTrue();
      assertThat(trailers.fields().get("grpc-status")).isEqualTo("14");
      assertThat(trailers.fields().get("grpc-message")).contains("scripted");
    }
  }

  @Test
  void aServerThatClosesInMidStreamIsUnavailableInTrailersT1P4() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.headers(call.stream(), Fields.grpcResponse()));
      scene.client().expectHeaders(1);

      call.peer().close();

      Head trailers = scene.client().expectHeaders(1);
      assertThat(trailers.isLast()).isTrue();
      assertThat(trailers.fields().get("grpc-status")).isEqualTo("14");
    }
  }

  @Test
  void aServerThatDiesBeforeItAnswersIsUnavailableT1() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer().abort();

      Head answer = scene.client().expectHeaders(1);
      assertThat(answer.isLast()).isTrue();
      assertThat(answer.fields().get("grpc-status")).isEqualTo("14");
      scene.client().expectQuiet();
    }
  }

  @Test
  void aServerThatSpeaksHttp1IsUnavailable() {
    try (var scene = Scene.open()) {
      scene.client().sendRequest(1, Scene.PATH);
      scene
          .server()
          .acceptSilently()
          .expectPreface()
          .send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
          .close();

      Head answer = scene.client().expectHeaders(1);
      assertThat(answer.fields().get("grpc-status")).isEqualTo("14");
      assertThat(answer.fields().get("grpc-message"))
          .contains(scene.server().target().substring(6))
          .contains("does not speak HTTP/2");
    }
  }

  @Test
  void aServerThatClosesAtOnceIsUnavailable() {
    try (var scene = Scene.open()) {
      scene.client().sendRequest(1, Scene.PATH);
      scene.server().acceptSilently().close();

      assertThat(scene.client().expectHeaders(1).fields().get("grpc-status")).isEqualTo("14");
    }
  }

  @Test
  void pushWasForbiddenAndEndsTheConnectionD7() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer()
          .send(
              new Frame(
                  Frame.PUSH_PROMISE, Frame.END_HEADERS, call.stream(), new byte[] {0, 0, 0, 2}));

      assertThat(call.peer().expectGoAway().goAwayCode()).isEqualTo(1);
      assertThat(scene.client().expectHeaders(1).fields().get("grpc-status")).isEqualTo("14");
    }
  }

  @Test
  void pingsOfTheServerAreAnsweredP20() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();

      call.peer().expectQuiet().sendResponse(call.stream());

      assertThat(scene.client().expectResponse(1).get("grpc-status")).isEqualTo("0");
      assertThat(scene.client().passedOver()).noneMatch(frame -> frame.is(Frame.PING));
    }
  }

  @Test
  void paddedAndSplitDataArriveWholeP25() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.headers(call.stream(), Fields.grpcResponse()));
      byte[] message = {0, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};
      for (byte b : message) {
        call.peer().send(new Frame(Frame.DATA, Frame.PADDED, call.stream(), padded(b)));
      }
      call.peer().send(Frame.headers(call.stream(), Fields.grpcTrailers(0)).last());

      scene.client().expectHeaders(1);
      assertThat(scene.client().expectBytes(1, message.length)).isEqualTo(message);
      assertThat(scene.client().expectHeaders(1).fields().get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  void paddingCostsTheServersWindowNothingInTheEndD12() {
    try (var scene = Scene.open()) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.headers(call.stream(), Fields.grpcResponse()));
      scene.client().expectHeaders(1);

      // 100 KB of payload in frames of 5 bytes take 5 MB of window with their padding.
      var padded = new byte[5 + 1 + 255];
      padded[0] = (byte) 255;
      for (int sent = 0; sent < 100_000; sent += 5) {
        call.peer().sendWhenAllowed(new Frame(Frame.DATA, Frame.PADDED, call.stream(), padded));
        if (sent % 1000 == 995) {
          scene.client().expectBytes(1, 1000);
        }
      }
      call.peer().send(Frame.headers(call.stream(), Fields.grpcTrailers(0)).last());
      assertThat(scene.client().expectHeaders(1).fields().get("grpc-status")).isEqualTo("0");
    }
  }

  private static byte[] padded(byte payload) {
    var bytes = new byte[1 + 1 + 255];
    bytes[0] = (byte) 255;
    bytes[1] = payload;
    return bytes;
  }

  /** The statuses of whole responses on any streams, in the order of their ends. */
  private static List<String> statuses(WirePeer client, int count) {
    var statuses = new ArrayList<String>();
    while (statuses.size() < count) {
      Frame frame = client.next();
      if (frame.is(Frame.HEADERS)) {
        Fields fields = client.decode(frame.stream(), frame.payload());
        if (frame.isLast()) {
          statuses.add(fields.get("grpc-status"));
        }
      } else if (frame.is(Frame.RST_STREAM)) {
        throw new AssertionError("reset " + frame.resetCode());
      }
    }
    return statuses;
  }

  /** In any number of frames, as the client's bytes came, and without giving window back. */
  private static void assertTakes(WirePeer upstream, int stream, int bytes) {
    int taken = 0;
    while (taken < bytes) {
      taken += upstream.expectData(stream).payload().length;
    }
    assertThat(taken).isEqualTo(bytes);
  }
}
