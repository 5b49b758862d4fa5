package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import dev.weir.testkit.proto.EchoReply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The eight cases of gRPC's negative HTTP/2 interop tests (gRPC document
 * "negative-http2-test-descriptions"): grpc-java calls a server that misbehaves, without the
 * gateway and through it, and has to see the same.
 */
class NegativeInteropServerTest {

  private static final int NO_ERROR = 0;
  private static final int INTERNAL_ERROR = 2;
  private static final int PINGS = 10;
  private static final int LARGE_BYTES = 300_000;
  private static final byte[] SMALL = "small".getBytes(US_ASCII);

  /** What the server does, and the client sees, in words that can be compared. */
  private interface Play {
    List<String> between(EchoClient client, WireServer server);
  }

  private static List<String> sameThroughTheGateway(Play play) {
    List<String> direct;
    try (var server = WireServer.listen();
        var client = EchoClient.to(server.port())) {
      direct = play.between(client, server);
    }
    try (var server = WireServer.listen();
        var gateway = TestGateway.serving(Api.of("hostile", server.target()));
        var client = EchoClient.to(gateway.port())) {
      assertThat(play.between(client, server)).isEqualTo(direct);
    }
    return direct;
  }

  @Test
  @DisplayName("negative 1 goaway: both calls succeed, the second on a connection of its own")
  void goawayFailsNeitherCall() {
    assertThat(
            sameThroughTheGateway((client, server) -> {
              OpenCall first = call(client);
              WirePeer left = server.accept();
              int stream = left.expectRequest().stream();
              left.send(answer(stream, SMALL)).send(Frame.goAway(stream, NO_ERROR));
              String before = seen(first);
              awaitHeard(left);

              OpenCall second = call(client);
              WirePeer next = server.accept();
              next.send(answer(next.expectRequest().stream(), SMALL));
              return List.of(before, seen(second));
            }))
        .containsExactly("OK 5", "OK 5");
  }

  /** Until the client has read the GOAWAY, to which it answers with its own or with nothing. */
  private static void awaitHeard(WirePeer peer) {
    peer.trySend(Frame.ping(1));
    Frame frame = peer.next();
    while (!frame.is(Frame.GOAWAY) && !(frame.is(Frame.PING) && frame.has(Frame.ACK))) {
      frame = peer.next();
    }
  }

  @Test
  @DisplayName("negative 2 rst_after_header: the call fails")
  void rstAfterHeaderFailsTheCall() {
    assertThat(sameAfterReset(new byte[0])).hasSize(2).noneMatch(seen -> seen.startsWith("OK"));
  }

  @Test
  @DisplayName("negative 3 rst_during_data: the call fails, without a message")
  void rstDuringDataFailsTheCall() {
    assertThat(sameAfterReset(Arrays.copyOf(message(LARGE_BYTES), LARGE_BYTES / 2)))
        .hasSize(2)
        .allMatch(seen -> seen.matches("(?!OK)[A-Z_]+"));
  }

  @Test
  @DisplayName("negative 4 rst_after_data: the call fails although its message is whole")
  void rstAfterDataFailsTheCall() {
    assertThat(sameAfterReset(message(SMALL)))
        .hasSize(2)
        .allMatch(seen -> seen.matches("(?!OK)[A-Z_]+ 5"));
  }

  /** With these bytes before RST_STREAM, which comes without an error and with one. */
  private static List<String> sameAfterReset(byte[] bytes) {
    return sameThroughTheGateway((client, server) -> {
      OpenCall first = call(client);
      WirePeer peer = server.accept();
      List<String> seen = new ArrayList<>();
      reset(peer, bytes, NO_ERROR);
      seen.add(seen(first));
      OpenCall second = call(client);
      reset(peer, bytes, INTERNAL_ERROR);
      seen.add(seen(second));
      return seen;
    });
  }

  private static void reset(WirePeer peer, byte[] bytes, int code) {
    int stream = peer.expectRequest().stream();
    peer.send(Frame.headers(stream, Fields.grpcResponse()));
    sendPieces(peer, stream, bytes, 16_000, false);
    peer.send(Frame.reset(stream, code));
  }

