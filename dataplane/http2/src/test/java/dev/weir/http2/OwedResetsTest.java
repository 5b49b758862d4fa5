package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resets of calls that share a connection to a server (B10). */
class OwedResetsTest {
  private static final int BEARABLE = 36;

  @Test
  void asManyAsServersBearGoAtOnce() {
    try (Wire wire = Wire.client()) {
      Http2Stream honest = wire.open(true);

      assertThat(resets(wire, BEARABLE)).isEqualTo(BEARABLE);

      assertThat(wire.asClient().hasRoom()).isTrue();
      assertThat(honest.isOpen()).isTrue();
    }
  }

  @Test
  void theRestIsPaidInTimeOnAConnectionThatTakesNoMoreCalls() {
    try (Wire wire = Wire.client()) {
      Http2Stream honest = wire.open(true);

      assertThat(resets(wire, BEARABLE + 5)).isEqualTo(BEARABLE);
      assertThat(wire.asClient().hasRoom()).isFalse();
      assertThat(honest.isOpen()).isTrue();

      wire.after(1000);
      wire.asClient().payResets();
      assertThat(sent(wire)).isEqualTo(1);
      wire.after(10_000);
      wire.asClient().payResets();
      assertThat(sent(wire)).isEqualTo(4);
    }
  }

  /** One that counts 200 in 30 s, and each of ours three times. */
  @Test
  void noServerMeetsMoreThanItBearsInHalfAMinute() {
    try (Wire wire = Wire.client()) {
      wire.open(true);
      var sent = new ArrayList<Integer>();
      sent.add(resets(wire, 10 * BEARABLE));
      for (int second = 0; second < 60; second++) {
        wire.after(1000);
        wire.asClient().payResets();
        sent.add(sent(wire));
      }

      for (int from = 0; from + 30 < sent.size(); from++) {
        int inHalfAMinute =
            sent.subList(from, from + 31).stream().mapToInt(Integer::intValue).sum();
        assertThat(3 * inHalfAMinute).as("from second %d", from).isLessThanOrEqualTo(200);
      }
      assertThat(sent).endsWith(1, 1, 1);
    }
  }

