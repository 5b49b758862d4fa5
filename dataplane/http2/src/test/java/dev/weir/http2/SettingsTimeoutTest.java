package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A peer that does not take part in the exchange of SETTINGS (RFC 9113, 3.4 and 6.5.3): it has 5
 * seconds for its own and 10 to acknowledge ours. The D number names a row of the project's attack
 * catalogue.
 */
class SettingsTimeoutTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Listener listener = new Listener();
  private final FrameText text = new FrameText();
  private @Nullable Http2ChannelHandler handler;

  @AfterEach
  void nothingIsHeld() {
    channel.finishAndReleaseAll();
    channel.checkException();
  }

  @ParameterizedTest(name = "D10 {0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          server | no SETTINGS | | 5
          server | no acknowledgement | SETTINGS | 10
          server | PING instead of the acknowledgement | SETTINGS, PING, PING +ack | 10
          server | acknowledgement | SETTINGS, SETTINGS +ack | 0
          server | acknowledgement before its own SETTINGS | SETTINGS +ack | -1
          client | no SETTINGS | | 5
          client | no acknowledgement | SETTINGS | 10
          client | PING instead of the acknowledgement | SETTINGS, PING, PING +ack | 10
          client | acknowledgement | SETTINGS, SETTINGS +ack | 0
          client | acknowledgement before its own SETTINGS | SETTINGS +ack | -1
          """)
  void endsAfter(String role, String what, @Nullable String frames, int seconds) {
    begin(role.equals("client"));
    receive(frames);

    int lasted = secondsUntilTheEnd();

    assertThat(lasted).isEqualTo(seconds == 0 ? 60 : Math.max(seconds, 0));
    String code = seconds < 0 ? "PROTOCOL_ERROR" : "SETTINGS_TIMEOUT";
    assertThat(sent().contains("GOAWAY 0 " + code)).isEqualTo(seconds != 0);
    assertThat(listener.events.contains("closed by fault")).isEqualTo(seconds != 0);
  }

  @Test
  void acknowledgementInTheLastSecondIsInTime() {
    begin(true);
    receive("SETTINGS");
    pass(9);
    receive("SETTINGS +ack");

    assertThat(secondsUntilTheEnd()).isEqualTo(60);
  }

  @Test
  void callsOfAPeerThatDoesNotAcknowledgeFailInTime() {
    begin(true);
    receive("SETTINGS");
    ClientConnection connection = (ClientConnection) connection();
    FieldList head = Wire.fields(":method", "POST", ":scheme", "http", ":path", "/");
    assertThat(connection.open(listener, head, true)).isNotNull();
    sent();

    assertThat(secondsUntilTheEnd()).isEqualTo(10);
    assertThat(listener.events)
        .endsWith("reset 1 CONNECTION_LOST INTERNAL_ERROR", "closed by fault");
    pass(2);
    assertThat(channel.isActive()).isFalse();
  }

  private void begin(boolean client) {
    channel.freezeTime();
    ConnectionLoop loop = new ConnectionLoop(channel.eventLoop(), () -> 0);
    long start = TimeUnit.SECONDS.toNanos(5);
    handler =
        client
            ? Http2ChannelHandler.client(loop, Wire.WIDE, listener, start)
            : Http2ChannelHandler.server(loop, Wire.WIDE, listener, start);
    channel.pipeline().addLast(handler);
    if (!client) {
      channel.writeInbound(Unpooled.wrappedBuffer(Http2Connection.PREFACE));
    }
    channel.runPendingTasks();
    channel.releaseOutbound();
  }

  private Http2Connection connection() {
    if (handler == null) {
      throw new AssertionError("not begun");
    }
    return handler.connection();
  }

  private void receive(@Nullable String frames) {
    if (frames != null) {
      channel.writeInbound(Unpooled.wrappedBuffer(Frame.bytes(Script.frames(frames))));
    }
  }

  /** At most a minute. */
  private int secondsUntilTheEnd() {
    int seconds = 0;
    while (!connection().isOver() && seconds < 60) {
      pass(1);
      seconds++;
    }
    return seconds;
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private List<String> sent() {
    channel.runPendingTasks();
    List<String> lines = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.release();
      lines.addAll(text.read(bytes));
    }
    return lines;
  }
}