  @Test
  @DisplayName("negative 5 ping: every PING is acknowledged")
  void pingIsAcknowledgedThroughoutTheCall() {
    assertThat(
            sameThroughTheGateway((client, server) -> {
              OpenCall call = call(client);
              WirePeer peer = server.accept();
              ping(peer);
              int stream = peer.expectRequest().stream();
              peer.send(Frame.headers(stream, Fields.grpcResponse()));
              ping(peer);
              peer.send(Frame.data(stream, message(SMALL)));
              ping(peer);
              peer.send(Frame.headers(stream, Fields.grpcTrailers(0)).last());
              String seen = seen(call);
              ping(peer);
              return List.of(seen);
            }))
        .containsExactly("OK 5");
  }

  /** Each is answered, or this fails; what comes of the call meanwhile is left for later. */
  private static void ping(WirePeer peer) {
    for (int i = 0; i < PINGS; i++) {
      peer.expectPong();
    }
  }

  @Test
  @DisplayName("negative 6 max_streams: ten calls succeed where one at a time is allowed")
  void maxStreamsLetsAllCallsSucceed() {
    try (var server =
        EchoBackend.start("narrow", 0, tuned -> tuned.maxConcurrentCallsPerConnection(1))) {
      List<String> direct;
      try (var client = EchoClient.to(server.port())) {
        direct = tenCalls(client);
      }
      try (var gateway = TestGateway.serving(Api.of("narrow", server.target()));
          var client = EchoClient.to(gateway.port())) {
        assertThat(tenCalls(client)).isEqualTo(direct).hasSize(10).containsOnly("OK 2");
      }
    }
  }

  private static List<String> tenCalls(EchoClient client) {
    client.unary("hi").reply();
    List<OpenCall> calls = IntStream.range(0, 10).mapToObj(i -> call(client)).toList();
    return calls.stream().map(NegativeInteropServerTest::seen).toList();
  }

  @Test
  @DisplayName("negative 7 data_frame_padding: 300 KB in frames of 5 bytes with 255 of padding")
  void dataFramePaddingIsBorne() {
    assertThat(sameInSmallFrames(true)).containsExactly("OK " + LARGE_BYTES);
  }

  @Test
  @DisplayName("negative 8 no_df_padding_sanity_test: the same without padding")
  void noDfPaddingSanityTestIsBorne() {
    assertThat(sameInSmallFrames(false)).containsExactly("OK " + LARGE_BYTES);
  }

  private static List<String> sameInSmallFrames(boolean padded) {
    return sameThroughTheGateway((client, server) -> {
      OpenCall call = call(client);
      WirePeer peer = server.accept();
      int stream = peer.expectRequest().stream();
      peer.send(Frame.headers(stream, Fields.grpcResponse()));
      sendPieces(peer, stream, message(LARGE_BYTES), 5, padded);
      peer.send(Frame.headers(stream, Fields.grpcTrailers(0)).last());
      return List.of(seen(call));
    });
  }

  // ---- what the cases share --------------------------------------------------------------------

  private static OpenCall call(EchoClient client) {
    return client.open(EchoClient.UNARY).send("hi").halfClose();
  }

  /** The status, and how long the message was, if there was one. */
  private static String seen(OpenCall call) {
    Outcome outcome = call.awaitEnd();
    String status = outcome.status().getCode().name();
    return outcome.replies().isEmpty()
        ? status
        : status + " " + outcome.replies().getFirst().getPayload().size();
  }

  private static Frame[] answer(int stream, byte[] payload) {
    return new Frame[] {
      Frame.headers(stream, Fields.grpcResponse()),
      Frame.data(stream, message(payload)),
      Frame.headers(stream, Fields.grpcTrailers(0)).last()
    };
  }

  private static byte[] message(int payloadBytes) {
    return message(new byte[payloadBytes]);
  }

  private static byte[] message(byte[] payload) {
    byte[] reply =
        EchoReply.newBuilder().setPayload(ByteString.copyFrom(payload)).build().toByteArray();
    return ByteBuffer.allocate(5 + reply.length)
        .put((byte) 0)
        .putInt(reply.length)
        .put(reply)
        .array();
  }

  private static void sendPieces(
      WirePeer peer, int stream, byte[] bytes, int size, boolean padded) {
    for (int from = 0; from < bytes.length; from += size) {
      byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
      peer.sendWhenAllowed(padded ? Frame.padded(stream, piece) : Frame.data(stream, piece));
    }
  }
}
