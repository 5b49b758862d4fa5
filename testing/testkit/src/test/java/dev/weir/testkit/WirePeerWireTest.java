package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scripted peer against itself and against grpc-java's server. */
class WirePeerWireTest {

  private final WireServer server = WireServer.listen();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void playsBothEndsOfOneCall() {
    WirePeer client = WirePeer.connect(server.port()).sendPreface().send(Frame.settings());
    WirePeer upstream = server.accept(Frame.MAX_CONCURRENT_STREAMS, 7);

    client.sendRequest(1, "/a.B/C");
    Head request = upstream.expectRequest();
    upstream.sendResponse(request.stream());
    Fields trailers = client.expectResponse(1);

    assertThat(request.fields().get(":path")).isEqualTo("/a.B/C");
    assertThat(trailers.get("grpc-status")).isEqualTo("0");
    client.close();
  }

  @Test
  void callsGrpcJava() {
    try (var backend = EchoBackend.start("java")) {
      WirePeer client = WirePeer.client(backend.port());

      client.send(
          Frame.headers(1, Fields.grpcRequest("/weir.testkit.Echo/Unary")),
          Frame.message(1, new byte[0]).last());

      assertThat(client.expectResponse(1).get("grpc-status")).isEqualTo("0");
      client.expectQuiet().close();
    }
  }

  @Test
  void joinsContinuationFrames() {
    WirePeer client = WirePeer.connect(server.port()).sendPreface().send(Frame.settings());
    WirePeer upstream = server.accept();
    byte[] block = Fields.of("a", "b", "a", "c", "long", "x".repeat(70_000)).encoded();
    byte[] start = java.util.Arrays.copyOf(block, 5);
    byte[] rest = java.util.Arrays.copyOfRange(block, 5, block.length);

    client.send(
        new Frame(Frame.HEADERS, 0, 1, start),
        new Frame(Frame.CONTINUATION, Frame.END_HEADERS, 1, rest));

    Fields fields = upstream.expectHeaders(1).fields();
    assertThat(fields.all("a")).containsExactly("b", "c");
    assertThat(fields.get("long")).hasSize(70_000);
    client.close();
  }

  @Test
  void failsWhenAnotherFrameComesThanExpected() {
    WirePeer client = WirePeer.connect(server.port()).sendPreface().send(Frame.settings());
    WirePeer upstream = server.accept();

    client.send(Frame.reset(3, 8));

    assertThatThrownBy(upstream::expectHeaders)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected HEADERS, got RST_STREAM stream=3")
        .hasMessageContaining("code=8");
    client.close();
  }

  @Test
  void noticesThatAPeerIsNotQuiet() {
    WirePeer client = WirePeer.connect(server.port()).sendPreface().send(Frame.settings());
    WirePeer upstream = server.accept();

    client.send(Frame.headers(1, Fields.grpcRequest("/a.B/C")));

    assertThatThrownBy(upstream::expectQuiet)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected nothing, got HEADERS");
    client.close();
  }

  @Test
  void tellsResetAndEndOfConnectionsAlike() {
    WirePeer client = WirePeer.connect(server.port()).sendPreface().send(Frame.settings());
    WirePeer upstream = server.accept();
    client.send(Frame.ping(1));

    client.abort();

    // The frames before the reset may be lost with it.
    assertThat(upstream.expectClose()).hasSizeLessThanOrEqualTo(2);
  }
}
