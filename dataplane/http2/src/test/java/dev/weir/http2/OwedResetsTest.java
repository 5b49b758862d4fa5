package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Resets of calls that share a connection to a server (B10). */
class OwedResetsTest {
  private static final int BEARABLE = 50;

  @Test
  void asManyAsServersBearGoAtOnce() {
    try (Wire wire = Wire.client()) {
      Http2Stream honest = wire.open(true);

      assertThat(resets(wire, BEARABLE)).isEqualTo(BEARABLE);

      assertThat(wire.asClient().hasRoom()).isTrue();
      assertThat(honest.isOpen()).isTrue();
    }
  }

  @Test
  void theRestIsPaidInTimeOnAConnectionThatTakesNoMoreCalls() {
    try (Wire wire = Wire.client()) {
      Http2Stream honest = wire.open(true);

      assertThat(resets(wire, BEARABLE + 5)).isEqualTo(BEARABLE);
      assertThat(wire.asClient().hasRoom()).isFalse();
      assertThat(honest.isOpen()).isTrue();

      wire.after(1000);
      wire.asClient().payResets();
      assertThat(sent(wire)).isEqualTo(1);
      wire.after(10_000);
      wire.asClient().payResets();
      assertThat(sent(wire)).isEqualTo(4);
    }
  }

  @Test
  void theConnectionClosesWithItsLastCallAndOwesNothing() {
    try (Wire wire = Wire.client()) {
      assertThat(resets(wire, BEARABLE + 1)).isEqualTo(BEARABLE);

      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void whatStillComesOnACallThatIsOwedIsPassedOver() {
    try (Wire wire = Wire.client()) {
      wire.open(true);
      resets(wire, BEARABLE + 5);

      wire.run("RESPONSE 111, DATA 111 100, TRAILERS 111");

      assertThat(wire.isClosed()).isFalse();
    }
  }

  /** Opens calls and resets them; returns how many resets left at once. */
  private static int resets(Wire wire, int calls) {
    var streams = new Http2Stream[calls];
    for (int i = 0; i < calls; i++) {
      streams[i] = wire.open(true);
    }
    for (Http2Stream stream : streams) {
      stream.reset(ErrorCode.CANCEL);
    }
    return sent(wire);
  }

  private static int sent(Wire wire) {
    wire.run("flush");
    int count = 0;
    for (String frame : wire.sent()) {
      count += frame.startsWith("RST_STREAM") ? 1 : 0;
    }
    return count;
  }
}
