package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How connections end in order (RFC 9113, 6.8), by our wish or the peer's. */
class DrainingTest {
  /** The acknowledgement of the PING that a drain sends. */
  private static final Frame DRAIN_PONG = Frame.ping(0x7765697264726e31L).ack();

  private static final String BEGUN = "GOAWAY 2147483647 NO_ERROR, PING 7765697264726e31";

  @Test
  void serverWithoutStreamsClosesAfterARoundTrip() {
    try (Wire wire = Wire.server()) {
      wire.run("drain, drain");
      assertThat(wire.answer()).isEqualTo(BEGUN);
      assertThat(wire.connection.isDraining()).isFalse();
      assertThat(wire.isClosed()).isFalse();

      wire.receive(DRAIN_PONG);

      assertThat(wire.answer()).isEqualTo("GOAWAY 0 NO_ERROR");
      assertThat(wire.heard()).containsExactly("draining", "closed");
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void streamsOnTheirWayAreServedAndLaterOnesRefused() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1 +end, drain, REQUEST 3 +end");
      wire.receive(DRAIN_PONG);
      wire.run("REQUEST 5 +end");
      assertThat(wire.answer())
          .isEqualTo(BEGUN + ", GOAWAY 3 NO_ERROR, RST_STREAM 5 REFUSED_STREAM");
      assertThat(wire.connection.isDraining()).isTrue();

      wire.run("head 1 +end");
      assertThat(wire.answer()).isEqualTo("HEADERS 1 end [:status: 200]");
      assertThat(wire.isClosed()).isFalse();

      wire.run("head 3 +end");
      assertThat(wire.answer()).isEqualTo("HEADERS 3 end [:status: 200]");
      assertThat(wire.isClosed()).isTrue();
      assertThat(wire.heard()).endsWith("closed");
    }
  }

  @ParameterizedTest(name = "last stream ends by {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          head 1 +end
          reset 1 8
          RST_STREAM 1 8
          REQUEST 1
          blocked, head 1, data 1 5 +end, unblocked
          """)
  void connectionClosesHoweverTheLastStreamEnds(String script) {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, drain, finish");
      assertThat(wire.isClosed()).isFalse();

      wire.run(script);

      assertThat(wire.isClosed()).isTrue();
      assertThat(wire.heard()).endsWith("closed");
      assertThat(wire.connection.openStreams()).isZero();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          finish without a round trip | REQUEST 1, drain, finish | GOAWAY 2147483647 NO_ERROR, PING 7765697264726e31, GOAWAY 1 NO_ERROR
          finish without a drain | REQUEST 1, finish, drain | GOAWAY 1 NO_ERROR
          finish twice | REQUEST 1, finish, finish | GOAWAY 1 NO_ERROR
          refused streams do not count | finish | GOAWAY 0 NO_ERROR
          other acknowledgements do not count | REQUEST 1, drain, PING +ack | GOAWAY 2147483647 NO_ERROR, PING 7765697264726e31
          close in the middle of a drain | REQUEST 1, drain, close 0 | GOAWAY 2147483647 NO_ERROR, PING 7765697264726e31, GOAWAY 1 NO_ERROR
          close twice | close 2, close 0 | GOAWAY 0 INTERNAL_ERROR
          drain behind a close | close 0, drain, finish | GOAWAY 0 NO_ERROR
          a fault ends a drain | REQUEST 1, drain, DATA 3 1 | GOAWAY 2147483647 NO_ERROR, PING 7765697264726e31, GOAWAY 1 PROTOCOL_ERROR
          """)
  void server(String rule, String script, String answer) {
    try (Wire wire = Wire.server()) {
      wire.run(script);

      assertThat(wire.answer()).isEqualTo(answer);
    }
  }

  @Test
  void acknowledgementOfAPingThatWasNotSentDrainsNothing() {
    try (Wire wire = Wire.server()) {
      wire.receive(DRAIN_PONG);

      assertThat(wire.answer()).isEmpty();
      assertThat(wire.connection.isDraining()).isFalse();
    }
  }

