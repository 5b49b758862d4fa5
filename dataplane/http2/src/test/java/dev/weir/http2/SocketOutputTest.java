package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output that goes past the channel's queue, with a real socket. */
@Timeout(60)
class SocketOutputTest {
  private final EventLoopGroup group = epoll();
  private final ConnectionLoop loop = new ConnectionLoop(Runnable::run, () -> 0);
  private final OutputBuffer output = new OutputBuffer(loop);
  private final SocketOutput sockets = new SocketOutput();
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Channel channel;
  private final Socket peer;

  private int written;

  SocketOutputTest() throws IOException {
    channel =
        new Bootstrap()
            .group(group)
            .channel(EpollSocketChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(listener.getLocalSocketAddress())
            .syncUninterruptibly()
            .channel();
    peer = listener.accept();
  }

  private static EventLoopGroup epoll() {
    assumeTrue(Epoll.isAvailable(), "epoll is for Linux");
    return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  }

  @BeforeEach
  void readInTime() throws IOException {
    peer.setSoTimeout(10_000);
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
    peer.close();
    channel.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void smallOutputLeavesAtOnce() throws Exception {
    onLoop(() -> {
      write(100);
      sockets.send(channel, output);
      return null;
    });

    assertThat(output.isEmpty()).isTrue();
    expect(0, 100);
  }

  @Test
  void whatTheSocketHasNoRoomForStaysInOrder() throws Exception {
    onLoop(() -> {
      while (output.isEmpty()) {
        write(16 << 10);
        sockets.send(channel, output);
      }
      return null;
    });

    int left = output.size();
    assertThat(left).isBetween(1, 16 << 10);
    expect(0, written - left);
    onLoop(() -> {
      sockets.send(channel, output);
      return null;
    });
    assertThat(output.isEmpty()).isTrue();
    expect(written - left, left);
  }

  @Test
  void waitsBehindWhatTheChannelHasQueued() throws Exception {
    onLoop(() -> {
      channel.write(Unpooled.copiedBuffer(new byte[] {-1}));
      write(100);
      sockets.send(channel, output);
      return null;
    });

    assertThat(output.size()).isEqualTo(100);
  }

  @Test
  void payloadsLeaveFromWhereTheyLie() throws Exception {
    onLoop(() -> {
      for (int i = 0; i < 8; i++) {
        write(9);
        payload(20_000);
      }
      write(100);
      sockets.send(channel, output);
      return null;
    });

    assertThat(output.isEmpty()).isTrue();
    expect(0, written);
  }

  @Test
  void payloadsThatTheSocketHasNoRoomForStayInOrder() throws Exception {
    onLoop(() -> {
      while (output.isEmpty()) {
        write(9);
        payload(60_000);
        payload(60_000);
        sockets.send(channel, output);
      }
      return null;
    });

    int left = output.size();
    expect(0, written - left);
    onLoop(() -> {
      sockets.send(channel, output);
      return null;
    });
    assertThat(output.isEmpty()).isTrue();
    expect(written - left, left);
  }

  @Test
  void morePiecesThanAreWrittenAtOnceStayInOrder() throws Exception {
    onLoop(() -> {
      for (int i = 0; i < 200; i++) {
        write(9);
        payload(100);
      }
      while (!output.isEmpty()) {
        sockets.send(channel, output);
      }
      return null;
    });

    expect(0, written);
  }

  @Test
  void payloadInTheHeapIsForTheChannel() throws Exception {
    onLoop(() -> {
      write(9);
      output.payload(Unpooled.wrappedBuffer(new byte[4096]), 0, 4096);
      sockets.send(channel, output);
      return null;
    });

    assertThat(output.size()).isEqualTo(4096);
    output.clear();
    expect(0, 9);
  }

  @Test
  void framesThatAreMoreThanIsCopiedAtOnceStayInOrder() throws Exception {
    onLoop(() -> {
      for (int i = 0; i < 9; i++) {
        write(4000);
        payload(3000);
      }
      while (!output.isEmpty()) {
        sockets.send(channel, output);
      }
      return null;
    });

    expect(0, written);
  }

  @Test
  void saysWhetherWhatIsLeftHasToWait() throws Exception {
    onLoop(() -> {
      payload(20_000);
      assertThat(sockets.send(channel, output)).as("it has all left").isFalse();
      while (output.isEmpty()) {
        payload(60_000);
        payload(60_000);
        assertThat(sockets.send(channel, output)).isEqualTo(!output.isEmpty());
      }
      assertThat(sockets.send(channel, output)).as("the socket is full").isTrue();
      output.clear();
      channel.write(Unpooled.copiedBuffer(new byte[] {-1}));
      payload(100);
      assertThat(sockets.send(channel, output)).as("behind others").isTrue();
      output.clear();
      return null;
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {16 << 10, 200_000})
  void whatWaitsDoesNotKeepABufferThatOthersAreReadInto(int length) {
    ByteBuf large = Unpooled.directBuffer(256 << 10).writeZero(256 << 10);

    ByteBuf waiting =
        SocketOutput.unpinned(
            large.setByte(1000, 7).retainedDuplicate().setIndex(1000, 1000 + length));

    assertThat(large.refCnt()).isEqualTo(1);
    assertThat(waiting.readableBytes()).isEqualTo(length);
    assertThat(waiting.getByte(waiting.readerIndex())).isEqualTo((byte) 7);
    waiting.release();
    large.release();
  }

  @Test
  void whatFillsItsOwnBufferWaitsInIt() {
    ByteBuf own = Unpooled.directBuffer(16 << 10).writeZero(10 << 10);

    assertThat(SocketOutput.unpinned(own)).isSameAs(own);
    own.release();
  }

  @Test
  void failureIsLeftForTheChannelToFind() throws Exception {
    peer.setSoLinger(true, 0);
    peer.close();
    onLoop(() -> {
      for (int i = 0; i < 1000 && output.isEmpty(); i++) {
        write(100);
        sockets.send(channel, output);
        TimeUnit.MILLISECONDS.sleep(1);
      }
      return null;
    });

    assertThat(output.size()).isEqualTo(100);
  }

  private void onLoop(Callable<?> task) throws Exception {
    channel.eventLoop().submit(task).get();
  }

  /** Adds bytes that tell their position. */
  private void write(int length) {
    byte[] out = output.room(length);
    for (int i = 0; i < length; i++) {
      out[output.end() + i] = at(written++);
    }
    output.end(output.end() + length);
  }

  /** The same, as a payload of its own. */
  private void payload(int length) {
    ByteBuf payload = Unpooled.directBuffer(length);
    for (int i = 0; i < length; i++) {
      payload.writeByte(at(written++));
    }
    output.payload(payload, 0, length);
    payload.release();
  }

  private void expect(int from, int length) throws IOException {
    byte[] read = peer.getInputStream().readNBytes(length);
    for (int i = 0; i < length; i++) {
      if (read[i] != at(from + i)) {
        throw new AssertionError("byte " + (from + i) + ": " + read[i]);
      }
    }
  }

  private static byte at(int position) {
    return (byte) ((position * 31) >>> 3);
  }
}
