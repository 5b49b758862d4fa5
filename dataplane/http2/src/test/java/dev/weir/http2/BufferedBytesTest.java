package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What waits on a connection is counted, and nothing waits for which there is no room. */
class BufferedBytesTest {
  private static final int ROOM = 200_000;

  private final Wire wire = Wire.holding(false, ROOM);
  private long before;

  /** Does what a script says, after which only more than now is of interest. */
  private void begin(String script) {
    wire.run(script);
    wire.forget();
    before = wire.loop.buffered().used();
  }

  private long more() {
    return wire.loop.buffered().used() - before;
  }

  @Test
  void payloadThatWaitsIsCountedUntilItHasGone() {
    try (wire) {
      begin("SETTINGS 4=100, REQUEST 1 +end, head 1");
      wire.run("data 1 1100");
      assertThat(more()).isEqualTo(1000);

      wire.run("WINDOW_UPDATE 1 400");
      assertThat(more()).isEqualTo(600);

      wire.run("RST_STREAM 1 8");
      assertThat(more()).isZero();
    }
  }

  @Test
  void payloadWithoutRoomCostsItsStream() {
    try (wire) {
      begin("SETTINGS 4=0, REQUEST 1 +end, REQUEST 3 +end, head 1, head 3, data 1 150000");

      wire.run("data 3 50000");

      assertThat(wire.sent()).containsExactly("RST_STREAM 3 ENHANCE_YOUR_CALM");
      assertThat(wire.heard()).containsExactly("reset 3 NOT_TAKEN ENHANCE_YOUR_CALM");
      assertThat(wire.listener.faults).containsExactly(PeerFault.BUFFERS_FULL);
      assertThat(wire.stream(1).isOpen()).isTrue();
      assertThat(more()).isZero();
    }
  }

  @Test
  void payloadThatNeedNotWaitNeedsNoRoom() {
    try (wire) {
      begin("REQUEST 1 +end, head 1, REQUEST 3 +end, head 3, SETTINGS 4=0, data 1 150000");

      wire.run("WINDOW_UPDATE 3 60000, WINDOW_UPDATE 0 100000, data 3 60000");

      assertThat(wire.stream(3).isOpen()).isTrue();
      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  void trailersThatWaitAreCounted() {
    try (wire) {
      begin("SETTINGS 4=0, REQUEST 1 +end, head 1");
      wire.run("data 1 1000");
      wire.stream(1).sendHeaders(Wire.fields("a", "b".repeat(500)), true);

      assertThat(more()).isBetween(1000 + 2L * 500, 1000 + 2L * 800);

      wire.run("WINDOW_UPDATE 1 1000");
      assertThat(more()).isZero();
    }
  }

  @Test
  void unfinishedHeaderBlocksAreCounted() {
    try (wire) {
      begin("PING");
      byte[] block = new byte[16_000];
      wire.receive(Frame.headers(1, block).unfinished());
      wire.receive(Frame.continuation(1, block).unfinished());
      assertThat(more()).isEqualTo(2 * 32_000);

      wire.connection.lost("gone");

      assertThat(more()).isZero();
    }
  }

  @Test
  void unfinishedFramesAreCounted() {
    try (wire) {
      begin("PING");
      byte[] frame = Frame.bytes(Frame.headers(1, new byte[1000]));
      wire.receive(Arrays.copyOf(frame, 600));

      assertThat(more()).isEqualTo(2 * 600);
    }
  }

  @Test
  void whatTheDecoderKeepsIsCountedUntilTheConnectionIsOver() {
    try (wire) {
      begin("REQUEST 1 +end, reset 1 8");
      var block = new BlockWriter();
      for (int i = 0; i < 50; i++) {
        block.inserted("name" + i, "value");
      }
      wire.receive(Frame.headers(3, block.bytes()).end());
      assertThat(more()).isGreaterThan(50 * (32 + 10 + 100));

      wire.connection.lost("gone");

      assertThat(wire.loop.buffered().used()).isZero();
    }
  }

  @Test
  void aHeaderBlockWithoutRoomCostsItsConnection() {
    try (wire;
        Wire other = Wire.sharing(wire)) {
      begin("SETTINGS 4=0, REQUEST 1 +end, head 1, data 1 180000");

      other.receive(Frame.headers(1, new byte[16_000]).unfinished());

      assertThat(other.answer()).isEqualTo("GOAWAY 0 ENHANCE_YOUR_CALM");
      assertThat(other.listener.faults).containsExactly(PeerFault.BUFFERS_FULL);
      assertThat(wire.isClosed()).isFalse();
    }
  }
}
