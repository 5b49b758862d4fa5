package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Windows of streams that grow, from 1000 bytes here, because the sender fills them faster than
 * credit can travel and nobody holds the payload up. All streams together may have 2500 bytes more
 * than usual.
 */
class WindowGrowthTest {
  private static final long BUDGET = 2500;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a fast stream gets twice the window | REQUEST 1, DATA 1 500, credit 1 500 | WINDOW_UPDATE 1 +1500
          fast is half a window in 100 ms | REQUEST 1, wait 99, DATA 1 500, credit 1 500 | WINDOW_UPDATE 1 +1500
          a slow stream does not need it | REQUEST 1, wait 100, DATA 1 500, credit 1 500 | WINDOW_UPDATE 1 +500
          slow at first, then fast | REQUEST 1, wait 100, DATA 1 500, credit 1 500, DATA 1 500, credit 1 500 | WINDOW_UPDATE 1 +500, WINDOW_UPDATE 1 +1500
          more than a quarter waits here | REQUEST 1, DATA 1 751, credit 1 500 | WINDOW_UPDATE 1 +500
          a quarter waits here | REQUEST 1, DATA 1 750, credit 1 500 | WINDOW_UPDATE 1 +1500
          half of the new window is announced | REQUEST 1, DATA 1 500, credit 1 500, DATA 1 999, credit 1 999 | WINDOW_UPDATE 1 +1500
          not beyond the budget | REQUEST 1, DATA 1 500, credit 1 500, DATA 1 1000, credit 1 1000 | WINDOW_UPDATE 1 +1500, WINDOW_UPDATE 1 +1000
          the budget is for all streams | REQUEST 1, REQUEST 3, REQUEST 5, DATA 1 500, DATA 3 500, DATA 5 500, credit 1 500, credit 3 500, credit 5 500 | WINDOW_UPDATE 1 +1500, WINDOW_UPDATE 3 +1500, WINDOW_UPDATE 5 +500
          an end gives it back | REQUEST 1, REQUEST 3, REQUEST 5, DATA 1 500, DATA 3 500, DATA 5 500, credit 1 500, credit 3 500, RST_STREAM 1 8, credit 5 500 | WINDOW_UPDATE 1 +1500, WINDOW_UPDATE 3 +1500, WINDOW_UPDATE 5 +1500
          """)
  void ofStreams(String rule, String script, String answer) {
    try (Wire wire = Wire.server(BUDGET)) {
      wire.run(script);

      assertThat(wire.answer()).isEqualTo(answer);
    }
  }

  @Test
  void sendersKeepToTheWindowThatTheyWereGiven() {
    try (Wire wire = Wire.server(BUDGET)) {
      wire.run("REQUEST 1, DATA 1 500, credit 1 500, DATA 1 2000");
      assertThat(wire.answer()).isEqualTo("WINDOW_UPDATE 1 +1500");

      wire.run("DATA 1 1");
      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 FLOW_CONTROL_ERROR");
    }
  }

  @Test
  void theNextStreamBeginsWithTheUsualWindow() {
    try (Wire wire = Wire.server(BUDGET)) {
      wire.run("REQUEST 1, DATA 1 500, credit 1 500, RST_STREAM 1 8, release 1");
      wire.answer();

      wire.run("REQUEST 3, DATA 3 1001");
      assertThat(wire.answer()).isEqualTo("RST_STREAM 3 FLOW_CONTROL_ERROR");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          while it waits | | WINDOW_UPDATE 3 +500
          until it is sent | unblocked, flush | WINDOW_UPDATE 3 +1500
          until it is dropped | drop 1 | WINDOW_UPDATE 3 +1500
          until its stream is gone | RST_STREAM 1 8 | WINDOW_UPDATE 3 +1500
          """)
  void payloadThatWaitsForItsReaderTakesBudget(String rule, @Nullable String end, String answer) {
    try (Wire wire = Wire.server(BUDGET)) {
      wire.run("REQUEST 1, head 1, blocked, data 1 2000, REQUEST 3, wait 1");
      if (end != null) {
        wire.run(end);
      }
      wire.answer();

      wire.run("DATA 3 500, credit 3 500");
      assertThat(wire.answer()).isEqualTo(answer);
    }
  }
}
