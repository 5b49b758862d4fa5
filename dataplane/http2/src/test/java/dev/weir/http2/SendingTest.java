package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Payload that we send: within the peer's windows and frames (RFC 9113, 6.9), in order, in turn
 * between streams, and only as fast as the transport takes it. Each row begins with stream 1 open,
 * its head sent and its window as the first column says.
 */
class SendingTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          within the window | 10 | data 1 7 | DATA 1 7
          up to the window | 10 | data 1 10 | DATA 1 10
          above the window | 10 | data 1 11 | DATA 1 10
          window of 0 | 0 | data 1 5 |
          empty payload needs no window | 0 | data 1 0 | DATA 1 0
          the end needs no window | 0 | data 1 0 +end | DATA 1 0 end
          trailers need no window | 0 | trailers 1 | HEADERS 1 end [grpc-status: 0]
          the rest goes when the window opens | 10 | data 1 15, WINDOW_UPDATE 1 100 | DATA 1 10, DATA 1 5
          the rest goes piece by piece | 10 | data 1 15, WINDOW_UPDATE 1 2, WINDOW_UPDATE 1 3 | DATA 1 10, DATA 1 2, DATA 1 3
          the end waits for the rest | 10 | data 1 12 +end, WINDOW_UPDATE 1 1, WINDOW_UPDATE 1 1 | DATA 1 10, DATA 1 1, DATA 1 1 end
          an end behind the rest | 10 | data 1 12, data 1 0 +end, WINDOW_UPDATE 1 2 | DATA 1 10, DATA 1 2 end
          trailers wait for the rest | 10 | data 1 12, trailers 1, WINDOW_UPDATE 1 1, WINDOW_UPDATE 1 1 | DATA 1 10, DATA 1 1, DATA 1 1, HEADERS 1 end [grpc-status: 0]
          nothing is sent behind trailers that wait | 10 | data 1 12, trailers 1, data 1 4, trailers 1, WINDOW_UPDATE 1 9 | DATA 1 10, DATA 1 2, HEADERS 1 end [grpc-status: 0]
          what comes later waits its turn | 10 | data 1 11, data 1 2, data 1 3, WINDOW_UPDATE 1 99 | DATA 1 10, DATA 1 6
          a reset drops the rest | 10 | data 1 15, reset 1 8, WINDOW_UPDATE 1 99 | DATA 1 10, RST_STREAM 1 CANCEL
          trailers do not wait for what is dropped | 10 | data 1 12 +end, drop 1, trailers 1, WINDOW_UPDATE 1 9 | DATA 1 10, HEADERS 1 end [grpc-status: 0]
          payload does not wait for what is dropped | 10 | blocked, data 1 5, drop 1, data 1 3, unblocked | DATA 1 3
          a reset of the peer drops the rest | 10 | data 1 15 +end, RST_STREAM 1 8, WINDOW_UPDATE 1 99 | DATA 1 10
          6.9.2 a larger initial window opens | 10 | data 1 15, SETTINGS 4=14, SETTINGS 4=20 | DATA 1 10, SETTINGS ack, DATA 1 4, SETTINGS ack, DATA 1 1
          6.9.2 a smaller initial window closes | 10 | data 1 3, SETTINGS 4=5, data 1 9 | DATA 1 3, SETTINGS ack, DATA 1 2
          6.9.2 a window below zero | 10 | data 1 8, SETTINGS 4=2, data 1 9, WINDOW_UPDATE 1 6, WINDOW_UPDATE 1 1 | DATA 1 8, SETTINGS ack, DATA 1 1
          6.9.2 a window below zero opens by SETTINGS | 10 | data 1 8, SETTINGS 4=0, data 1 9, SETTINGS 4=8, SETTINGS 4=12 | DATA 1 8, SETTINGS ack, SETTINGS ack, SETTINGS ack, DATA 1 4
          6.9.2 a window that closed while payload waited | 10 | blocked, data 1 5, SETTINGS 4=3, unblocked, WINDOW_UPDATE 1 9 | SETTINGS ack, DATA 1 3, DATA 1 2
          6.9.2 window of 0 while payload waited | 10 | blocked, data 1 5, SETTINGS 4=0, unblocked, WINDOW_UPDATE 1 9 | SETTINGS ack, DATA 1 5
          6.9.2 many settings in one frame | 10 | data 1 15, SETTINGS 4=99 4=0 4=12 | DATA 1 10, SETTINGS ack, DATA 1 2
          6.9.2 new streams begin with the new window | 10 | SETTINGS 4=3, REQUEST 3 +end, head 3, data 3 9 | SETTINGS ack, HEADERS 3 [:status: 200], DATA 3 3
          6.9.2 the connection window is not changed by SETTINGS | 100000 | SETTINGS 4=0, SETTINGS 4=200000, data 1 70000 | SETTINGS ack, SETTINGS ack, DATA 1 16384, DATA 1 16384, DATA 1 16384, DATA 1 16383
          connection window of 0 | 200000 | data 1 65535, data 1 1, WINDOW_UPDATE 0 1 | DATA 1 16384, DATA 1 16384, DATA 1 16384, DATA 1 16383, DATA 1 1
          4.2 frames of the default size | 40000 | data 1 16385 | DATA 1 16384, DATA 1 1
          4.2 frames of the peers size | 40000 | SETTINGS 5=20000, data 1 20001 | SETTINGS ack, DATA 1 20000, DATA 1 1
          4.2 the end is on the last frame | 40000 | data 1 16385 +end | DATA 1 16384, DATA 1 1 end
          blocked transport | 100 | blocked, data 1 5, data 1 5, unblocked | DATA 1 10
          blocked transport holds back the end | 100 | blocked, data 1 5 +end, unblocked | DATA 1 5 end
          blocked transport takes frames without payload | 100 | blocked, trailers 1, PING | HEADERS 1 end [grpc-status: 0], PING 7 ack
          blocked and no window | 5 | blocked, data 1 9, unblocked, blocked, WINDOW_UPDATE 1 9, unblocked | DATA 1 5, DATA 1 4
          """)
  void payload(String rule, int window, String script, @Nullable String answer) {
    try (Wire wire = open(window)) {
      wire.run(script);

      assertThat(wire.answer()).isEqualTo(answer == null ? "" : answer);
    }
  }

  /** A server with stream 1 half-closed, its head sent. */
  private static Wire open(int window) {
    Wire wire = Wire.server();
    wire.run("SETTINGS 4=" + window + ", REQUEST 1 +end, head 1");
    wire.forget();
    return wire;
  }

  @Test
  void sentAndQueuedBytesAreTold() {
    try (Wire wire = open(10)) {
      assertThat(wire.send(1, 8, false)).isEqualTo(8);
      assertThat(wire.send(1, 8, false)).isEqualTo(2);
      assertThat(wire.send(1, 8, false)).isZero();
      assertThat(wire.stream(1).queuedBytes()).isEqualTo(14);
      assertThat(wire.stream(1).isLocalEnded()).isFalse();

      assertThat(wire.send(1, 0, true)).isZero();
      assertThat(wire.stream(1).isLocalEnded()).isTrue();
      assertThat(wire.send(1, 8, true)).as("dropped behind the end").isEqualTo(8);

      wire.run("WINDOW_UPDATE 1 5, WINDOW_UPDATE 1 9");
      assertThat(wire.heard()).containsExactly("drained 1 5", "drained 1 9");
      assertThat(wire.stream(1).isOpen()).isFalse();
      assertThat(wire.answer()).isEqualTo("DATA 1 8, DATA 1 2, DATA 1 5, DATA 1 9 end");
    }
  }

  /** Sizes around those from which payload is not copied, in the output and in the queue. */
  @ParameterizedTest
  @CsvSource({"1", "127", "128", "2047", "2048", "5000", "16384", "40000"})
  void payloadArrivesAsItWasSent(int size) {
    try (Wire wire = open(1 << 20)) {
      wire.run("WINDOW_UPDATE 0 1000000");
      byte[] expected = new byte[0];
      for (int i = 0; i < 10; i++) {
        wire.writable(i % 3 != 1);
        byte[] piece = Frame.pattern(i, size);
        expected = Frame.concat(expected, piece);
        ByteBuf source = wire.buffer(Frame.concat(new byte[7], piece));
        wire.stream(1).sendData(source, 7, size, i == 9);
        source.release();
      }
      wire.run("unblocked");

      byte[] sent = new byte[0];
      List<Frame> frames = wire.sentFrames();
      for (Frame frame : frames) {
        sent = Frame.concat(sent, frame.payload());
      }
      assertThat(sent).isEqualTo(expected);
      assertThat(frames.getLast().flags()).isEqualTo(Flags.END_STREAM);
      assertThat(frames.subList(0, frames.size() - 1)).allMatch(frame -> frame.flags() == 0);
    }
  }

  @Test
  void smallPayloadDoesNotPinItsBuffer() {
    try (Wire wire = open(0)) {
      ByteBuf large = wire.allocator.directBuffer(64 << 10).writeBytes(new byte[100]);
      wire.stream(1).sendData(large, 0, 100, false);
      wire.stream(1).sendData(large, 0, 100, false);

      assertThat(large.refCnt()).isEqualTo(1);
      large.release();
      assertThat(wire.stream(1).queuedBytes()).isEqualTo(200);
      assertThat(wire.allocator.metric().usedDirectMemory())
          .as("not of those that its buffer is one of, which nobody pools")
          .isZero();
    }
  }

  @Test
  void largePayloadIsNotCopied() {
    try (Wire wire = open(0)) {
      ByteBuf large = wire.buffer(new byte[4000]);
      wire.stream(1).sendData(large, 0, 4000, false);
      assertThat(large.refCnt()).isEqualTo(2);

      wire.run("WINDOW_UPDATE 1 3000");
      assertThat(large.refCnt()).as("in the queue and in the output").isEqualTo(3);

      wire.run("flush, WINDOW_UPDATE 1 1000");
      assertThat(large.refCnt()).as("the rest is small and copied").isEqualTo(1);
      large.release();
    }
  }

  @Test
  void everyReferenceIsReleasedWhenAStreamIsReset() {
    try (Wire wire = open(5000)) {
      ByteBuf large = wire.buffer(new byte[9000]);
      wire.stream(1).sendData(large, 0, 9000, true);
      assertThat(large.refCnt()).isEqualTo(3);

      wire.run("RST_STREAM 1 8, flush");

      assertThat(large.refCnt()).isEqualTo(1);
      large.release();
    }
  }

  @Test
  void everyReferenceIsReleasedWhenTheRestIsDropped() {
    try (Wire wire = open(5000)) {
      ByteBuf large = wire.buffer(new byte[9000]);
      wire.stream(1).sendData(large, 0, 9000, true);

      wire.run("drop 1, flush");

      assertThat(large.refCnt()).isEqualTo(1);
      large.release();
    }
  }

  @Test
  void everyReferenceIsReleasedWhenTheConnectionIsLost() {
    Wire wire = open(5000);
    ByteBuf large = wire.buffer(new byte[9000]);
    wire.stream(1).sendData(large, 0, 9000, true);
    large.release();

    wire.close();

    assertThat(large.refCnt()).isZero();
  }

  @Test
  void streamsThatWaitTakeTurns() {
    try (Wire wire = Wire.server()) {
      wire.run("SETTINGS 4=100000, REQUEST 1 +end, REQUEST 3 +end, REQUEST 5 +end, blocked");
      wire.run("data 1 40000, data 3 20000, data 5 100");
      wire.forget();

      wire.run("unblocked");

      assertThat(wire.answer())
          .isEqualTo(
              "DATA 1 16384, DATA 3 16384, DATA 5 100, DATA 1 16384, DATA 3 3616, DATA 1 7232");
    }
  }

  @Test
  void turnsGoOnWhereTheConnectionsWindowEnded() {
    try (Wire wire = Wire.server()) {
      wire.run("SETTINGS 4=100000, REQUEST 1 +end, REQUEST 3 +end, data 1 65535");
      wire.run("data 1 9, data 3 9");
      wire.forget();

      wire.run("WINDOW_UPDATE 0 5, WINDOW_UPDATE 0 5, WINDOW_UPDATE 0 50");

      assertThat(wire.answer()).isEqualTo("DATA 1 5, DATA 3 5, DATA 1 4, DATA 3 4");
    }
  }

  @Test
  void streamWithoutWindowDoesNotHoldBackOthers() {
    try (Wire wire = Wire.server()) {
      wire.run(
          "SETTINGS 4=5, REQUEST 1 +end, REQUEST 3 +end, blocked, data 1 9, data 3 5, unblocked");
      wire.forget();

      wire.run("WINDOW_UPDATE 3 5, data 3 5");

      assertThat(wire.answer()).isEqualTo("DATA 3 5");
    }
  }

  @Test
  void closedStreamsDoNotWait() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1 +end, REQUEST 3 +end, REQUEST 5 +end, blocked");
      wire.run("data 1 9, data 3 9, data 5 9, RST_STREAM 3 8");
      assertThat(wire.connection.hasHeldBack()).isTrue();
      wire.run("RST_STREAM 5 8, RST_STREAM 1 8");
      assertThat(wire.connection.hasHeldBack()).isFalse();

      wire.run("REQUEST 7 +end, data 7 3, unblocked");

      assertThat(wire.answer()).isEqualTo("DATA 7 3");
    }
  }

  @Test
  void muchOutputLeavesBeforeTheIterationEnds() {
    try (Wire wire = open(1 << 20)) {
      wire.run("WINDOW_UPDATE 0 1000000, data 1 260000");
      assertThat(wire.connection.output().isEmpty()).isFalse();

      wire.run("data 1 6000");

      assertThat(wire.connection.output().isEmpty()).isTrue();
    }
  }

  @Test
  void userMaySendMoreWhenTheRestIsOut() {
    try (Wire wire = open(10)) {
      List<Integer> queued = new ArrayList<>();
      wire.listener.onDrained =
          stream -> {
            queued.add(stream.queuedBytes());
            if (stream.queuedBytes() == 0 && queued.size() < 3) {
              wire.send(1, 2, false);
            }
          };

      wire.run("data 1 12, WINDOW_UPDATE 1 100");

      assertThat(wire.answer()).isEqualTo("DATA 1 10, DATA 1 2, DATA 1 2, DATA 1 2");
      assertThat(queued).containsExactly(0, 0, 0);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data 1 0 +end | DATA 1 10, DATA 1 2, DATA 1 0 end
          trailers 1 | DATA 1 10, DATA 1 2, HEADERS 1 end [grpc-status: 0]
          reset 1 8 | DATA 1 10, DATA 1 2, RST_STREAM 1 CANCEL
          """)
  void userMayEndTheStreamWhenTheRestIsOut(String action, String answer) {
    try (Wire wire = open(10)) {
      wire.listener.onDrained = stream -> wire.run(action);

      wire.run("data 1 12, WINDOW_UPDATE 1 100");

      assertThat(wire.answer()).isEqualTo(answer);
      assertThat(wire.stream(1).isOpen()).isFalse();
    }
  }

  @Test
  void connectionThatBreaksInTheMiddleOfAWriteLeavesNothing() {
    try (Wire wire = open(1 << 20)) {
      wire.run("WINDOW_UPDATE 0 1000000, SETTINGS 5=1000000");
      wire.onFlush = () -> wire.connection.lost("reset by the peer");

      wire.run("data 1 300000");

      assertThat(wire.heard()).containsExactly("reset 1 CONNECTION_LOST INTERNAL_ERROR", "closed");
    }
  }

  @Test
  void connectionThatBreaksWhileStreamsTakeTurnsLeavesNothing() {
    try (Wire wire = open(1 << 20)) {
      wire.run(
          "WINDOW_UPDATE 0 1000000, SETTINGS 5=1000000, blocked, data 1 300000, data 1 9 +end");
      wire.forget();
      wire.onFlush = () -> wire.connection.lost("reset by the peer");

      wire.run("unblocked");

      assertThat(wire.heard()).endsWith("reset 1 CONNECTION_LOST INTERNAL_ERROR", "closed");
    }
  }
}
