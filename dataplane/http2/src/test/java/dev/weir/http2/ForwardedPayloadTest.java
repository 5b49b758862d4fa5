package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Payload that goes from one connection to another, with the headers of new frames before it, which
 * may be where those of the old ones were.
 */
class ForwardedPayloadTest {
  private static final Frame[] FRAMES = {
    Frame.data(1, 5000),
    Frame.data(3, 3000),
    Frame.data(1, 4000).padded(7),
    Frame.data(3, 100),
    Frame.data(3, 2048),
    Frame.data(3, 2047),
    Frame.data(1, 16384),
    Frame.data(1, 9000).end(),
    Frame.data(3, 8000).end()
  };

  /**
   * @param bytes that come with one read
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 10, 1000, 2047, 2048, 4000, 8000, 16384, 20000, 100000})
  void isTheSameBehindTheGateway(int bytes) {
    try (Wire server = Wire.server(Wire.WIDE);
        Wire client = onward(server)) {
      byte[] all = Frame.bytes(FRAMES);
      for (int at = 0; at < all.length; at += bytes) {
        server.receive(Arrays.copyOfRange(all, at, Math.min(all.length, at + bytes)));
      }

      List<Frame> sent = client.sentFrames();
      assertThat(payload(sent, 1)).isEqualTo(server.payload(1)).hasSize(34384);
      assertThat(payload(sent, 3)).isEqualTo(server.payload(3)).hasSize(15195);
      assertThat(sent).filteredOn(frame -> Flags.has(frame.flags(), Flags.END_STREAM)).hasSize(2);
      assertThat(sent).filteredOn(frame -> Flags.has(frame.flags(), Flags.PADDED)).isEmpty();
    }
  }

  /** One buffer as it came, but for the headers, instead of one for each frame and payload. */
  @Test
  void framesThatComeTogetherGoTogether() {
    try (Wire server = Wire.server(Wire.WIDE);
        Wire client = onward(server)) {
      server.receive(Frame.data(1, 5000), Frame.data(3, 3000), Frame.data(1, 4000));

      assertThat(client.connection.output().largeFirst(12000 + 3 * 9)).isNotNull();
    }
  }

  /** What the windows hold back is behind payload that is on its way. */
  @Test
  void restOfAFrameHasAHeaderOfItsOwn() {
    try (Wire server = Wire.server(Wire.WIDE);
        Wire client = onward(server)) {
      client.receive(Frame.settings(4, 9000));
      server.receive(Frame.data(1, 5000), Frame.data(1, 10000), Frame.data(3, 5000));
      client.receive(Frame.windowUpdate(1, 3000), Frame.windowUpdate(1, 3000));

      List<Frame> sent = client.sentFrames();
      assertThat(payload(sent, 1)).isEqualTo(server.payload(1)).hasSize(15000);
      assertThat(payload(sent, 3)).isEqualTo(server.payload(3)).hasSize(5000);
    }
  }

  private static Wire onward(Wire server) {
    Wire client = Wire.clientBehind(server);
    server.receive(Frame.request(1), Frame.request(3));
    server.listener.onward.put(1, client.open(false));
    server.listener.onward.put(3, client.open(false));
    client.forget();
    return client;
  }

  private static byte[] payload(List<Frame> frames, int id) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      if (frame.type() == FrameType.DATA && frame.streamId() == id) {
        payload.writeBytes(frame.payload());
      }
    }
    return payload.toByteArray();
  }
}
