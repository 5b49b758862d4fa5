package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Header blocks that we send (RFC 9113, 4.3, 6.2 and 6.10; RFC 7541, 4.2). */
class HeadersOutTest {
  @Test
  void longHeadGoesOutInFramesOfThePeersSize() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1 +end, head 1 :status=200 a=" + "x".repeat(40_000) + " +end");

      List<Frame> frames = wire.sentFrames();

      assertThat(frames)
          .extracting(Frame::type)
          .containsExactly(FrameType.HEADERS, FrameType.CONTINUATION, FrameType.CONTINUATION);
      assertThat(frames)
          .extracting(Frame::flags)
          .containsExactly(Flags.END_STREAM, Flags.NONE, Flags.END_HEADERS);
      assertThat(frames)
          .extracting(frame -> frame.payload().length)
          .startsWith(16384, 16384)
          .allMatch(length -> length > 0);
    }
  }

  @Test
  void headInFramesIsTheSameHead() {
    for (int length = 16_370; length < 16_390; length++) {
      try (Wire wire = Wire.server()) {
        String value = "v".repeat(length);
        wire.run("REQUEST 1 +end, head 1 :status=200 a=" + value + " +end, REQUEST 3, head 3");

        assertThat(wire.sent())
            .containsExactly(
                "HEADERS 1 end [:status: 200, a: " + value + "]", "HEADERS 3 [:status: 200]");
      }
    }
  }

  @Test
  @DisplayName("C6 who reads no heads gets no more than a MiB of them")
  void headsThatNobodyReadsAreBounded() {
    try (Wire wire = Wire.server(Wire.WIDE)) {
      wire.run("blocked");
      int answers = 0;
      wire.run("REQUEST 1 +end");
      while (!wire.isClosed()) {
        String value = "v".repeat(29_990) + (10_000 + answers);
        int stream = 2 * answers++ + 1;
        wire.run("head %d :status=200 a=%s +end".formatted(stream, value));
        wire.run("REQUEST %d +end".formatted(stream + 2));
      }

      assertThat(answers).isBetween(30, 40);
      assertThat(wire.listener.faults).containsExactly(PeerFault.UNREAD_ANSWERS);
    }
  }

  @Test
  void whoReadsThemSlowlyGetsAllOfThem() {
    try (Wire wire = Wire.server(Wire.WIDE)) {
      wire.run("blocked");
      wire.waitingBytes = 200_000;
      for (int i = 0; i < 100; i++) {
        int stream = 2 * i + 1;
        String value = "v".repeat(29_990) + (10_000 + i);
        wire.run("REQUEST %d +end, head %d :status=200 a=%s +end".formatted(stream, stream, value));
      }

      assertThat(wire.isClosed()).isFalse();
    }
  }

  @Test
  void largerFramesOfThePeerAreUsed() {
    try (Wire wire = Wire.server()) {
      wire.run("SETTINGS 5=30000, REQUEST 1 +end, head 1 :status=200 a=" + "x".repeat(29_000));

      assertThat(wire.sentFrames())
          .extracting(frame -> frame.payload().length)
          .satisfiesExactly(
              ack -> assertThat(ack).isZero(), head -> assertThat(head).isGreaterThan(29_000));
    }
  }

  @Test
  void peersTableSizeIsFollowedByTheNextBlock() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1 +end, head 1 :status=200 te=trailers +end, SETTINGS 1=0");
      assertThat(wire.sent()).hasSize(2);

      wire.run("REQUEST 3 +end, head 3 :status=200 te=trailers +end");

      Frame head = wire.sentFrames().getFirst();
      assertThat(head.payload()[0]).isEqualTo((byte) 0x20);
      assertThat(head.payload()[2]).as("te as a literal, not indexed").isEqualTo((byte) 0x00);
    }
  }

  @Test
  void fieldsOfTheListAreOnlyReadDuringTheCall() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1 +end, head 1, blocked, data 1 3");
      FieldList trailers = Wire.fields("grpc-status", "0");
      wire.stream(1).sendHeaders(trailers, true);
      trailers.clear();
      wire.run("unblocked");

      assertThat(wire.answer())
          .isEqualTo("HEADERS 1 [:status: 200], DATA 1 3, HEADERS 1 end [grpc-status: 0]");
    }
  }
}
