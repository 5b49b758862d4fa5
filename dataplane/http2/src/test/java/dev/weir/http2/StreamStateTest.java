package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What may come on a stream in which state, and what its user hears (RFC 9113, 5.1). A row is a
 * rule, a {@link Script}, what the peer gets, and what users hear.
 */
class StreamStateTest {
  private static final String HEAD =
      "[:method: POST, :scheme: http, :path: /a.B/C, :authority: host:1]";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5.1 idle: HEADERS opens | REQUEST 1 | | request 1
          5.1 idle: HEADERS with END_STREAM half-closes | REQUEST 1 +end | | request 1 end
          5.1 idle: DATA | DATA 1 1 | GOAWAY 0 PROTOCOL_ERROR | closed by fault
          5.1 idle: DATA above the newest stream | REQUEST 1, DATA 3 1 | GOAWAY 1 PROTOCOL_ERROR | request 1; reset 1 CONNECTION_LOST INTERNAL_ERROR; closed by fault
          5.1 open: payload and trailers | REQUEST 1, DATA 1 5, TRAILERS 1 | | request 1; data 1 5; headers 1 [grpc-status: 0] end
          5.1 open: DATA ends it | REQUEST 1, DATA 1 5 +end | | request 1; data 1 5 end
          5.1 open: empty DATA ends it | REQUEST 1, DATA 1 0 +end | | request 1; data 1 0 end
          5.1 open: empty DATA is not heard | REQUEST 1, DATA 1 0, DATA 1 1 | | request 1; data 1 1
          5.1 open: padded DATA ends it once | REQUEST 1, DATA 1 5 +end +pad=9 | | request 1; data 1 5 end
          5.1 open: only padding ends it | REQUEST 1, DATA 1 0 +end +pad=9 | | request 1; data 1 0 end
          5.1 open: reset by the peer | REQUEST 1, RST_STREAM 1 8 | | request 1; reset 1 PEER CANCEL
          5.1 open: reset by the user | REQUEST 1, reset 1 8 | RST_STREAM 1 CANCEL | request 1
          5.1 open: reset by the user twice | REQUEST 1, reset 1 8, reset 1 2 | RST_STREAM 1 CANCEL | request 1
          5.1 half-closed remote: answer closes | REQUEST 1 +end, head 1, data 1 3, trailers 1 | HEADERS 1 [:status: 200], DATA 1 3, HEADERS 1 end [grpc-status: 0] | request 1 end
          5.1 half-closed remote: answer of one HEADERS | REQUEST 1 +end, head 1 +end | HEADERS 1 end [:status: 200] | request 1 end
          5.1 half-closed remote: payload that ends | REQUEST 1 +end, head 1, data 1 3 +end | HEADERS 1 [:status: 200], DATA 1 3 end | request 1 end
          5.1 half-closed remote: empty payload that ends | REQUEST 1 +end, head 1, data 1 0 +end | HEADERS 1 [:status: 200], DATA 1 0 end | request 1 end
          5.1 half-closed remote: DATA | REQUEST 1 +end, DATA 1 1 | GOAWAY 1 STREAM_CLOSED | request 1 end; reset 1 CONNECTION_LOST INTERNAL_ERROR; closed by fault
          5.1 half-closed remote: HEADERS | REQUEST 1 +end, TRAILERS 1 | GOAWAY 1 STREAM_CLOSED | request 1 end; reset 1 CONNECTION_LOST INTERNAL_ERROR; closed by fault
          5.1 half-closed remote: RST_STREAM | REQUEST 1 +end, RST_STREAM 1 8 | | request 1 end; reset 1 PEER CANCEL
          5.1 half-closed remote: WINDOW_UPDATE | REQUEST 1 +end, WINDOW_UPDATE 1 9 | | request 1 end
          5.1 half-closed remote: PRIORITY | REQUEST 1 +end, PRIORITY 1 0 | | request 1 end
          5.1 closed: DATA behind both ends | REQUEST 1 +end, head 1 +end, DATA 1 1 | HEADERS 1 end [:status: 200], GOAWAY 1 STREAM_CLOSED | request 1 end; closed by fault
          5.1 closed: HEADERS behind both ends | REQUEST 1 +end, head 1 +end, REQUEST 1 | HEADERS 1 end [:status: 200], GOAWAY 1 STREAM_CLOSED | request 1 end; closed by fault
          5.1 closed: RST_STREAM behind both ends | REQUEST 1 +end, head 1 +end, RST_STREAM 1 8 | HEADERS 1 end [:status: 200] | request 1 end
          5.1 closed: WINDOW_UPDATE behind both ends | REQUEST 1 +end, head 1 +end, WINDOW_UPDATE 1 8 | HEADERS 1 end [:status: 200] | request 1 end
          5.1 closed: DATA behind a reset of the peer is answered once | REQUEST 1, RST_STREAM 1 8, DATA 1 1, DATA 1 1 | RST_STREAM 1 STREAM_CLOSED | request 1; reset 1 PEER CANCEL
          5.1 closed: HEADERS behind a reset of the peer is answered once | REQUEST 1, RST_STREAM 1 8, TRAILERS 1, TRAILERS 1 | RST_STREAM 1 STREAM_CLOSED | request 1; reset 1 PEER CANCEL
          5.1 closed: RST_STREAM and WINDOW_UPDATE behind a reset of the peer | REQUEST 1, RST_STREAM 1 8, RST_STREAM 1 8, WINDOW_UPDATE 1 1 | | request 1; reset 1 PEER CANCEL
          5.1 closed: resets that cross are no reason to answer | REQUEST 1, reset 1 8, RST_STREAM 1 8, DATA 1 1 | RST_STREAM 1 CANCEL | request 1
          5.1 closed: DATA behind a reset of a request that had ended | REQUEST 1 +end, RST_STREAM 1 8, DATA 1 1 | GOAWAY 1 STREAM_CLOSED | request 1 end; reset 1 PEER CANCEL; closed by fault
          5.1 closed: DATA behind our reset is ignored | REQUEST 1, reset 1 8, DATA 1 900, DATA 1 900 | RST_STREAM 1 CANCEL | request 1
          5.1 closed: HEADERS behind our reset is ignored | REQUEST 1, reset 1 8, TRAILERS 1 | RST_STREAM 1 CANCEL | request 1
          5.1 closed: our reset of a request that had ended | REQUEST 1 +end, reset 1 2, DATA 1 1 | RST_STREAM 1 INTERNAL_ERROR, GOAWAY 1 STREAM_CLOSED | request 1 end; closed by fault
          8.1 early answer: the rest is not wanted | REQUEST 1, head 1 +end | HEADERS 1 end [:status: 200], RST_STREAM 1 NO_ERROR | request 1
          8.1 early answer: the rest is ignored | REQUEST 1, head 1 +end, DATA 1 9, DATA 1 0 +end | HEADERS 1 end [:status: 200], RST_STREAM 1 NO_ERROR | request 1
          8.1 early answer: trailers are ignored | REQUEST 1, head 1 +end, TRAILERS 1 | HEADERS 1 end [:status: 200], RST_STREAM 1 NO_ERROR | request 1
          8.1 early answer with payload | REQUEST 1, head 1, data 1 3 +end | HEADERS 1 [:status: 200], DATA 1 3 end, RST_STREAM 1 NO_ERROR | request 1
          8.1 early answer in the middle of DATA | REQUEST 1, DATA 1 7, head 1, trailers 1, DATA 1 7 | HEADERS 1 [:status: 200], HEADERS 1 end [grpc-status: 0], RST_STREAM 1 NO_ERROR | request 1; data 1 7
          nothing goes out behind the end | REQUEST 1, head 1, trailers 1, data 1 5, trailers 1, reset 1 8 | HEADERS 1 [:status: 200], HEADERS 1 end [grpc-status: 0], RST_STREAM 1 NO_ERROR | request 1
          nothing goes out behind a reset | REQUEST 1, RST_STREAM 1 8, head 1, data 1 5, trailers 1, reset 1 8, credit 1 600 | | request 1; reset 1 PEER CANCEL
          5.1.1 even stream | REQUEST 2 | GOAWAY 0 PROTOCOL_ERROR | closed by fault
          5.1.1 smaller stream that was never opened | REQUEST 5, REQUEST 3 | GOAWAY 5 PROTOCOL_ERROR | request 5; reset 5 CONNECTION_LOST INTERNAL_ERROR; closed by fault
          5.1.1 DATA on a stream that was skipped | REQUEST 5, DATA 3 1 | GOAWAY 5 PROTOCOL_ERROR | request 5; reset 5 CONNECTION_LOST INTERNAL_ERROR; closed by fault
          5.1.1 HEADERS on an open stream are trailers | REQUEST 1, REQUEST 1 | RST_STREAM 1 PROTOCOL_ERROR | request 1; reset 1 PEER_FAULT PROTOCOL_ERROR
          5.1.1 highest stream | REQUEST 0x7fffffff +end | | request 2147483647 end
          5.1.2 stream above the limit | REQUEST 1, REQUEST 3, REQUEST 5, REQUEST 7, DATA 7 4 | RST_STREAM 7 REFUSED_STREAM | request 1; request 3; request 5
          5.1.2 half-closed streams count | REQUEST 1 +end, REQUEST 3 +end, REQUEST 5 +end, REQUEST 7 | RST_STREAM 7 REFUSED_STREAM | request 1 end; request 3 end; request 5 end
          5.1.2 closed streams do not count | REQUEST 1, REQUEST 3, REQUEST 5, reset 3 8, REQUEST 7 | RST_STREAM 3 CANCEL | request 1; request 3; request 5; request 7
          """)
  void server(String rule, String script, @Nullable String answer, String heard) {
    check(Wire.server(), script, answer, heard);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5.1 answer and trailers | open +end, RESPONSE 1, DATA 1 5, TRAILERS 1 | headers 1 [:status: 200]; data 1 5; headers 1 [grpc-status: 0] end
          5.1 answer of one HEADERS | open +end, RESPONSE 1 +end | headers 1 [:status: 200] end
          5.1 answer before the request ends | open, RESPONSE 1 +end, data 1 4 +end | headers 1 [:status: 200] end
          8.1 answer, then reset without error | open, RESPONSE 1 +end, RST_STREAM 1 0 | headers 1 [:status: 200] end; reset 1 PEER NO_ERROR
          5.1 DATA ends the answer | open +end, RESPONSE 1, DATA 1 5 +end | headers 1 [:status: 200]; data 1 5 end
          5.1 empty DATA ends the answer | open +end, RESPONSE 1, DATA 1 0 +end | headers 1 [:status: 200]; data 1 0 end
          8.1 DATA before the head | open, DATA 1 1, DATA 1 1 | reset 1 PEER_FAULT PROTOCOL_ERROR
          5.1 half-closed remote: DATA | open, RESPONSE 1 +end, DATA 1 1 | headers 1 [:status: 200] end; reset 1 PEER_FAULT STREAM_CLOSED
          5.1 half-closed remote: HEADERS | open, RESPONSE 1 +end, TRAILERS 1 | headers 1 [:status: 200] end; reset 1 PEER_FAULT STREAM_CLOSED
          5.1 closed: DATA behind our reset is ignored | open, RESPONSE 1, reset 1 8, DATA 1 600, TRAILERS 1, PING | headers 1 [:status: 200]
          5.1 closed: DATA behind both ends | open +end, RESPONSE 1 +end, DATA 1 1 | headers 1 [:status: 200] end; closed by fault
          5.1 closed: HEADERS behind both ends | open +end, RESPONSE 1 +end, TRAILERS 1 | headers 1 [:status: 200] end; closed by fault
          5.1 closed: RST_STREAM behind both ends | open +end, RESPONSE 1 +end, RST_STREAM 1 8, PING | headers 1 [:status: 200] end
          5.1 closed: WINDOW_UPDATE behind both ends | open +end, RESPONSE 1 +end, WINDOW_UPDATE 1 8, PING | headers 1 [:status: 200] end
          5.1 closed: DATA behind a reset of the peer | open, RST_STREAM 1 8, DATA 1 1, PING | reset 1 PEER CANCEL
          5.1 reset by the peer | open, RST_STREAM 1 2 | reset 1 PEER INTERNAL_ERROR
          5.1 refused by the peer | open, RST_STREAM 1 7 | reset 1 PEER REFUSED_STREAM
          5.1 idle: HEADERS | open, flush, RESPONSE 3 | reset 1 CONNECTION_LOST INTERNAL_ERROR; closed by fault
          5.1 idle: DATA | open, flush, DATA 3 1 | reset 1 CONNECTION_LOST INTERNAL_ERROR; closed by fault
          5.1 idle: streams that never left are not processed | open, flush, open, DATA 5 1 | reset 1 CONNECTION_LOST INTERNAL_ERROR; reset 3 NOT_PROCESSED INTERNAL_ERROR; closed by fault
          5.1.1 stream of the server | open, flush, HEADERS 2 :status=200 | reset 1 CONNECTION_LOST INTERNAL_ERROR; closed by fault
          """)
  void client(String rule, String script, String heard) {
    try (Wire wire = Wire.client()) {
      wire.run(script);

      assertThat(String.join("; ", wire.heard())).isEqualTo(heard);
      assertThat(wire.answer().contains("GOAWAY")).isEqualTo(heard.contains("closed"));
    }
  }

  private static void check(Wire wire, String script, @Nullable String answer, String heard) {
    try (wire) {
      wire.run(script);

      assertThat(wire.answer()).isEqualTo(answer == null ? "" : answer);
      assertThat(String.join("; ", wire.heard()).replace(" " + HEAD, "")).isEqualTo(heard);
    }
  }

  @Test
  void clientStreamsCountUpByTwo() {
    try (Wire wire = Wire.client()) {
      wire.run("open, open +end, open");

      assertThat(wire.sent())
          .extracting(line -> line.substring(0, 14))
          .containsExactly("HEADERS 1 [:me", "HEADERS 3 end ", "HEADERS 5 [:me");
      assertThat(wire.connection.openStreams()).isEqualTo(3);
    }
  }

  @Test
  void clientOpensNoMoreStreamsThanTheServerAllows() {
    try (Wire wire = Wire.client()) {
      wire.run("SETTINGS 3=2, open, open");

      assertThat(wire.asClient().peerConcurrency()).isEqualTo(2);
      assertThat(wire.asClient().hasRoom()).isFalse();
      assertThat(wire.asClient().open(wire.listener, new FieldList(), true)).isNull();

      wire.run("RST_STREAM 1 8");
      assertThat(wire.asClient().hasRoom()).isTrue();

      wire.run("SETTINGS 3=0");
      assertThat(wire.asClient().hasRoom()).isFalse();
    }
  }

  @Test
  void serverForgetsWhatLiesFarBackAndIsLenientThen() {
    try (Wire wire = Wire.server()) {
      for (int id = 1; id < 2 * StreamHistory.SIZE + 2; id += 2) {
        wire.run("REQUEST " + id + " +end, RST_STREAM " + id + " 8, flush");
        wire.after(50);
      }

      wire.run("DATA 1 1, TRAILERS 1, PING");

      assertThat(wire.answer()).isEqualTo("PING 7 ack");
    }
  }

  /** Row B9: what races a reset is ignored, what comes a minute later is answered. */
  @ParameterizedTest(name = "B9 {0} {1} s behind our reset")
  @CsvSource(
      textBlock =
          """
          'DATA 1 1',   1
          'TRAILERS 1', 1
          'DATA 3 1',   1
          'DATA 1 1',   29
          """)
  void serverIgnoresWhatRacesItsReset(String frame, int seconds) {
    try (Wire wire = reset()) {
      wire.run("wait " + seconds * 1000 + ", " + frame + ", PING");

      assertThat(wire.answer()).isEqualTo("PING 7 ack");
    }
  }

  @ParameterizedTest(name = "B9 {0} {1} s behind our reset")
  @CsvSource(
      textBlock =
          """
          'DATA 1 1',   60
          'TRAILERS 1', 60
          'DATA 3 1',   60
          'DATA 1 1',   86400
          """)
  void serverAnswersWhatComesMuchLater(String frame, int seconds) {
    try (Wire wire = reset()) {
      wire.run("wait " + seconds * 1000 + ", " + frame + ", " + frame + ", PING");

      String stream = frame.startsWith("DATA 3") ? "3" : "1";
      assertThat(wire.answer()).isEqualTo("RST_STREAM " + stream + " STREAM_CLOSED, PING 7 ack");
    }
  }

  /** A server's connection that has reset stream 1 and refused stream 3. */
  private static Wire reset() {
    Wire wire = Wire.server();
    wire.run("REQUEST 1, reset 1 8, REQUEST 3 connection=close");
    wire.forget();
    return wire;
  }

  @Test
  void resetsGrowOldAgainAndAgain() {
    try (Wire wire = Wire.server()) {
      for (int id = 1; id < 40; id += 2) {
        wire.run("REQUEST " + id + ", reset " + id + " 8, flush, wait 20000, DATA " + id + " 1");
      }
      wire.forget();

      wire.run("DATA 39 1, PING, DATA 31 1");

      assertThat(wire.answer()).isEqualTo("PING 7 ack, RST_STREAM 31 STREAM_CLOSED");
    }
  }

  /** It may not have heard of it yet. */
  @Test
  void clientIgnoresWhatAServerSendsMuchLater() {
    try (Wire wire = Wire.client()) {
      wire.run("open, flush, RESPONSE 1, reset 1 8");
      wire.forget();

      wire.run("wait 86400000, DATA 1 1, TRAILERS 1, PING");

      assertThat(wire.answer()).isEqualTo("PING 7 ack");
    }
  }

  @Test
  void streamsThatEndAreReportedBehindTheirLastInput() {
    try (Wire wire = Wire.client()) {
      wire.run("open +end, RESPONSE 1, drain");
      wire.forget();

      wire.run("DATA 1 5 +end");

      assertThat(wire.heard()).containsExactly("data 1 5 end", "closed");
    }
  }

  @Test
  void lostConnectionEndsEveryStreamOnce() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, REQUEST 3 +end, REQUEST 5, reset 3 8");
      wire.forget();

      wire.connection.lost("gone");
      wire.connection.lost("gone");

      assertThat(wire.heard())
          .containsExactly(
              "reset 1 CONNECTION_LOST INTERNAL_ERROR",
              "reset 5 CONNECTION_LOST INTERNAL_ERROR",
              "closed");
      assertThat(wire.answer()).isEmpty();
    }
  }

  /** Who is told that a stream was never looked at sends the call elsewhere. */
  @Test
  void headThatCountsAsNeverSentDoesNotLeaveWithGoAway() {
    try (Wire wire = Wire.client()) {
      wire.run("open, flush");
      wire.answer();

      wire.run("open, DATA 5 1");

      assertThat(wire.answer()).isEqualTo("GOAWAY 0 PROTOCOL_ERROR");
    }
  }
}
