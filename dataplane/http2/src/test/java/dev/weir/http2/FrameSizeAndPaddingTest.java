package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sizes and padding of frames (RFC 9113, 4.2 and 6), with stream 1 open and its head received, on
 * both sides of a connection the same. {@code lives} stands for a connection that goes on, as a
 * PING shows.
 */
class FrameSizeAndPaddingTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4.2 DATA of 16384 bytes | DATA 1 16384 | lives
          4.2 DATA of 16385 bytes | DATA 1 16385 | FRAME_SIZE_ERROR
          4.2 padded DATA of 16384 bytes | DATA 1 16128 +pad=255 | lives
          4.2 padded DATA of 16385 bytes | DATA 1 16129 +pad=255 | FRAME_SIZE_ERROR
          4.2 HEADERS of 16385 bytes | RAW 1 5 1 16385 | FRAME_SIZE_ERROR
          4.2 CONTINUATION of 16385 bytes | RAW 1 1 1 0, RAW 9 4 1 16385 | FRAME_SIZE_ERROR
          4.2 SETTINGS of 192 bytes | RAW 4 0 0 192 | SETTINGS ack
          4.2 SETTINGS of 16386 bytes | RAW 4 0 0 16386 | FRAME_SIZE_ERROR
          4.2 GOAWAY of 16385 bytes | RAW 7 0 0 16385 | FRAME_SIZE_ERROR
          4.2 PING of 16385 bytes | RAW 6 0 0 16385 | FRAME_SIZE_ERROR
          4.2 unknown type of 16384 bytes | RAW 0xb 0 1 16384 | lives
          4.2 unknown type of 16385 bytes | RAW 0xb 0 1 16385 | FRAME_SIZE_ERROR
          6.1 DATA padded by no bytes | DATA 1 5 +pad=0 | lives
          6.1 DATA padded by 255 bytes | DATA 1 5 +pad=255 | lives
          6.1 DATA that is only padding | DATA 1 0 +pad=9 | lives
          6.1 DATA that is only a pad length of 0 | DATA 1 0 +pad=0 | lives
          6.1 DATA whose padding ends where it ends | DATA 1 5 +claim=5 | lives
          6.1 DATA whose padding is longer by one | DATA 1 5 +claim=6 | PROTOCOL_ERROR
          6.1 DATA of a pad length above its size | DATA 1 0 +claim=1 | PROTOCOL_ERROR
          6.1 DATA without its pad length | DATA 1 0 +flags=8 | FRAME_SIZE_ERROR
          6.2 HEADERS padded by no bytes | TRAILERS 1 +pad=0 | lives
          6.2 HEADERS padded by 255 bytes | TRAILERS 1 +pad=255 | lives
          6.2 HEADERS with priority | TRAILERS 1 +prio=0 | lives
          6.2 HEADERS with priority and padding | TRAILERS 1 +prio=0 +pad=9 | lives
          6.2 HEADERS whose padding is longer by one | BLOCK 1 82 +claim=2 +end | PROTOCOL_ERROR
          6.2 HEADERS whose padding reaches into the priority | BLOCK 1 82 +prio=0 +claim=2 +end | PROTOCOL_ERROR
          6.2 HEADERS without its pad length | RAW 1 0xd 1 0 | FRAME_SIZE_ERROR
          6.2 HEADERS of 4 bytes with priority | RAW 1 0x25 1 4 | FRAME_SIZE_ERROR
          6.2 padded HEADERS of 5 bytes with priority | RAW 1 0x2d 1 5 | FRAME_SIZE_ERROR
          6.3 PRIORITY of 4 bytes | PRIORITY 1 0 +cut=4 | RST_STREAM 1 FRAME_SIZE_ERROR
          6.3 PRIORITY of 6 bytes | PRIORITY 1 0 +cut=6 | RST_STREAM 1 FRAME_SIZE_ERROR
          6.3 PRIORITY of no bytes | RAW 2 0 1 0 | RST_STREAM 1 FRAME_SIZE_ERROR
          6.3 PRIORITY of 5 bytes | PRIORITY 1 0 | lives
          6.4 RST_STREAM of 3 bytes | RST_STREAM 1 8 +cut=3 | FRAME_SIZE_ERROR
          6.4 RST_STREAM of 5 bytes | RST_STREAM 1 8 +cut=5 | FRAME_SIZE_ERROR
          6.4 RST_STREAM of no bytes | RAW 3 0 1 0 | FRAME_SIZE_ERROR
          6.5 SETTINGS of 1 byte | RAW 4 0 0 1 | FRAME_SIZE_ERROR
          6.5 SETTINGS of 5 bytes | SETTINGS 3=1 +cut=5 | FRAME_SIZE_ERROR
          6.5 SETTINGS of 7 bytes | SETTINGS 3=1 +cut=7 | FRAME_SIZE_ERROR
          6.5 SETTINGS of no bytes | SETTINGS | SETTINGS ack
          6.5 acknowledgement of 6 bytes | SETTINGS 3=1 +ack | FRAME_SIZE_ERROR
          6.7 PING of 7 bytes | PING +cut=7 | FRAME_SIZE_ERROR
          6.7 PING of 9 bytes | PING +cut=9 | FRAME_SIZE_ERROR
          6.7 PING of no bytes | PING +cut=0 | FRAME_SIZE_ERROR
          6.7 acknowledgement of 7 bytes | PING +ack +cut=7 | FRAME_SIZE_ERROR
          6.8 GOAWAY of 7 bytes | GOAWAY 0 0 +cut=7 | FRAME_SIZE_ERROR
          6.8 GOAWAY of no bytes | RAW 7 0 0 0 | FRAME_SIZE_ERROR
          6.9 WINDOW_UPDATE of 3 bytes on the connection | WINDOW_UPDATE 0 1 +cut=3 | FRAME_SIZE_ERROR
          6.9 WINDOW_UPDATE of 5 bytes on the connection | WINDOW_UPDATE 0 1 +cut=5 | FRAME_SIZE_ERROR
          6.9 WINDOW_UPDATE of 3 bytes on a stream | WINDOW_UPDATE 1 1 +cut=3 | FRAME_SIZE_ERROR
          6.9 WINDOW_UPDATE of 5 bytes on a stream | WINDOW_UPDATE 1 1 +cut=5 | FRAME_SIZE_ERROR
          """)
  void bothSides(String rule, String frames, String outcome) {
    for (boolean client : new boolean[] {false, true}) {
      try (Wire wire = client ? Wire.client(Wire.WIDE) : Wire.server(Wire.WIDE)) {
        wire.run(client ? "open, flush, RESPONSE 1" : "REQUEST 1");
        wire.forget();

        wire.run(frames + ", PING");

        assertThat(wire.answer().replaceFirst("GOAWAY \\d+", "GOAWAY"))
            .as(client ? "client" : "server")
            .isEqualTo(answer(client ? outcome : outcome.replace("RST_STREAM 1 ", "")));
      }
    }
  }

  private static String answer(String outcome) {
    return switch (outcome) {
      case "lives" -> "PING 7 ack";
      case "FRAME_SIZE_ERROR", "PROTOCOL_ERROR" -> "GOAWAY " + outcome;
      default -> outcome + ", PING 7 ack";
    };
  }
}
