package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What waits on a connection is counted, and nothing waits for which there is no room. */
class BufferedBytesTest {
  private static final int ROOM = 100_000;

  @Test
  void payloadThatWaitsIsCountedUntilItHasGone() {
    try (Wire wire = Wire.holding(false, ROOM)) {
      wire.run("SETTINGS 4=100, REQUEST 1 +end, head 1, data 1 1100");
      assertThat(wire.loop.buffered().used()).isEqualTo(1000);

      wire.run("WINDOW_UPDATE 1 400");
      assertThat(wire.loop.buffered().used()).isEqualTo(600);

      wire.run("RST_STREAM 1 8");
      assertThat(wire.loop.buffered().used()).isZero();
    }
  }

  @Test
  void payloadWithoutRoomCostsItsStream() {
    try (Wire wire = Wire.holding(false, ROOM)) {
      wire.run("SETTINGS 4=0, REQUEST 1 +end, REQUEST 3 +end, head 1, head 3");
      wire.run("data 1 90000");
      wire.forget();

      wire.run("data 3 20000");

      assertThat(wire.sent()).containsExactly("RST_STREAM 3 ENHANCE_YOUR_CALM");
      assertThat(wire.heard()).containsExactly("reset 3 NOT_TAKEN ENHANCE_YOUR_CALM");
      assertThat(wire.listener.faults).containsExactly(PeerFault.BUFFERS_FULL);
      assertThat(wire.stream(1).isOpen()).isTrue();
      assertThat(wire.loop.buffered().used()).isEqualTo(90_000);
    }
  }

  @Test
  void payloadThatNeedNotWaitNeedsNoRoom() {
    try (Wire wire = Wire.holding(false, ROOM)) {
      wire.run("REQUEST 1 +end, head 1, REQUEST 3 +end, head 3, SETTINGS 4=0, data 1 99000");
      wire.run("WINDOW_UPDATE 3 20000, WINDOW_UPDATE 0 100000");
      wire.forget();

      wire.run("data 3 20000");

      assertThat(wire.stream(3).isOpen()).isTrue();
      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  void trailersThatWaitAreCounted() {
    try (Wire wire = Wire.holding(false, ROOM)) {
      wire.run("SETTINGS 4=0, REQUEST 1 +end, head 1, data 1 1000");
      wire.stream(1).sendHeaders(Wire.fields("a", "b".repeat(500)), true);

      assertThat(wire.loop.buffered().used()).isEqualTo(1000 + 32 + 1 + 500);

      wire.run("WINDOW_UPDATE 1 1000");
      assertThat(wire.loop.buffered().used()).isZero();
    }
  }

  @Test
  void unfinishedHeaderBlocksAreCounted() {
    try (Wire wire = Wire.holding(false, ROOM)) {
      byte[] block = new byte[16_000];
      wire.receive(Frame.headers(1, block).unfinished());
      wire.receive(Frame.continuation(1, block).unfinished());
      assertThat(wire.loop.buffered().used()).isEqualTo(32_000);

      wire.connection.lost("gone");

      assertThat(wire.loop.buffered().used()).isZero();
    }
  }

  @Test
  void unfinishedFramesAreCounted() {
    try (Wire wire = Wire.holding(false, ROOM)) {
      byte[] frame = Frame.bytes(Frame.headers(1, new byte[1000]));
      wire.receive(Arrays.copyOf(frame, 600));
      assertThat(wire.loop.buffered().used()).isEqualTo(600);
    }
  }

  @Test
  void aHeaderBlockWithoutRoomCostsItsConnection() {
    try (Wire wire = Wire.holding(false, ROOM);
        Wire other = Wire.sharing(wire)) {
      wire.run("SETTINGS 4=0, REQUEST 1 +end, head 1, data 1 90000");

      other.receive(Frame.headers(1, new byte[16_000]).unfinished());

      assertThat(other.answer()).isEqualTo("GOAWAY 0 ENHANCE_YOUR_CALM");
      assertThat(other.listener.faults).containsExactly(PeerFault.BUFFERS_FULL);
      assertThat(wire.isClosed()).isFalse();
    }
  }
}
