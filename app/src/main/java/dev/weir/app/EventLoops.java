package dev.weir.app;

import dev.weir.model.Transport;
import io.netty.channel.Channel;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;

/** The event loops of a gateway and the kinds of sockets they carry. */
record EventLoops(
    EventLoopGroup group,
    Class<? extends Channel> channelType,
    Class<? extends ServerChannel> serverChannelType,
    String transport,
    int count) {

  /**
   * Sockets that a loop serves before it turns to what comes of them. When connections by the
   * thousand end at once others wait for so many of them, and not for all.
   */
  private static final int SOCKETS_AT_ONCE = 128;

  /**
   * Starts event loops.
   *
   * @param count how many; 0 for one per core
   * @throws IOException when the transport that was asked for cannot be had
   */
  static EventLoops start(int count, Transport wanted) throws IOException {
    int loops = count == 0 ? Runtime.getRuntime().availableProcessors() : count;
    if (wanted != Transport.NIO && Epoll.isAvailable()) {
      return new EventLoops(
          group(
              loops,
              EpollIoHandler.newFactory(SOCKETS_AT_ONCE, DefaultSelectStrategyFactory.INSTANCE)),
          EpollSocketChannel.class,
          EpollServerSocketChannel.class,
          "epoll",
          loops);
    }
    if (wanted == Transport.EPOLL) {
      throw new IOException(
          "weir.transport: epoll cannot be used on this machine (expected: auto or nio): "
              + Epoll.unavailabilityCause());
    }
    return new EventLoops(
        group(loops, NioIoHandler.newFactory()),
        NioSocketChannel.class,
        NioServerSocketChannel.class,
        "nio",
        loops);
  }

  private static EventLoopGroup group(int loops, IoHandlerFactory factory) {
    return new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("weir-loop"), factory);
  }
}