  @Test
  void theConnectionClosesWithItsLastCallAndOwesNothing() {
    try (Wire wire = Wire.client()) {
      assertThat(resets(wire, BEARABLE + 1)).isEqualTo(BEARABLE);

      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void whatStillComesOnACallThatIsOwedIsPassedOver() {
    try (Wire wire = Wire.client()) {
      wire.open(true);
      resets(wire, BEARABLE + 5);
      int last = 2 * (BEARABLE + 5) + 1;

      wire.run("RESPONSE %1$d, DATA %1$d 100, TRAILERS %1$d".formatted(last));

      assertThat(wire.isClosed()).isFalse();
    }
  }

  @Test
  void aConnectionWithDebtsTakesCallsForAsLongAsItsUserWants() {
    try (Wire wire = Wire.client()) {
      wire.listener.staysWithDebts = true;

      assertThat(resets(wire, BEARABLE + 1)).isEqualTo(BEARABLE);

      assertThat(wire.asClient().owesResets()).isTrue();
      Http2Stream honest = wire.open(true);
      wire.asClient().retire();
      assertThat(wire.asClient().hasRoom()).isFalse();
      assertThat(wire.isClosed()).isFalse();
      wire.run("RESPONSE " + honest.id() + " +end");
      assertThat(wire.isClosed()).isTrue();
    }
  }

  /** The server does not know yet that the call is over: it would refuse one above its limit. */
  @Test
  void aCallThatIsOwedStillCountsAsOneOfThoseThatTheServerAllows() {
    try (Wire wire = Wire.client()) {
      wire.listener.staysWithDebts = true;
      wire.run("SETTINGS 3=60");
      resets(wire, BEARABLE + 5);

      for (int i = 0; i < 55; i++) {
        wire.open(true);
      }
      assertThat(wire.asClient().hasRoom()).isFalse();

      wire.after(1000);
      wire.asClient().payResets();
      assertThat(wire.asClient().hasRoom()).isTrue();
    }
  }

  /** What the server has ended it need not be told to end, and it is none of those it allows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RESPONSE %d +end",
        "RESPONSE %1$d, DATA %1$d 100 +end",
        "RESPONSE %1$d, TRAILERS %1$d",
        "RST_STREAM %d 8"
      })
  void aResetIsNoLongerOwedOfACallThatTheServerEnds(String end) {
    try (Wire wire = Wire.client()) {
      wire.listener.staysWithDebts = true;
      resets(wire, BEARABLE + 1);
      wire.run("SETTINGS 3=2");
      wire.open(true);
      assertThat(wire.asClient().hasRoom()).isFalse();

      wire.run(end.formatted(2 * BEARABLE + 1));

      assertThat(wire.asClient().owesResets()).isFalse();
      assertThat(wire.asClient().hasRoom()).isTrue();
      wire.after(60_000);
      wire.asClient().payResets();
      assertThat(sent(wire)).isZero();
      assertThat(wire.isClosed()).isFalse();
    }
  }

  /** Its server still waits for the rest of the request. */
  @Test
  void aResetOfACallWhoseRequestIsNotCompleteIsOwedThoughTheServerHasAnswered() {
    try (Wire wire = Wire.client()) {
      wire.listener.staysWithDebts = true;
      resets(wire, BEARABLE);
      Http2Stream upload = wire.open(false);
      upload.reset(ErrorCode.CANCEL);

      wire.run("RESPONSE " + upload.id() + " +end");
      assertThat(wire.asClient().owesResets()).isTrue();

      wire.run("RST_STREAM " + upload.id() + " 0");
      assertThat(wire.asClient().owesResets()).isFalse();
    }
  }

  /** Its server works for it until it hears of its end, however many come after it. */
  @Test
  void aCallThatIsOwedCountsAsOneOfItsClientAndOfTheProcessUntilItIsPaid() {
    Http2Limits limits = new Http2Limits(5, 2000, 20, 4, 1000, 100_000, 10);
    try (Wire client = Wire.server(limits);
        Wire server = Wire.clientBehind(client)) {
      server.listener.staysWithDebts = true;
      server.open(true);
      resets(server, BEARABLE);
      client.run("REQUEST 1, REQUEST 3, REQUEST 5");
      for (int id : new int[] {1, 3, 5}) {
        server.open(true).reset(ErrorCode.CANCEL, client.stream(id));
        client.run("RST_STREAM " + id + " 8");
      }
      client.forget();
      assertThat(client.loop.streams().used()).isEqualTo(3);

      client.run("REQUEST 7, REQUEST 9, REQUEST 11");
      assertThat(client.answer()).isEqualTo("RST_STREAM 11 REFUSED_STREAM");

      server.after(1000);
      server.asClient().payResets();
      assertThat(client.loop.streams().used()).isEqualTo(4);
      client.run("REQUEST 13, REQUEST 15");
      assertThat(client.answer()).isEqualTo("RST_STREAM 15 REFUSED_STREAM");

      server.run("RST_STREAM " + (2 * BEARABLE + 5) + " 8");
      client.run("REQUEST 17");
      assertThat(client.answer()).isEmpty();
      server.connection.lost("gone");
      client.run("REQUEST 19, REQUEST 21");
      assertThat(client.answer()).isEqualTo("RST_STREAM 21 REFUSED_STREAM");
      assertThat(client.loop.streams().used()).isEqualTo(5);
    }
  }

  /** What it owes takes the place of calls that it could make. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatIsThereDoesNotWaitForTheDebtsOfOneThatHasLeft(boolean leftFirst) {
    try (Wire gone = Wire.server();
        Wire client = Wire.sharing(gone);
        Wire server = Wire.clientBehind(client)) {
      server.listener.staysWithDebts = true;
      server.open(true);
      resets(server, BEARABLE);
      gone.run("REQUEST 1, REQUEST 3");
      client.run("REQUEST 1");
      if (leftFirst) {
        gone.connection.lost("gone");
      }
      for (int id : new int[] {1, 3}) {
        server.open(true).reset(ErrorCode.CANCEL, gone.stream(id));
      }
      gone.connection.lost("gone");
      Http2Stream waiting = server.open(true);
      waiting.reset(ErrorCode.CANCEL, client.stream(1));
      server.forget();

      server.after(1000);
      server.asClient().payResets();
      assertThat(server.answer()).isEqualTo("RST_STREAM " + waiting.id() + " CANCEL");
      server.after(1000);
      server.asClient().payResets();
      assertThat(server.answer()).isEqualTo("RST_STREAM " + (waiting.id() - 4) + " CANCEL");
    }
  }

  /** It has no more streams than it may have, as far as it knows. */
  @Test
  void aClientIsNotBlamedForStreamsThatFindTheirPlaceOwed() {
    Http2Limits limits = new Http2Limits(1, 2000, 20, 4, 1000, 100_000, 10);
    try (Wire client = Wire.server(limits);
        Wire server = Wire.clientBehind(client)) {
      server.listener.staysWithDebts = true;
      server.open(true);
      resets(server, BEARABLE);
      client.run("REQUEST 1");
      server.open(true).reset(ErrorCode.CANCEL, client.stream(1));
      client.run("RST_STREAM 1 8");
      client.forget();

      for (int i = 1; i <= 2 * limits.conduct().resets().burst(); i++) {
        int id = 2 * i + 1;
        client.run("REQUEST " + id);
        assertThat(client.answer()).isEqualTo("RST_STREAM " + id + " REFUSED_STREAM");
      }
      assertThat(client.listener.faults).isEmpty();
    }
  }

  @Test
  void debtsHaveALimit() {
    try (Wire wire = Wire.client()) {
      wire.listener.staysWithDebts = true;
      wire.open(true);

      resets(wire, BEARABLE + 1000);
      assertThat(wire.asClient().hasRoom()).isTrue();
      resets(wire, 1);

      assertThat(wire.asClient().hasRoom()).isFalse();
    }
  }

  /** A server may not set off resets faster than it bears them itself. */
  @Test
  void resetsForAServersFaultsAreOwedToo() {
    try (Wire wire = Wire.client()) {
      wire.open(true);
      int sent = 0;
      for (int i = 0; i < BEARABLE + 10; i++) {
        int id = wire.open(true).id();
        wire.listener.staysWithDebts = true;
        wire.run("RESPONSE " + id + " :status=x");
        sent += sent(wire);
      }

      assertThat(sent).isEqualTo(BEARABLE);
      assertThat(wire.asClient().owesResets()).isTrue();
    }
  }

  @Test
  void requestsThatNeedNotBeFinishedEndWithoutAResetWhenTheseAreScarce() {
    try (Wire client = Wire.server();
        Wire server = Wire.clientBehind(client)) {
      server.open(true);
      client.run("REQUEST 1");
      int resets = 0;
      int ends = 0;
      for (int i = 0; i < 2 * BEARABLE; i++) {
        String answer = endedEarly(server, client.stream(1), true);
        resets += answer.equals("RST_STREAM N NO_ERROR") ? 1 : 0;
        ends += answer.equals("DATA N 0 end") ? 1 : 0;
      }

      assertThat(resets).isEqualTo(BEARABLE / 2 + 1);
      assertThat(resets + ends).isEqualTo(2 * BEARABLE);
      assertThat(server.asClient().hasRoom()).isTrue();
      assertThat(server.asClient().owesResets()).isFalse();
    }
  }

  /** A part of it that ends is a whole one for who reads on. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          a request of which a server may keep what it gets , REQUEST 1                  , false, 0
          one with a length that has not come as a whole    , REQUEST 1 content-length=5 , true , 0
          one that waits for the window of its server       , REQUEST 1                  , true , 70000
          """)
  void requestsThatACutWouldMakeAnotherOneAreResetOrOweIt(
      String name, String request, boolean mayEnd, int queued) {
    try (Wire client = Wire.server();
        Wire server = Wire.clientBehind(client)) {
      server.listener.staysWithDebts = true;
      server.open(true);
      client.run(request);
      resets(server, BEARABLE);
      Http2Stream early = server.open(false);
      server.send(early.id(), queued, false);
      server.run("RESPONSE " + early.id() + " +end");
      server.forget();

      early.endEarly(client.stream(1), mayEnd);

      assertThat(server.answer()).isEmpty();
      assertThat(early.isOpen()).isFalse();
      assertThat(server.asClient().owesResets()).isTrue();
      server.after(1000);
      server.asClient().payResets();
      assertThat(server.answer()).isEqualTo("RST_STREAM " + early.id() + " NO_ERROR");
    }
  }

  private static String endedEarly(Wire server, Http2Stream client, boolean mayEnd) {
    Http2Stream early = server.open(false);
    server.run("RESPONSE " + early.id() + " +end");
    server.forget();
    early.endEarly(client, mayEnd);
    assertThat(early.isOpen()).isFalse();
    return server.answer().replace(" " + early.id() + " ", " N ");
  }

  /** Opens calls and resets them; returns how many resets left at once. */
  private static int resets(Wire wire, int calls) {
    var streams = new Http2Stream[calls];
    for (int i = 0; i < calls; i++) {
      streams[i] = wire.open(true);
    }
    for (Http2Stream stream : streams) {
      stream.reset(ErrorCode.CANCEL);
    }
    return sent(wire);
  }

  private static int sent(Wire wire) {
    wire.run("flush");
    int count = 0;
    for (String frame : wire.sent()) {
      count += frame.startsWith("RST_STREAM") ? 1 : 0;
    }
    return count;
  }
}
