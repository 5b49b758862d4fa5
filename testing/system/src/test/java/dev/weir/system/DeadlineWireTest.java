package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.WirePeer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Calls whose time is over, whatever the server is doing (rule P12). */
class DeadlineWireTest {

  private static final int CANCEL = 8;
  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final Fields REQUEST =
      Fields.grpcRequest(Scene.PATH).with("grpc-timeout", TIMEOUT.toMillis() + "m");

  @Test
  void aServerThatSaysNothingIsCancelledP12() {
    try (var scene = Scene.open()) {
      long begun = System.nanoTime();
      scene.client().send(Frame.headers(1, REQUEST));
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();

      Head answer = scene.client().expectHeaders(1);

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(TIMEOUT);
      assertThat(answer.isLast()).isTrue();
      assertThat(answer.fields().get("grpc-status")).isEqualTo("4");
      assertThat(answer.fields().get("grpc-message")).contains("scripted", "grpc-timeout");
      assertThat(upstream.expectReset(stream)).isEqualTo(CANCEL);
    }
  }

  @Test
  void aServerInTheMiddleOfItsResponseIsCancelledP12() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, REQUEST).last());
      WirePeer upstream = scene.server().accept();
      int stream = upstream.expectHeaders().stream();
      upstream.send(
          Frame.headers(stream, Fields.grpcResponse()), Frame.message(stream, "one of many"));
      scene.client().expectHeaders(1);
      scene.client().expectBytes(1, 16);

      Head trailers = scene.client().expectHeaders(1);

      assertThat(trailers.isLast()).isTrue();
      assertThat(trailers.fields().get("grpc-status")).isEqualTo("4");
      assertThat(upstream.expectReset(stream)).isEqualTo(CANCEL);
    }
  }

  @Test
  void aServerThatIsNotReadyYetNeverHearsOfTheCallP12() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, REQUEST).last());
      WirePeer upstream = scene.server().acceptSilently().expectPreface();

      assertThat(scene.client().expectHeaders(1).fields().get("grpc-status")).isEqualTo("4");
      upstream.send(Frame.settings()).expectSettings();

      upstream.expectQuiet();
    }
  }

  @Test
  void theConnectionsGoOnWithOtherCallsP12() {
    try (var scene = Scene.open()) {
      scene.client().send(Frame.headers(1, REQUEST).last());
      WirePeer upstream = scene.server().accept();
      int late = upstream.expectHeaders().stream();
      scene.client().expectHeaders(1);
      upstream.expectReset(late);

      scene.client().sendRequest(3, Scene.PATH);
      upstream.sendResponse(upstream.expectRequest().stream());

      assertThat(scene.client().expectResponse(3).get("grpc-status")).isEqualTo("0");
    }
  }
}
