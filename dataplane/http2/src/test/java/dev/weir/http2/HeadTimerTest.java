package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a peer may leave a head unfinished (A14, C13, D14). */
class HeadTimerTest {
  private static final long NO_TIMER = -1;

  private final MockTicker clock = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(clock).build();
  private final ConnectionLoop loop =
      new ConnectionLoop(channel.eventLoop(), clock::nanoTime, Timeouts.DEFAULTS, 0);
  private final Listener listener = new Listener();
  private final FrameText text = new FrameText();

  @AfterEach
  void nothingIsHeld() {
    channel.finishAndReleaseAll();
    channel.checkException();
  }

  @Test
  void blockWithoutItsEndIsCutAtTenSeconds() {
    serve();
    receive(Frame.request(1).unfinished());

    pass(9_900);
    assertThat(sent()).isEmpty();
    pass(1_000);

    assertThat(sent()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
    assertThat(text.debug()).isEqualTo("header block or frame unfinished after 10 s");
    assertThat(listener.events).containsExactly("closed by fault");
  }

  @Test
  void frameWithoutItsEndIsCutAtTenSeconds() {
    serve();
    byte[] head = Frame.request(1).bytes();
    receive(Arrays.copyOf(head, head.length - 1));

    pass(9_900);
    assertThat(sent()).isEmpty();
    pass(1_000);

    assertThat(sent()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
  }

  @Test
  void trickleDoesNotProlongAHead() {
    serve();

    assertThat(secondsOfTrickle(Frame.request(1).bytes())).isBetween(10, 11);
  }

  @Test
  void trickleDoesNotProlongTheHeaderOfAFrame() {
    serve();
    receive(new byte[] {0});
    pass(9_000);
    receive(new byte[] {0});
    pass(1_900);

    assertThat(sent()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
  }

  @Test
  void continuationsDoNotProlongAHeadThatBeganWithATrickle() {
    serve();
    byte[] first = Frame.request(1).unfinished().bytes();
    receive(Arrays.copyOf(first, 1));
    pass(6_000);
    receive(Arrays.copyOfRange(first, 1, first.length));
    pass(2_000);
    receive(Frame.continuation(1, new byte[] {0}).unfinished());

    pass(1_900);
    assertThat(sent()).isEmpty();
    pass(1_000);

    assertThat(sent()).containsExactly("GOAWAY 0 ENHANCE_YOUR_CALM");
  }

  @Test
  void headInOneFrameStartsNoTimer() {
    serve();

    receive(Frame.request(1));

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(NO_TIMER);
  }

  @Test
  void headThatEndsInTimeStopsTheTimer() {
    serve();
    Frame[] parts = Frame.request(1).split(10);
    receive(parts[0]);
    pass(9_000);
    receive(Arrays.copyOfRange(parts, 1, parts.length));
    pass(60_000);

    assertThat(sent()).isEmpty();
    assertThat(listener.events).hasSize(1).first().asString().startsWith("request 1");
    assertThat(channel.runScheduledPendingTasks()).isEqualTo(NO_TIMER);
  }

  /** Every read ends in the middle of a frame, but of another one. */
  @Test
  void connectionThatIsAlwaysInsideOfSomeFrameStays() {
    serve();
    byte[] ping = Frame.ping(1).bytes();
    receive(Arrays.copyOf(ping, 5));
    for (int second = 0; second < 30; second++) {
      pass(1_000);
      receive(Arrays.copyOfRange(ping, 5, ping.length), Arrays.copyOf(ping, 5));
    }

    assertThat(sent()).hasSize(30).containsOnly("PING 1 ack");
  }

  @Test
  void payloadMayTakeItsTime() {
    serve();
    receive(Frame.request(1));
    byte[] data = Frame.data(1, 100).bytes();
    receive(Arrays.copyOf(data, 50));
    pass(60_000);
    receive(Arrays.copyOfRange(data, 50, data.length));

    assertThat(sent()).isEmpty();
  }

  @Test
  void trailersOfAServerThatDripsEndTheCallD14() {
    Http2Stream stream = call();
    receive(Frame.response(stream.id()));
    listener.events.clear();

    int seconds = secondsOfTrickle(Frame.trailers(stream.id()).bytes());

    assertThat(seconds).isBetween(10, 11);
    assertThat(listener.events)
        .containsExactly("reset 1 CONNECTION_LOST INTERNAL_ERROR", "closed by fault");
  }

  @Test
  void headOfAServerThatDripsEndsTheCallD14() {
    Http2Stream stream = call();

    assertThat(secondsOfTrickle(Frame.response(stream.id()).bytes())).isBetween(10, 11);
    assertThat(listener.events).contains("reset 1 CONNECTION_LOST INTERNAL_ERROR");
  }

  private void serve() {
    long start = TimeUnit.SECONDS.toNanos(5);
    channel
        .pipeline()
        .addLast(Http2ChannelHandler.server(loop, Http2Limits.DOWNSTREAM, listener, start));
    receive(Http2Connection.PREFACE);
    greet();
  }

  private Http2Stream call() {
    Http2ChannelHandler handler =
        Http2ChannelHandler.client(
            loop, Http2Limits.UPSTREAM, listener, TimeUnit.SECONDS.toNanos(5));
    channel.pipeline().addLast(handler);
    greet();
    ClientConnection connection = (ClientConnection) handler.connection();
    FieldList head = Wire.fields(":method", "POST", ":scheme", "http", ":path", "/");
    return Objects.requireNonNull(connection.open(listener, head, true));
  }

  /** Settings both ways; the timer for them has run out. */
  private void greet() {
    receive(Frame.settings(), Frame.settingsAck());
    pass(5_000);
    sent();
    listener.events.clear();
  }

  /** Sends a byte a second; returns after how many the connection was over. */
  private int secondsOfTrickle(byte[] bytes) {
    int seconds = 0;
    for (byte next : bytes) {
      receive(new byte[] {next});
      pass(1_000);
      seconds++;
      if (sent().contains("GOAWAY 0 ENHANCE_YOUR_CALM")) {
        return seconds;
      }
    }
    throw new AssertionError("the head arrived");
  }

  private void receive(Frame... frames) {
    receive(Frame.bytes(frames));
  }

  private void receive(byte[]... pieces) {
    channel.writeInbound(Unpooled.wrappedBuffer(pieces));
  }

  /** Lets time pass in steps in which timers run. */
  private void pass(int millis) {
    for (int left = millis; left > 0; left -= 100) {
      clock.advanceMillis(100);
      channel.runScheduledPendingTasks();
      channel.runPendingTasks();
    }
  }

  private List<String> sent() {
    channel.runPendingTasks();
    List<String> frames = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.release();
      if (bytes.length > 0 && bytes[0] == 'P') {
        bytes = Arrays.copyOfRange(bytes, Http2Connection.PREFACE.length, bytes.length);
      }
      frames.addAll(text.read(bytes));
    }
    return frames;
  }
}
