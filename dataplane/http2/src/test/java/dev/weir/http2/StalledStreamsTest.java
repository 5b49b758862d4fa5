package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Peers that ask for payload and do not take it; they have a minute for each 1024 bytes. */
class StalledStreamsTest {
  private static final int ALMOST = 59_999;

  private final Wire wire = Wire.server(Http2Limits.DOWNSTREAM);

  private void ask(String settings) {
    wire.run(settings + ", REQUEST 1 +end, head 1, data 1 100000");
    wire.forget();
  }

  private void look() {
    wire.connection.stalls().end(wire.loop.nowNanos());
  }

  @Test
  @DisplayName("C7 a stream whose window stays closed is cut after a minute")
  void cutsAStreamWhoseWindowStaysClosed() {
    try (wire) {
      ask("SETTINGS 4=0");
      assertThat(wire.connection.stalls().mayBe()).isTrue();
      wire.after(ALMOST);
      look();
      assertThat(wire.sent()).isEmpty();

      wire.after(1);
      look();

      assertThat(wire.sent()).containsExactly("RST_STREAM 1 ENHANCE_YOUR_CALM");
      assertThat(wire.heard()).containsExactly("reset 1 NOT_TAKEN ENHANCE_YOUR_CALM");
      assertThat(wire.listener.faults).containsExactly(PeerFault.STALLED_READER);
      assertThat(wire.connection.stalls().mayBe()).isFalse();
    }
  }

  @Test
  @DisplayName("C5 opening the window byte by byte does not help")
  void cutsAStreamWhoseWindowDribbles() {
    try (wire) {
      ask("SETTINGS 4=0");
      for (int second = 0; second < 60; second++) {
        look();
        assertThat(wire.stream(1).isOpen()).isTrue();
        wire.run("WINDOW_UPDATE 1 17").after(1000);
      }

      look();

      assertThat(wire.stream(1).isOpen()).isFalse();
    }
  }

  @Test
  @DisplayName("C5 a slow reader is served for as long as it reads")
  void servesASlowReader() {
    try (wire) {
      ask("SETTINGS 4=0");
      for (int minute = 0; minute < 90; minute++) {
        wire.run("WINDOW_UPDATE 0 1024, WINDOW_UPDATE 1 1024").after(ALMOST);
        look();
      }

      assertThat(wire.stream(1).isOpen()).isTrue();
      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  @DisplayName("C6 a connection whose socket takes nothing is closed")
  void closesAConnectionWhoseSocketStalls() {
    try (wire) {
      wire.run("REQUEST 1 +end, head 1, blocked, data 1 5000");
      wire.after(60_000);

      look();

      assertThat(wire.isClosed()).isTrue();
      assertThat(wire.listener.faults).containsExactly(PeerFault.STALLED_READER);
    }
  }

  @Test
  void leavesStreamsAloneThatHaveNothingToTake() {
    try (wire) {
      wire.run("REQUEST 1 +end, head 1, data 1 500");
      assertThat(wire.connection.stalls().mayBe()).isFalse();
      wire.after(600_000);

      look();

      assertThat(wire.stream(1).isOpen()).isTrue();
    }
  }

  @Test
  void letsServersHoldBackTheirClients() {
    try (Wire client = Wire.client(Http2Limits.UPSTREAM)) {
      client.run("SETTINGS 4=0, open, data 1 1000").after(600_000);

      client.connection.stalls().end(client.loop.nowNanos());

      assertThat(client.stream(1).isOpen()).isTrue();
    }
  }

  @Test
  void cutsThemSoonerWhenMemoryRunsShort() {
    try (Wire server = Wire.holding(false, 100_000)) {
      server.run("SETTINGS 4=0, REQUEST 1 +end, head 1, data 1 90000").after(1999);
      server.connection.stalls().end(server.loop.nowNanos());
      assertThat(server.stream(1).isOpen()).isTrue();

      server.after(1).connection.stalls().end(server.loop.nowNanos());

      assertThat(server.stream(1).isOpen()).isFalse();
      assertThat(server.listener.faults).containsExactly(PeerFault.STALLED_READER);
      assertThat(server.isClosed()).isFalse();
    }
  }

  /** Others share the connection to a server, so it stays. */
  @Test
  void cutsStreamsToServersWhenMemoryRunsShort() {
    try (Wire client = Wire.holding(true, 100_000)) {
      client.run("SETTINGS 4=0, open, open, blocked, data 1 90000").after(2000);

      client.connection.stalls().end(client.loop.nowNanos());

      assertThat(client.stream(1).isOpen()).isFalse();
      assertThat(client.stream(3).isOpen()).isTrue();
      assertThat(client.isClosed()).isFalse();
    }
  }
}