  @Test
  void serverThatHasHeardNothingNeedsNoRoundTrip() {
    try (Wire wire = Wire.newServer(Wire.LIMITS)) {
      wire.forget();

      wire.run("drain");

      assertThat(wire.answer()).isEqualTo("GOAWAY 0 NO_ERROR");
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void clientThatLeavesIsServedToTheEnd() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, GOAWAY 0 0, DATA 1 5 +end");
      assertThat(wire.answer()).isEqualTo("GOAWAY 1 NO_ERROR");
      assertThat(wire.heard()).contains("draining", "data 1 5 end");

      wire.run("head 1 +end");

      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void clientThatLeavesWithoutStreamsIsClosed() {
    try (Wire wire = Wire.server()) {
      wire.run("GOAWAY 0 0, GOAWAY 0 0");

      assertThat(wire.answer()).isEqualTo("GOAWAY 0 NO_ERROR");
      assertThat(wire.heard()).containsExactly("draining", "closed");
    }
  }

  /** A client's side with streams 1, 3 and 5 open. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          streams above the last one were not looked at | GOAWAY 3 0 | draining; reset 5 NOT_PROCESSED NO_ERROR |
          with the code that the server gave | GOAWAY 1 11 | draining; reset 3 NOT_PROCESSED ENHANCE_YOUR_CALM; reset 5 NOT_PROCESSED ENHANCE_YOUR_CALM |
          none was looked at | GOAWAY 0 0 | draining; reset 1 NOT_PROCESSED NO_ERROR; reset 3 NOT_PROCESSED NO_ERROR; reset 5 NOT_PROCESSED NO_ERROR; closed | GOAWAY 0 NO_ERROR
          first step of a drain | GOAWAY 0x7fffffff 0 | draining |
          both steps of a drain | GOAWAY 0x7fffffff 0, GOAWAY 3 0 | draining; reset 5 NOT_PROCESSED NO_ERROR |
          the others go on | GOAWAY 3 0, RESPONSE 1 +end | draining; reset 5 NOT_PROCESSED NO_ERROR; headers 1 [:status: 200] end |
          what comes for the dropped is ignored | GOAWAY 3 0, RESPONSE 5, DATA 5 900, RST_STREAM 5 8 | draining; reset 5 NOT_PROCESSED NO_ERROR |
          closes with the last stream | GOAWAY 1 0, RESPONSE 1 +end | draining; reset 3 NOT_PROCESSED NO_ERROR; reset 5 NOT_PROCESSED NO_ERROR; headers 1 [:status: 200] end; closed | GOAWAY 0 NO_ERROR
          drain of our own | drain, RESPONSE 1 +end | draining; headers 1 [:status: 200] end | GOAWAY 0 NO_ERROR
          """)
  void client(String rule, String script, String heard, @Nullable String answer) {
    try (Wire wire = Wire.client()) {
      wire.run("open +end, open +end, open +end, flush");
      wire.forget();

      wire.run(script);

      assertThat(String.join("; ", wire.heard())).isEqualTo(heard);
      assertThat(wire.answer()).isEqualTo(answer == null ? "" : answer);
      assertThat(wire.asClient().hasRoom()).isFalse();
      assertThat(wire.isClosed()).isEqualTo(heard.contains("closed"));
    }
  }

  @Test
  void clientWithoutStreamsClosesAtOnce() {
    try (Wire wire = Wire.client()) {
      wire.run("GOAWAY 0 0");

      assertThat(wire.heard()).containsExactly("draining", "closed");
      assertThat(wire.answer()).isEqualTo("GOAWAY 0 NO_ERROR");
    }
  }

  @Test
  void usersMayEndOtherStreamsWhenTheyHearOfTheEnd() {
    try (Wire wire = Wire.client()) {
      wire.run("open, open, open, flush");
      wire.forget();
      wire.listener.onReset = stream -> wire.run("reset 1 8, reset 3 8, reset 5 8");

      wire.run("GOAWAY 0 0");

      assertThat(wire.heard())
          .containsExactly("draining", "reset 1 NOT_PROCESSED NO_ERROR", "closed");
    }
  }

  @Test
  void handlersOfOpenStreamsMayEndThemWhileTheyAreVisited() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, REQUEST 3, REQUEST 5");
      int[] visits = {0};

      wire.connection.forEachHandler(handler -> {
        assertThat(handler).isSameAs(wire.listener);
        visits[0]++;
        wire.run("reset 3 8, reset 5 8");
      });

      assertThat(visits[0]).isEqualTo(1);
    }
  }
}
