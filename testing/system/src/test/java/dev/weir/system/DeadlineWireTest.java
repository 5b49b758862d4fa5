package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.Head;
import dev.weir.testkit.WirePeer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose time is over, whatever the server is doing (rule P12). */
class DeadlineWireTest {

  private static final int CANCEL = 8;
  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final Duration HARDLY_LATE = Duration.ofMillis(20);

  /** What is forwarded has eight digits at most. */
  private static final long ROUNDING = 100_000;

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

  /** Whatever the unit and however many digits of the eight. */
  @ParameterizedTest
  @ValueSource(strings = {"99999999n", "200000u", "200m", "1S"})
  void shortTimesAreEnforcedInEachUnitP12(String asked) {
    try (var scene = Scene.open()) {
      long begun = System.nanoTime();
      scene.client().send(Frame.headers(1, request(asked)));

      Head answer = scene.client().expectHeaders(1);

      assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(nanos(asked));
      assertThat(answer.fields().get("grpc-status")).isEqualTo("4");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1H", "99999999H", "60M", "00003600S", "3600000m", "99999999u"})
  void whatIsLeftOfLongTimesIsForwardedAndNeverMoreP12(String asked) {
    try (var scene = Scene.open()) {
      long begun = System.nanoTime();
      scene.client().send(Frame.headers(1, request(asked)).last());
      Head head = scene.server().accept().expectHeaders();
      long spent = System.nanoTime() - begun;

      long whole = nanos(asked);
      assertThat(nanos(head.fields().get("grpc-timeout")))
          .isBetween(whole - spent - whole / ROUNDING, whole);
    }
  }

  private static Fields request(String timeout) {
    return Fields.grpcRequest(Scene.PATH).with("grpc-timeout", timeout);
  }

  /** What a {@code grpc-timeout} says. */
  static long nanos(String timeout) {
    assertThat(timeout).matches("\\d{1,8}[HMSmun]");
    long amount = Long.parseLong(timeout.substring(0, timeout.length() - 1));
    return switch (timeout.charAt(timeout.length() - 1)) {
      case 'H' -> TimeUnit.HOURS.toNanos(amount);
      case 'M' -> TimeUnit.MINUTES.toNanos(amount);
      case 'S' -> TimeUnit.SECONDS.toNanos(amount);
      case 'm' -> TimeUnit.MILLISECONDS.toNanos(amount);
      case 'u' -> TimeUnit.MICROSECONDS.toNanos(amount);
      default -> amount;
    };
  }

  /** Of several calls the one that was held up least by whatever else the machine does. */
  @Test
  void theErrorIsHardlyLateP12() {
    try (var scene = Scene.open()) {
      WirePeer upstream = null;
      long leastLate = Long.MAX_VALUE;
      for (int id = 1; id < 20; id += 2) {
        long begun = System.nanoTime();
        scene.client().send(Frame.headers(id, REQUEST).last());
        upstream = upstream == null ? scene.server().accept() : upstream;
        int stream = upstream.expectHeaders().stream();
        assertThat(scene.client().expectFate(id)).isEqualTo("grpc 4");
        leastLate = Math.min(leastLate, System.nanoTime() - begun - TIMEOUT.toNanos());
        assertThat(upstream.expectReset(stream)).isEqualTo(CANCEL);
      }

      assertThat(Duration.ofNanos(leastLate)).isLessThanOrEqualTo(HARDLY_LATE);
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
