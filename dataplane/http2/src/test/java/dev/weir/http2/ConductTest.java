package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much work without use a peer may make us do, with the limits that are in force by default. A
 * row is a kind of attack, what the peer sends again and again (N is the next stream, and grows),
 * how often it may, how it is stopped when it does once more, and with which reason.
 */
class ConductTest {
  private static final String NEXT = "\\bN\\b";
  private static final String CALM = "ENHANCE_YOUR_CALM";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          B1 resets before an answer | REQUEST N +end, RST_STREAM N 8 | 200 | PEER_RESETS
          B1 resets before an answer, request open | REQUEST N, DATA N 100, RST_STREAM N 8 | 200 | PEER_RESETS
          B2 requests that are malformed | REQUEST N X=y | 200 | PROVOKED_RESETS
          B3 trailers that do not end the stream | REQUEST N, REQUEST N | 200 | PROVOKED_RESETS
          B3 payload beyond content-length | REQUEST N content-length=1, DATA N 2 | 200 | PROVOKED_RESETS
          B3 window overflow | REQUEST N, WINDOW_UPDATE N 0x7fffffff | 200 | PROVOKED_RESETS
          B8 PRIORITY | PRIORITY 1 0 | 100 | PRIORITY_FRAMES
          B8 PRIORITY of idle streams | PRIORITY N 1 | 100 | PRIORITY_FRAMES
          C1 PING | PING | 60 | PINGS
          C2 SETTINGS | SETTINGS | 9 | SETTINGS_FRAMES
          C4 empty DATA | DATA 1 0 | 10 | EMPTY_FRAMES
          C4 empty DATA with padding | DATA 1 0 +pad=0 | 10 | EMPTY_FRAMES
          C5 WINDOW_UPDATE of streams | WINDOW_UPDATE 1 1 | 7 | WINDOW_UPDATES
          C8 WINDOW_UPDATE of the connection | WINDOW_UPDATE 0 1 | 7 | WINDOW_UPDATES
          C10 payload of a byte | DATA 1 1, credit 1 1 | 9362 | SMALL_DATA
          C10 payload of a byte with padding | DATA 1 1 +pad=255 | 249 | SMALL_DATA
          C11 unknown frames | RAW 0x7f 0 0 16384 | 511 | WASTE
          C11 PRIORITY_UPDATE frames | RAW 0x10 0 0 8000 | 1047 | WASTE
          C11 GOAWAY frames | GOAWAY 0 0 | 493447 | WASTE
          C11 PING acknowledgements | PING +ack | 493447 | WASTE
          C11 SETTINGS acknowledgements | SETTINGS +ack | 932067 | WASTE
          C11 RST_STREAM of a stream that is gone | RST_STREAM 3 8 | 645277 | WASTE
          """)
  void stopsAPeerWhoDoesMoreThan(String attack, String frames, int times, PeerFault reason) {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      begin(wire, attack.contains("gone"));
      int next = repeat(wire, frames, 5, times);

      assertThat(wire.listener.faults).isEmpty();
      assertThat(wire.connection.isDraining() && !attack.contains("GOAWAY")).isFalse();
      // Waste is held against everything, from the first byte on: a little more is needed.
      repeat(wire, frames, next, reason == PeerFault.WASTE ? 1 + times / 1000 : 1);

      assertThat(wire.listener.faults).containsExactly(reason);
      assertThat(String.join(" ", wire.sent())).contains("GOAWAY").contains(CALM);
      assertThat(wire.debug()).isNotEmpty().isEqualTo(wire.listener.details.getFirst());
    }
  }

  @Test
  @DisplayName("B10 calls that cost endpoints a reset have a share of their own")
  void stopsAPeerWhoseCallsCostTooManyResets() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.run("REQUEST 1");
      wire.forget();
      for (int i = 0; i < 200; i++) {
        wire.connection.chargeReset();
      }
      wire.after(50);
      wire.connection.chargeReset();
      assertThat(wire.sent()).isEmpty();

      wire.connection.chargeReset();
      wire.connection.chargeReset();

      assertThat(wire.listener.faults).containsExactly(PeerFault.UPSTREAM_RESETS);
      assertThat(wire.answer()).startsWith("GOAWAY 1 ENHANCE_YOUR_CALM");
      assertThat(wire.stream(1).isOpen()).isTrue();
      wire.run("head 1 +end");
      assertThat(wire.isClosed()).isTrue();
    }
  }

  /** Stream 1 is open and stays so; stream 3 has come and gone. */
  private static void begin(Wire wire, boolean second) {
    wire.run("REQUEST 1");
    if (second) {
      wire.run("REQUEST 3, reset 3 8");
    }
    wire.forget();
  }

  private static boolean grows(String script) {
    return script.contains(" N");
  }

  /** Does the same that many times, and gives the next stream. */
  private static int repeat(Wire wire, String script, int firstStream, int times) {
    if (!script.contains(",") && !grows(script)) {
      wire.receive(repeated(Frame.bytes(Script.frames(script)), times));
      return firstStream;
    }
    int next = firstStream;
    for (int i = 0; i < times && !wire.connection.isOver(); i++) {
      wire.run(script.replaceAll(NEXT, String.valueOf(next)));
      wire.flushNow();
      next += grows(script) ? 2 : 0;
    }
    return next;
  }

  // ---- the limits come back with time ----------------------------------------------------------

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          20 resets a second | REQUEST N +end, RST_STREAM N 8 | 200 | 20
          10 PRIORITY a second | PRIORITY 1 0 | 100 | 10
          a PING a second | PING | 60 | 1
          a SETTINGS a second | SETTINGS | 9 | 1
          """)
  void letsAPeerGoOnAt(String pace, String frames, int burst, int perSecond) {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      begin(wire, false);
      int next = repeat(wire, frames, 5, burst);
      for (int second = 0; second < 100; second++) {
        wire.after(1000);
        next = repeat(wire, frames, next, perSecond);
      }
      assertThat(wire.listener.faults).isEmpty();

      repeat(wire, frames, next, 1);

      assertThat(wire.listener.faults).hasSize(1);
    }
  }

  @Test
  void tellsOfEveryStreamThatAClientSpoils() {
    try (Wire wire = Wire.server(Wire.LIMITS)) {
      wire.run("REQUEST 1 a_name=x X" + "y".repeat(100) + "=1, REQUEST 3 content-length=1 +end");
      wire.run("REQUEST 5, DATA 5 2000");

      assertThat(wire.listener.streamFaults)
          .containsExactly(
              "stream_error: malformed field X" + "y".repeat(63) + " (stream 1)",
              "stream_error: payload differs from content-length (stream 3)",
              "stream_error: more DATA than the stream's window allows (stream 5)");
      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  void tellsOfEveryStreamThatAServerSpoils() {
    try (Wire wire = Wire.client()) {
      wire.run("open, open, flush, RESPONSE 1 Upper=x, RESPONSE 3 large=" + "v".repeat(2000));

      assertThat(wire.listener.streamFaults)
          .containsExactly(
              "stream_error: malformed field Upper (stream 1)",
              "header_list: the metadata of the answer is larger than allowed: it has 2079 bytes in 2 entries, and 2000"
                  + " bytes in 20 entries are allowed, each entry counted with 32 bytes more");
    }
  }

  @Test
  void quietTimeGivesBackNoMoreThanTheBurst() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      repeat(wire, "PRIORITY 1 0", 1, 100);
      wire.after(3_600_000);
      repeat(wire, "PRIORITY 1 0", 1, 100);
      assertThat(wire.listener.faults).isEmpty();

      repeat(wire, "PRIORITY 1 0", 1, 1);

      assertThat(wire.listener.faults).containsExactly(PeerFault.PRIORITY_FRAMES);
    }
  }

  // ---- B3: what makes others reset, an honest peer never does ----------------------------------

  @ParameterizedTest(name = "B3 {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          WINDOW_UPDATE of 0 | REQUEST 1, WINDOW_UPDATE 1 0 | PROTOCOL
          DATA after END_STREAM | REQUEST 1 +end, DATA 1 1 | STREAM_CLOSED
          HEADERS after END_STREAM | REQUEST 1 +end, TRAILERS 1 | STREAM_CLOSED
          PRIORITY of 4 bytes | REQUEST 1, PRIORITY 1 0 +cut=4 | FRAME_SIZE
          stream that depends on itself | REQUEST 1, PRIORITY 1 1 | PROTOCOL
          stream that depends on itself from its beginning | REQUEST 1 +prio=1 | PROTOCOL
          """)
  void endsAtOnce(String variant, String frames, PeerFault reason) {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.run(frames);

      assertThat(wire.listener.faults).containsExactly(reason);
      assertThat(wire.sent()).containsExactly("GOAWAY 1 " + ErrorCode.name(reason.errorCode()));
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @ParameterizedTest(name = "B3 {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          WINDOW_UPDATE of 0 | WINDOW_UPDATE 1 0 | PROTOCOL_ERROR
          window overflow | WINDOW_UPDATE 1 0x7fffffff | FLOW_CONTROL_ERROR
          DATA after END_STREAM | RESPONSE 1 +end, DATA 1 1 | STREAM_CLOSED
          stream that depends on itself | PRIORITY 1 1 | PROTOCOL_ERROR
          """)
  void ofAServerCostsItsCallOnly(String variant, String frames, String code) {
    try (Wire wire = Wire.client(Http2Limits.UPSTREAM)) {
      wire.open(false);
      wire.open(false);
      wire.forget();

      wire.run(frames);

      assertThat(wire.sent()).containsExactly("RST_STREAM 1 " + code);
      assertThat(wire.listener.faults).isEmpty();
      assertThat(wire.stream(3).isOpen()).isTrue();
    }
  }

  // ---- those whose streams come to nothing -----------------------------------------------------

  @Test
  @DisplayName("B4 streams above the limit are refused, and go unheard when they are too many")
  void refusesStreamsAboveTheLimit() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      List<Frame> flood = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        flood.add(Frame.request(2 * i + 1).end());
      }

      wire.receive(flood.toArray(Frame[]::new));

      assertThat(wire.heard()).filteredOn(event -> event.startsWith("request")).hasSize(100);
      List<String> sent = wire.sent();
      assertThat(sent).filteredOn(frame -> frame.endsWith("REFUSED_STREAM")).hasSize(201);
      assertThat(sent).hasSize(202).endsWith("GOAWAY 601 " + CALM);
      assertThat(wire.listener.faults).containsExactly(PeerFault.REFUSED_STREAMS);
      assertThat(wire.isClosed()).isFalse();

      for (int i = 0; i < 100; i++) {
        wire.run("head " + (2 * i + 1) + " +end");
      }

      assertThat(wire.sent()).hasSize(100);
      assertThat(wire.isClosed()).isTrue();
      assertThat(wire.heard()).endsWith("closed");
    }
  }

  @Test
  @DisplayName("B4 streams behind the GOAWAY are not for ever ignored")
  void endsForStreamsThatAreOpenedBehindAGoAway() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      int next = repeat(wire, "REQUEST N +end", 1, 1301);
      assertThat(wire.connection.isOver()).isFalse();

      repeat(wire, "REQUEST N +end", next, 1);

      assertThat(wire.connection.isOver()).isTrue();
      assertThat(wire.sent()).last().isEqualTo("GOAWAY 601 " + CALM);
    }
  }

  @Test
  @DisplayName("B1 calls that were answered may be cancelled as often as one likes")
  void countsNoResetsBehindTheHead() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      for (int id = 1; id < 2000; id += 2) {
        wire.run("REQUEST %1$d +end, head %1$d, RST_STREAM %1$d 8, flush".formatted(id));
      }

      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  @DisplayName("B1 whoever cancels too much may finish the calls that it has")
  void letsOpenStreamsFinish() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.run("REQUEST 1 +end");
      int next = repeat(wire, "REQUEST N +end, RST_STREAM N 8", 3, 201);
      wire.forget();

      repeat(wire, "REQUEST N +end", next, 1);
      wire.run("PING, head 1 +end");

      assertThat(wire.sent()).containsExactly("PING 7 ack", "HEADERS 1 end [:status: 200]");
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  @DisplayName("A9 heads that go unheard are decoded")
  void decodesHeadsThatGoUnheard() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.run("REQUEST 1 +end");
      int next = repeat(wire, "REQUEST N +end, RST_STREAM N 8", 3, 201);
      wire.forget();

      wire.run("BLOCK " + next + " c6");

      assertThat(wire.sent()).containsExactly("GOAWAY 403 COMPRESSION_ERROR");
    }
  }

  // ---- settings --------------------------------------------------------------------------------

  @Test
  @DisplayName("C3 SETTINGS of 32 entries, and not of 33")
  void boundsTheEntriesOfSettings() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.receive(new Frame(FrameType.SETTINGS, 0, 0, new byte[32 * 6]));
      assertThat(wire.sent()).containsExactly("SETTINGS ack");

      wire.receive(new Frame(FrameType.SETTINGS, 0, 0, new byte[33 * 6]));

      assertThat(wire.listener.faults).containsExactly(PeerFault.SETTINGS_FRAMES);
    }
  }

  @Test
  @DisplayName("B12 a call in 100 ms for an hour, each given up unanswered after 1.1 s")
  void letsAClientCrawl() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      int gap = 2 * 11;
      for (int id = 1; id < 2 * 36_000; id += 2) {
        wire.run("REQUEST " + id + " +end" + (id > gap ? ", RST_STREAM " + (id - gap) + " 8" : ""));
        wire.after(100);
      }

      assertThat(wire.listener.faults).isEmpty();
      assertThat(wire.connection.isDraining()).isFalse();
      assertThat(wire.connection.openStreams()).isEqualTo(11);
      assertThat(wire.answer()).isEmpty();
    }
  }

  // ---- the peers that we want ------------------------------------------------------------------

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          grpc: a PING a round trip while it sends | DATA 1 5, credit 1 5, PING
          grpc: a PING a round trip while it is sent to | data 1 500, PING, WINDOW_UPDATE 0 500, WINDOW_UPDATE 1 500
          grpc: windows that follow the path | DATA 1 900, credit 1 900, SETTINGS 4=70000, PING
          grpc: the smallest messages | DATA 1 5, credit 1 5
          grpc-java: windows in large steps | data 1 16384, data 1 16384, WINDOW_UPDATE 0 32768, WINDOW_UPDATE 1 32768
          go: windows in steps of 4 KiB | data 1 16384, WINDOW_UPDATE 0 4096, WINDOW_UPDATE 1 4096, WINDOW_UPDATE 0 4096, WINDOW_UPDATE 1 4096, WINDOW_UPDATE 0 4096, WINDOW_UPDATE 1 4096, WINDOW_UPDATE 0 4096, WINDOW_UPDATE 1 4096
          nghttp2: a window update for every call | REQUEST N +end, WINDOW_UPDATE N 100, head N +end
          unary calls | REQUEST N, DATA N 7 +end, head N, data N 7, trailers N, WINDOW_UPDATE 0 7
          calls without payload | REQUEST N, DATA N 0 +end, head N +end
          calls that run into their time-out | REQUEST N, DATA N 7 +end, head N, RST_STREAM N 8
          resets that cross an answer | REQUEST N +end, head N +end, RST_STREAM N 8
          padding as long as the payload | DATA 1 200 +pad=200, credit 1 200
          an empty frame between others | DATA 1 0, DATA 1 20, credit 1 20
          """)
  void goesOnForEverWith(String honest, String script) {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.run("REQUEST 1, head 1");

      repeat(wire, script, 3, 10_000);

      assertThat(wire.listener.faults).isEmpty();
      assertThat(wire.connection.isDraining()).isFalse();
    }
  }

  @Test
  void takesKeepaliveEveryTenSecondsForAHundredDays() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.run("REQUEST 1 +end");
      byte[] ping = Frame.ping(1).bytes();
      for (int i = 0; i < 100 * 24 * 360; i += 6) {
        wire.receive(repeated(ping, 6)).after(60_000);
        if (i % 600 == 0) {
          wire.sentBytes();
        }
      }

      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  void takesTheBeginningOfABrowserAndOfNghttp2() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.run(
          "SETTINGS 1=65536 2=0 4=131072 5=16384, WINDOW_UPDATE 0 12517377, PRIORITY 3 0,"
              + " PRIORITY 5 0, PRIORITY 7 0, PRIORITY 9 7, PRIORITY 11 3, PRIORITY 13 0");
      String[] crumbs = new String[120];
      for (int i = 0; i < crumbs.length; i += 2) {
        crumbs[i] = "cookie";
        crumbs[i + 1] = "crumb" + i + "=x";
      }

      wire.receive(Frame.request(15, crumbs).dependingOn(13).end());

      assertThat(wire.heard()).anyMatch(event -> event.startsWith("request 15"));
      assertThat(wire.sent()).containsExactly("SETTINGS ack");
    }
  }

  @Test
  @DisplayName("B9 uploads that race our answer are nobody's fault")
  void forgivesUploadsThatRaceOurAnswer() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      for (int id = 1; id < 2000; id += 2) {
        wire.run("REQUEST %1$d, head %1$d +end".formatted(id));
        wire.receive(repeated(Frame.data(id, 16384).bytes(), 8));
        wire.sentBytes();
      }

      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  @DisplayName("B9 more DATA for a stream that is gone than its window allowed is waste")
  void countsDataThatNoWindowAllowed() {
    try (Wire wire = Wire.server(Http2Limits.DOWNSTREAM)) {
      wire.run("REQUEST 1, head 1 +end");

      for (int i = 0; i < 600 && !wire.connection.isOver(); i++) {
        wire.receive(Frame.data(1, 16384));
      }

      assertThat(wire.listener.faults).containsExactly(PeerFault.WASTE);
    }
  }

  // ---- servers ---------------------------------------------------------------------------------

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PING | PING | 60 | PINGS
          SETTINGS | SETTINGS | 9 | SETTINGS_FRAMES
          PRIORITY | PRIORITY 1 0 | 100 | PRIORITY_FRAMES
          empty DATA | DATA 1 0 | 10 | EMPTY_FRAMES
          WINDOW_UPDATE | WINDOW_UPDATE 0 1 | 7 | WINDOW_UPDATES
          unknown frames | RAW 0x7f 0 0 16384 | 511 | WASTE
          """)
  void stopsAServerWhoDoesMoreThan(String attack, String frames, int times, PeerFault reason) {
    try (Wire wire = Wire.client(Http2Limits.UPSTREAM)) {
      wire.open(false);
      wire.run("RESPONSE 1");
      wire.forget();
      repeat(wire, frames, 3, times);
      assertThat(wire.listener.faults).isEmpty();

      repeat(wire, frames, 3, 1);

      assertThat(wire.listener.faults).containsExactly(reason);
      assertThat(wire.sent()).last().isEqualTo("GOAWAY 0 " + CALM);
    }
  }

  @Test
  @DisplayName("D12 300 KB in frames of 5 bytes with 255 of padding")
  void takesPaddingOfAServer() {
    try (Wire wire = Wire.client(Http2Limits.UPSTREAM)) {
      wire.open(true);
      wire.run("RESPONSE 1");
      for (int i = 0; i < 60_000; i++) {
        wire.run("DATA 1 5 +pad=255, credit 1 5");
        wire.sentBytes();
      }

      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  @DisplayName("D13 a server may reset every call")
  void takesResetsOfAServer() {
    try (Wire wire = Wire.client(Http2Limits.UPSTREAM)) {
      for (int id = 1; id < 2000; id += 2) {
        wire.open(true);
        wire.run("RST_STREAM " + id + " 7");
      }

      assertThat(wire.listener.faults).isEmpty();
    }
  }

  @Test
  void ratesAndLimitsHaveToMakeSense() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Rate(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rate(1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new ConductLimits(
                Rate.UNLIMITED,
                Rate.UNLIMITED,
                Rate.UNLIMITED,
                Rate.UNLIMITED,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                -1,
                1,
                Rate.UNLIMITED));
  }

  private static byte[] repeated(byte[] bytes, int times) {
    byte[] all = new byte[bytes.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
    }
    return all;
  }
}
