package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.FaultProxy;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.FrameCounter;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.WirePeer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Frames that come behind a reset, whoever sent that, and the neighbours on the connection (B9).
 */
class LateFramesServerTest {

  private static final int STREAM_CLOSED = 5;
  private static final int CANCEL = 8;
  private static final int CALLS = 1000;

  /** As many streams and resets as the test needs on one connection. */
  private static final Map<String, Object> ROOM =
      Map.of(
          "weir",
          Map.of(
              "event_loops",
              1,
              "http2",
              Map.of("max_concurrent_streams", 2 * CALLS, "resets_burst", 2 * CALLS)));

  /** Its Netty writes a message that it holds behind the reset of the call, in the same flush. */
  @Test
  void aClientOfGrpcJavaThatCancelsAThousandCallsAtOnceHurtsNoNeighbourB9() {
    var frames = new FrameCounter();
    try (var backend = EchoBackend.start("echo");
        var gateway = TestGateway.configured(ROOM, Api.of("echo", backend.target()));
        var between = FaultProxy.watched(gateway.port(), frames::watcher);
        var client = EchoClient.to(between.port())) {
      OpenCall neighbour = client.open(EchoClient.CHAT).send("before");
      neighbour.awaitReply();
      for (var method : List.of(EchoClient.UPLOAD, EchoClient.CHAT)) {
        List<OpenCall> calls =
            IntStream.range(0, CALLS).mapToObj(i -> client.open(method).send("first")).toList();

        calls.parallelStream().forEach(call -> call.send("late").cancel());

        calls.forEach(OpenCall::awaitEnd);
        neighbour.send("after").awaitReply();
      }
      assertThat(neighbour.halfClose().awaitEnd().status().isOk()).isTrue();
      assertThat(frames.count(Frame.GOAWAY)).as("GOAWAY").isZero();
      assertThat(between.connections()).as("connections of the client").isEqualTo(1);
    }
  }

  @Test
  void whatAClientSendsBehindItsResetIsAnsweredOnceAndCreditedB9() {
    try (var scene = Scene.open()) {
      WirePeer client = scene.client();
      client.send(Frame.headers(1, Fields.grpcRequest(Scene.PATH)));
      WirePeer upstream = scene.server().accept();
      int neighbour = upstream.expectHeaders().stream();

      for (int id = 3; id < 203; id += 2) {
        client.send(
            Frame.headers(id, Fields.grpcRequest(Scene.PATH)),
            Frame.reset(id, CANCEL),
            Frame.data(id, new byte[16_000]),
            Frame.data(id, new byte[16_000]),
            Frame.windowUpdate(id, 1),
            Frame.reset(id, CANCEL));
        assertThat(client.expectReset(id)).isEqualTo(STREAM_CLOSED);
      }

      client.send(Frame.message(1, "still here"));
      assertThat(upstream.expectData(neighbour).payload()).isNotEmpty();
      assertThat(client.connectionAllowance()).isGreaterThan(1 << 19);
    }
  }

  @Test
  void whatAServerSendsBehindItsResetHurtsNoNeighbourB9() {
    try (var scene = Scene.open()) {
      Scene.Upstream first = scene.call();
      WirePeer server = first.peer();
      for (int id = 3; id < 23; id += 2) {
        scene.client().sendRequest(id, Scene.PATH);
        int stream = server.expectRequest().stream();
        server.send(
            Frame.headers(stream, Fields.grpcResponse()),
            Frame.reset(stream, CANCEL),
            Frame.data(stream, new byte[16_000]),
            Frame.headers(stream, Fields.of("grpc-status", "0")).last());
        scene.client().expectHeaders(id);
        assertThat(scene.client().expectReset(id)).isEqualTo(CANCEL);
        assertThat(server.expectReset(stream)).isEqualTo(STREAM_CLOSED);
      }

      server.send(Frame.headers(first.stream(), Fields.grpcResponse()));

      scene.client().expectHeaders(1);
    }
  }
}
