package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a client owes to the rules of RFC 9113 when its server is a scripted one: a row for each
 * case that h2spec's client mode lists, 57 in all, under its section and its number there. A row
 * tells what has happened before ({@code new}: the client's SETTINGS are out; {@code greeted}: both
 * sides' SETTINGS are acknowledged; {@code asked}: and a request is out on stream 1), what the
 * server then sends, and what it gets.
 */
class ClientConformanceTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3.4/1 | server connection preface is accepted | new | SETTINGS, SETTINGS +ack, PING | SETTINGS ack, PING 7 ack
          4.1/1 | frame of unknown type is ignored | greeted | RAW 0x16 0 0 8, PING | PING 7 ack
          4.1/2 | undefined flags are ignored | greeted | PING +flags=0x16 | PING 7 ack
          4.1/3 | reserved bit is ignored | greeted | PING +flags=0x16 +on=0x80000000 | PING 7 ack
          4.2/1 | DATA of 2^14 octets is taken | asked | RESPONSE 1, DATA 1 16384 +end, PING | PING 7 ack
          4.2/2 | DATA above SETTINGS_MAX_FRAME_SIZE | asked | RESPONSE 1, DATA 1 16385 +end | GOAWAY 0 FRAME_SIZE_ERROR
          4.2/3 | HEADERS above SETTINGS_MAX_FRAME_SIZE | asked | RAW 1 5 1 16385 | GOAWAY 0 FRAME_SIZE_ERROR
          4.3/1 | header block that cannot be decoded | asked | BLOCK 1 40 +end | GOAWAY 0 COMPRESSION_ERROR
          5.1/1 | idle: DATA | greeted | DATA 2 4 +end | GOAWAY 0 PROTOCOL_ERROR
          5.1/2 | idle: RST_STREAM | greeted | RST_STREAM 2 8 | GOAWAY 0 PROTOCOL_ERROR
          5.1/3 | idle: WINDOW_UPDATE | greeted | WINDOW_UPDATE 2 100 | GOAWAY 0 PROTOCOL_ERROR
          5.1/4 | idle: CONTINUATION | greeted | CONTINUATION 2 88 | GOAWAY 0 PROTOCOL_ERROR
          5.1/5 | closed: DATA behind RST_STREAM | asked | RESPONSE 1, RST_STREAM 1 8, DATA 1 4 +end | RST_STREAM 1 STREAM_CLOSED
          5.1/6 | closed: HEADERS behind RST_STREAM | asked | RESPONSE 1, RST_STREAM 1 8, RESPONSE 1 +end | RST_STREAM 1 STREAM_CLOSED
          5.1/7 | closed: CONTINUATION behind RST_STREAM | asked | RESPONSE 1, RST_STREAM 1 8, CONTINUATION 1 88 | GOAWAY 0 PROTOCOL_ERROR
          5.1/8 | closed: DATA behind END_STREAM | asked | RESPONSE 1 +end, DATA 1 4 +end | GOAWAY 0 STREAM_CLOSED
          5.1/9 | closed: HEADERS behind END_STREAM | asked | RESPONSE 1 +end, RESPONSE 1 +end | GOAWAY 0 STREAM_CLOSED
          5.1/10 | closed: CONTINUATION behind END_STREAM | asked | RESPONSE 1 +end, CONTINUATION 1 88 | GOAWAY 0 PROTOCOL_ERROR
          5.1.1/1 | stream identifier that was never used | greeted | RESPONSE 101 +end | GOAWAY 0 PROTOCOL_ERROR
          5.4.1/1 | connection is closed behind an invalid PING | greeted | PING +on=3 | GOAWAY 0 PROTOCOL_ERROR
          5.4.1/2 | GOAWAY goes out behind an invalid PING | asked | RESPONSE 1, PING +on=3, PING | GOAWAY 0 PROTOCOL_ERROR
          5.5/1 | unknown extension frame is ignored | asked | RAW 0x16 0 0 8, RESPONSE 1, RAW 0x16 0 1 8, DATA 1 4 +end, PING | PING 7 ack
          6.1/1 | DATA on stream 0 | greeted | DATA 0 4 +end | GOAWAY 0 PROTOCOL_ERROR
          6.1/2 | DATA on a stream that is neither open nor half-closed (local) | asked | RESPONSE 1 +end, DATA 1 4 | GOAWAY 0 STREAM_CLOSED
          6.1/3 | DATA with invalid pad length | asked | RESPONSE 1 content-length=4, DATA 1 4 +claim=6 +end | GOAWAY 0 PROTOCOL_ERROR
          6.2/1 | PRIORITY between HEADERS and CONTINUATION | asked | RESPONSE 1 +part, PRIORITY 1 0, CONTINUATION 1 88 | GOAWAY 0 PROTOCOL_ERROR
          6.2/2 | HEADERS on stream 0 | greeted | RESPONSE 0 +end | GOAWAY 0 PROTOCOL_ERROR
          6.2/3 | HEADERS with invalid pad length | asked | BLOCK 1 88 +claim=17 | GOAWAY 0 PROTOCOL_ERROR
          6.3/1 | PRIORITY on stream 0 | greeted | PRIORITY 0 0 | GOAWAY 0 PROTOCOL_ERROR
          6.3/2 | PRIORITY of other than 5 octets | asked | PRIORITY 1 0 +cut=4, PING | RST_STREAM 1 FRAME_SIZE_ERROR, PING 7 ack
          6.4/1 | RST_STREAM on stream 0 | greeted | RST_STREAM 0 8 | GOAWAY 0 PROTOCOL_ERROR
          6.4/2 | RST_STREAM on an idle stream | asked | RST_STREAM 3 8 | GOAWAY 0 PROTOCOL_ERROR
          6.4/3 | RST_STREAM of other than 4 octets | asked | RESPONSE 1, RST_STREAM 1 8 +cut=3 | GOAWAY 0 FRAME_SIZE_ERROR
          6.5/1 | SETTINGS acknowledgement with payload | new | RAW 4 1 0 1 | GOAWAY 0 FRAME_SIZE_ERROR
          6.5/2 | SETTINGS on a stream | new | SETTINGS 3=100 +on=1 | GOAWAY 0 PROTOCOL_ERROR
          6.5/3 | SETTINGS of no multiple of 6 octets | new | SETTINGS 3=100 +cut=3 | GOAWAY 0 FRAME_SIZE_ERROR
          6.5.2/1 | SETTINGS_INITIAL_WINDOW_SIZE above 2^31-1 | new | SETTINGS 4=0x80000000 | GOAWAY 0 FLOW_CONTROL_ERROR
          6.5.2/2 | SETTINGS_MAX_FRAME_SIZE below 2^14 | new | SETTINGS 5=16383 | GOAWAY 0 PROTOCOL_ERROR
          6.5.2/3 | SETTINGS_MAX_FRAME_SIZE above 2^24-1 | new | SETTINGS 5=0x1000000 | GOAWAY 0 PROTOCOL_ERROR
          6.5.2/4 | unknown setting is ignored | new | SETTINGS 0xff=1, PING | SETTINGS ack, PING 7 ack
          6.5.3/1 | SETTINGS are acknowledged | new | SETTINGS 3=100 | SETTINGS ack
          6.7/1 | PING is answered with its payload | greeted | PING | PING 7 ack
          6.7/2 | PING acknowledgement is not answered | greeted | PING +ack, PING | PING 7 ack
          6.7/3 | PING on a stream | asked | PING +on=1 | GOAWAY 0 PROTOCOL_ERROR
          6.7/4 | PING of other than 8 octets | greeted | PING +cut=6 | GOAWAY 0 FRAME_SIZE_ERROR
          6.8/1 | GOAWAY on a stream | asked | GOAWAY 0 0 +on=1 | GOAWAY 0 PROTOCOL_ERROR
          6.9/1 | WINDOW_UPDATE of 0 on the connection | greeted | WINDOW_UPDATE 0 0 | GOAWAY 0 PROTOCOL_ERROR
          6.9/2 | WINDOW_UPDATE of 0 on a stream | asked | WINDOW_UPDATE 1 0, PING | RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack
          6.9/3 | WINDOW_UPDATE of other than 4 octets | greeted | WINDOW_UPDATE 0 1 +cut=3 | GOAWAY 0 FRAME_SIZE_ERROR
          6.9.1/1 | connection window above 2^31-1 | greeted | WINDOW_UPDATE 0 0x7fffffff, WINDOW_UPDATE 0 0x7fffffff | GOAWAY 0 FLOW_CONTROL_ERROR
          6.9.1/2 | stream window above 2^31-1 | asked | WINDOW_UPDATE 1 0x7fff0000, WINDOW_UPDATE 1 0x7fffffff, PING | RST_STREAM 1 FLOW_CONTROL_ERROR, PING 7 ack
          6.10/1 | several CONTINUATION frames are taken | asked | RESPONSE 1 +part +end, CONTINUATION 1 0001610162 +part, CONTINUATION 1 0001630164, PING | PING 7 ack
          6.10/2 | DATA behind CONTINUATION without END_HEADERS | asked | RESPONSE 1 +part, CONTINUATION 1 0001610162 +part, DATA 1 4 +end | GOAWAY 0 PROTOCOL_ERROR
          6.10/3 | CONTINUATION on stream 0 | asked | RESPONSE 1 +part +end, CONTINUATION 0 0001610162 | GOAWAY 0 PROTOCOL_ERROR
          6.10/4 | CONTINUATION behind HEADERS with END_HEADERS | asked | RESPONSE 1, CONTINUATION 1 0001610162 | GOAWAY 0 PROTOCOL_ERROR
          6.10/5 | CONTINUATION behind CONTINUATION with END_HEADERS | asked | RESPONSE 1 +part, CONTINUATION 1 0001610162, CONTINUATION 1 0001610162 | GOAWAY 0 PROTOCOL_ERROR
          6.10/6 | CONTINUATION behind DATA | asked | RESPONSE 1 +part, DATA 1 4 +end, CONTINUATION 1 0001610162 +part, CONTINUATION 0 0001610162 | GOAWAY 0 PROTOCOL_ERROR
          """)
  void client(String section, String rule, String before, String frames, String answer) {
    try (Wire wire = clientThatIs(before)) {
      wire.receive(Script.frames(frames));

      assertThat(wire.answer()).isEqualTo(answer);
      boolean over = answer.contains("GOAWAY");
      assertThat(wire.isClosed()).isEqualTo(over);
      assertThat(wire.connection.isOver()).isEqualTo(over);
      assertThat(wire.heard().contains("closed by fault")).isEqualTo(over);
    }
  }

  private static Wire clientThatIs(String state) {
    Wire wire = state.equals("new") ? Wire.newClient(Wire.WIDE) : Wire.client(Wire.WIDE);
    if (state.equals("asked")) {
      wire.open(true);
    }
    wire.forget();
    return wire;
  }
}
