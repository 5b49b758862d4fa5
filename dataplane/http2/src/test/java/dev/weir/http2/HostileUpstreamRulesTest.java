package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a broken or hostile server can do to a client's connection, and what it cannot: to other
 * connections, or to the other calls on its own where the fault is of one stream. The D numbers
 * name rows of the project's attack catalogue.
 */
class HostileUpstreamRulesTest {
  private static final String LOST_1 = "reset 1 CONNECTION_LOST INTERNAL_ERROR";
  private static final String LOST_3 = "reset 3 CONNECTION_LOST INTERNAL_ERROR";

  /** Faults of the whole connection, with streams 1 and 3 open; another connection goes on. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          D1 6.5.2 MAX_FRAME_SIZE of 0 | SETTINGS 5=0 | PROTOCOL_ERROR
          D1 6.5.2 MAX_FRAME_SIZE of 2^14-1 | SETTINGS 5=16383 | PROTOCOL_ERROR
          D1 6.5.2 MAX_FRAME_SIZE of 2^24 | SETTINGS 5=0x1000000 | PROTOCOL_ERROR
          D1 6.5.2 MAX_FRAME_SIZE of 2^32-1 | SETTINGS 5=0xffffffff | PROTOCOL_ERROR
          D1 6.5.2 MAX_FRAME_SIZE of 0 behind a good one | SETTINGS 5=20000 5=0 | PROTOCOL_ERROR
          D1 6.5.2 INITIAL_WINDOW_SIZE of 2^31 | SETTINGS 4=0x80000000 | FLOW_CONTROL_ERROR
          D1 6.5.2 INITIAL_WINDOW_SIZE of 2^32-1 | SETTINGS 4=0xffffffff | FLOW_CONTROL_ERROR
          D1 6.5.2 ENABLE_PUSH of 1 | SETTINGS 2=1 | PROTOCOL_ERROR
          D1 6.5.2 ENABLE_PUSH of 2 | SETTINGS 2=2 | PROTOCOL_ERROR
          D1 6.5 SETTINGS of 5 bytes | SETTINGS 5=20000 +cut=5 | FRAME_SIZE_ERROR
          D1 6.5 SETTINGS of 7 bytes | SETTINGS 5=20000 +cut=7 | FRAME_SIZE_ERROR
          D1 6.5 SETTINGS on a stream | SETTINGS 5=20000 +on=1 | PROTOCOL_ERROR
          D7 8.4 PUSH_PROMISE on an open stream | RAW 5 4 1 4 | PROTOCOL_ERROR
          D7 8.4 PUSH_PROMISE on a stream that answers | RESPONSE 1, RAW 5 4 1 4 | PROTOCOL_ERROR
          D7 8.4 PUSH_PROMISE on stream 0 | RAW 5 4 0 4 | PROTOCOL_ERROR
          D7 8.4 PUSH_PROMISE on an idle stream | RAW 5 4 5 4 | PROTOCOL_ERROR
          D7 8.4 PUSH_PROMISE without END_HEADERS | RAW 5 0 1 4 | PROTOCOL_ERROR
          D7 8.4 PUSH_PROMISE of no bytes | RAW 5 4 1 0 | PROTOCOL_ERROR
          D9 5.1 DATA on an idle stream | DATA 9999 1 | PROTOCOL_ERROR
          D9 5.1 HEADERS on an idle stream | RESPONSE 9999 | PROTOCOL_ERROR
          D9 5.1 RST_STREAM on an idle stream | RST_STREAM 9999 8 | PROTOCOL_ERROR
          D9 5.1 WINDOW_UPDATE on an idle stream | WINDOW_UPDATE 9999 1 | PROTOCOL_ERROR
          D9 5.1 CONTINUATION on an idle stream | CONTINUATION 9999 88 | PROTOCOL_ERROR
          D9 5.1 DATA on the next stream | DATA 5 1 | PROTOCOL_ERROR
          D9 5.1 HEADERS on the next stream | RESPONSE 5 | PROTOCOL_ERROR
          D9 5.1.1 DATA on an even stream | DATA 2 1 | PROTOCOL_ERROR
          D9 5.1.1 HEADERS on an even stream | RESPONSE 2 | PROTOCOL_ERROR
          D9 5.1.1 RST_STREAM on an even stream | RST_STREAM 2 8 | PROTOCOL_ERROR
          D9 5.1.1 WINDOW_UPDATE on an even stream | WINDOW_UPDATE 2 1 | PROTOCOL_ERROR
          D9 5.1.1 DATA on the highest stream | DATA 0x7fffffff 1 | PROTOCOL_ERROR
          """)
  void faultEndsItsConnectionOnly(String rule, String frames, String code) {
    try (Wire wire = Wire.client(Wire.WIDE);
        Wire bystander = Wire.sharing(wire)) {
      wire.run("open, open, flush");
      bystander.run("open, flush");
      wire.forget();
      bystander.forget();

      wire.run(frames);

      assertThat(wire.answer()).endsWith("GOAWAY 0 " + code);
      assertThat(wire.heard()).endsWith(LOST_1, LOST_3, "closed by fault");
      bystander.run("PING, RESPONSE 1 +end");
      assertThat(bystander.answer()).isEqualTo("PING 7 ack");
      assertThat(bystander.heard()).containsExactly("headers 1 [:status: 200] end");
    }
  }

  @ParameterizedTest(name = "D1 6.5.2 {0} as the first frame")
  @ValueSource(
      strings = {"SETTINGS 5=0", "SETTINGS 5=0x1000000", "SETTINGS 4=0x80000000", "SETTINGS 2=1"})
  void badSettingsAtTheStartEndTheConnection(String settings) {
    try (Wire wire = Wire.newClient(Wire.WIDE)) {
      wire.forget();

      wire.run(settings);

      assertThat(wire.answer()).startsWith("GOAWAY 0 ");
      assertThat(wire.heard()).containsExactly("closed by fault");
      assertThat(wire.asClient().hasRoom()).isFalse();
    }
  }

  /** Payload of both streams waits when the window overflows. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          D2 6.9.1 connection window above 2^31-1 | SETTINGS 4=0, open, open, flush, data 1 9, data 3 9 | WINDOW_UPDATE 0 0x7fffffff
          D2 6.9.2 windows above 2^31-1 by SETTINGS | open, open, flush, WINDOW_UPDATE 3 0x7ffe0000, data 1 65535, data 1 9, data 3 9 | SETTINGS 4=0x7fffffff
          """)
  void overflowThatEndsTheConnectionFailsWritersAtOnce(String rule, String before, String frame) {
    try (Wire wire = Wire.client(Wire.WIDE)) {
      wire.run(before);
      assertThat(wire.stream(1).queuedBytes()).isPositive();
      assertThat(wire.stream(3).queuedBytes()).isPositive();
      wire.forget();

      wire.run(frame);

      assertThat(wire.answer()).isEqualTo("GOAWAY 0 FLOW_CONTROL_ERROR");
      assertThat(wire.heard()).containsExactly(LOST_1, LOST_3, "closed by fault");
    }
  }

  @Test
  void d2OverflowOfAStreamsWindowFailsItsWriterAndLeavesTheOthers() {
    try (Wire wire = Wire.client(Wire.WIDE)) {
      wire.run("SETTINGS 4=0x7fffffff, open, open, flush, data 1 65535, data 1 9, data 3 9");
      wire.forget();

      wire.run("WINDOW_UPDATE 1 0x7fffffff, WINDOW_UPDATE 0 100");

      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 FLOW_CONTROL_ERROR, DATA 3 9");
      assertThat(wire.heard())
          .containsExactly("reset 1 PEER_FAULT FLOW_CONTROL_ERROR", "drained 3 9");
    }
  }

  @Test
  void d3EndlessInformationalHeadsFailTheirStreamAfterTheSizeOfOneHead() {
    try (Wire wire = Wire.client(Wire.WIDE)) {
      wire.run("open, open, flush");
      wire.forget();

      int heads = 0;
      while (wire.stream(1).isOpen() && heads < 100_000) {
        wire.run("HEADERS 1 :status=103 link=" + "x".repeat(100));
        heads++;
      }

      assertThat(heads * (7 + 3 + 32 + 4 + 100 + 32)).isBetween(65_536, 65_536 + 178);
      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 PROTOCOL_ERROR");
      assertThat(wire.heard()).containsExactly("reset 1 PEER_FAULT PROTOCOL_ERROR");
      wire.run("HEADERS 1 :status=103, RESPONSE 3 +end, PING");
      assertThat(wire.answer()).isEqualTo("PING 7 ack");
      assertThat(wire.heard()).containsExactly("headers 3 [:status: 200] end");
    }
  }

  @Test
  void d3InformationalHeadsOfOtherStreamsDoNotCount() {
    try (Wire wire = Wire.client(Wire.WIDE)) {
      for (int id = 1; id < 4000; id += 2) {
        wire.run("open +end, HEADERS " + id + " :status=100, HEADERS " + id + " :status=103 a=b");
        wire.run("RESPONSE " + id + " +end, flush");
      }

      assertThat(wire.heard()).hasSize(2000).last().isEqualTo("headers 3999 [:status: 200] end");
    }
  }

  @ParameterizedTest(name = "D4 {0}")
  @ValueSource(
      strings = {
        "head of one field",
        "head of many fields",
        "trailers of one field",
        "trailers of many fields",
        "head of references"
      })
  void megabyteOfMetadataFailsItsCallAndNotTheConnection(String form) {
    try (Wire wire = Wire.client(Http2Limits.UPSTREAM)) {
      wire.run("open, open, flush" + (form.startsWith("trailers") ? ", RESPONSE 1" : ""));
      wire.forget();

      wire.receive(Frame.headers(1, megabyte(form)).split(16_384));

      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 CANCEL");
      assertThat(wire.heard()).containsExactly("reset 1 HEADERS_TOO_LARGE CANCEL");
      wire.run("BLOCK 3 88be, PING");
      assertThat(wire.answer()).isEqualTo("PING 7 ack");
      assertThat(wire.heard()).containsExactly("headers 3 [:status: 200, last: field]");
    }
  }

  private static byte[] megabyte(String form) {
    BlockWriter block = new BlockWriter();
    if (form.startsWith("head")) {
      block.indexed(8);
    }
    if (form.endsWith("one field")) {
      block.plain("a", "x".repeat(1 << 20));
    }
    for (int i = 0; form.endsWith("many fields") && i < 10_000; i++) {
      block.inserted("a" + i, "x".repeat(95));
    }
    for (int i = 0; form.endsWith("references") && i < 1 << 20; i++) {
      block.indexed(2);
    }
    return block.inserted("last", "field").bytes();
  }

  @Test
  void d4HeadWithoutAnEndEndsTheConnection() {
    try (Wire wire = Wire.client(Http2Limits.UPSTREAM)) {
      wire.run("open, flush");
      wire.forget();

      wire.run("RESPONSE 1 +part");
      for (int i = 0; i < 1000 && !wire.connection.isOver(); i++) {
        wire.run("CONTINUATION 1 0001610162 +part");
      }

      assertThat(wire.answer()).isEqualTo("GOAWAY 0 ENHANCE_YOUR_CALM");
      assertThat(wire.heard()).containsExactly(LOST_1, "closed by fault");
    }
  }

  /** Faults of one answer: never a good end, and stream 3 is served. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          D8 8.3.2 no status | HEADERS 1 a=b +end
          D8 8.1 DATA before the head | DATA 1 5 +end
          D8 8.2.1 upper case name | HEADERS 1 :status=200 Foo=x +end
          D8 8.3.2 two statuses | HEADERS 1 :status=200 :status=200 +end
          D8 8.1.1 payload beyond content-length | RESPONSE 1 content-length=4, DATA 1 5 +end
          D8 8.1.1 END_STREAM short of content-length | RESPONSE 1 content-length=6, DATA 1 5 +end
          D8 8.1.1 trailers short of content-length | RESPONSE 1 content-length=6, DATA 1 5, TRAILERS 1
          D8 8.1.1 head alone short of content-length | RESPONSE 1 content-length=6 +end
          D8 8.1.1 two content-lengths | RESPONSE 1 content-length=6 content-length=6 +end
          D8 8.1.1 content-length as a list | RESPONSE 1 content-length=6%2C6 +end
          D8 8.3.2 status behind a field | HEADERS 1 a=b :status=200 +end
          D8 8.3.2 status that is no number | HEADERS 1 :status=2x0 +end
          D8 8.3.2 status of four digits | HEADERS 1 :status=2000 +end
          D8 8.3.2 empty status | HEADERS 1 :status= +end
          D8 8.3 pseudo-field of a request | HEADERS 1 :status=200 :path=/ +end
          D8 8.3 unknown pseudo-field | HEADERS 1 :status=200 :x=y +end
          D8 8.2.1 line feed in a value | RESPONSE 1 a=b%0Ac +end
          D8 8.2.1 NUL in a value | RESPONSE 1 a=b%00c +end
          D8 8.2.1 blank before a value | RESPONSE 1 a=%20b +end
          D8 8.2.1 empty name | BLOCK 1 8800000162 +end
          D8 8.2.2 transfer-encoding | RESPONSE 1 transfer-encoding=chunked +end
          D8 8.2.2 connection | RESPONSE 1 connection=close +end
          D8 8.2.2 upgrade | RESPONSE 1 upgrade=h2c +end
          D8 8.6 switching protocols | HEADERS 1 :status=101
          D8 8.1 informational head that ends | HEADERS 1 :status=103 +end
          D8 8.1 DATA behind an informational head | HEADERS 1 :status=103, DATA 1 5 +end
          D8 8.1 second head | RESPONSE 1, RESPONSE 1
          D8 8.1 trailers that do not end | RESPONSE 1, DATA 1 5, HEADERS 1 grpc-status=0
          D8 8.1 status in trailers | RESPONSE 1, DATA 1 5, HEADERS 1 :status=200 +end
          D8 8.2.1 upper case name in trailers | RESPONSE 1, DATA 1 5, HEADERS 1 Grpc-status=0 +end
          D8 8.2.2 connection in trailers | RESPONSE 1, DATA 1 5, HEADERS 1 connection=close +end
          """)
  void malformedAnswerIsNeverAGoodEnd(String rule, String script) {
    try (Wire wire = Wire.client(Wire.WIDE)) {
      wire.run("open +end, open +end, flush");
      wire.forget();

      wire.run(script + ", PING");

      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack");
      List<String> heard = wire.heard();
      assertThat(heard.getLast()).isEqualTo("reset 1 PEER_FAULT PROTOCOL_ERROR");
      assertThat(heard).noneMatch(event -> event.endsWith(" end"));
      wire.run("RESPONSE 3 +end");
      assertThat(wire.heard()).containsExactly("headers 3 [:status: 200] end");
    }
  }

  /** 300 kB of payload take 15 MB of both windows; a server that keeps to them never waits. */
  @Test
  void d12PaddingIsCountedAndReturnedToTheByte() {
    try (Wire wire = Wire.client(Wire.WIDE)) {
      wire.listener.returnsCredit = true;
      wire.run("open +end, flush, RESPONSE 1");
      wire.forget();
      long connection = Wire.WIDE.connectionWindowBytes();
      long stream = Wire.WIDE.streamWindowBytes();
      Frame padded = Frame.data(1, 5).padded(255);

      for (int i = 0; i < 60_000; i++) {
        wire.receive(padded);
        for (String line : wire.sent()) {
          long credit = Long.parseLong(line.substring(line.indexOf('+') + 1));
          connection += line.startsWith("WINDOW_UPDATE 0 ") ? credit : 0;
          stream += line.startsWith("WINDOW_UPDATE 1 ") ? credit : 0;
        }
        connection -= 261;
        stream -= 261;
        assertThat(connection).isBetween(261L, (long) Wire.WIDE.connectionWindowBytes());
        assertThat(stream).isBetween(261L, (long) Wire.WIDE.streamWindowBytes());
      }

      assertThat(wire.payload(1)).hasSize(300_000);
      wire.run("TRAILERS 1, PING");
      assertThat(wire.answer()).isEqualTo("PING 7 ack");
    }
  }
}
