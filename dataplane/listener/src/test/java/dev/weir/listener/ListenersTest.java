package dev.weir.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.PeerFault;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenersTest {
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final CountDownLatch began = new CountDownLatch(1);
  private final Listeners listeners =
      new Listeners(
          loops,
          NioServerSocketChannel.class,
          new Told(),
          new Connections(10, 10),
          Duration.ofSeconds(30));

  @AfterEach
  void stop() {
    listeners.close();
    loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** What is sent before there is anything to serve is answered once there is. */
  @Test
  void whoComesBeforeThePortAcceptsWaits() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int port = listeners.open(new InetSocketAddress(loopback, 0), 1, null);
    try (Socket client = new Socket(loopback, port)) {
      greet(client);
      for (int turn = 0; turn < 3; turn++) {
        loops.submit(() -> {}).sync();
      }
      assertThat(listeners.connections().open()).isZero();
      listeners.accept(1);

      assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void greet(Socket client) throws IOException {
    client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
  }

  /** Tells when the first connection has said what it speaks. */
  private final class Told implements Protocols {
    @Override
    public ChannelHandler http2(Channel channel, int port, boolean over) {
      throw new AssertionError("nobody asked for HTTP/2");
    }

    @Override
    public ChannelHandler http1(Channel channel, int port, boolean over) {
      began.countDown();
      return new ChannelInboundHandlerAdapter();
    }

    @Override
    public void onPeerFault(Channel channel, int port, PeerFault fault, String detail) {
      throw new AssertionError(detail);
    }

    @Override
    public void perform(Channel channel, Runnable work) {
      work.run();
    }

    @Override
    public void shakeHands(Channel channel, Runnable work) {
      work.run();
    }
  }
}
