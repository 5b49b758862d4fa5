package dev.weir.engine;

import static dev.weir.engine.CallLimits.NO_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What limits calls of gRPC beyond their heads, by a clock that only goes when it is told to. */
class CallLimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final FieldList ANSWER =
      Workbench.fields(":status", "200", "content-type", "application/grpc");

  private final FieldList request =
      Workbench.fields(
          ":method", "POST",
          ":scheme", "http",
          ":path", "/pkg.Service/Method",
          "content-type", "application/grpc");
  private final Ear caller = new Ear();
  private final Ear endpoint = new Ear();

  private static CallLimits idle(Duration time) {
    return new CallLimits(NO_LIMIT, NO_LIMIT, time.toNanos(), NO_LIMIT, 0, NO_LIMIT, NO_LIMIT, 0);
  }

  private static CallLimits age(Duration time, double jitter) {
    return new CallLimits(
        NO_LIMIT, NO_LIMIT, NO_LIMIT, time.toNanos(), jitter, NO_LIMIT, NO_LIMIT, 0);
  }

  private static CallLimits bytes(long request, long response) {
    return new CallLimits(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, 0, request, response, 0);
  }

  private static CallLimits perSecond(long messages) {
    return new CallLimits(
        NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, 0, NO_LIMIT, NO_LIMIT, SECOND.toNanos() / messages);
  }

  private static ByteBuf message(int bytes) {
    return Unpooled.wrappedBuffer(ByteBuffer.allocate(5 + bytes).putInt(1, bytes));
  }

  private static void send(Http2Stream stream, ByteBuf bytes, boolean last) {
    stream.sendData(bytes, 0, bytes.readableBytes(), last);
  }

  private Http2Stream open(Workbench bench, CallLimits limits) {
    bench.limit(2, limits);
    Http2Stream stream = bench.caller().open(caller, request, false);
    bench.run();
    return Objects.requireNonNull(stream);
  }

  // ---- deadlines -------------------------------------------------------------------------------

  /** Shortened, given to who has none, told to the endpoint, and kept to here. */
  @ParameterizedTest
  @CsvSource({"'', 2", "1S, 1", "3S, 3", "9H, 5"})
  void deadlinesAreThoseOfTheCallerWithinTheLimitsP12(String asked, int seconds) {
    CallLimits limits =
        new CallLimits(
            2 * SECOND.toNanos(),
            5 * SECOND.toNanos(),
            NO_LIMIT,
            NO_LIMIT,
            0,
            NO_LIMIT,
            NO_LIMIT,
            0);
    if (!asked.isEmpty()) {
      request.add(HeaderField.of("grpc-timeout", asked));
    }
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, limits);
      assertThat(endpoint.requested()).contains("grpc-timeout: ");

      bench.pass(SECOND.multipliedBy(seconds).minusNanos(1));
      assertThat(caller.heard).isEmpty();
      bench.pass(Duration.ofNanos(1));

      assertThat(caller.heard.getFirst()).contains("grpc-status: 4");
      assertThat(endpoint.heard).containsExactly("reset PEER CANCEL");
    }
  }

  /** Endpoints know the deadline too; the caller hears the same, whoever is first. */
  @Test
  void anEndpointThatCancelsWhenTheTimeIsOverIsLateP12() {
    request.add(HeaderField.of("grpc-timeout", "1S"));
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, bytes(5, 5));
      bench.pass(SECOND.minusNanos(1000));

      endpoint.stream().reset(8);
      bench.run();

      assertThat(caller.heard.getFirst()).contains("grpc-status: 4");
    }
  }

  // ---- streams ---------------------------------------------------------------------------------

  @Test
  void aStreamEndsWhenNothingWasSentForLongEnoughP12() {
    try (Workbench bench = new Workbench(endpoint)) {
      Http2Stream stream = open(bench, idle(SECOND));
      endpoint.stream().sendHeaders(ANSWER, false);
      for (int i = 0; i < 10; i++) {
        bench.pass(SECOND.minusNanos(1));
        send(i % 2 == 0 ? stream : endpoint.stream(), message(1), false);
        bench.run();
      }
      assertThat(caller.heard).doesNotContain("reset PEER NO_ERROR");

      bench.pass(SECOND.minusNanos(1));
      assertThat(caller.heard).doesNotContain("reset PEER NO_ERROR");
      bench.pass(Duration.ofNanos(1));

      assertThat(caller.heard.get(caller.heard.size() - 2))
          .contains("grpc-status: 14", "API bench: nothing was sent for 1s, call again");
      assertThat(endpoint.heard.getLast()).isEqualTo("reset PEER CANCEL");
    }
  }

  /** Messages that were held go on long after their caller has sent the last one. */
  @Test
  void aStreamWhoseMessagesGoOnIsNotIdleP12() {
    try (Workbench bench = new Workbench(endpoint)) {
      CallLimits both =
          new CallLimits(
              NO_LIMIT,
              NO_LIMIT,
              SECOND.multipliedBy(2).toNanos(),
              NO_LIMIT,
              0,
              NO_LIMIT,
              NO_LIMIT,
              SECOND.toNanos());
      Http2Stream stream = open(bench, both);
      for (int i = 1; i <= 20; i++) {
        send(stream, message(1), i == 20);
      }
      for (int i = 0; i < 20; i++) {
        bench.pass(SECOND);
      }
      assertThat(endpoint.bytes).isEqualTo(20 * 6);
      assertThat(endpoint.stream().isRemoteEnded()).isTrue();

      bench.pass(SECOND.multipliedBy(2));
      assertThat(caller.heard.getFirst()).contains("grpc-status: 14", "nothing was sent for 2s");
    }
  }

  @Test
  void aStreamEndsWhenItIsOldEnoughP12() {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, age(SECOND.multipliedBy(90), 0));

      bench.pass(SECOND.multipliedBy(90).minusNanos(1));
      assertThat(caller.heard).isEmpty();
      bench.pass(Duration.ofNanos(1));

      assertThat(caller.heard.getFirst())
          .contains("grpc-status: 14", "API bench: streams may be open for 1m30s, open it again");
      assertThat(endpoint.heard).containsExactly("reset PEER CANCEL");
    }
  }

  /** Streams that began together do not all come back together. */
  @Test
  void agesDifferByTheirJitterP19() {
    try (Workbench bench = new Workbench(endpoint)) {
      bench.limit(2, age(SECOND.multipliedBy(100), 0.5));
      List<Ear> ears = IntStream.range(0, 50).mapToObj(_ -> new Ear()).toList();
      ears.forEach(ear -> bench.caller().open(ear, request, false));
      bench.run();

      bench.pass(SECOND.multipliedBy(50).minusNanos(1));
      assertThat(ears).allMatch(ear -> ear.heard.isEmpty());
      bench.pass(SECOND.multipliedBy(25));
      assertThat(ears).anyMatch(ear -> ear.heard.isEmpty());
      assertThat(ears).anyMatch(ear -> !ear.heard.isEmpty());
      bench.pass(SECOND.multipliedBy(25).plusNanos(1));
      assertThat(ears).noneMatch(ear -> ear.heard.isEmpty());
    }
  }

  /** Limits that are not reached end nothing, whatever Tyk's time-outs would do. */
  @Test
  void nothingElseEndsAStreamP16() {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, bytes(5, 5));

      bench.pass(Duration.ofHours(2));
      endpoint.stream().sendHeaders(ANSWER, false);
      bench.pass(Duration.ofHours(2));

      assertThat(caller.heard).containsExactly("headers");
      assertThat(endpoint.heard).isEmpty();
    }
  }

  // ---- messages --------------------------------------------------------------------------------

  @Test
  void aRequestMessageThatIsTooLongEndsTheCallG7() {
    try (Workbench bench = new Workbench(endpoint)) {
      Http2Stream stream = open(bench, bytes(10, NO_LIMIT));
      send(stream, message(10), false);
      bench.run();
      assertThat(endpoint.heard).containsExactly("15 bytes");

      // The last byte of the prefix is enough.
      ByteBuf lie = Unpooled.wrappedBuffer(new byte[] {0, -1, -1, -1, -1});
      for (int i = 0; i < 5; i++) {
        assertThat(caller.heard).isEmpty();
        stream.sendData(lie, i, 1, false);
        bench.run();
      }

      assertThat(caller.heard.getFirst())
          .contains("grpc-status: 8", "of the request has 4294967295 bytes, the API allows 10");
      assertThat(endpoint.heard.getLast()).isEqualTo("reset PEER CANCEL");
    }
  }

  @Test
  void aResponseMessageThatIsTooLongEndsTheCallG7() {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, bytes(NO_LIMIT, 10));
      endpoint.stream().sendHeaders(ANSWER, false);
      send(endpoint.stream(), message(10), false);
      send(endpoint.stream(), message(11), false);
      bench.run();

      assertThat(caller.heard.subList(0, 2)).containsExactly("headers", "15 bytes");
      assertThat(caller.heard.get(2))
          .contains("grpc-status: 8", "of the response has 11 bytes, the API allows 10");
      assertThat(endpoint.heard).containsExactly("reset PEER CANCEL");
    }
  }

  /**
   * Clients of grpc-go do not look at the status of a response that ends within a prefix, or within
   * a message: what is before the one that is refused passes whole, however payload is cut.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 12, 15, 18, 20, 31})
  void noPartOfTheLengthThatIsRefusedPassesG7(int cut) {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, bytes(NO_LIMIT, 10));
      endpoint.stream().sendHeaders(ANSWER, false);
      ByteBuf all = Unpooled.wrappedBuffer(message(10), message(11));
      for (int at = 0; at < 20; at += cut) {
        endpoint.stream().sendData(all, at, Math.min(cut, all.readableBytes() - at), false);
        bench.run();
      }

      assertThat(caller.bytes).isEqualTo(15);
      assertThat(caller.heard.get(caller.heard.size() - 2)).contains("grpc-status: 8");
    }
  }

  /** However payload is cut, it arrives whole. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 11, 100})
  void whatIsNotTooLongPassesWholeG7(int cut) {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, bytes(NO_LIMIT, 10));
      endpoint.stream().sendHeaders(ANSWER, false);
      int messages = 100;
      ByteBuf some = Unpooled.wrappedBuffer(message(10), message(0), message(1));
      ByteBuf all = Unpooled.buffer(messages * 26);
      for (int i = 0; i < messages; i++) {
        all.writeBytes(some, 0, 26);
      }
      for (int at = 0; at < all.readableBytes(); at += cut) {
        endpoint.stream().sendData(all, at, Math.min(cut, all.readableBytes() - at), false);
        bench.run();
      }
      assertThat(caller.bytes).isEqualTo(all.readableBytes());

      endpoint.stream().sendHeaders(Workbench.fields("grpc-status", "0"), true);
      bench.run();
      assertThat(caller.heard).contains("end [grpc-status: 0]");
    }
  }

  /** What an endpoint leaves unfinished is its own fault, and is to be seen. */
  @Test
  void anUnfinishedLengthPassesWithTheEndOfTheEndpointG7() {
    try (Workbench bench = new Workbench(endpoint)) {
      open(bench, bytes(NO_LIMIT, 10));
      endpoint.stream().sendHeaders(ANSWER, false);
      endpoint.stream().sendData(message(1), 0, 3, false);
      bench.run();
      assertThat(caller.bytes).isZero();
      endpoint.stream().sendHeaders(Workbench.fields("grpc-status", "0"), true);
      bench.run();

      assertThat(caller.heard).startsWith("headers", "3 bytes", "end [grpc-status: 0]");
    }
  }

  // ---- pace ------------------------------------------------------------------------------------

  /** However payload is cut, and whatever the rate: none too early, and none late. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 50, 1000})
  void messagesGoOnOneAfterTheOther(int perSecond) {
    try (Workbench bench = new Workbench(endpoint)) {
      Http2Stream stream = open(bench, perSecond(perSecond));
      for (int i = 0; i < 10 * perSecond; i++) {
        send(stream, message(1), false);
      }
      bench.run();
      assertThat(endpoint.bytes).isEqualTo(6);

      Duration step = SECOND.dividedBy(10);
      for (int i = 1; i <= 80; i++) {
        bench.pass(step);
        int due = 1 + (int) (step.toNanos() * i / (SECOND.toNanos() / perSecond));
        assertThat(endpoint.bytes / 6).isEqualTo(due);
      }
      assertThat(bench.activity().bufferedBytes()).isPositive();
    }
  }

  /** What is held is within the window: the caller waits, and nobody else. */
  @Test
  void theCallerGetsNoCreditForWhatIsHeldG7() {
    try (Workbench bench = new Workbench(endpoint)) {
      Http2Stream stream = open(bench, perSecond(1));
      int window = Http2Limits.DOWNSTREAM.streamWindowBytes();
      for (int i = 0; i < 100; i++) {
        send(stream, message(window / 10), false);
      }
      bench.run();

      // The caller's own queue is on the same loop, and a few bytes on the way.
      assertThat(stream.queuedBytes()).isPositive();
      assertThat(bench.activity().bufferedBytes() - stream.queuedBytes())
          .isLessThanOrEqualTo(2L * window + (16 << 10));
      for (int i = 1; i < 100; i++) {
        bench.pass(SECOND);
      }
      assertThat(endpoint.bytes).isEqualTo(100 * (window / 10 + 5));
    }
  }

  /** The end of the request comes after the last message, with its trailers if it has any. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theEndWaitsForWhatIsBeforeIt(boolean trailers) {
    try (Workbench bench = new Workbench(endpoint)) {
      Http2Stream stream = open(bench, perSecond(1));
      send(stream, message(1), false);
      send(stream, message(1), !trailers);
      if (trailers) {
        stream.sendHeaders(Workbench.fields("x-sum", "1"), true);
      }
      bench.run();
      assertThat(endpoint.heard).containsExactly("6 bytes");
      assertThat(endpoint.stream().isRemoteEnded()).isFalse();

      bench.pass(SECOND);

      assertThat(endpoint.bytes).isEqualTo(12);
      assertThat(endpoint.stream().isRemoteEnded()).isTrue();
      assertThat(endpoint.heard.contains("end [x-sum: 1]")).isEqualTo(trailers);
      endpoint.stream()
          .sendHeaders(
              Workbench.fields(
                  ":status", "200", "content-type", "application/grpc", "grpc-status", "0"),
              true);
      bench.run();
      assertThat(caller.heard.getFirst()).contains("grpc-status: 0");
    }
  }

  /** A call that is over keeps nothing, and the next one has its own pace. */
  @Test
  void aCancelledCallHoldsNothing() {
    try (Workbench bench = new Workbench(endpoint)) {
      Http2Stream stream = open(bench, perSecond(1));
      for (int i = 0; i < 100; i++) {
        send(stream, message(100), false);
      }
      bench.run();
      long held = bench.activity().bufferedBytes();

      stream.reset(8);
      bench.run();

      assertThat(held - bench.activity().bufferedBytes()).isGreaterThanOrEqualTo(2 * 99 * 105);
    }
  }
}
