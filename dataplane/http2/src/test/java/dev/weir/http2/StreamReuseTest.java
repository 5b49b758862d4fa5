package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Objects of closed streams become other streams; what belonged to the one never meets the other.
 */
class StreamReuseTest {
  @Test
  void releasedStreamBecomesTheNextOne() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1 +end, head 1 +end");
      Http2Stream first = wire.stream(1);
      first.release();

      wire.run("REQUEST 3");

      assertThat(wire.stream(3)).isSameAs(first);
      assertThat(first.id()).isEqualTo(3);
      assertThat(first.isOpen()).isTrue();
      assertThat(first.isRemoteEnded()).isFalse();
      assertThat(first.isLocalEnded()).isFalse();
    }
  }

  @Test
  void openStreamCannotBeReleased() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, release 1, REQUEST 3");

      assertThat(wire.stream(3)).isNotSameAs(wire.stream(1));
    }
  }

  @Test
  void streamReleasedTwiceBecomesOneOther() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, reset 1 8, release 1, release 1, REQUEST 3, REQUEST 5");

      assertThat(wire.stream(3)).isNotSameAs(wire.stream(5));
    }
  }

  @Test
  void releasedStreamForgetsEverything() {
    try (Wire wire = Wire.server()) {
      wire.run("SETTINGS 4=10, REQUEST 1 content-length=100, DATA 1 90, credit 1 90, blocked");
      wire.run("head 1, data 1 8, trailers 1, reset 1 8, release 1, unblocked, REQUEST 3");
      wire.forget();

      wire.run("DATA 3 600, credit 3 450, DATA 3 0 +end, head 3, data 3 12");

      assertThat(wire.stream(3)).isSameAs(wire.stream(1));
      assertThat(wire.answer()).isEqualTo("HEADERS 3 [:status: 200], DATA 3 10");
      assertThat(wire.stream(3).queuedBytes()).isEqualTo(2);
    }
  }

  @Test
  void streamThatWaitedForItsTurnDoesNotTakeAnothers() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1 +end, REQUEST 3 +end, blocked, data 1 5, data 3 5");
      wire.run("RST_STREAM 1 8, release 1, REQUEST 5 +end, data 5 7, unblocked");

      assertThat(wire.stream(5)).isSameAs(wire.stream(1));
      assertThat(wire.answer()).isEqualTo("DATA 3 5, DATA 5 7");
    }
  }

  @Test
  void payloadOfADataFrameWhoseStreamClosedGoesNowhere() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1");
      byte[] frame = Frame.data(1, 100).end().bytes();
      byte[] begin = Arrays.copyOf(frame, 40);
      wire.receive(begin);
      wire.run("reset 1 8, release 1");

      // The same object is a stream of the same identifier, of another connection of this loop.
      Wire other = Wire.sharing(wire);
      other.run("REQUEST 1");
      assertThat(other.stream(1)).isSameAs(wire.stream(1));
      wire.receive(Arrays.copyOfRange(frame, 40, frame.length));

      assertThat(wire.heard()).endsWith("data 1 31");
      assertThat(other.heard()).hasSize(1).first().asString().startsWith("request 1");
      assertThat(other.stream(1).isRemoteEnded()).isFalse();
      other.close();
    }
  }

  @Test
  void payloadOfADataFrameGoesNotToTheNextStream() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1");
      ByteBuf in =
          wire.buffer(Frame.bytes(Frame.data(1, 100), Frame.data(1, 50).end(), Frame.request(3)));
      wire.listener.onData = stream -> wire.run("head 1 +end, release 1");

      wire.connection.receive(in);
      in.release();

      assertThat(wire.stream(3)).isSameAs(wire.stream(1));
      assertThat(wire.heard()).hasSize(3).contains("data 1 100");
      assertThat(wire.payload(3)).isEmpty();
    }
  }

  @Test
  void streamsOfALostConnectionMayServeAnotherAtOnce() {
    try (Wire wire = Wire.client()) {
      Wire other = Wire.sharing(wire);
      wire.run("open, open, open, flush");
      wire.forget();
      wire.listener.onReset =
          stream -> {
            if (stream.id() == 1) {
              wire.run("release 1, reset 3 8, release 3");
              other.run("open, open, open, open");
            }
          };

      wire.connection.lost("gone");

      assertThat(wire.heard())
          .containsExactly(
              "reset 1 CONNECTION_LOST INTERNAL_ERROR",
              "reset 5 CONNECTION_LOST INTERNAL_ERROR",
              "closed");
      assertThat(other.connection.openStreams()).isEqualTo(4);
      other.close();
    }
  }
}
