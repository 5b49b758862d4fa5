package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection to a server that ends with thousands of calls on it. */
class LostStreamsTest {
  private static final int CALLS = 3000;

  /** Of a turn; the clock moves on by it whenever it is looked at. */
  private static final int PARTS = 10;

  private final Turns turns = new Turns();
  private final AtomicLong nanos = new AtomicLong();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ConnectionLoop loop =
      new ConnectionLoop(channel.eventLoop(), () -> nanos.addAndGet(PacedWork.TURN_NANOS / PARTS));
  private final Listener listener = new Listener();
  private final Http2ChannelHandler handler =
      Http2ChannelHandler.client(loop, Wire.WIDE, listener, Long.MAX_VALUE / 4);
  private final ClientConnection connection = (ClientConnection) handler.connection();
  private final List<Http2Stream> streams = new ArrayList<>();

  LostStreamsTest() {
    // Whoever comes first decides where work is put off to.
    loop.paced().perform(() -> {}, turns);
    channel.pipeline().addLast(handler);
    receive(Frame.settings(), Frame.settingsAck());
    FieldList head = Wire.fields(":method", "POST", ":scheme", "http", ":path", "/");
    for (int i = 0; i < CALLS; i++) {
      Http2Stream stream = connection.open(listener, head, true);
      streams.add(stream);
    }
    listener.events.clear();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void receive(Frame... frames) {
    channel.writeInbound(Unpooled.wrappedBuffer(Frame.bytes(frames)));
    channel.runPendingTasks();
    channel.releaseOutbound();
  }

  @Test
  void callsOnAConnectionThatBreaksAreToldInSeveralTurns() {
    channel.close();

    assertThat(connection.openStreams()).isZero();
    toldInSeveralTurns("reset", CALLS);
    assertThat(listener.events).last().asString().startsWith("closed");
  }

  @Test
  void callsThatAServerTurnsAwayAreToldInSeveralTurns() {
    receive(Frame.goAway(0, ErrorCode.NO_ERROR));

    toldInSeveralTurns("reset", CALLS);
  }

  /** Its object may be another call's by then. */
  @Test
  void whoHasDoneWithItsStreamMeanwhileIsNotTold() {
    channel.close();
    int before = told("reset");

    streams.subList(CALLS - 100, CALLS).forEach(Http2Stream::release);

    assertThat(before).isLessThan(CALLS - 100);
    toldInSeveralTurns("reset", CALLS - 100);
  }

  private void toldInSeveralTurns(String event, int all) {
    assertThat(told(event)).isBetween(1, CALLS / 4);
    for (int turn = 0; told(event) < all; turn++) {
      assertThat(turn).as("turns").isLessThan(CALLS);
      int before = told(event);
      turns.turn();
      assertThat(told(event) - before).as("in a turn").isBetween(1, CALLS / 4);
    }
    turns.turn();
    assertThat(told(event)).isEqualTo(all);
  }

  private int told(String event) {
    return (int) listener.events.stream().filter(heard -> heard.startsWith(event)).count();
  }
}
