package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Windows and stream identifiers that a peer gets wrong (RFC 9113, 5.1, 5.1.1 and 6.9). The letters
 * and numbers name rows of the project's attack catalogue.
 */
class WindowAndIdentifierRulesTest {
  private static final String LAST = "DATA 1 0 end";

  /** A server that has answered wants no more of the request. */
  private static final String UNWANTED = ", RST_STREAM 1 NO_ERROR";

  /** Stream 1 is open, our head is out, and its window has 10 bytes; on both sides the same. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          C9 6.9 increment of 0 on the connection | WINDOW_UPDATE 0 0 | GOAWAY PROTOCOL_ERROR
          C9 6.9 increment of 0 on a stream | WINDOW_UPDATE 1 0, PING | RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack
          C9 6.9 increment of 0 and the reserved bit | WINDOW_UPDATE 1 0x80000000, PING | RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack
          C9 6.9.1 connection window of 2^31-1 | WINDOW_UPDATE 0 0x7fff0000, PING | PING 7 ack
          C9 6.9.1 connection window above 2^31-1 | WINDOW_UPDATE 0 0x7fff0001 | GOAWAY FLOW_CONTROL_ERROR
          C9 6.9.1 connection window above 2^31-1 in two steps | WINDOW_UPDATE 0 0x7fff0000, WINDOW_UPDATE 0 1 | GOAWAY FLOW_CONTROL_ERROR
          C9 6.9.1 stream window of 2^31-1 | WINDOW_UPDATE 1 0x7ffffff5, PING | PING 7 ack
          C9 6.9.1 stream window above 2^31-1 | WINDOW_UPDATE 1 0x7ffffff6, PING | RST_STREAM 1 FLOW_CONTROL_ERROR, PING 7 ack
          C9 6.9.2 stream window above 2^31-1 by SETTINGS | WINDOW_UPDATE 1 0x7ffffff5, SETTINGS 4=11 | GOAWAY FLOW_CONTROL_ERROR
          C9 6.9.2 initial window above 2^31-1 | SETTINGS 4=0x80000000 | GOAWAY FLOW_CONTROL_ERROR
          C9 6.9.2 window below zero | data 1 9, SETTINGS 4=4, data 1 5, WINDOW_UPDATE 1 5, WINDOW_UPDATE 1 1 | DATA 1 9, SETTINGS ack, DATA 1 1
          C9 6.9.2 window far below zero | data 1 10, SETTINGS 4=0, data 1 5, WINDOW_UPDATE 1 9, WINDOW_UPDATE 1 1, WINDOW_UPDATE 1 1 | DATA 1 10, SETTINGS ack, DATA 1 1
          C9 6.9.2 window below zero that SETTINGS open | data 1 10, SETTINGS 4=0, data 1 5, SETTINGS 4=10, SETTINGS 4=12 | DATA 1 10, SETTINGS ack, SETTINGS ack, SETTINGS ack, DATA 1 2
          C9 6.9.2 window below zero holds back no end | data 1 10, SETTINGS 4=0, data 1 0 +end | DATA 1 10, SETTINGS ack, DATA 1 0 end
          C9 6.9.2 window below zero that would pass 2^31-1 above it | data 1 10, SETTINGS 4=0, WINDOW_UPDATE 1 0x7fffffff, PING | DATA 1 10, SETTINGS ack, PING 7 ack
          """)
  void windowFault(String rule, String script, String answer) {
    for (boolean client : new boolean[] {false, true}) {
      try (Wire wire = client ? Wire.client() : Wire.server()) {
        wire.run("SETTINGS 4=10, " + (client ? "open, flush" : "REQUEST 1, head 1"));
        wire.answer();

        wire.run(script);

        assertThat(wire.answer().replaceFirst("GOAWAY \\d+", "GOAWAY"))
            .as(client ? "client" : "server")
            .isEqualTo(client ? answer : ofServer(answer));
      }
    }
  }

  /** A server takes what no honest client does for a fault of the connection (B3). */
  private static String ofServer(String answer) {
    return answer
        .replace(LAST, LAST + UNWANTED)
        .replaceFirst("RST_STREAM 1 (PROTOCOL_ERROR), PING 7 ack", "GOAWAY $1");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          B5 5.1.1 even identifier | REQUEST 2 | GOAWAY 0 PROTOCOL_ERROR
          B5 5.1.1 identifier 0 | REQUEST 0 | GOAWAY 0 PROTOCOL_ERROR
          B5 5.1.1 smaller identifier | REQUEST 5 +end, REQUEST 3 +end | GOAWAY 5 PROTOCOL_ERROR
          B5 5.1.1 even identifier behind odd ones | REQUEST 5 +end, REQUEST 6 +end | GOAWAY 5 PROTOCOL_ERROR
          B5 5.1.1 highest identifier, then a smaller one | REQUEST 0x7fffffff +end, REQUEST 0x7ffffffd +end | GOAWAY 2147483647 PROTOCOL_ERROR
          B5 5.1.1 highest identifier, then one too far back to be judged | REQUEST 0x7fffffff +end, REQUEST 1 +end, PING | PING 7 ack
          B5 5.1 identifier of a stream that both ended | REQUEST 1 +end, head 1 +end, flush, REQUEST 1 +end | HEADERS 1 end [:status: 200], GOAWAY 1 STREAM_CLOSED
          B5 5.1 identifier of a stream that the client reset | REQUEST 1, RST_STREAM 1 8, REQUEST 1 +end | RST_STREAM 1 STREAM_CLOSED
          B5 8.1 identifier of an open stream | REQUEST 1, REQUEST 1, PING | RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack
          B5 5.1 identifier of a stream whose request has ended | REQUEST 1 +end, REQUEST 1 +end, PING | GOAWAY 1 STREAM_CLOSED
          B11 5.1 DATA on an idle stream | DATA 1 1 | GOAWAY 0 PROTOCOL_ERROR
          B11 5.1 empty DATA on an idle stream | DATA 1 0 +end | GOAWAY 0 PROTOCOL_ERROR
          B11 5.1 RST_STREAM on an idle stream | RST_STREAM 1 8 | GOAWAY 0 PROTOCOL_ERROR
          B11 5.1 WINDOW_UPDATE on an idle stream | WINDOW_UPDATE 1 1 | GOAWAY 0 PROTOCOL_ERROR
          B11 5.1 CONTINUATION on an idle stream | CONTINUATION 1 82 | GOAWAY 0 PROTOCOL_ERROR
          B11 5.1 DATA above the newest stream | REQUEST 1 +end, DATA 3 1 | GOAWAY 1 PROTOCOL_ERROR
          B11 5.1 RST_STREAM above the newest stream | REQUEST 1 +end, RST_STREAM 3 8 | GOAWAY 1 PROTOCOL_ERROR
          B11 5.1 WINDOW_UPDATE above the newest stream | REQUEST 1 +end, WINDOW_UPDATE 3 1 | GOAWAY 1 PROTOCOL_ERROR
          B11 5.1 DATA on an even stream | REQUEST 3 +end, DATA 2 1 | GOAWAY 3 PROTOCOL_ERROR
          B11 5.1 RST_STREAM on an even stream | REQUEST 3 +end, RST_STREAM 2 8 | GOAWAY 3 PROTOCOL_ERROR
          B11 5.1 WINDOW_UPDATE on an even stream | REQUEST 3 +end, WINDOW_UPDATE 2 1 | GOAWAY 3 PROTOCOL_ERROR
          B11 5.3 PRIORITY on an idle stream | PRIORITY 9 0, PING | PING 7 ack
          """)
  void identifierFault(String rule, String script, String answer) {
    try (Wire wire = Wire.server()) {
      wire.run(script);

      assertThat(wire.answer()).isEqualTo(answer);
      assertThat(wire.heard()).filteredOn(event -> event.startsWith("request")).hasSizeLessThan(2);
    }
  }

  /** The user of a connection opens another one long before. */
  @Test
  void b5ClientOpensNoStreamWhenTheIdentifiersAreUsedUp() {
    try (Wire wire = Wire.client()) {
      wire.asClient().nextStream = 0x7ffffffb;
      wire.run("open +end, open +end, flush");

      assertThat(wire.asClient().hasRoom()).isFalse();
      wire.run("RESPONSE 0x7ffffffb +end, RESPONSE 0x7ffffffd +end");
      assertThat(wire.heard())
          .containsExactly(
              "headers 2147483643 [:status: 200] end", "headers 2147483645 [:status: 200] end");
      assertThat(wire.asClient().hasRoom()).isFalse();
    }
  }
}
