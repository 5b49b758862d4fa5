package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.WirePeer;
import org.junit.jupiter.api.Test;

/** A side that does not read holds back the other, and what lies between is bounded (P23). */
class FlowControlWireTest {

  private static final int CHUNK = 10_000;
  private static final int DEFAULT_WINDOW = 65_535;

  /** A window of a stream and 32 KiB. */
  private static final int MOST_HELD = 96 << 10;

  @Test
  void aStalledServerHoldsBackTheClientP23() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept(Frame.INITIAL_WINDOW_SIZE, 0);
      int stream = upstream.expectHeaders().stream();

      int held = scene.client().fill(1);

      assertThat(held).isLessThanOrEqualTo(MOST_HELD);
      upstream.send(Frame.windowUpdate(stream, held));
      assertThat(upstream.expectBytes(stream, held)).hasSize(held);
    }
  }

  @Test
  void aStalledClientHoldsBackTheServerP23() {
    try (var scene = Scene.open(Frame.INITIAL_WINDOW_SIZE, 0)) {
      Scene.Upstream call = scene.call();
      call.peer().send(Frame.headers(call.stream(), Fields.grpcResponse()));
      scene.client().expectHeaders(1);

      int held = call.peer().fill(call.stream());

      assertThat(held).isLessThanOrEqualTo(MOST_HELD);
      scene.client().send(Frame.windowUpdate(1, held), Frame.windowUpdate(0, held));
      assertThat(scene.client().expectBytes(1, held)).hasSize(held);
    }
  }

  @Test
  void theWindowComesBackOnlyForWhatTheOtherSideTookP23() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept(Frame.INITIAL_WINDOW_SIZE, 0);
      int stream = upstream.expectHeaders().stream();
      int held = scene.client().fill(1);

      upstream.send(Frame.windowUpdate(stream, held / 2), Frame.windowUpdate(0, held));
      for (int got = 0; got < held / 2; ) {
        got += upstream.expectData(stream).payload().length;
      }

      assertThat(scene.client().fill(1)).isLessThanOrEqualTo(held / 2);
    }
  }

  /** The length of a message is the receiver's business: what has come of it goes on. */
  @Test
  void nothingWaitsForAWholeMessageP26() {
    byte[] begun = {0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 'b', 'e', 'g', 'u', 'n'};
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)), Frame.data(1, begun));
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();
      assertThat(upstream.expectBytes(stream, begun.length)).isEqualTo(begun);

      upstream.send(Frame.headers(stream, Fields.grpcResponse()), Frame.data(stream, begun));
      scene.client().expectHeaders(1);
      assertThat(scene.client().expectBytes(1, begun.length)).isEqualTo(begun);
    }
  }

  @Test
  void aStalledStreamDoesNotStopTheOthersP24() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept(Frame.INITIAL_WINDOW_SIZE, 0);
      upstream.expectHeaders();
      scene.client().fill(1);

      for (int id = 3; id < 203; id += 2) {
        scene.client().send(Frame.headers(id, Fields.grpcRequest(Scene.PATH)));
        int stream = upstream.expectHeaders().stream();
        upstream.send(Frame.windowUpdate(stream, CHUNK));
        scene.client().send(Frame.data(id, new byte[CHUNK]).last());
        upstream.expectBytes(stream, CHUNK);
        upstream.sendResponse(stream);
        assertThat(scene.client().expectResponse(id).get("grpc-status")).isEqualTo("0");
      }
    }
  }

  @Test
  void cancelledStreamsGiveTheConnectionsWindowBack() {
    try (var scene = Scene.open(Frame.INITIAL_WINDOW_SIZE, 0)) {
      scene.client().sendRequest(1, Scene.PATH);
      WirePeer upstream = scene.server().accept();

      // More than half of a connection's window in all. No server is sent many resets, so most of
      // the streams are reset by the server.
      int last = 301;
      int sent = 0;
      for (int id = 1; id < last; id += 2) {
        int stream = upstream.expectRequest().stream();
        upstream.send(Frame.headers(stream, Fields.grpcResponse()));
        scene.client().expectHeaders(id);
        for (int chunks = 0; chunks < 6; chunks++) {
          upstream.send(Frame.data(stream, new byte[CHUNK]));
          sent += CHUNK;
        }
        WirePeer resets = id % 8 == 1 ? scene.client() : upstream;
        WirePeer isTold = resets == upstream ? scene.client() : upstream;
        resets.send(Frame.reset(resets == upstream ? stream : id, 8));
        isTold.expectReset(resets == upstream ? id : stream);
        scene.client().sendRequest(id + 2, Scene.PATH);
      }

      int returned =
          upstream.passedOver().stream()
              .filter(frame -> frame.is(Frame.WINDOW_UPDATE) && frame.stream() == 0)
              .mapToInt(Frame::increment)
              .sum();
      int opening = 16 * 1024 * 1024 - DEFAULT_WINDOW;
      assertThat(sent).isGreaterThan(8 * 1024 * 1024);
      assertThat(returned - opening).isBetween(8 * 1024 * 1024, sent);
    }
  }
}
