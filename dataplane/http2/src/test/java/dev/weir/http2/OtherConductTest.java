package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Numbers that are not the usual ones are the ones that count. */
class OtherConductTest {
  private static final int DRIBBLE_BYTES = 3000;
  private static final int PROGRESS_BYTES = 5000;
  private static final ConductLimits USUAL = ConductLimits.DOWNSTREAM;
  private static final ConductLimits OTHER =
      new ConductLimits(
          USUAL.resets(),
          USUAL.pings(),
          USUAL.settings(),
          USUAL.priorities(),
          USUAL.maxSettingsEntries(),
          USUAL.maxEmptyFrames(),
          USUAL.smallDataBytes(),
          USUAL.windowUpdatesPerData(),
          USUAL.wasteBytes(),
          0,
          DRIBBLE_BYTES,
          60,
          PROGRESS_BYTES,
          new Rate(2, 10));

  private static Wire askedByASlowReader() {
    Wire wire = Wire.server(Wire.WIDE.with(OTHER));
    wire.run("SETTINGS 4=0, REQUEST 1 +end, head 1, data 1 100000");
    wire.forget();
    return wire;
  }

  @Test
  void aFrameIsWorthItsWhileFromSoManyBytesOn() {
    try (Wire wire = askedByASlowReader()) {
      wire.run("WINDOW_UPDATE 1 " + (DRIBBLE_BYTES - 1));
      assertThat(wire.sent()).isEmpty();

      wire.run("WINDOW_UPDATE 1 1");
      assertThat(wire.sent()).containsExactly("DATA 1 " + DRIBBLE_BYTES);
    }
  }

  @Test
  void whoTakesMoreThanThatMayDribbleAgain() {
    try (Wire wire = Wire.server(Wire.WIDE)) {
      wire.run("SETTINGS 4=0, REQUEST 1 +end, head 1, data 1 2000000, WINDOW_UPDATE 0 2000000");
      for (int i = 0; i <= USUAL.dribbles(); i++) {
        wire.forget();
        wire.run("WINDOW_UPDATE 1 16384, WINDOW_UPDATE 1 100");
        assertThat(wire.sent()).containsExactly("DATA 1 16384", "DATA 1 100");
      }
      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  void aReaderHasToTakeSoManyBytes() {
    try (Wire wire = askedByASlowReader()) {
      wire.after(30_000).run("WINDOW_UPDATE 1 " + DRIBBLE_BYTES);
      wire.after(30_000).connection.stalls().end(wire.loop.nowNanos());

      assertThat(wire.stream(1).isOpen()).isFalse();
    }
  }

  @Test
  void aServerGetsSoManyResets() {
    try (Wire wire = Wire.client(OTHER)) {
      wire.listener.staysWithDebts = true;
      wire.open(true);
      for (int i = 0; i < 5; i++) {
        wire.open(false).reset(ErrorCode.CANCEL);
      }
      assertThat(resets(wire)).isEqualTo(2);

      wire.after(100);
      wire.asClient().payResets();
      assertThat(resets(wire)).isEqualTo(1);
    }
  }

  private static long resets(Wire wire) {
    long resets = wire.sent().stream().filter(frame -> frame.startsWith("RST_STREAM")).count();
    wire.forget();
    return resets;
  }
}
