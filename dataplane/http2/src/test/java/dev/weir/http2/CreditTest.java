package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Credit that we give for DATA (RFC 9113, 5.2 and 6.9): of the connection at once, of a stream only
 * as its user returns it. Both are announced when half of the window has gathered; here a stream's
 * is 1000 bytes and the connection's 100,000.
 */
class CreditTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no credit before it is returned | REQUEST 1, DATA 1 1000 |
          less than half is not announced | REQUEST 1, DATA 1 499, credit 1 499 |
          half is announced | REQUEST 1, DATA 1 500, credit 1 500 | WINDOW_UPDATE 1 +500
          halves in parts | REQUEST 1, DATA 1 900, credit 1 300, credit 1 300, credit 1 300 | WINDOW_UPDATE 1 +600
          a whole window | REQUEST 1, DATA 1 1000, credit 1 1000 | WINDOW_UPDATE 1 +1000
          padding is returned at once | REQUEST 1, DATA 1 500 +pad=255, DATA 1 0 +pad=243 | WINDOW_UPDATE 1 +500
          padding counts | REQUEST 1, DATA 1 745 +pad=254, DATA 1 255 | RST_STREAM 1 FLOW_CONTROL_ERROR
          payload up to the window | REQUEST 1, DATA 1 600, DATA 1 400 |
          payload above the window | REQUEST 1, DATA 1 600, DATA 1 401, PING | RST_STREAM 1 FLOW_CONTROL_ERROR, PING 7 ack
          payload above the window at once | REQUEST 1, DATA 1 1001, PING | RST_STREAM 1 FLOW_CONTROL_ERROR, PING 7 ack
          credit that is not announced is not there | REQUEST 1, DATA 1 600, credit 1 400, DATA 1 500 | RST_STREAM 1 FLOW_CONTROL_ERROR
          credit that is announced is there | REQUEST 1, DATA 1 600, credit 1 600, DATA 1 1000 | WINDOW_UPDATE 1 +600
          none for a stream that ended | REQUEST 1, DATA 1 900 +end, credit 1 900 |
          none for a stream that was reset | REQUEST 1, DATA 1 900, RST_STREAM 1 8, credit 1 900 |
          each stream has its own | REQUEST 1, REQUEST 3, DATA 1 900, DATA 3 900, credit 3 900 | WINDOW_UPDATE 3 +900
          one stream does not hold back another | REQUEST 1, REQUEST 3, DATA 1 1000, DATA 3 1000, credit 3 1000, DATA 3 1000 | WINDOW_UPDATE 3 +1000
          """)
  void ofStreams(String rule, String script, @Nullable String answer) {
    try (Wire wire = Wire.server()) {
      wire.run(script);

      assertThat(wire.answer()).isEqualTo(answer == null ? "" : answer);
    }
  }

  @Test
  void connectionCreditIsReturnedAtOnceForPayloadThatNobodyReads() {
    try (Wire wire = Wire.server(new Http2Limits(3, 2000, 20, 4, 70_000, 100_000, 10))) {
      wire.run("REQUEST 1, DATA 1 16384, DATA 1 16384, DATA 1 16384");
      assertThat(wire.answer()).isEmpty();

      wire.run("DATA 1 847 +pad=0");
      assertThat(wire.answer()).isEqualTo("WINDOW_UPDATE 0 +50000");
    }
  }

  @Test
  void connectionCreditIsReturnedForPayloadOfStreamsThatAreGone() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, reset 1 8");
      wire.answer();
      for (int i = 0; i < 12; i++) {
        wire.run("DATA 1 16384");
      }

      assertThat(wire.answer())
          .isEqualTo("WINDOW_UPDATE 0 +65536, WINDOW_UPDATE 0 +65536, WINDOW_UPDATE 0 +65536");
    }
  }

  @Test
  void connectionCreditIsReturnedForPayloadAboveAStreamsWindow() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, DATA 1 16384, DATA 1 16384, DATA 1 16384, DATA 1 848");

      assertThat(wire.answer())
          .isEqualTo("RST_STREAM 1 FLOW_CONTROL_ERROR, WINDOW_UPDATE 0 +50000");
    }
  }

  /** The connection's window as the peer sees it never passes the one we hold. */
  @Test
  void payloadAboveTheConnectionsWindowEndsTheConnection() {
    try (Wire wire = Wire.server(new Http2Limits(3, 2000, 20, 4, 200_000, 65_535, 10))) {
      wire.run("REQUEST 1");
      int left = 65_535;
      for (int i = 0; i < 40; i++) {
        wire.run("DATA 1 1000");
        left -= 1000;
        String answer = wire.answer();
        if (!answer.isEmpty()) {
          left += Integer.parseInt(answer.substring(answer.indexOf('+') + 1));
        }
        assertThat(left).isBetween(0, 65_535);
      }
      assertThat(wire.connection.isOver()).isFalse();
    }
  }

  @Test
  void windowsBelowTheDefaultBindAPeerOnlyOnceItKnowsOfThem() {
    try (Wire wire = Wire.newServer(Wire.LIMITS)) {
      wire.receive(Http2Connection.PREFACE);
      wire.run("SETTINGS, REQUEST 1, DATA 1 16384, DATA 1 16384, DATA 1 16384, DATA 1 16383");
      wire.forget();

      wire.run("SETTINGS +ack, REQUEST 3, DATA 3 1001, DATA 1 1");

      assertThat(wire.answer())
          .isEqualTo("RST_STREAM 3 FLOW_CONTROL_ERROR, RST_STREAM 1 FLOW_CONTROL_ERROR");
    }
  }

  @Test
  void windowOfOneByteWorks() {
    try (Wire wire = Wire.server(new Http2Limits(3, 2000, 20, 4, 1, 65_535, 10))) {
      wire.run("REQUEST 1, DATA 1 1, credit 1 1, DATA 1 1, DATA 1 1");

      assertThat(wire.answer()).isEqualTo("WINDOW_UPDATE 1 +1, RST_STREAM 1 FLOW_CONTROL_ERROR");
    }
  }

  @Test
  void clientGivesCreditToo() {
    try (Wire wire = Wire.client()) {
      wire.run("open, flush");
      wire.forget();

      wire.run("RESPONSE 1, DATA 1 600, credit 1 600, DATA 1 1000, DATA 1 1");

      assertThat(wire.answer()).isEqualTo("WINDOW_UPDATE 1 +600, RST_STREAM 1 FLOW_CONTROL_ERROR");
    }
  }

  @Test
  void limitsBelowTheProtocolsOwnAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Http2Limits(3, 2000, 20, 4, 1000, 65_534, 10))
        .withMessage("connectionWindowBytes: 65534");
  }
}
