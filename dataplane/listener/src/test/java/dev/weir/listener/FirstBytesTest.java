package dev.weir.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.PeerFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which protocol a clear-text connection gets by its first bytes. */
class FirstBytesTest {
  private static final int PORT = 8080;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<PeerFault> faults = new ArrayList<>();
  private final ArrayDeque<Runnable> performed = new ArrayDeque<>();
  private String chosen = "none";

  FirstBytesTest() {
    channel.freezeTime();
    Protocols protocols =
        new Protocols() {
          @Override
          public ChannelHandler http2(Channel on, int port, boolean over) {
            return taker("http2");
          }

          @Override
          public ChannelHandler http1(Channel on, int port, boolean over) {
            return taker("http1");
          }

          @Override
          public void onPeerFault(Channel on, int port, PeerFault fault, String detail) {
            faults.add(fault);
          }

          @Override
          public void perform(Channel on, Runnable work) {
            performed.add(work);
          }

          @Override
          public void shakeHands(Channel on, Runnable work) {
            throw new AssertionError("there is no TLS here");
          }
        };
    channel
        .pipeline()
        .addLast(new FirstBytes(protocols, PORT, Duration.ofSeconds(5), new Spoken(null)));
  }

  @AfterEach
  void nothingIsHeld() {
    channel.finishAndReleaseAll();
    channel.checkException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/1.1\r\n", "PRI x"})
  void priIsHttp2(String bytes) {
    send(bytes);

    assertThat(chosen).isEqualTo("http2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"G", "GET / HTTP/1.1\r\n", "POST /a HTTP/1.0\n", "PUT /x", "PRX / HTTP/1.1\r\n"})
  void requestLineIsHttp1(String bytes) {
    send(bytes);

    assertThat(chosen).isEqualTo("http1");
    assertThat(channel.isActive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "get / HTTP/1.1\r\n",
        "\u0016\u0003\u0001",
        "INVALID CONNECTION PREFACE\r\n\r\n",
        "GET /\r\n",
        "EHLO x\n",
        "G\u0001",
        "GET\t/"
      })
  void anythingElseIsClosedWithoutAnAnswer(String bytes) {
    send(bytes);

    assertThat(chosen).isEqualTo("none");
    assertThat(channel.isActive()).isFalse();
    assertThat(channel.<Object>readOutbound()).isNull();
    assertThat(faults).containsExactly(PeerFault.PROTOCOL);
  }

  @Test
  void prefaceMayComeByteByByte() {
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r".chars().forEach(c -> send(Character.toString(c)));
    assertThat(chosen).isEqualTo("none");

    send("\n");

    assertThat(chosen).isEqualTo("http2");
  }

  /** What was read lies in a large buffer that connections share: three bytes must not keep it. */
  @ParameterizedTest
  @ValueSource(strings = {"PRI", "GET /", "GET /hello HTTP/1.1\r\nHost: somewhere.example\r\nX-"})
  void waitingForMoreKeepsNoBufferOfTheSocket(String bytes) {
    ByteBuf read = channel.alloc().buffer(16 << 10).writeBytes(bytes.getBytes(US_ASCII));

    channel.writeInbound(read);

    assertThat(read.refCnt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PR", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r"})
  void halfAPrefaceIsClosedInTime(String bytes) {
    send(bytes);

    pass(4_999);
    assertThat(channel.isActive()).isTrue();
    pass(1);

    assertThat(channel.isActive()).isFalse();
    assertThat(faults).containsExactly(PeerFault.PREFACE_TIMEOUT);
  }

  /** The time counts from the accept, not from the last byte (C13). */
  @Test
  void trickleDoesNotProlongThePreface() {
    for (int second = 0; second < 5; second++) {
      send("PRI * HTTP/2.0".substring(second, second + 1));
      pass(1_000);
    }

    assertThat(channel.isActive()).isFalse();
    assertThat(chosen).isEqualTo("none");
  }

  /** The end may come late, when thousands of connections come to it at once. */
  @Test
  void whatComesBeforeTheEndCounts() {
    channel.advanceTimeBy(5, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    performed.remove().run();

    assertThat(chosen).isEqualTo("http2");
    assertThat(channel.isActive()).isTrue();
    assertThat(faults).isEmpty();
  }

  private void pass(int millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    performed.forEach(Runnable::run);
    performed.clear();
  }

  private void send(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, US_ASCII));
  }

  private ChannelHandler taker(String protocol) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void handlerAdded(ChannelHandlerContext ctx) {
        chosen = protocol;
      }

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
      }
    };
  }
}
