package dev.weir.http2;

import static dev.weir.http2.Frame.request;
import static dev.weir.http2.Frame.settings;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Size, place and form of each type of frame (RFC 9113, 4 and 6). A row is a rule, what a peer
 * sends, and what it gets; where the connection lives on, a PING at the end shows it.
 */
class FrameRulesTest {
  private static final String PROTOCOL = "GOAWAY 0 PROTOCOL_ERROR";
  private static final String CALM = "GOAWAY 0 ENHANCE_YOUR_CALM";
  private static final String PONG = "PING 7 ack";
  private static final Frame PING = Frame.ping(7);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4.1 unknown type is ignored | RAW 0xb 0xff 0 8, RAW 0xfe 0 7 0, PING | PING 7 ack
          4.1 undefined flags are ignored | PING +flags=0xfe | PING 7 ack
          4.1 reserved bit is ignored | PING +on=0x80000000 | PING 7 ack
          4.2 DATA of 16384 bytes | REQUEST 1, DATA 1 16384, PING | PING 7 ack
          4.2 DATA of 16385 bytes | REQUEST 1, DATA 1 16385 | GOAWAY 1 FRAME_SIZE_ERROR
          4.2 HEADERS of 16385 bytes | RAW 1 4 1 16385 | GOAWAY 0 FRAME_SIZE_ERROR
          4.2 unknown type of 16384 bytes | RAW 0xb 0 0 16384, PING | PING 7 ack
          4.2 unknown type of 16385 bytes | RAW 0xb 0 0 16385 | GOAWAY 0 FRAME_SIZE_ERROR
          4.3 block that cannot be decoded | BLOCK 1 c6 | GOAWAY 0 COMPRESSION_ERROR
          4.3 trailers that cannot be decoded | REQUEST 1, BLOCK 1 80 +end | GOAWAY 1 COMPRESSION_ERROR
          4.3 block for a closed stream is decoded | REQUEST 1, RST_STREAM 1 8, BLOCK 1 80 | GOAWAY 1 COMPRESSION_ERROR
          5.3.1 HEADERS that depends on itself | REQUEST 1 +prio=1, PING | GOAWAY 1 PROTOCOL_ERROR
          5.3.1 PRIORITY that depends on itself | REQUEST 1, PRIORITY 1 1, PING | GOAWAY 1 PROTOCOL_ERROR
          6.1 DATA on stream 0 | DATA 0 4 | GOAWAY 0 PROTOCOL_ERROR
          6.1 DATA of no bytes | REQUEST 1, DATA 1 0, PING | PING 7 ack
          6.1 DATA with padding | REQUEST 1, DATA 1 5 +pad=10, PING | PING 7 ack
          6.1 DATA that is only padding | REQUEST 1, DATA 1 0 +pad=255, PING | PING 7 ack
          6.1 DATA padded by no bytes | REQUEST 1, DATA 1 5 +pad=0, PING | PING 7 ack
          6.1 DATA with padding up to its end | REQUEST 1, DATA 1 5 +claim=5, PING | PING 7 ack
          6.1 DATA with padding beyond its end | REQUEST 1, DATA 1 5 +claim=6 | GOAWAY 1 PROTOCOL_ERROR
          6.1 DATA too short for its pad length | REQUEST 1, DATA 1 0 +flags=8 | GOAWAY 1 FRAME_SIZE_ERROR
          6.2 HEADERS on stream 0 | REQUEST 0 | GOAWAY 0 PROTOCOL_ERROR
          6.2 HEADERS with padding | REQUEST 1 +pad=7, PING | PING 7 ack
          6.2 HEADERS with padding beyond its end | BLOCK 1 82 +claim=2 | GOAWAY 0 PROTOCOL_ERROR
          6.2 HEADERS too short for its pad length | HEADERS 1 +flags=8 | GOAWAY 0 FRAME_SIZE_ERROR
          6.2 HEADERS with priority | REQUEST 1 +prio=0, PING | PING 7 ack
          6.2 HEADERS with priority and padding | REQUEST 1 +prio=3 +pad=9, PING | PING 7 ack
          6.2 HEADERS too short for its priority | RAW 1 0x24 1 4 | GOAWAY 0 FRAME_SIZE_ERROR
          6.2 padded HEADERS too short for its priority | RAW 1 0x2c 1 5 | GOAWAY 0 FRAME_SIZE_ERROR
          6.2 padding that reaches into the priority | BLOCK 1 82 +prio=0 +claim=2 | GOAWAY 0 PROTOCOL_ERROR
          6.3 PRIORITY on stream 0 | PRIORITY 0 1 | GOAWAY 0 PROTOCOL_ERROR
          6.3 PRIORITY of 4 bytes | REQUEST 1, PRIORITY 1 0 +cut=4, PING | GOAWAY 1 FRAME_SIZE_ERROR
          6.3 PRIORITY of 4 bytes without a stream | PRIORITY 1 0 +cut=4 | GOAWAY 0 FRAME_SIZE_ERROR
          6.3 PRIORITY on an idle stream | PRIORITY 1 3, PING | PING 7 ack
          6.3 PRIORITY on a closed stream | REQUEST 1 +end, RST_STREAM 1 8, PRIORITY 1 3, PING | PING 7 ack
          6.4 RST_STREAM on stream 0 | RST_STREAM 0 8 | GOAWAY 0 PROTOCOL_ERROR
          6.4 RST_STREAM on an idle stream | RST_STREAM 1 8 | GOAWAY 0 PROTOCOL_ERROR
          6.4 RST_STREAM of 3 bytes | REQUEST 1, RST_STREAM 1 8 +cut=3 | GOAWAY 1 FRAME_SIZE_ERROR
          6.4 RST_STREAM of 5 bytes | REQUEST 1, RST_STREAM 1 8 +cut=5 | GOAWAY 1 FRAME_SIZE_ERROR
          6.4 RST_STREAM of an unknown code | REQUEST 1, RST_STREAM 1 0x1234, PING | PING 7 ack
          6.4 RST_STREAM twice | REQUEST 1, RST_STREAM 1 8, RST_STREAM 1 8, PING | PING 7 ack
          6.5 SETTINGS on stream 1 | SETTINGS +on=1 | GOAWAY 0 PROTOCOL_ERROR
          6.5 SETTINGS of 3 bytes | SETTINGS +cut=3 | GOAWAY 0 FRAME_SIZE_ERROR
          6.5 SETTINGS acknowledgement with payload | SETTINGS 1=1 +ack | GOAWAY 0 FRAME_SIZE_ERROR
          6.5 SETTINGS acknowledgement too many | SETTINGS +ack, PING | PING 7 ack
          6.5.2 HEADER_TABLE_SIZE of 2^32-1 | SETTINGS 1=0xffffffff | SETTINGS ack
          6.5.2 ENABLE_PUSH of 1 from a client | SETTINGS 2=1 | SETTINGS ack
          6.5.2 ENABLE_PUSH of 2 | SETTINGS 2=2 | GOAWAY 0 PROTOCOL_ERROR
          6.5.2 MAX_CONCURRENT_STREAMS of 2^32-1 | SETTINGS 3=0xffffffff | SETTINGS ack
          6.5.2 INITIAL_WINDOW_SIZE of 2^31-1 | SETTINGS 4=0x7fffffff | SETTINGS ack
          6.5.2 INITIAL_WINDOW_SIZE of 2^31 | SETTINGS 4=0x80000000 | GOAWAY 0 FLOW_CONTROL_ERROR
          6.5.2 INITIAL_WINDOW_SIZE of 2^31 before another | SETTINGS 4=0x80000000 4=1 | GOAWAY 0 FLOW_CONTROL_ERROR
          6.5.2 MAX_FRAME_SIZE of 16383 | SETTINGS 5=16383 | GOAWAY 0 PROTOCOL_ERROR
          6.5.2 MAX_FRAME_SIZE of 16384 | SETTINGS 5=16384 | SETTINGS ack
          6.5.2 MAX_FRAME_SIZE of 2^24-1 | SETTINGS 5=0xffffff | SETTINGS ack
          6.5.2 MAX_FRAME_SIZE of 2^24 | SETTINGS 5=0x1000000 | GOAWAY 0 PROTOCOL_ERROR
          6.5.2 MAX_HEADER_LIST_SIZE of 0 | SETTINGS 6=0 | SETTINGS ack
          6.5.2 unknown settings | SETTINGS 0x77=1 0=0 | SETTINGS ack
          6.5.3 SETTINGS are acknowledged in turn | SETTINGS, PING, SETTINGS 4=1 | SETTINGS ack, PING 7 ack, SETTINGS ack
          6.6 PUSH_PROMISE from a client | RAW 5 4 1 4 | GOAWAY 0 PROTOCOL_ERROR
          6.7 PING acknowledgement is not answered | PING +ack |
          6.7 PING on stream 1 | PING +on=1 | GOAWAY 0 PROTOCOL_ERROR
          6.7 PING of 6 bytes | PING +cut=6 | GOAWAY 0 FRAME_SIZE_ERROR
          6.7 PING of 9 bytes | PING +cut=9 | GOAWAY 0 FRAME_SIZE_ERROR
          6.8 GOAWAY on stream 1 | GOAWAY 0 0 +on=1 | GOAWAY 0 PROTOCOL_ERROR
          6.8 GOAWAY of 7 bytes | GOAWAY 0 0 +cut=7 | GOAWAY 0 FRAME_SIZE_ERROR
          6.9 WINDOW_UPDATE of 3 bytes | WINDOW_UPDATE 0 1 +cut=3 | GOAWAY 0 FRAME_SIZE_ERROR
          6.9 WINDOW_UPDATE of 0 on the connection | WINDOW_UPDATE 0 0 | GOAWAY 0 PROTOCOL_ERROR
          6.9 WINDOW_UPDATE of 0 and the reserved bit | WINDOW_UPDATE 0 0x80000000 | GOAWAY 0 PROTOCOL_ERROR
          6.9 WINDOW_UPDATE of 0 on a stream | REQUEST 1, WINDOW_UPDATE 1 0, PING | GOAWAY 1 PROTOCOL_ERROR
          6.9 WINDOW_UPDATE on an idle stream | WINDOW_UPDATE 1 1 | GOAWAY 0 PROTOCOL_ERROR
          6.9 WINDOW_UPDATE on a closed stream | REQUEST 1, RST_STREAM 1 8, WINDOW_UPDATE 1 1, PING | PING 7 ack
          6.9 WINDOW_UPDATE of 0 on a closed stream | REQUEST 1, RST_STREAM 1 8, WINDOW_UPDATE 1 0, PING | PING 7 ack
          6.9.1 connection window of 2^31-1 | WINDOW_UPDATE 0 0x7fff0000, PING | PING 7 ack
          6.9.1 connection window of 2^31 | WINDOW_UPDATE 0 0x7fff0001 | GOAWAY 0 FLOW_CONTROL_ERROR
          6.9.1 stream window of 2^31-1 | REQUEST 1, WINDOW_UPDATE 1 0x7fff0000, PING | PING 7 ack
          6.9.1 stream window of 2^31 | REQUEST 1, WINDOW_UPDATE 1 0x7fff0001, PING | RST_STREAM 1 FLOW_CONTROL_ERROR, PING 7 ack
          6.9.2 stream window of 2^31 by SETTINGS | REQUEST 1, WINDOW_UPDATE 1 0x7fff0000, SETTINGS 4=65536 | GOAWAY 1 FLOW_CONTROL_ERROR
          6.9.2 only the last window of a frame counts, C3 | REQUEST 1, WINDOW_UPDATE 1 0x7fff0000, SETTINGS 4=65536 4=65535 | SETTINGS ack
          """)
  void serverKeepsTo(String rule, String frames, @Nullable String answer) {
    check(Wire.server(Wire.WIDE), frames, answer);
  }

  /** Header blocks in parts, where at most 4 CONTINUATION frames are allowed. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          6.10 CONTINUATION ends the block | REQUEST 1 +split=14, PING | PING 7 ack
          6.10 more CONTINUATION than the limit | REQUEST 1 +split=10 | GOAWAY 0 ENHANCE_YOUR_CALM
          6.10 HEADERS may be empty | HEADERS 1 +part, CONTINUATION 1 828684, PING | PING 7 ack
          6.10 one CONTINUATION may be empty | BLOCK 1 828684 +part, CONTINUATION 1, PING | PING 7 ack
          6.10 second empty CONTINUATION | REQUEST 1 +part, CONTINUATION 1 +part, CONTINUATION 1 +part | GOAWAY 0 ENHANCE_YOUR_CALM
          6.10 CONTINUATION without HEADERS | CONTINUATION 1 82 | GOAWAY 0 PROTOCOL_ERROR
          6.10 CONTINUATION on stream 0 | REQUEST 1 +part, CONTINUATION 0 82 | GOAWAY 0 PROTOCOL_ERROR
          6.10 CONTINUATION of another stream | REQUEST 1 +part, CONTINUATION 3 82 | GOAWAY 0 PROTOCOL_ERROR
          6.10 CONTINUATION behind the end of a block | REQUEST 1, CONTINUATION 1 82 | GOAWAY 1 PROTOCOL_ERROR
          6.10 CONTINUATION behind DATA | REQUEST 1, DATA 1 1, CONTINUATION 1 82 | GOAWAY 1 PROTOCOL_ERROR
          6.2 DATA inside of a block | REQUEST 1 +part, DATA 1 1 | GOAWAY 0 PROTOCOL_ERROR
          6.2 HEADERS inside of a block | REQUEST 1 +part, REQUEST 1 | GOAWAY 0 PROTOCOL_ERROR
          6.2 HEADERS of another stream inside of a block | REQUEST 1 +part, REQUEST 3 | GOAWAY 0 PROTOCOL_ERROR
          6.2 PRIORITY inside of a block | REQUEST 1 +part, PRIORITY 1 0 | GOAWAY 0 PROTOCOL_ERROR
          6.2 RST_STREAM inside of a block | REQUEST 1 +part, RST_STREAM 1 8 | GOAWAY 0 PROTOCOL_ERROR
          6.2 SETTINGS inside of a block | REQUEST 1 +part, SETTINGS | GOAWAY 0 PROTOCOL_ERROR
          6.2 PING inside of a block | REQUEST 1 +part, PING | GOAWAY 0 PROTOCOL_ERROR
          6.2 GOAWAY inside of a block | REQUEST 1 +part, GOAWAY 0 0 | GOAWAY 0 PROTOCOL_ERROR
          6.2 WINDOW_UPDATE inside of a block | REQUEST 1 +part, WINDOW_UPDATE 0 1 | GOAWAY 0 PROTOCOL_ERROR
          5.5 unknown type inside of a block | REQUEST 1 +part, RAW 0xb 0 0 4 | GOAWAY 0 PROTOCOL_ERROR
          6.2 END_STREAM of HEADERS holds for the block | REQUEST 1 +end +split=30, DATA 1 1 | GOAWAY 1 STREAM_CLOSED
          7541 5.2 value longer than the block may become, A5 | BLOCK 1 0001787fffffffff03 +part | GOAWAY 0 ENHANCE_YOUR_CALM
          7541 5.2 value that begins in CONTINUATION, A5 | REQUEST 1 +part, CONTINUATION 1 4001 +part, CONTINUATION 1 787fffffffff03 +part | GOAWAY 0 ENHANCE_YOUR_CALM
          7541 5.2 name longer than the block may become, A5 | BLOCK 1 107fffffffff03 +part | GOAWAY 0 ENHANCE_YOUR_CALM
          7541 5.2 value one byte too long, A5 | BLOCK 1 0001787ffbfe040000 +part | GOAWAY 0 ENHANCE_YOUR_CALM
          7541 5.2 value as long as may come | BLOCK 1 0001787ffafe040000 +part, PING | GOAWAY 0 PROTOCOL_ERROR
          7541 5.1 integer without end in a block without end, A6 | BLOCK 1 ff8080808080 +part | GOAWAY 0 COMPRESSION_ERROR
          6.2 trailers in parts | REQUEST 1, TRAILERS 1 +split=5, PING | PING 7 ack
          """)
  void serverPutsHeaderBlocksTogether(String rule, String frames, String answer) {
    check(Wire.server(), frames, answer);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3.4 SETTINGS first | SETTINGS | SETTINGS ack
          3.4 acknowledgement first | SETTINGS +ack | GOAWAY 0 PROTOCOL_ERROR
          3.4 HEADERS first | REQUEST 1 | GOAWAY 0 PROTOCOL_ERROR
          3.4 DATA first | DATA 1 1 | GOAWAY 0 PROTOCOL_ERROR
          3.4 PING first | PING | GOAWAY 0 PROTOCOL_ERROR
          3.4 WINDOW_UPDATE first | WINDOW_UPDATE 0 1 | GOAWAY 0 PROTOCOL_ERROR
          3.4 unknown type first | RAW 0xb 0 0 1 | GOAWAY 0 PROTOCOL_ERROR
          """)
  void serverOpensWithSettings(String rule, String frames, String answer) {
    Wire wire = Wire.newServer(Wire.WIDE);
    wire.receive(Http2Connection.PREFACE);
    wire.forget();
    check(wire, frames, answer);
  }

  /** A client's side with stream 1 open. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4.2 DATA of 16385 bytes | RESPONSE 1, DATA 1 16385 | GOAWAY 0 FRAME_SIZE_ERROR
          4.3 block that cannot be decoded | BLOCK 1 c6 | GOAWAY 0 COMPRESSION_ERROR
          6.1 DATA on stream 0 | DATA 0 1 | GOAWAY 0 PROTOCOL_ERROR
          6.1 DATA with padding | RESPONSE 1, DATA 1 5 +pad=9, PING | PING 7 ack
          6.1 DATA with padding beyond its end | RESPONSE 1, DATA 1 5 +claim=6 | GOAWAY 0 PROTOCOL_ERROR
          6.2 HEADERS on stream 0 | RESPONSE 0 | GOAWAY 0 PROTOCOL_ERROR
          6.2 HEADERS with padding and priority | RESPONSE 1 +prio=3 +pad=9, PING | PING 7 ack
          6.2 DATA inside of a block | RESPONSE 1 +part, DATA 1 1 | GOAWAY 0 PROTOCOL_ERROR
          6.3 PRIORITY of 6 bytes | PRIORITY 1 0 +cut=6, PING | RST_STREAM 1 FRAME_SIZE_ERROR, PING 7 ack
          6.4 RST_STREAM on an idle stream | RST_STREAM 3 8 | GOAWAY 0 PROTOCOL_ERROR
          6.5.2 ENABLE_PUSH of 0 from a server | SETTINGS 2=0 | SETTINGS ack
          6.5.2 ENABLE_PUSH of 1 from a server | SETTINGS 2=1 | GOAWAY 0 PROTOCOL_ERROR
          6.5.2 INITIAL_WINDOW_SIZE of 2^31 | SETTINGS 4=0x80000000 | GOAWAY 0 FLOW_CONTROL_ERROR
          6.5.2 MAX_FRAME_SIZE of 0 | SETTINGS 5=0 | GOAWAY 0 PROTOCOL_ERROR
          6.6 PUSH_PROMISE although push is off | RAW 5 4 1 4 | GOAWAY 0 PROTOCOL_ERROR
          6.7 PING is answered | PING | PING 7 ack
          6.9 WINDOW_UPDATE of 0 on a stream | WINDOW_UPDATE 1 0, PING | RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack
          6.9 WINDOW_UPDATE on an idle stream | WINDOW_UPDATE 3 1 | GOAWAY 0 PROTOCOL_ERROR
          6.9.1 stream window of 2^31 | WINDOW_UPDATE 1 0x7fff0001, PING | RST_STREAM 1 FLOW_CONTROL_ERROR, PING 7 ack
          6.10 head in parts | RESPONSE 1 a=b +split=4, PING | PING 7 ack
          6.10 CONTINUATION without HEADERS | CONTINUATION 1 82 | GOAWAY 0 PROTOCOL_ERROR
          """)
  void clientKeepsTo(String rule, String frames, String answer) {
    Wire wire = Wire.client(Wire.WIDE);
    wire.open(false);
    wire.forget();
    check(wire, frames, answer);
  }

  private static void check(Wire wire, String frames, @Nullable String answer) {
    try (wire) {
      wire.receive(Script.frames(frames));

      String sent = wire.answer();
      assertThat(sent).isEqualTo(answer == null ? "" : answer);
      assertThat(wire.isClosed()).isEqualTo(sent.contains("GOAWAY"));
      assertThat(wire.connection.isOver()).isEqualTo(sent.contains("GOAWAY"));
    }
  }

  @Test
  void pingIsAnsweredWithItsPayload() {
    try (Wire wire = Wire.server()) {
      wire.receive(Frame.ping(0x0123456789abcdefL));

      assertThat(wire.answer()).isEqualTo("PING 123456789abcdef ack");
    }
  }

  @Test
  void serverSendsItsSettingsBeforeItHearsAnything() {
    try (Wire wire = Wire.newServer(Wire.WIDE)) {
      assertThat(wire.sent())
          .containsExactly("SETTINGS 3=100 4=65536 6=65536", "WINDOW_UPDATE 0 +983041");
      assertThat(wire.connection.isReady()).isFalse();
    }
  }

  @Test
  void clientSendsPrefaceAndSettingsWithoutPush() {
    try (Wire wire = Wire.newClient(Wire.LIMITS)) {
      byte[] sent = wire.sentBytes();

      assertThat(sent).startsWith(Http2Connection.PREFACE);
      byte[] frames = Arrays.copyOfRange(sent, Http2Connection.PREFACE.length, sent.length);
      assertThat(new FrameText().read(frames))
          .containsExactly("SETTINGS 2=0 4=1000 6=2000", "WINDOW_UPDATE 0 +34465");
      assertThat(wire.asClient().hasRoom()).isFalse();
    }
  }

  @Test
  void announcesNoWindowWhereItIsTheDefault() {
    Http2Limits limits = new Http2Limits(1, 2000, 20, 4, 65535, 65535, 10);
    try (Wire wire = Wire.newServer(limits)) {
      assertThat(wire.sent()).containsExactly("SETTINGS 3=1 4=65535 6=2000");
    }
  }

  @Test
  void wrongPrefaceEndsTheConnectionAtItsFirstWrongByte() {
    try (Wire wire = Wire.newServer(Wire.WIDE)) {
      wire.forget();

      wire.receive("PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));

      assertThat(wire.sent()).containsExactly(PROTOCOL);
      assertThat(wire.debug()).isEqualTo("no HTTP/2 preface");
      assertThat(wire.heard()).containsExactly("closed by fault");
    }
  }

  @Test
  void nothingIsReadBehindAFault() {
    try (Wire wire = Wire.server()) {
      wire.receive(settings().onStream(1), request(1));
      wire.receive(request(3));

      assertThat(wire.sent()).containsExactly(PROTOCOL);
      assertThat(wire.heard()).containsExactly("closed by fault");
    }
  }

  @Test
  void nothingIsReadOnceTheUserClosed() {
    try (Wire wire = Wire.server()) {
      wire.listener.onOpen = stream -> wire.connection.close(ErrorCode.NO_ERROR, "enough");

      wire.receive(request(1), request(3), PING);

      assertThat(wire.sent()).containsExactly("GOAWAY 1 NO_ERROR");
      assertThat(wire.debug()).isEqualTo("enough");
    }
  }

  @Test
  void answersThatThePeerDoesNotReadAreBounded() {
    try (Wire wire = Wire.server()) {
      wire.writable(false);
      for (int i = 0; i < 10; i++) {
        wire.receive(PING);
      }
      assertThat(wire.connection.isOver()).isFalse();

      wire.receive(settings());

      assertThat(wire.sent()).hasSize(12).endsWith("SETTINGS ack", CALM);
    }
  }

  @Test
  void answersThatThePeerReadsAreNotCounted() {
    try (Wire wire = Wire.server()) {
      for (int i = 0; i < 100; i++) {
        wire.receive(PING, settings());
        assertThat(wire.sent()).containsExactly(PONG, "SETTINGS ack");
        wire.after(1000);
      }
    }
  }
}
