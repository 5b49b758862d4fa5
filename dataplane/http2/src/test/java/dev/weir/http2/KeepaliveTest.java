package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** PINGs to a server that is silent while calls wait for it (gRPC proposal A8). */
class KeepaliveTest {
  private static final long SECOND = 1_000_000_000;
  private static final long INTERVAL = 30 * SECOND;
  private static final long TIMEOUT = 10 * SECOND;

  @Test
  void aServerThatIsSilentWhileACallWaitsGetsOnePing() {
    try (Wire wire = Wire.client()) {
      wire.open(true);
      wire.forget();

      assertThat(looks(wire, 30)).isEmpty();
      assertThat(looks(wire, 9)).startsWith("PING");
      assertThat(looks(wire, 1)).isEmpty();
    }
  }

  @Test
  void aServerWithoutCallsMayBeSilentForEver() {
    try (Wire wire = Wire.client()) {
      wire.forget();

      assertThat(looks(wire, 10_000)).isEmpty();
      assertThat(wire.isClosed()).isFalse();
    }
  }

  @Test
  void whateverComesFromTheServerWillDo() {
    try (Wire wire = Wire.client()) {
      int call = wire.open(true).id();
      wire.forget();
      for (int i = 0; i < 100; i++) {
        assertThat(looks(wire, 29)).isEmpty();
        wire.run(i == 0 ? "RESPONSE " + call : "DATA " + call + " 1");
        wire.forget();
      }
    }
  }

  @Test
  void aServerThatStaysSilentIsLeft() {
    try (Wire wire = Wire.client()) {
      wire.open(true);
      looks(wire, 32);
      wire.forget();
      assertThat(looks(wire, 9)).isEmpty();

      assertThat(looks(wire, 3)).isEqualTo("GOAWAY 0 NO_ERROR");
      assertThat(wire.listener.faults).containsExactly(PeerFault.KEEPALIVE_TIMEOUT);
      assertThat(wire.isClosed()).isTrue();
    }
  }

  /** The answer has come, and was not read before the time is looked at (T26). */
  @Test
  void aPauseOfOursCostsNoServerItsConnection() {
    try (Wire wire = Wire.client()) {
      wire.open(true);
      looks(wire, 32);
      wire.forget();

      wire.after(60_000);
      wire.asClient().keepAlive(INTERVAL, TIMEOUT);
      wire.run("PING +ack");
      assertThat(looks(wire, 20)).isEmpty();

      assertThat(wire.isClosed()).isFalse();
    }
  }

  /** Looks once a second; returns what was sent. */
  private static String looks(Wire wire, int seconds) {
    for (int i = 0; i < seconds; i++) {
      wire.after(1000);
      wire.asClient().keepAlive(INTERVAL, TIMEOUT);
    }
    String answer = wire.answer();
    wire.forget();
    return answer;
  }
}
