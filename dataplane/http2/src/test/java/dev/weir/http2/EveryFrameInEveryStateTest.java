package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every frame that names a stream, in every state of a stream, for both sides of a connection (RFC
 * 9113, 5.1). A row is the state of stream 1 and a frame, how the state came about, the frame, and
 * what the peer gets: nothing, RST_STREAM, or GOAWAY. What users hear is in {@link
 * StreamStateTest}.
 */
class EveryFrameInEveryStateTest {
  /** A server is never half-closed (local): it has an answer, and wants no more of the request. */
  @ParameterizedTest(name = "5.1 server, {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          idle: DATA |  | DATA 1 1 | GOAWAY PROTOCOL_ERROR
          idle: HEADERS |  | REQUEST 1 |
          idle: PRIORITY |  | PRIORITY 1 0 |
          idle: RST_STREAM |  | RST_STREAM 1 8 | GOAWAY PROTOCOL_ERROR
          idle: WINDOW_UPDATE |  | WINDOW_UPDATE 1 1 | GOAWAY PROTOCOL_ERROR
          idle: PUSH_PROMISE |  | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          idle: CONTINUATION |  | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          open: DATA | REQUEST 1 | DATA 1 1 |
          open: HEADERS | REQUEST 1 | TRAILERS 1 |
          open: PRIORITY | REQUEST 1 | PRIORITY 1 0 |
          open: RST_STREAM | REQUEST 1 | RST_STREAM 1 8 |
          open: WINDOW_UPDATE | REQUEST 1 | WINDOW_UPDATE 1 1 |
          open: PUSH_PROMISE | REQUEST 1 | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          open: CONTINUATION | REQUEST 1 | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          half-closed (remote): DATA | REQUEST 1 +end | DATA 1 1 | GOAWAY STREAM_CLOSED
          half-closed (remote): HEADERS | REQUEST 1 +end | TRAILERS 1 | GOAWAY STREAM_CLOSED
          half-closed (remote): PRIORITY | REQUEST 1 +end | PRIORITY 1 0 |
          half-closed (remote): RST_STREAM | REQUEST 1 +end | RST_STREAM 1 8 |
          half-closed (remote): WINDOW_UPDATE | REQUEST 1 +end | WINDOW_UPDATE 1 1 |
          half-closed (remote): PUSH_PROMISE | REQUEST 1 +end | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          half-closed (remote): CONTINUATION | REQUEST 1 +end | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          closed by both ends: DATA | REQUEST 1 +end, head 1 +end | DATA 1 1 | GOAWAY STREAM_CLOSED
          closed by both ends: HEADERS | REQUEST 1 +end, head 1 +end | TRAILERS 1 | GOAWAY STREAM_CLOSED
          closed by both ends: PRIORITY | REQUEST 1 +end, head 1 +end | PRIORITY 1 0 |
          closed by both ends: RST_STREAM | REQUEST 1 +end, head 1 +end | RST_STREAM 1 8 |
          closed by both ends: WINDOW_UPDATE | REQUEST 1 +end, head 1 +end | WINDOW_UPDATE 1 1 |
          closed by both ends: PUSH_PROMISE | REQUEST 1 +end, head 1 +end | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          closed by both ends: CONTINUATION | REQUEST 1 +end, head 1 +end | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          closed by its reset: DATA | REQUEST 1, RST_STREAM 1 8 | DATA 1 1 | RST_STREAM 1 STREAM_CLOSED
          closed by its reset: HEADERS | REQUEST 1, RST_STREAM 1 8 | TRAILERS 1 | RST_STREAM 1 STREAM_CLOSED
          closed by its reset: PRIORITY | REQUEST 1, RST_STREAM 1 8 | PRIORITY 1 0 |
          closed by its reset: RST_STREAM | REQUEST 1, RST_STREAM 1 8 | RST_STREAM 1 8 |
          closed by its reset: WINDOW_UPDATE | REQUEST 1, RST_STREAM 1 8 | WINDOW_UPDATE 1 1 |
          closed by its reset: PUSH_PROMISE | REQUEST 1, RST_STREAM 1 8 | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          closed by its reset: CONTINUATION | REQUEST 1, RST_STREAM 1 8 | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          closed by our reset: DATA | REQUEST 1, reset 1 8 | DATA 1 1 |
          closed by our reset: HEADERS | REQUEST 1, reset 1 8 | TRAILERS 1 |
          closed by our reset: PRIORITY | REQUEST 1, reset 1 8 | PRIORITY 1 0 |
          closed by our reset: RST_STREAM | REQUEST 1, reset 1 8 | RST_STREAM 1 8 |
          closed by our reset: WINDOW_UPDATE | REQUEST 1, reset 1 8 | WINDOW_UPDATE 1 1 |
          closed by our reset: PUSH_PROMISE | REQUEST 1, reset 1 8 | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          closed by our reset: CONTINUATION | REQUEST 1, reset 1 8 | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          closed by our early answer: DATA | REQUEST 1, head 1 +end | DATA 1 1 |
          closed by our early answer: HEADERS | REQUEST 1, head 1 +end | TRAILERS 1 |
          closed by our early answer: PRIORITY | REQUEST 1, head 1 +end | PRIORITY 1 0 |
          closed by our early answer: RST_STREAM | REQUEST 1, head 1 +end | RST_STREAM 1 8 |
          closed by our early answer: WINDOW_UPDATE | REQUEST 1, head 1 +end | WINDOW_UPDATE 1 1 |
          closed by our early answer: PUSH_PROMISE | REQUEST 1, head 1 +end | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          closed by our early answer: CONTINUATION | REQUEST 1, head 1 +end | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          """)
  void server(String rule, @Nullable String before, String frame, @Nullable String answer) {
    check(Wire.server(), before, frame, answer);
  }

  @ParameterizedTest(name = "5.1 client, {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          idle: DATA |  | DATA 1 1 | GOAWAY PROTOCOL_ERROR
          idle: HEADERS |  | TRAILERS 1 | GOAWAY PROTOCOL_ERROR
          idle: PRIORITY |  | PRIORITY 1 0 |
          idle: RST_STREAM |  | RST_STREAM 1 8 | GOAWAY PROTOCOL_ERROR
          idle: WINDOW_UPDATE |  | WINDOW_UPDATE 1 1 | GOAWAY PROTOCOL_ERROR
          idle: PUSH_PROMISE |  | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          idle: CONTINUATION |  | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          open: DATA | open, flush, RESPONSE 1 | DATA 1 1 |
          open: HEADERS | open, flush, RESPONSE 1 | TRAILERS 1 |
          open: PRIORITY | open, flush, RESPONSE 1 | PRIORITY 1 0 |
          open: RST_STREAM | open, flush, RESPONSE 1 | RST_STREAM 1 8 |
          open: WINDOW_UPDATE | open, flush, RESPONSE 1 | WINDOW_UPDATE 1 1 |
          open: PUSH_PROMISE | open, flush, RESPONSE 1 | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          open: CONTINUATION | open, flush, RESPONSE 1 | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          half-closed (local): DATA | open +end, flush, RESPONSE 1 | DATA 1 1 |
          half-closed (local): HEADERS | open +end, flush, RESPONSE 1 | TRAILERS 1 |
          half-closed (local): PRIORITY | open +end, flush, RESPONSE 1 | PRIORITY 1 0 |
          half-closed (local): RST_STREAM | open +end, flush, RESPONSE 1 | RST_STREAM 1 8 |
          half-closed (local): WINDOW_UPDATE | open +end, flush, RESPONSE 1 | WINDOW_UPDATE 1 1 |
          half-closed (local): PUSH_PROMISE | open +end, flush, RESPONSE 1 | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          half-closed (local): CONTINUATION | open +end, flush, RESPONSE 1 | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          half-closed (remote): DATA | open, flush, RESPONSE 1 +end | DATA 1 1 | RST_STREAM 1 STREAM_CLOSED
          half-closed (remote): HEADERS | open, flush, RESPONSE 1 +end | TRAILERS 1 | RST_STREAM 1 STREAM_CLOSED
          half-closed (remote): PRIORITY | open, flush, RESPONSE 1 +end | PRIORITY 1 0 |
          half-closed (remote): RST_STREAM | open, flush, RESPONSE 1 +end | RST_STREAM 1 8 |
          half-closed (remote): WINDOW_UPDATE | open, flush, RESPONSE 1 +end | WINDOW_UPDATE 1 1 |
          half-closed (remote): PUSH_PROMISE | open, flush, RESPONSE 1 +end | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          half-closed (remote): CONTINUATION | open, flush, RESPONSE 1 +end | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          closed by both ends: DATA | open +end, flush, RESPONSE 1 +end | DATA 1 1 | GOAWAY STREAM_CLOSED
          closed by both ends: HEADERS | open +end, flush, RESPONSE 1 +end | TRAILERS 1 | GOAWAY STREAM_CLOSED
          closed by both ends: PRIORITY | open +end, flush, RESPONSE 1 +end | PRIORITY 1 0 |
          closed by both ends: RST_STREAM | open +end, flush, RESPONSE 1 +end | RST_STREAM 1 8 |
          closed by both ends: WINDOW_UPDATE | open +end, flush, RESPONSE 1 +end | WINDOW_UPDATE 1 1 |
          closed by both ends: PUSH_PROMISE | open +end, flush, RESPONSE 1 +end | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          closed by both ends: CONTINUATION | open +end, flush, RESPONSE 1 +end | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          closed by its reset: DATA | open, flush, RST_STREAM 1 8 | DATA 1 1 | RST_STREAM 1 STREAM_CLOSED
          closed by its reset: HEADERS | open, flush, RST_STREAM 1 8 | TRAILERS 1 | RST_STREAM 1 STREAM_CLOSED
          closed by its reset: PRIORITY | open, flush, RST_STREAM 1 8 | PRIORITY 1 0 |
          closed by its reset: RST_STREAM | open, flush, RST_STREAM 1 8 | RST_STREAM 1 8 |
          closed by its reset: WINDOW_UPDATE | open, flush, RST_STREAM 1 8 | WINDOW_UPDATE 1 1 |
          closed by its reset: PUSH_PROMISE | open, flush, RST_STREAM 1 8 | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          closed by its reset: CONTINUATION | open, flush, RST_STREAM 1 8 | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          closed by our reset: DATA | open, flush, reset 1 8 | DATA 1 1 |
          closed by our reset: HEADERS | open, flush, reset 1 8 | TRAILERS 1 |
          closed by our reset: PRIORITY | open, flush, reset 1 8 | PRIORITY 1 0 |
          closed by our reset: RST_STREAM | open, flush, reset 1 8 | RST_STREAM 1 8 |
          closed by our reset: WINDOW_UPDATE | open, flush, reset 1 8 | WINDOW_UPDATE 1 1 |
          closed by our reset: PUSH_PROMISE | open, flush, reset 1 8 | RAW 5 4 1 4 | GOAWAY PROTOCOL_ERROR
          closed by our reset: CONTINUATION | open, flush, reset 1 8 | CONTINUATION 1 88 | GOAWAY PROTOCOL_ERROR
          """)
  void client(String rule, @Nullable String before, String frame, @Nullable String answer) {
    check(Wire.client(), before, frame, answer);
  }

  private static void check(
      Wire wire, @Nullable String before, String frame, @Nullable String answer) {
    try (wire) {
      if (before != null) {
        wire.run(before);
      }
      wire.answer();

      wire.run(frame + ", PING");

      String sent = wire.answer();
      if (answer != null && answer.startsWith("GOAWAY")) {
        assertThat(sent.replaceFirst("GOAWAY \\d+", "GOAWAY")).isEqualTo(answer);
      } else {
        assertThat(sent).isEqualTo(answer == null ? "PING 7 ack" : answer + ", PING 7 ack");
      }
    }
  }
}
